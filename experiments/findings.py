"""Predictions written before, held against numbers: one a seed, paired, with an interval; and the page that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ecosim.results.inference import Paired
from experiments.common import Array
from experiments.runs import UNKNOWN, Quantity, Runs, interval, paired


@dataclass(frozen=True)
class Finding:
    """A prediction, and the numbers that it is held against.

    Attributes
    ----------
    letter : str
        Its place in README.md, which says why.
    words : str
        What should come out.
    sign : int
        On which side of zero: 1 above, -1 below; 0 for exactly zero.
    values : float64[seeds]
        One number a seed; NaN where it could not be measured.
    percent : bool
        Whether the numbers are shares to be told in per cent.
    quantity : Quantity, optional
        What they are differences of, where it is one quantity of the runs.
    """

    letter: str
    words: str
    sign: int
    values: Array
    percent: bool = False
    quantity: Quantity | None = None

    def text(self, value: float) -> str:
        """Write a number of it."""
        if self.quantity is not None:
            return self.quantity.text(value)
        if not np.isfinite(value):
            return UNKNOWN
        return f"{100 * value:+.2f}%" if self.percent else f"{value:+.4f}"


@dataclass(frozen=True)
class Prediction:
    """What should come out of scenarios, written down before it is looked at.

    Attributes
    ----------
    letter : str
        Its place in README.md, which says why.
    words : str
        What should come out.
    quantity : str
        Key of a quantity.
    terms : mapping of str to float
        Weights of the scenarios whose sum should lie on one side of zero, as in {"support_floor": 1, "baseline": -1}.
    sign : int
        That side: 1 above, -1 below.
    """

    letter: str
    words: str
    quantity: str
    terms: Mapping[str, float]
    sign: int

    def held(self, runs: Runs) -> Finding:
        """Hold it against runs."""
        quantity = runs.quantities[self.quantity]
        values = runs.differences(self.quantity, self.terms)
        return Finding(self.letter, self.words, self.sign, values, quantity.relative, quantity)


def clear(found: Paired) -> bool:
    """Whether the interval leaves out zero."""
    return bool(found.low > 0 or found.high < 0)


def came_out(found: Paired, sign: int) -> str:
    """Say whether an interval lies where it should: yes, no (on the other side), unclear, or not measured."""
    if found.pairs < 2 or not np.isfinite(found.low):
        return "not measured"
    if clear(found):
        return "yes" if np.sign(found.mean) == sign else "no"
    return "unclear"


def verdict(finding: Finding) -> str:
    """Say whether it came out: yes, no, unclear (the interval holds zero), or not measured."""
    if finding.sign:
        return came_out(paired(finding.values), finding.sign)
    known = finding.values[np.isfinite(finding.values)]
    if known.size < 2:
        return "not measured"
    return "yes" if not known.any() else "no"


def judged(findings: Sequence[Finding]) -> pd.DataFrame:
    """Hold predictions against their numbers: one row each, with the quantity, or whether it is told in per cent."""
    frame = pd.DataFrame(
        {
            "letter": one.letter, "prediction": one.words, "quantity": one.quantity.key if one.quantity else None,
            **interval(one.values), "percent": one.percent, "came_out": verdict(one),
        }
        for one in findings
    )  # fmt: skip
    return frame.drop(columns="percent" if all(one.quantity for one in findings) else "quantity")


def finding_lines(findings: Sequence[Finding], number: str = "mean") -> list[str]:
    """Lay out judged predictions for a page; `number` is what the numbers are called."""
    lines = [f"| | prediction | {number} | 95% interval | seeds that agree | came out |", "|---|---|---|---|---|---|"]
    for one in findings:
        found = paired(one.values)
        between = f"{one.text(found.low)} to {one.text(found.high)}" if np.isfinite(found.low) else UNKNOWN
        agree = f"{found.agree:.0%}" if np.isfinite(found.agree) else UNKNOWN
        lines.append(f"| {one.letter} | {one.words} | {one.text(found.mean)} | {between} | {agree} | {verdict(one)} |")
    return lines
