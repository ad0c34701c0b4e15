"""How an outcome responds to the dose: in which direction, from where on, bending which way, or turning round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ecosim.results.inference import Paired
from experiments.dose_response.doses import doses, scenario
from experiments.findings import clear
from experiments.runs import Runs, less


def bend(policy: str) -> dict[str, float]:
    """Weights of what the upper half of the doses adds, less what the lower half does."""
    top = doses(policy)[-1]
    terms = {scenario(policy, top): 1.0}
    for dose, weight in ((top / 2, -2.0), (0.0, 1.0)):
        terms[scenario(policy, dose)] = weight
    return terms


@dataclass(frozen=True)
class Response:
    """What a policy does to a quantity at every dose, paired by seed.

    Attributes
    ----------
    policy, quantity : str
        Whose response, and of what.
    doses : tuple of float
        Doses above 0, ascending.
    effects : sequence of Paired
        Difference from the baseline at each dose.
    steps : sequence of Paired
        What each dose adds to the one before it, the first to none.
    bend : Paired
        What the upper half of the doses adds, less what the lower half does.
    """

    policy: str
    quantity: str
    doses: tuple[float, ...]
    effects: Sequence[Paired]
    steps: Sequence[Paired]
    bend: Paired

    @classmethod
    def of(cls, runs: Runs, policy: str, quantity: str) -> Response:
        """Take it from the runs."""
        given = doses(policy)
        effects = [runs.contrast(quantity, less(scenario(policy, dose))) for dose in given]
        pairs = zip(given, (0.0, *given[:-1]), strict=True)
        steps = [runs.contrast(quantity, less(scenario(policy, dose), scenario(policy, last))) for dose, last in pairs]
        return cls(policy, quantity, given, effects, steps, runs.contrast(quantity, bend(policy)))

    @property
    def shape(self) -> str:
        """Say the shape in words.

        `unclear`: no dose has an interval without zero. `flips`: two doses have clear effects of opposite signs.
        `turns back`: a dose clearly undoes part of what a smaller one did. Otherwise it rises or falls and is monotone
        as far as can be seen; it *saturates* where the upper half of the doses clearly adds less than the lower, and
        *accelerates* where it clearly adds more.
        """
        known = [(dose, one) for dose, one in zip(self.doses, self.effects, strict=True) if np.isfinite(one.low)]
        if not known:
            return "not measured"
        seen = [(dose, np.sign(one.mean)) for dose, one in known if clear(one)]
        if not seen:
            return "nothing moves" if all(one.mean == 0 == one.high for _, one in known) else "unclear"
        first, direction = seen[0]
        for dose, sign in seen:
            if sign != direction:
                return f"{_moves(direction)} at {first:g}, flips by {dose:g}"
        for dose, step in zip(self.doses, self.steps, strict=True):
            if clear(step) and np.sign(step.mean) != direction:
                return f"{_moves(direction)} from {first:g}, turns back by {dose:g}"
        words = f"{_moves(direction)} from {first:g}"
        if clear(self.bend):
            words += ", accelerates" if np.sign(self.bend.mean) == direction else ", saturates"
        return words


def _moves(direction: float) -> str:
    return "rises" if direction > 0 else "falls"
