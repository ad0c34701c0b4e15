"""Diversity re-rank: variety within a session and novelty of items count in what is shown."""

from __future__ import annotations

from typing import Annotated

from ecosim.config import PolicyConfig, SimulationConfig
from ecosim.config.fields import between, schema
from ecosim.policies.base import Purpose, raised, strength
from ecosim.registry import policies
from ecosim.state.plan import Plan
from ecosim.state.world import World


@schema
class DiversityRerankConfig(PolicyConfig):
    """Settings of the re-rank; it has no aim, because it works on sessions."""

    kind: str = "diversity_rerank"
    diversity: Annotated[float, between(0, 10, "penalty on likeness within a session", unit="logit")] = 1.0
    novelty: Annotated[float, between(0, 10, "gain of an item unlike its vertical's recent hits", unit="logit")] = 1.0


@policies.register("diversity_rerank", DiversityRerankConfig)
class DiversityRerank:
    """Put weight on variety within a session and on items unlike what is popular (fact S37).

    The counterpart of diversity and novelty as goals of the recommender. Levers: `diversity` (likeness to what a
    session has shown so far costs score) and `novelty` (an item gains by how little it is like the vertical's recent
    hits). Both look at styles alone: neither knows how an item was made. Uncertain: the weights; platforms tell of
    goals, not sizes.
    """

    def __init__(self, config: DiversityRerankConfig) -> None:
        self.config = config

    def purposes(self, config: SimulationConfig) -> list[Purpose]:
        """Let consumers be shown, and watch, more styles."""
        return [Purpose("exposure_effective_styles"), Purpose("consumption_effective_styles")]

    def apply(self, plan: Plan, world: World, day: int) -> None:
        """Raise both weights by strength."""
        now, rule = strength(self.config, day), self.config
        plan.diversity.raise_to(raised(world.config.platform.diversity, rule.diversity, now))
        plan.novelty.raise_to(now * rule.novelty)
