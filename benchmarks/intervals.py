"""What intervals of a mean of few pairs cover, beside each other: `python -m benchmarks.intervals` (half a minute).

Worlds of known truth, each many times: how often does an interval of 95% hold the mean, and how wide is it in units of
Student's? The tables go into docs/statistics.md. Draws are a function of the number of pairs, so that tables are the
same every time.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ecosim.results.inference import LEVEL, WIDEST, resamples, t_quantile

Array = np.ndarray[Any, Any]
Ends = tuple[Array, Array]

PAGE = Path(__file__).parents[1] / "docs" / "statistics.md"
PAIRS = (3, 5, 7, 10, 20)
WORLDS = 4_000
DRAWS = 999

CHOSEN = "kept within bounds"


def worlds(pairs: int, count: int) -> Iterator[tuple[str, Array, float]]:
    """Yield names, differences (float64[count, pairs]) and the true mean."""
    draw, size = np.random.default_rng(100 + pairs), (count, pairs)
    yield "normal", draw.normal(size=size), 0.0
    yield "Student's t, 3 degrees", draw.standard_t(3, size), 0.0
    shared = draw.pareto(2.5, size)
    with_it, without = 1.1 * shared + 0.3 * draw.pareto(2.5, size), shared + 0.3 * draw.pareto(2.5, size)
    yield "Pareto (2.5), shared by both runs", with_it - without, 0.1 / 1.5
    yield "lognormal", draw.lognormal(0.0, 1.0, size), math.exp(0.5)
    yield "Pareto (2.5)", draw.pareto(2.5, size), 1 / 1.5
    far = draw.random(size) < 0.15
    yield "nearly agree, but one in seven", 0.05 * draw.normal(size=size) + far * draw.exponential(3.0, size), 0.45
    yield "normal, rounded to whole numbers", np.round(draw.normal(0.5, 1.0, size)), 0.5
    yield "counts (Poisson, 0.7)", draw.poisson(0.7, size).astype(np.float64), 0.7


class Sample:
    """Many samples of one size, and what all methods ask of them."""

    def __init__(self, values: Array) -> None:
        self.pairs = values.shape[1]
        self.mean = values.mean(axis=1)
        self.centred = values - self.mean[:, None]
        self.error = values.std(axis=1, ddof=1) / math.sqrt(self.pairs)
        self.student = t_quantile(self.pairs - 1)

    def drawn(self, weights: Array) -> tuple[Array, Array]:
        """Return means of weighted draws about the sample's mean, and their standard errors."""
        whole = weights.sum(axis=1)
        means = self.centred @ weights.T / whole
        spread = np.maximum(self.centred**2 @ weights.T / whole - means**2, 0.0)
        return means, np.sqrt(spread / (self.pairs - 1))

    def around(self, quantile: Array | float) -> Ends:
        """Return the ends of an interval that reaches out so many standard errors."""
        return self.mean - quantile * self.error, self.mean + quantile * self.error

    def counted(self) -> Array:
        """Return how often each value stands in each resample."""
        places = resamples(self.pairs, DRAWS)
        return np.stack([(places == place).sum(axis=1) for place in range(self.pairs)], axis=1).astype(np.float64)

    def size_of_t(self, weights: Array, shrunk: float = 0.0) -> Array:
        """Return |t*| of weighted draws, with a part of their variance replaced by the sample's."""
        means, errors = self.drawn(weights)
        # Resamples have (n - 1) / n of the sample's variance on average.
        own = (1 - 1 / self.pairs) * self.error[:, None] ** 2
        squared = (1 - shrunk) * errors**2 + shrunk * own
        nothing = 1e-9 * self.error[:, None] + 1e-300
        size = np.where(np.abs(means) > nothing, math.inf, 0.0)
        return np.divide(np.abs(means), np.sqrt(squared), out=size, where=squared > nothing**2)


def student(sample: Sample) -> Ends:
    return sample.around(sample.student)


def unbounded(sample: Sample) -> Ends:
    """Leave out resamples of one value over and over, which have no |t*|."""
    if sample.pairs < 5:
        return student(sample)
    size = np.sort(sample.size_of_t(sample.counted()), axis=1)
    last = np.ceil(LEVEL * (np.isfinite(size).sum(axis=1) - 1)).astype(int)
    return sample.around(np.take_along_axis(size, np.maximum(last, 0)[:, None], axis=1)[:, 0])


def from_ten(sample: Sample) -> Ends:
    return unbounded(sample) if sample.pairs >= 10 else student(sample)


def within_bounds(sample: Sample) -> Ends:
    """Do what `ecosim.results.inference.interval` does, for many samples at a time."""
    if sample.pairs < 5:
        return student(sample)
    quantile = _quantile(np.minimum(sample.size_of_t(sample.counted()), WIDEST * sample.student))
    return sample.around(np.maximum(quantile, sample.student))


def shrunk(sample: Sample) -> Ends:
    return sample.around(_quantile(sample.size_of_t(sample.counted(), 0.1)))


def beta(sample: Sample) -> Ends:
    """Weights of Beta(1/2, 3/2) (Owen, 2025, arXiv:2508.10083): one coordinate of a point in a disc, squared."""
    radius, angle = np.random.default_rng(sample.pairs).random((2, DRAWS, sample.pairs))
    return sample.around(_quantile(sample.size_of_t(radius * np.cos(math.pi * angle) ** 2)))


def bca(sample: Sample) -> Ends:
    """Bias-corrected and accelerated percentiles (Efron, 1987)."""
    normal, means = statistics.NormalDist(), np.sort(sample.drawn(sample.counted())[0], axis=1)
    below = (means < 0).mean(axis=1) + (means == 0).mean(axis=1) / 2
    bias = np.array([normal.inv_cdf(min(max(share, 1 / DRAWS), 1 - 1 / DRAWS)) for share in below])
    skew = (sample.centred**3).sum(axis=1) / (6 * (sample.centred**2).sum(axis=1) ** 1.5 + 1e-300)
    ends = []
    for z in (normal.inv_cdf((1 - LEVEL) / 2), normal.inv_cdf((1 + LEVEL) / 2)):
        shares = [normal.cdf(one) for one in bias + (bias + z) / (1 - skew * (bias + z))]
        places = np.minimum((np.array(shares) * DRAWS).astype(int), DRAWS - 1)
        ends.append(sample.mean + np.take_along_axis(means, places[:, None], axis=1)[:, 0])
    return ends[0], ends[1]


def _quantile(size: Array) -> Array:
    """Return the 95% quantile of each row, of those that have none the next larger."""
    found: Array = np.quantile(size, LEVEL, axis=1, method="higher")
    return found


METHODS: dict[str, Callable[[Sample], Ends]] = {
    "Student's t": student,
    "studentised": unbounded,
    "studentised from ten": from_ten,
    CHOSEN: within_bounds,
    "shrunk by a tenth": shrunk,
    "beta weights": beta,
    "BCa": bca,
}


def measured(pairs: int, count: int = WORLDS) -> dict[str, dict[str, tuple[float, float, float]]]:
    """Return by world and method: coverage of the mean, and median and 99th percentile of the width over Student's."""
    found = {}
    for name, values, truth in worlds(pairs, count):
        sample = Sample(values)
        spread = sample.error > 0
        found[name] = {}
        for method, make in METHODS.items():
            low, high = make(sample)
            low, high = np.where(spread, low, sample.mean), np.where(spread, high, sample.mean)
            wide = (high - low)[spread] / (2 * sample.student * sample.error[spread])
            covered = float(np.mean((low <= truth) & (truth <= high)))
            found[name][method] = (
                covered,
                *(float(np.quantile(wide, share, method="higher")) for share in (0.5, 0.99)),
            )
    return found


def lines(found: dict[int, dict[str, dict[str, tuple[float, float, float]]]]) -> dict[str, list[str]]:
    """Lay out the tables: all methods for five pairs, and those that matter for every number of pairs."""
    made = {"five": [_row(["differences", *METHODS]), _row(["---"] * (1 + len(METHODS)))]}
    made["five"] += [_row([name, *map(_cell, by_method.values())]) for name, by_method in found[5].items()]
    few = ("Student's t", "studentised", CHOSEN, "beta weights")
    made["pairs"] = [_row(["differences", "method", *(f"{n} pairs" for n in found)]), _row(["---"] * (2 + len(found)))]
    for name in found[5]:
        made["pairs"] += [_row([name, method, *(_cell(found[n][name][method]) for n in found)]) for method in few]
    return made


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(numbers: tuple[float, float, float]) -> str:
    covered, median, most = numbers
    return f"{covered:.3f}".lstrip("0") + f" ({median:.1f}, {_width(most)})"


def _width(most: float) -> str:
    return "∞" if most > 1e6 else f"{most:.1f}" if most < 10 else f"{most:,.0f}"


def main() -> int:
    """Measure, and write the tables into the page."""
    text = PAGE.read_text(encoding="utf-8")
    for name, table in lines({pairs: measured(pairs) for pairs in PAIRS}).items():
        begin, end = (f"<!-- {name}: {word} (written by benchmarks/intervals.py) -->" for word in ("begin", "end"))
        before, rest = text.split(begin)
        text = f"{before}{begin}\n" + "\n".join(table) + f"\n{end}{rest.split(end)[1]}"
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
