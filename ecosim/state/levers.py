"""The levers: all that a policy can change, each declared once.

A declaration says unit, bounds, the shape a lever may be aimed at, the rule by which policies combine on it, where its
bite shows, and its value on a platform without policies.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from ecosim.config import SimulationConfig

ITEM_TERMS = ("watch", "interaction", "follow", "popularity", "freshness", "likeness", "conversion", "live")
TERMS = ("affinity", *ITEM_TERMS, "locality", "followed", "friend", "exploration")
"""Terms of the score, in the order of the weight vector."""


class Combine(Enum):
    """How two policies act together on one lever."""

    ADD = "add"
    MULTIPLY = "multiply"
    MAX = "max"
    REPLACE = "replace"


VERBS = {Combine.ADD: "add", Combine.MULTIPLY: "scale", Combine.MAX: "raise_to", Combine.REPLACE: "replace"}
"""The method of :class:`~ecosim.state.plan.LeverValue` by which a policy moves a lever of each rule."""


class Shape(Enum):
    """What a lever may be aimed at."""

    SCALAR = "scalar"
    TERM = "term"
    CREATOR = "creator"
    CREATOR_MODE = "creator and mode"
    VERTICAL = "vertical"
    TIER = "tier"


class Bite(Enum):
    """Where it shows on the same day that a lever has moved something."""

    SLOTS = "slots"
    YUAN = "yuan"
    DECISIONS = "decisions"


Default = float | Sequence[float]


def _zero(_: SimulationConfig) -> Default:
    return 0.0


def _one(_: SimulationConfig) -> Default:
    return 1.0


@dataclass(frozen=True)
class Lever:
    """Declaration of a lever; `default` is its value without policies, `dtype` float64 where fen hang on it."""

    name: str
    unit: str
    low: float
    high: float
    shape: Shape
    combine: Combine
    description: str
    bite: Bite = Bite.SLOTS
    default: Callable[[SimulationConfig], Default] = _zero
    dtype: str = "float32"


_FEED = (
    Lever(
        "weights", "logit", -20, 20, Shape.TERM, Combine.REPLACE, "weight of each term of the score",
        default=lambda config: [getattr(config.ranker, term) for term in TERMS],
    ),
    Lever("boost", "logit", -10, 10, Shape.CREATOR, Combine.ADD, "added to the score of a creator's items"),
    Lever(
        "mode_boost", "logit", -10, 10, Shape.CREATOR_MODE, Combine.ADD,
        "added to the score of a creator's items of a mode: own style, imitation, innovation",
    ),
    Lever(
        "novelty", "logit", 0, 10, Shape.SCALAR, Combine.MAX,
        "added to the score of an item that is nothing like the recent hits of its vertical",
    ),
    Lever(
        "diversity", "logit", 0, 10, Shape.SCALAR, Combine.MAX, "penalty on likeness within a session",
        default=lambda config: config.platform.diversity,
    ),
    Lever(
        "reserved_share", "share of mean impressions", 0, 1, Shape.CREATOR, Combine.MAX,
        "impressions that a creator is guaranteed, as a share of the mean",
    ),
    Lever(
        "vertical_slots", "share of slots", 0, 0.5, Shape.CREATOR, Combine.MAX,
        "slots that the creators of a vertical for whom it is above 0 are guaranteed together",
    ),
    Lever(
        "region_slots", "share of slots", 0, 0.5, Shape.CREATOR, Combine.MAX,
        "slots that the creators of a region for whom it is above 0 are guaranteed together",
    ),
    Lever(
        "fresh_slots", "share of slots", 0, 0.5, Shape.SCALAR, Combine.MAX,
        "slots reserved for the fresh pool, and for each level above it",
        default=lambda config: config.platform.fresh_slots,
    ),
    Lever(
        "pool_levels", "levels", 1, 8, Shape.SCALAR, Combine.MAX, "levels of pools, the fresh pool included",
        default=lambda config: config.platform.pool_levels,
    ),
    Lever(
        "pool_growth", "1", 1, 100, Shape.SCALAR, Combine.REPLACE, "size of a pool over that of the level below",
        default=lambda config: config.platform.pool_growth,
    ),
    Lever(
        "pool_promotion", "share", 0, 1, Shape.SCALAR, Combine.REPLACE, "best of a level's cohort who go up",
        default=lambda config: config.platform.pool_promotion,
    ),
)  # fmt: skip

_MONEY = (
    Lever(
        "ad_share", "fen per thousand views", 0, 1e6, Shape.SCALAR, Combine.REPLACE, "what creators are paid",
        Bite.YUAN, lambda config: config.market.ad_share,
    ),
    Lever(
        "mode_grant", "mean incomes", 0, 10, Shape.CREATOR_MODE, Combine.ADD,
        "what the platform pays a creator for a new video of a mode: own style, imitation, innovation", Bite.YUAN,
    ),
    Lever(
        "commission", "share of the price", 0, 1, Shape.CREATOR, Combine.ADD, "what brands pay the creator who sold",
        Bite.YUAN, lambda config: config.brand.commission, "float64",
    ),
    Lever(
        "take_rate", "share of the price", 0, 1, Shape.VERTICAL, Combine.REPLACE, "what the platform takes of a sale",
        Bite.YUAN, lambda config: config.commerce.take_rate, "float64",
    ),
    Lever(
        "training_cost", "mean incomes a day", 0, 10, Shape.CREATOR, Combine.ADD,
        "what the platform spends on a creator's training", Bite.YUAN,
    ),
)  # fmt: skip

_MINDS = (
    Lever(
        "fee_mix", "share of budget", 0, 1, Shape.TIER, Combine.MAX,
        "part of every brand's fee budget that is bound to a tier; the rest is split as the brand believes",
        Bite.DECISIONS,
    ),
    Lever(
        "choice_noise", "1", 0.01, 10, Shape.CREATOR, Combine.MULTIPLY,
        "how much chance there is in a creator's choice of mode, times that of the strategy", Bite.DECISIONS, _one,
    ),
    Lever(
        "learning_noise", "net reward", 0, 10, Shape.CREATOR, Combine.MULTIPLY,
        "sd of the error with which creators read what an item has brought", Bite.DECISIONS,
        lambda config: config.creator.learning_noise,
    ),
    Lever(
        "training", "logit", 0, 5, Shape.CREATOR, Combine.ADD, "added to the skill that a creator grows towards",
        Bite.DECISIONS,
    ),
    Lever("badge", "share", 0, 1, Shape.CREATOR, Combine.MAX, "how visible a badge a creator wears", Bite.DECISIONS),
)  # fmt: skip

MOST_RESERVED = 0.5
"""Share of slots that floors, groups' pools and levels above the fresh pool may take together."""

LEVERS: dict[str, Lever] = {lever.name: lever for lever in (*_FEED, *_MONEY, *_MINDS)}
