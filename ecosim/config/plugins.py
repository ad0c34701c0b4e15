"""What the settings of every plug-in of a family have in common."""

from __future__ import annotations

from dataclasses import field
from enum import Enum
from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationInfo, field_validator, model_validator
from pydantic.dataclasses import is_pydantic_dataclass

from ecosim import registry
from ecosim.config.fields import CHOSEN, at_least, between, choice, schema, share, text
from ecosim.errors import InputError

WEIGHT = (-20.0, 20.0)
"""Bounds of a ranking weight, in logits of the watch estimate."""


class Tier(str, Enum):
    """Creator tiers, ranked weekly by followers: head the top 1%, waist the next 9%, tail the rest."""

    HEAD = "head"
    WAIST = "waist"
    TAIL = "tail"


@schema
class PluginConfig:
    """Base of all plug-in settings: the registered name."""

    kind: Annotated[str, text("registered name of the plug-in")]


@schema
class NetworkConfig(PluginConfig):
    """Settings that all networks share."""

    mean_follows: Annotated[float, between(0, 60, "follows per consumer on the first day", unit="creators")] = 12.0


class Library(str, Enum):
    """Who draws a graph of ties: ecosim's own loops, or networkx."""

    NATIVE = "native"
    NETWORKX = "networkx"


@schema
class FriendsConfig(PluginConfig):
    """Settings that all graphs of friends share: who knows whom among consumers."""


@schema
class CollaboratorsConfig(PluginConfig):
    """Settings that all graphs of collaborators share: who works with whom among creators, and with whom entrants."""

    entrant_ties: Annotated[int, between(0, 50, "creators whom an entrant ties up with", unit="creators")] = 2
    entrant_within: Annotated[float, share("chance that a tie of an entrant stays within the vertical")] = 0.8


@schema
class StrategyConfig(PluginConfig):
    """Settings that all creator strategies share."""


@schema
class RankerConfig(PluginConfig):
    """The weight vector of the score: one weight a term, in the order of :data:`ecosim.state.plan.TERMS`."""

    affinity: Annotated[float, between(*WEIGHT, "estimated interest and taste", unit="logit")] = 0.0
    watch: Annotated[float, between(*WEIGHT, "estimated watch share of the item", unit="logit")] = 0.0
    interaction: Annotated[float, between(*WEIGHT, "estimated interaction rate", unit="logit")] = 0.0
    follow: Annotated[float, between(*WEIGHT, "estimated follow rate", unit="logit")] = 0.0
    popularity: Annotated[float, between(*WEIGHT, "log of one plus relative recent engagement", unit="1")] = 0.0
    freshness: Annotated[float, between(*WEIGHT, "one on the day of publication, zero at retirement", unit="1")] = 0.0
    likeness: Annotated[float, between(*WEIGHT, "likeness of a cold item to recent hits", unit="1")] = 0.0
    conversion: Annotated[float, between(*WEIGHT, "estimated clicks on the product", unit="logit")] = 0.0
    live: Annotated[float, between(*WEIGHT, "the item is a live session", unit="1")] = 0.0
    locality: Annotated[float, between(*WEIGHT, "creator and consumer share a region", unit="1")] = 0.0
    followed: Annotated[float, between(*WEIGHT, "the consumer follows the creator", unit="1")] = 0.0
    friend: Annotated[float, between(*WEIGHT, "a friend has shared it", unit="1")] = 0.0
    exploration: Annotated[float, between(*WEIGHT, "uniform noise by consumer and item", unit="1")] = 0.0


@schema
class Aim:
    """Whom a policy is aimed at; null means everyone."""

    tiers: Annotated[list[Tier] | None, text("tiers: head, waist, tail")] = None
    verticals: Annotated[
        list[Annotated[int, at_least(0, "vertical", unit="index")]] | None, text("verticals, counted from 0")
    ] = None
    regions: Annotated[
        list[Annotated[int, between(0, 3, "region tier", unit="index")]] | None,
        text("region tiers, 0 first to 3 county"),
    ] = None
    max_age: (
        Annotated[int, at_least(0, "days since entry, the last day included", unit="days", source=CHOSEN)] | None
    ) = None

    @field_validator("tiers", "verticals", "regions")
    @classmethod
    def _somebody(cls, value: list[Any] | None, info: ValidationInfo) -> list[Any] | None:
        if value is not None and not value:
            example = Tier.TAIL.value if info.field_name == "tiers" else 0
            raise ValueError(
                f"found [], which aims at nobody. Write null for everyone, or name one at least, as in [{example}]"
            )
        return value


@schema
class PolicyConfig(PluginConfig):
    """When, how strongly and for whom a policy works. Days count from the end of burn-in."""

    start: Annotated[int, choice(-100_000, 100_000, "first day, 0 being the day after burn-in", unit="day")] = 0
    stop: Annotated[int, choice(-100_000, 100_000, "first day without it; null: to the end", unit="day")] | None = None
    phase_in: Annotated[int, at_least(0, "days until full strength, rising linearly", unit="days", source=CHOSEN)] = 0
    strength: Annotated[float, share("multiplies what the policy does; 0 is inert", source=CHOSEN)] = 1.0
    aim: Aim = field(default_factory=Aim)

    @field_validator("aim", mode="before")
    @classmethod
    def _everyone(cls, value: Any) -> Any:
        return Aim() if value is None else value

    @model_validator(mode="after")
    def _dates_in_order(self) -> PolicyConfig:
        if self.stop is not None and self.stop <= self.start:
            raise ValueError(f"stop ({self.stop}) must come after start ({self.start})")
        return self


def member_of(family_name: str) -> Any:
    """Validate a mapping ``{kind: ..., ...}`` with the schema that the registry holds for its kind."""

    def resolve(value: Any) -> Any:
        if is_pydantic_dataclass(type(value)):
            return value
        if not isinstance(value, dict) or "kind" not in value:
            raise ValueError("must name its kind, as in {kind: ...}")
        try:
            entry = registry.FAMILIES[family_name][value["kind"]]
        except InputError as error:
            raise ValueError(str(error)) from None
        return entry.config(**value)

    return BeforeValidator(resolve)
