"""The plan: today's value of every lever. All that a policy can change is here, and all that kernels obey.

What levers there are: :mod:`ecosim.state.levers`.
"""

from __future__ import annotations

import numpy as np

from ecosim.config import SimulationConfig
from ecosim.errors import InputError
from ecosim.state.columns import Array
from ecosim.state.levers import ITEM_TERMS, LEVERS, TERMS, VERBS, Bite, Combine, Lever, Shape
from ecosim.state.schema import MODES, TIERS

__all__ = ["ITEM_TERMS", "LEVERS", "TERMS", "VERBS", "Bite", "Combine", "Lever", "LeverValue", "Plan", "Shape"]

Selected = Array | slice | int | tuple[Array | slice | int, ...]
"""Where a lever is moved: a mask or rows of creators, a term, a tier; creators and a mode as a pair."""


class LeverValue:
    """Today's value of one lever, with the verbs that its combine rule allows.

    Attributes
    ----------
    value : array
        Of the lever's dtype; shape () for a scalar, else (terms,), (creators,), (creators, modes), (verticals,) or
        (tiers,).
    """

    def __init__(self, lever: Lever, value: Array) -> None:
        self.lever = lever
        self.value = value

    def _select(self, selected: Selected | None) -> Selected:
        return () if self.lever.shape is Shape.SCALAR else (slice(None) if selected is None else selected)

    def _require(self, rule: Combine, verb: str) -> None:
        if self.lever.combine is not rule:
            raise InputError(
                f"lever '{self.lever.name}' combines by {self.lever.combine.value}: '{verb}' cannot move it. "
                f"Use plan.{self.lever.name}.{VERBS[self.lever.combine]}(...)."
            )

    def _like(self, number: float | Array) -> Array:
        return np.asarray(number, self.value.dtype)

    def _write(self, where: Selected, new: Array) -> None:
        self.value[where] = np.clip(new, self.lever.low, self.lever.high)

    def add(self, amount: float | Array, selected: Selected | None = None) -> None:
        """Add an amount, or one each, for the selected (a bool mask or rows; None for all)."""
        self._require(Combine.ADD, "add")
        where = self._select(selected)
        self._write(where, self.value[where] + self._like(amount))

    def scale(self, factor: float | Array, selected: Selected | None = None) -> None:
        """Multiply by a factor, or one each, for the selected."""
        self._require(Combine.MULTIPLY, "scale")
        where = self._select(selected)
        self._write(where, self.value[where] * self._like(factor))

    def raise_to(self, floor: float | Array, selected: Selected | None = None) -> None:
        """Raise to at least `floor`, or one each, for the selected."""
        self._require(Combine.MAX, "raise_to")
        where = self._select(selected)
        self._write(where, np.maximum(self.value[where], self._like(floor)))

    def replace(self, value: float | Array, strength: float = 1.0, selected: Selected | None = None) -> None:
        """Move from the present value to `value` by `strength` (0 leaves it, 1 replaces it)."""
        self._require(Combine.REPLACE, "replace")
        where = self._select(selected)
        present = self.value[where]
        self._write(where, present + self._like(strength) * (self._like(value) - present))


class Plan:
    """Today's levers; each is an attribute of the lever's name.

    Parameters
    ----------
    values : dict of str to array
        A value for every declared lever.
    """

    weights: LeverValue
    boost: LeverValue
    mode_boost: LeverValue
    novelty: LeverValue
    diversity: LeverValue
    reserved_share: LeverValue
    vertical_slots: LeverValue
    region_slots: LeverValue
    fresh_slots: LeverValue
    pool_levels: LeverValue
    pool_growth: LeverValue
    pool_promotion: LeverValue
    ad_share: LeverValue
    mode_grant: LeverValue
    commission: LeverValue
    take_rate: LeverValue
    training_cost: LeverValue
    fee_mix: LeverValue
    choice_noise: LeverValue
    learning_noise: LeverValue
    training: LeverValue
    badge: LeverValue

    def __init__(self, values: dict[str, Array]) -> None:
        self.levers = {name: LeverValue(LEVERS[name], values[name]) for name in LEVERS}
        for name, lever in self.levers.items():
            setattr(self, name, lever)

    @classmethod
    def default(cls, config: SimulationConfig, creators: int) -> Plan:
        """Return the plan of a platform without policies, for so many creator rows."""
        shapes: dict[Shape, tuple[int, ...]] = {
            Shape.SCALAR: (),
            Shape.TERM: (len(TERMS),),
            Shape.CREATOR: (creators,),
            Shape.CREATOR_MODE: (creators, len(MODES)),
            Shape.VERTICAL: (config.population.verticals,),
            Shape.TIER: (len(TIERS),),
        }
        return cls(
            {
                name: np.broadcast_to(np.asarray(lever.default(config), lever.dtype), shapes[lever.shape]).copy()
                for name, lever in LEVERS.items()
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
        return not self.differing(other)

    def differing(self, other: Plan) -> set[str]:
        """Names of the levers whose values differ."""
        return {
            name for name, lever in self.levers.items() if not np.array_equal(lever.value, other.levers[name].value)
        }
