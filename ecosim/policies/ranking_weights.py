"""Ranking weights: what the feed optimises moves towards a named preset, or towards given weights."""

from __future__ import annotations

from typing import Annotated

from pydantic import field_validator

from ecosim import registry
from ecosim.config import PolicyConfig, SimulationConfig
from ecosim.config.fields import between, schema, text
from ecosim.config.plugins import WEIGHT
from ecosim.errors import InputError
from ecosim.policies.base import Claim, strength
from ecosim.registry import policies
from ecosim.state.plan import TERMS, Plan
from ecosim.state.world import World


@schema
class RankingWeightsConfig(PolicyConfig):
    """Settings of the new goal: a preset, and terms that differ from it; it has no aim, because the feed is one."""

    kind: str = "ranking_weights"
    preset: Annotated[str, text("ranker whose default weights are moved to")] = "engagement"
    affinity: (
        Annotated[float, between(*WEIGHT, "estimated interest and taste; null: the preset's", unit="logit")] | None
    ) = None
    watch: (
        Annotated[float, between(*WEIGHT, "estimated watch share of the item; null: the preset's", unit="logit")] | None
    ) = None
    interaction: (
        Annotated[float, between(*WEIGHT, "estimated interaction rate; null: the preset's", unit="logit")] | None
    ) = None
    follow: Annotated[float, between(*WEIGHT, "estimated follow rate; null: the preset's", unit="logit")] | None = None
    popularity: (
        Annotated[
            float, between(*WEIGHT, "log of one plus relative recent engagement; null: the preset's", unit="logit")
        ]
        | None
    ) = None
    freshness: (
        Annotated[float, between(*WEIGHT, "one on the day of publication; null: the preset's", unit="logit")] | None
    ) = None
    likeness: (
        Annotated[float, between(*WEIGHT, "likeness of a cold item to recent hits; null: the preset's", unit="logit")]
        | None
    ) = None
    conversion: (
        Annotated[float, between(*WEIGHT, "estimated clicks on the product; null: the preset's", unit="logit")] | None
    ) = None
    live: Annotated[float, between(*WEIGHT, "the item is a live session; null: the preset's", unit="logit")] | None = (
        None
    )
    locality: (
        Annotated[float, between(*WEIGHT, "creator and consumer share a region; null: the preset's", unit="logit")]
        | None
    ) = None
    followed: (
        Annotated[float, between(*WEIGHT, "the consumer follows the creator; null: the preset's", unit="logit")] | None
    ) = None
    friend: Annotated[float, between(*WEIGHT, "a friend has shared it; null: the preset's", unit="logit")] | None = None
    exploration: (
        Annotated[float, between(*WEIGHT, "noise by consumer and item; null: the preset's", unit="logit")] | None
    ) = None

    @field_validator("preset")
    @classmethod
    def _known(cls, value: str) -> str:
        try:
            return registry.rankers[value].name
        except InputError as error:
            raise ValueError(str(error)) from None


@policies.register("ranking_weights", RankingWeightsConfig)
class RankingWeights:
    """Move the weights of the score towards another goal by strength: half strength is halfway (fact S16).

    The counterpart of a change of what the feed optimises, such as from clicks to satisfaction. Lever: `weights`. Later
    policies of the kind start from where earlier ones have moved. Uncertain: platforms name goals, not weights, and a
    weight means little without the estimate that it multiplies. A ranker written in Python is handed the weights and
    may ignore them.
    """

    def __init__(self, config: RankingWeightsConfig) -> None:
        self.config = config
        preset = registry.rankers[config.preset].config()
        given = {term: getattr(config, term) for term in TERMS}
        self.goal = [getattr(preset, term) if given[term] is None else given[term] for term in TERMS]

    def claims(self, config: SimulationConfig) -> list[Claim]:
        """Set all weights of the score."""
        return [Claim("weights", self.goal)]

    def apply(self, plan: Plan, world: World, day: int) -> None:
        """Move every weight towards the goal."""
        now = strength(self.config, day)
        for number, weight in enumerate(self.goal):
            plan.weights.replace(weight, now, number)
