"""Indices of sensitivity: points at which settings are tried, and what the outcomes there say (SALib does the maths).

Morris's screening walks through the ranges one setting at a time: mu* is the mean size of the change of the outcome for
a step, per whole range; sigma its spread, by interaction or curvature (Morris, 1991; Campolongo et al., 2007). Sobol's
indices are shares of the outcome's variance: S1 by the setting alone, ST with its interactions (Saltelli et al., 2010).

Every point is tried under the same seeds. What seeds disagree about is noise: it alone makes mu*, sigma and ST larger
than zero. How large, is told by the same index of the seeds' deviations from their mean, scaled to the error of that
mean; for S1, which noise does not bias, by how far the index moves when that error is added once more (95%).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ecosim.config.sensitivity import Method
from ecosim.errors import InputError

Array = np.ndarray[Any, Any]

SEED = 7001
"""Of the points and of resamples, so that equal words give equal points; worlds have seeds of their own."""

RESAMPLES = 1000
FEWEST = 4
"""Blocks from which an index and its interval are told."""

JUDGED = ("mu_star", "S1", "ST")
"""Indices that have an interval and are held against the noise."""


@dataclass(frozen=True)
class Index:
    """An index of one setting.

    `half` is half the width of the bootstrap's 95% interval over blocks; `noise` what seeds alone would make of it (NaN
    for a single seed, or where the index has none); `doubt` half the width of the interval of index less noise.
    """

    name: str
    setting: int
    value: float
    half: float
    noise: float
    doubt: float

    @property
    def low(self) -> float:
        """Lower end of the interval; what cannot be negative ends at 0."""
        low = self.value - self.half
        return low if self.name == "S1" or math.isnan(low) else max(0.0, low)

    @property
    def verdict(self) -> str | None:
        """Say whether the index stands out: above noise, within noise, or one seed; None where that is not asked."""
        if self.name not in JUDGED or math.isnan(self.value):
            return None
        if math.isnan(self.noise):
            return "one seed"
        return "above noise" if self.value - self.doubt > self.noise else "within noise"


def salib() -> None:
    """Raise an InputError where SALib is missing."""
    try:
        import SALib  # noqa: F401
    except ImportError:
        raise InputError(
            "sensitivity: this needs SALib, which is not installed. Install it into the same environment: "
            "pip install 'ecosim[sensitivity]', or pip install 'SALib>=1.6,<2'."
        ) from None


def block_size(method: Method, settings: int) -> int:
    """Return the points of one trajectory, or of one base sample."""
    return settings + (1 if method is Method.MORRIS else 2)


def design(method: Method, settings: int, size: int, levels: int) -> Array:
    """Return the points, block after block, as places from 0 to 1 (float64[points, settings]).

    More blocks continue fewer: an analysis can grow.
    """
    salib()
    problem = _problem(settings)
    if method is Method.MORRIS:
        from SALib.sample import morris

        points: Array = morris.sample(problem, size, num_levels=levels, seed=SEED)
    else:
        from SALib.sample import sobol

        points = sobol.sample(problem, size, calc_second_order=False, seed=SEED)
    return points


def analyse(
    method: Method, points: Array, outcomes: Array, levels: int, tried: Array | None = None
) -> tuple[list[Index], int]:
    """Return the indices of every setting, and how many blocks they rest on.

    Parameters
    ----------
    method : Method
        Which indices.
    points : float64[points, settings]
        The design, as :func:`design` gave it.
    outcomes : float64[points, seeds]
        What came out; a block that lacks a number anywhere is left out, and so is a trajectory that stands there
        already: it tells nothing new, and would make interval and noise look smaller than they are.
    levels : int
        Levels of Morris's grid.
    tried : float64[points, settings], optional
        Where the settings really stood, 0 to 1, when they were rounded; Morris's effects are per whole range of these.
    """
    settings = points.shape[1]
    rows = block_size(method, settings)
    blocks = outcomes.reshape(-1, rows, outcomes.shape[1])
    known = np.isfinite(blocks).all(axis=(1, 2))
    stood = (points if tried is None else tried).reshape(-1, rows, settings)
    if method is Method.MORRIS:
        known &= _first(stood)
    count = int(known.sum())
    names = ("mu_star", "sigma", "mu") if method is Method.MORRIS else ("S1", "ST")
    if count < FEWEST:
        nan = math.nan
        return [Index(name, setting, nan, nan, nan, nan) for setting in range(settings) for name in names], count
    values = blocks[known].reshape(-1, outcomes.shape[1])
    if method is Method.MORRIS:
        return _morris(points.reshape(-1, rows, settings)[known], stood[known], values, levels), count
    return _sobol(settings, values), count


def _problem(settings: int) -> dict[str, Any]:
    return {"num_vars": settings, "names": [str(n) for n in range(settings)], "bounds": [[0.0, 1.0]] * settings}


def _errors(values: Array) -> list[Array]:
    """Return what the mean over seeds may be off by, one draw a seed: deviations scaled to the error of the mean."""
    seeds = values.shape[1]
    mean = values.mean(axis=1)
    return [(values[:, seed] - mean) / math.sqrt(seeds - 1) for seed in range(seeds)] if seeds > 1 else []


def _mean_over(errors: list[Array], statistic: Callable[[Array], Array], settings: int) -> Array:
    found: Array = np.mean([statistic(error) for error in errors], axis=0) if errors else np.full(settings, np.nan)
    return found


def _indices(name: str, value: Array, half: Array, noise: Array, noise_half: Array) -> list[Index]:
    doubt = np.hypot(half, noise_half)
    rows = zip(value, half, noise, doubt, strict=True)
    return [Index(name, setting, *(float(number) for number in row)) for setting, row in enumerate(rows)]


def _morris(trajectories: Array, stood: Array, values: Array, levels: int) -> list[Index]:
    from SALib.analyze import morris

    settings = trajectories.shape[2]
    points = trajectories.reshape(-1, settings)
    # SALib divides by the step of the grid. Rounding makes others of it: false to true is the whole range.
    scale = _steps(trajectories) / _steps(stood)

    def found(y: Array, name: str, resamples: int = 2) -> Array:
        result = morris.analyze(_problem(settings), points, y, num_resamples=resamples, num_levels=levels, seed=SEED)
        return np.asarray(result[name], np.float64) * scale

    mean, errors = values.mean(axis=1), _errors(values)
    none = np.full(settings, np.nan)
    noise = _mean_over(errors, lambda error: found(error, "mu_star"), settings)
    noise_half = _mean_over(errors, lambda error: found(error, "mu_star_conf", RESAMPLES), settings)
    spread = _mean_over(errors, lambda error: found(error, "sigma"), settings)
    half = found(mean, "mu_star_conf", RESAMPLES)
    indices = [
        *_indices("mu_star", found(mean, "mu_star"), half, noise, noise_half / _root(errors)),
        *_indices("sigma", found(mean, "sigma"), none, spread, none),
        *_indices("mu", found(mean, "mu"), none, none, none),
    ]
    return sorted(indices, key=lambda index: index.setting)


def _root(errors: list[Array]) -> float:
    """Return by what averaging over seeds narrows the interval of the noise: deviations add up to zero."""
    return math.sqrt(max(1, len(errors) - 1))


def _first(trajectories: Array) -> Array:
    """Say of each trajectory whether none before it visits the same points, forwards or backwards."""
    seen: set[bytes] = set()
    first = []
    for one in trajectories:
        name = min(one.tobytes(), one[::-1].tobytes())
        first.append(name not in seen)
        seen.add(name)
    return np.array(first)


def _steps(trajectories: Array) -> Array:
    """Return the mean size of the step that each setting makes in a trajectory."""
    steps: Array = np.abs(np.diff(trajectories, axis=1)).sum(axis=1).mean(axis=0)
    return steps


def _sobol(settings: int, values: Array) -> list[Index]:
    from SALib.analyze import sobol

    def found(y: Array, name: str, resamples: int = 2) -> Array:
        if np.ptp(y) <= 1e-12 * np.abs(y).max():  # has no variance to be shared out
            return np.full(settings, np.nan)
        result = sobol.analyze(_problem(settings), y, calc_second_order=False, num_resamples=resamples, seed=SEED)
        return np.asarray(result[name], np.float64)

    def variance(y: Array) -> float:
        """Of the base samples alone, which is what SALib divides by."""
        rows = y.reshape(-1, settings + 2)
        return float(np.var(rows[:, [0, -1]]))

    mean, errors = values.mean(axis=1), _errors(values)
    whole = variance(mean)

    def total(error: Array, name: str, resamples: int = 2) -> Array:
        if whole == 0:
            return np.full(settings, np.nan)
        return np.nan_to_num(found(error, name, resamples)) * variance(error) / whole

    first = found(mean, "S1")

    def moved(error: Array) -> Array:
        either: Array = ((found(mean + error, "S1") - first) ** 2 + (found(mean - error, "S1") - first) ** 2) / 2
        return either

    noise = _mean_over(errors, lambda error: total(error, "ST"), settings)
    noise_half = _mean_over(errors, lambda error: total(error, "ST_conf", RESAMPLES), settings) / _root(errors)
    level = 1.96 * np.sqrt(_mean_over(errors, moved, settings))
    indices = [
        *_indices("S1", first, found(mean, "S1_conf", RESAMPLES), level, np.zeros(settings)),
        *_indices("ST", found(mean, "ST"), found(mean, "ST_conf", RESAMPLES), noise, noise_half),
    ]
    return sorted(indices, key=lambda index: index.setting)
