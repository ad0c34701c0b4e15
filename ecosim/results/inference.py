"""What pairs of runs say about a difference: interval, p-value, agreement, and how many seeds would be enough.

The interval is the symmetric studentised bootstrap (Hall, 1992: The Bootstrap and Edgeworth Expansion), kept between
Student's and twice Student's: the mean plus or minus the standard error times the 95% quantile of |t*|, where t* is
Student's t of resamples about the mean. Effects in worlds where few have most are heavy-tailed; there Student's
interval covers too little, and the equal-tailed bootstrap does too. Unbounded, the quantile is of no use where most of
few pairs nearly agree: resamples of these alone have next to no spread, so that their t* has no limit. Below five pairs
there is too little to resample, and Student's t is used. The p-value belongs to the interval: it is below 0.05 exactly
when zero lies outside, up to the number of resamples. What this covers, beside other ways: docs/statistics.md.

Resamples are a function of the number of pairs alone, so that equal inputs give equal bytes.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

LEVEL = 0.95
RESAMPLES = 9_999
FEWEST = 5
"""Pairs below which Student's t is used."""

WIDEST = 2.0
"""How many times as wide as Student's interval the bootstrap's may be.

At most a fiftieth of coverage is lost by it, but where most pairs agree and a few are far off (see docs/statistics.md).
"""

RELATIVE_WIDTH = 0.25
"""Half-width of the interval, relative to the mean difference, that `seeds_needed` asks for."""

ROUNDING = 1e-12
"""Part of a value up to which a difference is rounding: the same amounts added in another order."""

KEY = 0x65636F73696D


@dataclass(frozen=True)
class Paired:
    """A measure compared over pairs of runs.

    Attributes
    ----------
    pairs : int
        Pairs in which both runs have the measure.
    baseline : float
        Mean of the reference over these pairs.
    mean, low, high : float
        Mean difference and its 95% interval; the interval is NaN for a single pair.
    relative : float
        Mean difference over the size of the baseline's mean; NaN where that is 0.
    agree : float
        Share of the pairs whose difference has the sign of the mean.
    p : float
        Two-sided p-value of no difference, before any correction.
    seeds_needed : float
        Pairs after which the half-width would be `RELATIVE_WIDTH` of the mean difference; NaN where that is 0.
    variance_ratio : float
        Variance of the difference if the runs were not paired, over that of the pairs; above 1 pairing helps.
    """

    pairs: int
    baseline: float
    mean: float
    low: float
    high: float
    relative: float
    agree: float
    p: float
    seeds_needed: float
    variance_ratio: float


def compare(values: Sequence[float] | Array, reference: Sequence[float] | Array) -> Paired:
    """Compare values with those of the reference, pair by pair; pairs that lack one are left out."""
    x, y = np.asarray(values, np.float64), np.asarray(reference, np.float64)
    known = np.isfinite(x) & np.isfinite(y)
    x, y = x[known], y[known]
    n = int(x.size)
    if n == 0:
        nan = math.nan
        return Paired(0, nan, nan, nan, nan, nan, nan, nan, nan, nan)
    difference = x - y
    difference[np.abs(difference) <= ROUNDING * np.maximum(np.abs(x), np.abs(y))] = 0.0
    mean, baseline = _mean(difference), _mean(y)
    low, high, p = interval(difference)
    spread = _variance(difference)
    ratio = (_variance(x) + _variance(y)) / spread if n > 1 and spread > 0 else math.nan
    return Paired(
        pairs=n,
        baseline=baseline,
        mean=mean,
        low=low,
        high=high,
        relative=mean / abs(baseline) if baseline != 0 else math.nan,
        agree=float(np.mean(np.sign(difference) == np.sign(mean))),
        p=p,
        seeds_needed=seeds_needed(math.sqrt(spread), mean) if n > 1 else math.nan,
        variance_ratio=ratio,
    )


def interval(values: Sequence[float] | Array) -> tuple[float, float, float]:
    """Return the 95% interval of the mean of independent values, and the p-value of a mean of zero."""
    x = np.asarray(values, np.float64)
    n, mean = x.size, _mean(x)
    if n < 2:
        return math.nan, math.nan, math.nan
    error = math.sqrt(_variance(x) / n)
    # Differences that are all the same but for rounding have no spread to speak of.
    if error <= 1e-12 * abs(mean) or error == 0.0:
        return mean, mean, 1.0 if mean == 0 else 1 / (RESAMPLES + 1)
    quantile, p = _bounded(x - mean, error, abs(mean) / error)
    return mean - quantile * error, mean + quantile * error, p


def holm(p_values: Sequence[float]) -> list[float]:
    """Correct p-values for being many (Holm, 1979): whatever of them is below 0.05, the chance of any error is too."""
    known = sorted((p, place) for place, p in enumerate(p_values) if not math.isnan(p))
    corrected, largest = [math.nan] * len(p_values), 0.0
    for rank, (p, place) in enumerate(known):
        largest = max(largest, min(1.0, (len(known) - rank) * p))
        corrected[place] = largest
    return corrected


def seeds_needed(deviation: float, mean: float, relative_width: float = RELATIVE_WIDTH) -> float:
    """Return the fewest pairs, of at least two, whose Student interval is so narrow relative to the mean difference."""
    if mean == 0 or not math.isfinite(mean):
        return math.nan
    target = (relative_width * abs(mean) / deviation) ** 2 if deviation > 0 else math.inf
    if target < 1e-9:  # a billion seeds and more: there is nothing to find
        return math.nan
    # The normal quantile is below Student's, so this is at most a few pairs too low.
    n = max(2, math.floor(1.959964**2 / target))
    while t_quantile(n - 1) ** 2 / n > target:
        n += 1
    return float(n)


def t_quantile(freedom: int) -> float:
    """Return the 97.5% quantile of Student's t, to within 0.0005."""
    if freedom <= len(_T_QUANTILES):
        return _T_QUANTILES[freedom - 1]
    z = statistics.NormalDist().inv_cdf(0.975)  # corrected for the degrees of freedom (Cornish and Fisher)
    first, second = (z**3 + z) / 4, (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3


_T_QUANTILES = (12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281)
"""Quantiles for 1 to 10 degrees of freedom, where the series is too coarse."""


def t_tails(t: float, freedom: int) -> float:
    """Return the two-sided p-value of Student's t, by Simpson's rule over the angle atan(t / sqrt(freedom))."""

    def integral(angle: float) -> float:
        knots = np.linspace(0.0, angle, 2001)
        weights = np.where(np.arange(2001) % 2 == 1, 4.0, 2.0)
        weights[[0, -1]] = 1.0
        return math.fsum(weights * np.cos(knots) ** (freedom - 1)) * angle / 6000

    inner = integral(math.atan(t / math.sqrt(freedom)))
    return min(1.0, max(0.0, 1.0 - inner / integral(math.pi / 2)))


@lru_cache(maxsize=4)
def resamples(n: int, count: int = RESAMPLES) -> Array:
    """Return which of `n` values make up each resample (int64[count, n]), by a hash (splitmix64) of place and key."""
    z = np.arange(count * n, dtype=np.uint64) + np.uint64(1)
    with np.errstate(over="ignore"):
        z = z * np.uint64(0x9E3779B97F4A7C15) + np.uint64(KEY * (n + 1) % 2**64)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    drawn: Array = ((((z ^ (z >> np.uint64(31))) >> np.uint64(32)) * np.uint64(n)) >> np.uint64(32)).astype(np.int64)
    return drawn.reshape(count, n)


def _bounded(centred: Array, error: float, t: float) -> tuple[float, float]:
    """Return by how many standard errors the interval reaches out, and the p-value of `t`.

    The p-value is bounded as the quantile is: by Student's of `t`, and by Student's of a `t` so many times smaller.
    """
    freedom = centred.size - 1
    least, p_least = t_quantile(freedom), t_tails(t, freedom)
    if centred.size < FEWEST:
        return least, p_least
    drawn = _student(centred, error)
    p = (1 + float(np.sum(drawn >= t))) / (1 + drawn.size)
    quantile = float(np.quantile(np.minimum(drawn, WIDEST * least), LEVEL))
    return max(quantile, least), min(max(p, p_least), t_tails(t / WIDEST, freedom))


def _student(centred: Array, error: float) -> Array:
    """Return the size of Student's t of each resample: without limit where one value is drawn over and over."""
    drawn = centred[resamples(centred.size)]
    means, errors = np.abs(drawn.mean(axis=1)), np.sqrt(drawn.var(axis=1, ddof=1) / centred.size)
    nothing = 1e-9 * error  # what rounding leaves
    spread = errors > nothing
    student: Array = np.where(means > nothing, math.inf, 0.0)
    student[spread] = means[spread] / errors[spread]
    return student


def _mean(values: Array) -> float:
    return math.fsum(values) / values.size


def _variance(values: Array) -> float:
    return math.fsum((values - _mean(values)) ** 2) / (values.size - 1) if values.size > 1 else math.nan
