"""Trajectories: if these fail, the figure of an effect over time shows other days than it says."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ecosim.config import SimulationConfig
from ecosim.results.differences import Replication
from ecosim.results.trajectories import write_trajectories


def run(tmp_path: Path, scenario: str, seed: int, effect: float) -> Replication:
    """Make up a run of 16 days whose effect begins in the second week and grows with the seed."""
    folder = tmp_path / f"{scenario}-{seed}"
    folder.mkdir()
    days = range(-3, 16)
    gmv = [100.0 + day + (effect * seed if day >= 7 else 0) for day in days]
    unknown = [float("nan")] * len(days)
    table = pa.table({"day": pa.array(days, pa.int32()), "gmv": gmv, "consumer_trust": unknown})
    pq.write_table(table, folder / "daily.parquet")
    return Replication(scenario, "", seed, SimulationConfig(days=16, burn_in=3, seed=seed), folder)


def test_weeks_count_from_the_end_of_burn_in_and_what_is_not_whole_is_left_out(tmp_path: Path) -> None:
    runs = [run(tmp_path, name, seed, effect) for name, effect in (("a", 2.0), ("baseline", 0.0)) for seed in (1, 2, 3)]
    write_trajectories(tmp_path / "t.parquet", runs, "baseline", ["gmv", "consumer_trust", "newcomer_survival_180d"])
    rows = pq.read_table(tmp_path / "t.parquet").to_pylist()
    assert [(row["outcome"], row["day"]) for row in rows] == [("gmv", 6), ("gmv", 13)]
    first, second = rows
    assert (first["difference"], first["low"], first["high"], first["baseline_mean"]) == (0, 0, 0, 103)
    assert (second["difference"], second["pairs"]) == (pytest.approx(4), 3)
    assert second["low"] < 4 < second["high"]
