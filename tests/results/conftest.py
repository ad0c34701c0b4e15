"""A made-up run, small enough to check by hand."""

from __future__ import annotations

import datetime

import pyarrow as pa
import pytest

from ecosim.config import SimulationConfig
from ecosim.results import manifest as manifests


@pytest.fixture
def config():
    return SimulationConfig(days=4, burn_in=2, seed=0)


@pytest.fixture
def tables():
    day = pa.array([-2, -1, 0, 1, 2, 3], pa.int32())
    return {
        "daily": pa.table(
            {"day": day, "impressions_gini": [0.9, 0.9, 0.1, 0.2, 0.3, 0.4], "impressions": [1.0, 1, 10, 20, 30, 40]}
        ),
        "creators": pa.table({"day": pa.array([0, 3], pa.int32()), "creator": pa.array([0, 0], pa.int32())}),
        "flows": pa.table({"day": day, "source": ["outside"] * 6, "fen": pa.array([5] * 6, pa.int64())}),
    }


@pytest.fixture
def manifest(config):
    return manifests.build(
        config,
        status="complete",
        started=datetime.datetime(2026, 1, 2, 3, 4, 5),
        wall_seconds=2.5,
        compile_seconds=1.0,
        timings={"setup": 0.5, "serving": 1.5, "settlement": 0.5},
        impressions=1000,
        threads=2,
        command=["ecosim", "run"],
    )
