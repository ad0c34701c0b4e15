"""How long creators last: the Kaplan-Meier estimate of survival by age, for entrants seen from the end of burn-in.

Entrants of the burn-in are *left-truncated*: they join the group at risk at the age they have when measurement
begins, so that those who left before are neither counted nor missed. Those still publishing at the end are censored.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

ENOUGH_AT_RISK = 30
"""Creators at risk under which a survival at a given age is not reported."""


class Survival(NamedTuple):
    """A survival curve: the chance to be publishing still after each age.

    Attributes
    ----------
    ages : NDArray[np.int64]
        Age in days, 0, 1, 2, ... up to the last age at which anybody is at risk.
    survival : NDArray[np.float64]
        Estimated share of entrants that is still there after that age.
    se : NDArray[np.float64]
        Greenwood's standard error; NaN where nobody survives.
    at_risk : NDArray[np.int64]
        Creators observed at that age.
    """

    ages: NDArray[np.int64]
    survival: NDArray[np.float64]
    se: NDArray[np.float64]
    at_risk: NDArray[np.int64]

    def at(self, age: int, enough: int = ENOUGH_AT_RISK) -> tuple[float, float]:
        """Return survival and its standard error at `age`; NaN when fewer than `enough` are at risk there."""
        if age >= self.ages.size or self.at_risk[age] < enough:
            return float("nan"), float("nan")
        return float(self.survival[age]), float(self.se[age])


def kaplan_meier(entered: ArrayLike, left: ArrayLike, start: int, end: int) -> Survival:
    """Estimate survival by age from what happened on the days `start` to `end` - 1.

    Parameters
    ----------
    entered : array_like of int
        Day of entry. Leave founders out: their age is unknown.
    left : array_like
        Day of exit; NaN, or any day from `end` on, for creators who are still there.
    start : int
        First day of observation, the end of burn-in.
    end : int
        The day after the last one observed.

    Notes
    -----
    A creator of age ``a = day - entered`` is at risk on each observed day up to and including the day of exit. With
    ``n[a]`` at risk and ``d[a]`` exits, ``S(a) = prod(1 - d[k] / n[k] for k <= a)`` and Greenwood's variance is
    ``S(a)**2 * sum(d[k] / (n[k] * (n[k] - d[k])) for k <= a)``. The curve ends before the first age at which nobody
    is at risk, because what follows cannot be told.
    """
    first_day, exit_day = _days(entered, left, end)
    seen = np.maximum(first_day, start) <= np.minimum(exit_day, end - 1)
    first_day, exit_day = first_day[seen], exit_day[seen]
    from_age = np.maximum(start - first_day, 0)
    to_age = np.minimum(exit_day, end - 1) - first_day
    longest = int(to_age.max(initial=-1)) + 1
    at_risk = np.cumsum(np.bincount(from_age, minlength=longest + 1) - np.bincount(to_age + 1, minlength=longest + 1))
    gaps = np.flatnonzero(at_risk == 0)
    known = int(gaps[0]) if gaps.size else longest
    exits = np.bincount(to_age[exit_day < end], minlength=longest + 1)[:known]
    at_risk = at_risk[:known]
    survival = np.cumprod(1.0 - exits / at_risk, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        se = survival * np.sqrt(np.cumsum(exits / (at_risk * (at_risk - exits)), dtype=np.float64))
    return Survival(np.arange(known), survival, se, at_risk)


def survival_at(entered: ArrayLike, left: ArrayLike, start: int, end: int, age: int = 180) -> float:
    """Return the share of entrants that survives `age` days; NaN when fewer than 30 are at risk at that age.

    The arguments are those of :func:`kaplan_meier`.
    """
    return kaplan_meier(entered, left, start, end).at(age)[0]


def band(curve: Survival, z: float = 1.959964) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the lower and upper end of the pointwise 95% band, on the log(-log) scale so that it stays within [0, 1].

    Where nobody has left yet the band is the curve itself; where nobody survives it is NaN.
    """
    survival = curve.survival
    with np.errstate(divide="ignore", invalid="ignore"):
        width = z * curve.se / (survival * np.abs(np.log(survival)))
        low, high = survival ** np.exp(width), survival ** np.exp(-width)
    untouched = survival == 1.0
    return np.where(untouched, 1.0, low), np.where(untouched, 1.0, high)


def _days(entered: ArrayLike, left: ArrayLike, end: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    first: NDArray[np.int64] = np.asarray(entered, dtype=np.int64).ravel()
    last: NDArray[Any] = np.asarray(left, dtype=np.float64).ravel()
    if first.shape != last.shape:
        raise ValueError(f"entered has {first.size} creators, left has {last.size}: give one day of each per creator")
    last = np.where(np.isnan(last), np.maximum(first, end), last).astype(np.int64)
    if np.any(last < first):
        row = int(np.flatnonzero(last < first)[0])
        raise ValueError(f"creator {row} left on day {last[row]}, before entering on day {first[row]}")
    return first, last
