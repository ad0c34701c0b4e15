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
        # The study takes the next larger of two draws, the interval a place between them.
        width = used[:, 1] - used[:, 0]
        assert np.abs(low - used[:, 0]) == pytest.approx(0, abs=float(0.01 * width.max()))
        assert high - low == pytest.approx(width, rel=0.03)


def test_what_is_worth_choosing_is_measured() -> None:
    """Small oracle: what is chosen covers more than Student's where tails are skewed, within twice its width."""
    found = intervals.measured(5, 300)
    for name in ("lognormal", "Pareto (2.5)"):
        assert found[name][intervals.CHOSEN][0] > found[name]["Student's t"][0] + 0.03
    assert all(by[intervals.CHOSEN][2] <= 2.001 for by in found.values())
    assert found["nearly agree, but one in seven"]["studentised"][2] > 50
