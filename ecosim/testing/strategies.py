"""The contract of creator strategies."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecosim.kernels import draws
from ecosim.registry import Entry
from ecosim.state.columns import Array
from ecosim.strategies.base import EFFORT_BOUNDS, Decisions, Observation
from ecosim.testing.worlds import documented, require, sealed


def check_strategy(entry: Entry, **settings: Any) -> None:
    """Check that a strategy decides within bounds, alike for the same sight, and each creator by what that one sees."""
    documented(entry)
    strategy = entry.cls(entry.config(**settings))
    require(0.0 <= strategy.learning <= 1.0, entry, f"has a learning rate of {strategy.learning}; it must be in [0, 1]")
    require(strategy.drift >= 0.0, entry, f"has a style drift of {strategy.drift}; it must be at least 0")
    everyone = np.arange(200)
    decided = strategy.decide(_sight(everyone))
    effort, mode, aspiration = decided.effort, decided.mode, decided.aspiration
    require(effort.shape == mode.shape == (200,), entry, "must return one effort and one mode a creator")
    require(effort.dtype == np.float32 and mode.dtype == np.int8, entry, "must return float32 efforts and int8 modes")
    low, high = EFFORT_BOUNDS
    within = bool(np.isfinite(effort).all() and effort.min() >= low and effort.max() <= high)
    require(within, entry, f"decides on efforts outside {low:g} to {high:g} posts a day")
    require(bool(np.isin(mode, (0, 1, 2)).all()), entry, "chooses modes other than 0, 1 and 2")
    if aspiration is not None:
        sound = aspiration.dtype == np.float32 and aspiration.shape == (200,) and bool(np.isfinite(aspiration).all())
        require(sound, entry, "must return one finite float32 aspiration a creator, or None")
    again = strategy.decide(_sight(everyone))
    require(
        _alike(decided, again), entry, "decides differently on the same sight: use draws keyed by seed, day and serial"
    )
    some = everyone[::-3]
    fewer = strategy.decide(_sight(some))
    of_some = Decisions(effort[some], mode[some], None if aspiration is None else aspiration[some])
    require(_alike(of_some, fewer), entry, "lets a creator's decision depend on who else decides")


def _alike(a: Decisions, b: Decisions) -> bool:
    pairs = zip(a, b, strict=True)
    return all(x is y if x is None or y is None else np.array_equal(x, y) for x, y in pairs)


def _sight(rows: Array) -> Observation:
    """What some of 200 creators see, from the poorest to the richest, closed for writing."""
    u = draws.uniforms(2, draws.USER, 0, np.arange(200))
    z = draws.gaussians(2, draws.USER, 1, np.arange(200), 5)
    wealth = np.concatenate(([0.0, -1.0, 1e4], np.exp(z[3:, 0])))
    columns: dict[str, Array] = {
        "serial": np.arange(200) * 7,
        "age": (500 * u[:, 0]).astype(np.int32),
        "effort": (8 * u[:, 1]).astype(np.float32),
        "skill": z[:, 1].astype(np.float32),
        "posts": (900 * u[:, 0]).astype(np.int32),
        "followers": (10_000 * u[:, 2]).astype(np.int64),
        "tier": (3 * u[:, 1]).astype(np.int8),
        "prosperity": wealth.astype(np.float32),
        "welfare": (2 * wealth).astype(np.float32),
        "savings": (20_000 * u[:, 2] - 10_000).astype(np.int64),
        "mode": (3 * u[:, 0]).astype(np.int8),
        "beliefs": z[:, 2:].astype(np.float32),
        "aspiration": z[:, 1].astype(np.float32),
        "chart_heat": u[:, 3] < 0.8,
        "noise": (0.1 + u[:, 2]).astype(np.float32),
    }
    seen = {name: sealed(np.ascontiguousarray(values[rows])) for name, values in columns.items()}
    return Observation(day=11, seed=1, costs=sealed(np.array([0.1, 0.06, 0.25])), **seen)
