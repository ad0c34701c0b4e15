"""What a metric declares, and how small formulas are computed once for all of them."""

from __future__ import annotations

from enum import Enum
from typing import Any, ClassVar

import numpy as np

from ecosim.state.world import World

Array = np.ndarray[Any, Any]


class Scope(Enum):
    """When a metric is taken: every day, or once at the end of a run."""

    DAILY = "daily"
    RUN = "run"


class Direction(Enum):
    """Whether more is better; for signs and colours only, the user decides what is good."""

    UP = "more is better"
    DOWN = "less is better"
    NEUTRAL = "neither"


class NoSettings:
    """Metrics take no settings."""


class Metric:
    """One number about the world.

    Attributes
    ----------
    label : str
        What it is, in words for a table.
    unit : str
        Unit of the number.
    direction : Direction
        Whether more is better.
    weights : str
        What entries are weighted by; empty where each counts once, or nothing is averaged.
    scope : Scope
        Daily, or once a run.
    unknown_when : str
        In which runs there is no number at all; empty where there always is one.
    """

    label: ClassVar[str]
    unit: ClassVar[str]
    direction: ClassVar[Direction] = Direction.NEUTRAL
    weights: ClassVar[str] = ""
    scope: ClassVar[Scope] = Scope.DAILY
    unknown_when: ClassVar[str] = ""

    def measure(self, world: World) -> float:
        """Return the number; NaN where it is not defined."""
        raise TypeError(f"{type(self).__name__} must define measure(world)")


def gini(values: Array) -> float:
    """Gini coefficient of non-negative numbers: 0 when all are equal, (n - 1) / n when one has it all.

    Computed by ranks in O(n log n): 2 sum(i x_i) / (n sum(x)) - (n + 1) / n for x ascending. NaN when all are zero.
    """
    x = np.sort(np.asarray(values, np.float64))
    total = x.sum()
    if x.size == 0 or total <= 0:
        return float("nan")
    ranks = np.arange(1, x.size + 1)
    return float(2.0 * (ranks * x).sum() / (x.size * total) - (x.size + 1) / x.size)


def top_share(values: Array, share: float) -> float:
    """Share of the total that the top `share` of the entries holds (at least one entry). NaN when all are zero."""
    x = np.sort(np.asarray(values, np.float64))[::-1]
    total = x.sum()
    if x.size == 0 or total <= 0:
        return float("nan")
    return float(x[: max(1, round(share * x.size))].sum() / total)


def effective_styles(styles: Array, weights: Array) -> float:
    """Effective number of styles: the Vendi score with a linear kernel (Friedman and Dieng 2023).

    The exponential of the entropy of the eigenvalues of the weighted second-moment matrix; 1 when all styles are the
    same, at most D when they spread evenly over all dimensions.

    Parameters
    ----------
    styles : float[n, D]
        Unit vectors.
    weights : float[n]
        At least 0. NaN is returned when they sum to 0.
    """
    from ecosim.kernels.measures import add_moments  # compiled code is loaded by whoever measures, not by who lists

    total = float(np.sum(weights, dtype=np.float64))
    if total <= 0:
        return float("nan")
    moments = np.zeros((styles.shape[1], styles.shape[1]))
    # Not `@`: threads of a BLAS would round by their number, and on a busy machine wait for each other.
    add_moments(styles, np.asarray(weights, np.float64) / total, moments)
    values = np.linalg.eigvalsh(moments)
    values = values[values > 1e-12]
    values = values / values.sum()
    return float(np.exp(-(values * np.log(values)).sum()))
