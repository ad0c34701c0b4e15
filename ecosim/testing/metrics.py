"""The contract of metrics."""

from __future__ import annotations

import numpy as np

from ecosim.metrics.base import Direction, Scope
from ecosim.pipeline import fingerprint
from ecosim.registry import Entry
from ecosim.reordering import reordered
from ecosim.state.world import World
from ecosim.testing.worlds import documented, require, run_world, small_config


def check_metric(entry: Entry, world: World | None = None) -> None:
    """Check that a metric declares itself, changes nothing, and does not depend on the order of rows.

    Parameters
    ----------
    entry : Entry
        The registered metric.
    world : World, optional
        A world after some days; one is run if it is left out.
    """
    documented(entry)
    metric = entry.cls()
    declared = all(isinstance(getattr(metric, name, None), str) for name in ("label", "unit"))
    require(declared, entry, "must declare a label and a unit")
    require(isinstance(metric.direction, Direction), entry, "must declare its direction as a Direction")
    require(isinstance(metric.scope, Scope), entry, "must declare its scope as a Scope")
    world = world or run_world(small_config(days=12), 12)
    before = fingerprint(world)
    value = float(metric.measure(world))
    require(fingerprint(world) == before, entry, "changes the world that it measures")
    other = float(metric.measure(reordered(world)))
    same = np.isclose(value, other, rtol=1e-9, atol=1e-12, equal_nan=True)
    require(bool(same), entry, f"depends on the order of rows: {value!r}, and in another order {other!r}")
