"""The study of intervals measures the interval that ecosim has."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import intervals
from ecosim.results import inference


@pytest.mark.parametrize("pairs", [3, 6])
def test_the_method_that_is_measured_is_the_one_that_is_used(pairs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intervals, "DRAWS", inference.RESAMPLES)
    for _, values, _ in intervals.worlds(pairs, 4):
        low, high = intervals.within_bounds(intervals.Sample(values))
        used = np.array([inference.interval(one)[:2] for one in values])
        assert low == pytest.approx(used[:, 0], rel=0.01, abs=1e-3)
        assert high == pytest.approx(used[:, 1], rel=0.01, abs=1e-3)


def test_what_is_worth_choosing_is_measured() -> None:
    """Small oracle: what is chosen covers more than Student's where tails are skewed, within twice its width."""
    found = intervals.measured(5, 300)
    for name in ("lognormal", "Pareto (2.5)"):
        assert found[name][intervals.CHOSEN][0] > found[name]["Student's t"][0] + 0.03
    assert all(by[intervals.CHOSEN][2] <= 2.001 for by in found.values())
    assert found["nearly agree, but one in seven"]["studentised"][2] > 50
