"""The plan: today's value of every lever. All that a policy can change is here, and all that kernels obey.

A lever is declared once, with unit, bounds, the shape it may be aimed at and the rule by which policies combine on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from ecosim.config import SimulationConfig
from ecosim.errors import InputError
from ecosim.state.columns import Array

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
"""The method of :class:`LeverValue` by which a policy moves a lever of each rule."""


class Shape(Enum):
    """What a lever may be aimed at."""

    SCALAR = "scalar"
    TERM = "term"
    CREATOR = "creator"


@dataclass(frozen=True)
class Lever:
    """Declaration of a lever."""

    name: str
    unit: str
    low: float
    high: float
    shape: Shape
    combine: Combine
    description: str


LEVERS: dict[str, Lever] = {
    lever.name: lever
    for lever in (
        Lever("weights", "logit", -20, 20, Shape.TERM, Combine.REPLACE, "weight of each term of the score"),
        Lever("boost", "logit", -10, 10, Shape.CREATOR, Combine.ADD, "added to the score of a creator's items"),
        Lever(
            "reserved_share", "share of mean impressions", 0, 1, Shape.CREATOR, Combine.MAX,
            "impressions that a creator is guaranteed, as a share of the mean",
        ),
        Lever(
            "fresh_slots", "share of slots", 0, 0.5, Shape.SCALAR, Combine.MAX,
            "slots reserved for the fresh pool, and for each level above it",
        ),
        Lever("pool_levels", "levels", 1, 8, Shape.SCALAR, Combine.MAX, "levels of pools, the fresh pool included"),
        Lever("pool_growth", "1", 1, 100, Shape.SCALAR, Combine.REPLACE, "size of a pool over that of the level below"),
        Lever("pool_promotion", "share", 0, 1, Shape.SCALAR, Combine.REPLACE, "best of a level's cohort who go up"),
        Lever("diversity", "logit", 0, 10, Shape.SCALAR, Combine.MAX, "penalty on likeness within a session"),
        Lever("ad_share", "fen per thousand views", 0, 1e6, Shape.SCALAR, Combine.REPLACE, "what creators are paid"),
    )
}  # fmt: skip


class LeverValue:
    """Today's value of one lever, with the verbs that its combine rule allows.

    Attributes
    ----------
    value : float32 array
        Shape () for a scalar, (terms,) or (creators,) otherwise.
    """

    def __init__(self, lever: Lever, value: Array) -> None:
        self.lever = lever
        self.value = value

    def _select(self, selected: Array | slice | None) -> Array | slice | tuple[()]:
        return () if self.lever.shape is Shape.SCALAR else (slice(None) if selected is None else selected)

    def _require(self, rule: Combine, verb: str) -> None:
        if self.lever.combine is not rule:
            raise InputError(
                f"lever '{self.lever.name}' combines by {self.lever.combine.value}: '{verb}' cannot move it. "
                f"Use plan.{self.lever.name}.{VERBS[self.lever.combine]}(...)."
            )

    def _write(self, where: Array | slice | tuple[()], new: Array) -> None:
        self.value[where] = np.clip(new, self.lever.low, self.lever.high)

    def add(self, amount: float, selected: Array | None = None) -> None:
        """Add an amount for the selected (a bool mask or rows; None for all)."""
        self._require(Combine.ADD, "add")
        where = self._select(selected)
        self._write(where, self.value[where] + np.float32(amount))

    def scale(self, factor: float, selected: Array | None = None) -> None:
        """Multiply by a factor for the selected."""
        self._require(Combine.MULTIPLY, "scale")
        where = self._select(selected)
        self._write(where, self.value[where] * np.float32(factor))

    def raise_to(self, floor: float, selected: Array | None = None) -> None:
        """Raise to at least `floor` for the selected."""
        self._require(Combine.MAX, "raise_to")
        where = self._select(selected)
        self._write(where, np.maximum(self.value[where], np.float32(floor)))

    def replace(self, value: float, strength: float = 1.0, selected: Array | None = None) -> None:
        """Move from the present value to `value` by `strength` (0 leaves it, 1 replaces it)."""
        self._require(Combine.REPLACE, "replace")
        where = self._select(selected)
        present = self.value[where]
        self._write(where, present + np.float32(strength) * (np.float32(value) - present))


class Plan:
    """Today's levers; each is an attribute of the lever's name.

    Parameters
    ----------
    values : dict of str to float32 array
        A value for every declared lever.
    """

    weights: LeverValue
    boost: LeverValue
    reserved_share: LeverValue
    fresh_slots: LeverValue
    pool_levels: LeverValue
    pool_growth: LeverValue
    pool_promotion: LeverValue
    diversity: LeverValue
    ad_share: LeverValue

    def __init__(self, values: dict[str, Array]) -> None:
        self.levers = {name: LeverValue(LEVERS[name], values[name]) for name in LEVERS}
        for name, lever in self.levers.items():
            setattr(self, name, lever)

    @classmethod
    def default(cls, config: SimulationConfig, creators: int) -> Plan:
        """Return the plan of a platform without policies, for so many creator rows."""
        weights = [getattr(config.ranker, term) for term in TERMS]
        return cls(
            {
                "weights": np.array(weights, np.float32),
                "boost": np.zeros(creators, np.float32),
                "reserved_share": np.zeros(creators, np.float32),
                "fresh_slots": np.array(config.platform.fresh_slots, np.float32),
                "pool_levels": np.array(config.platform.pool_levels, np.float32),
                "pool_growth": np.array(config.platform.pool_growth, np.float32),
                "pool_promotion": np.array(config.platform.pool_promotion, np.float32),
                "diversity": np.array(config.platform.diversity, np.float32),
                "ad_share": np.array(config.market.ad_share, np.float32),
            }
        )

    def weight(self, term: str) -> np.float32:
        """Weight of one term of the score."""
        return np.float32(self.weights.value[TERMS.index(term)])

    def copy(self) -> Plan:
        """Return a plan of its own with the same values."""
        return Plan({name: lever.value.copy() for name, lever in self.levers.items()})

    def equals(self, other: Plan) -> bool:
        """Whether every lever has the same value, to the bit."""
        return all(np.array_equal(lever.value, other.levers[name].value) for name, lever in self.levers.items())
