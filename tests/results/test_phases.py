"""Phases: if these fail, what a policy did while it worked is mixed with what came before and after it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ecosim import registry
from ecosim.config import SimulationConfig
from ecosim.results.differences import Replication
from ecosim.results.phases import dates_of, told_phases, write_phases

DAYS = 20


def run(tmp_path: Path, scenario: str, seed: int, **dates: dict[str, Any]) -> Replication:
    """Make up a run in which sales are 100, and a policy adds ten times the seed on each of its days."""
    fund = registry.policies["innovation_fund"].config
    policies = {name: fund(kind="innovation_fund", **settings) for name, settings in dates.items()}
    config = SimulationConfig(days=DAYS, burn_in=3, seed=seed, policies=policies)
    days = range(-3, DAYS)
    gmv = [
        100.0 + sum(10 * seed for one in policies.values() if one.start <= day < (one.stop or DAYS) and one.strength)
        for day in days
    ]
    folder = tmp_path / f"{scenario}-{seed}"
    folder.mkdir()
    (folder / "summary.json").write_text("{}")
    pq.write_table(pa.table({"day": pa.array(days, pa.int32()), "gmv": gmv}), folder / "daily.parquet")
    return Replication(scenario, "", seed, config, folder)


def phases(tmp_path: Path, **scenarios: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    runs = [run(tmp_path, name, seed, **dates) for name, dates in scenarios.items() for seed in (1, 2, 3)]
    write_phases(tmp_path / "phases.parquet", runs, "baseline", ["gmv", "newcomer_survival_180d"])
    found: list[dict[str, Any]] = pq.read_table(tmp_path / "phases.parquet").to_pylist()
    return found


def test_a_phase_ends_at_every_date_of_the_scenario_and_at_none_of_another(tmp_path: Path) -> None:
    """Else days on which nothing starts or stops are told as two phases, by the name of a policy of somewhere else."""
    rows = phases(tmp_path, baseline={}, early={"fund": {"start": 5, "stop": 12}}, late={"other": {"start": 9}})
    assert {row["outcome"] for row in rows} == {"gmv"}
    told = [(row["scenario"], row["first_day"], row["last_day"], row["policies"], row["difference"]) for row in rows]
    assert told == [
        ("early", 0, 4, "", 0), ("early", 5, 11, "fund", 20), ("early", 12, 19, "", 0),
        ("late", 0, 8, "", 0), ("late", 9, 19, "other", 20),
    ]  # fmt: skip
    at_work = next(row for row in rows if row["policies"] == "fund")
    assert (at_work["pairs"], at_work["baseline_mean"], at_work["relative"]) == (3, 100, pytest.approx(0.2))
    assert at_work["low"] < 20 < at_work["high"]


def test_a_phase_ends_at_dates_of_the_baseline_too(tmp_path: Path) -> None:
    rows = phases(tmp_path, baseline={"fund": {"start": 10}}, late={"other": {"start": 15}})
    told = [(row["first_day"], row["last_day"], row["policies"], row["difference"]) for row in rows]
    assert told == [(0, 9, "", 0), (10, 14, "", -20), (15, 19, "other", 0)]


def test_what_can_differ_is_told_from_the_first_policy_on(tmp_path: Path) -> None:
    """Two policies after one another make phases; one that works to the end has nothing to be told apart from."""
    plain = run(tmp_path, "plain", 1).config
    two = run(tmp_path, "two", 1, fund={"start": 4, "stop": 9}, other={"start": 9}).config
    assert [(one.first, one.last, one.policies) for one in told_phases(two, plain)] == [
        (4, 8, ("fund",)), (9, 19, ("other",)),
    ]  # fmt: skip
    assert told_phases(run(tmp_path, "late", 1, fund={"start": 4}).config, plain) == []
    besides = replace(run(tmp_path, "besides", 1, fund={"start": 4}).config, burn_in=2)
    assert [one.policies for one in told_phases(besides, plain)] == [(), ("fund",)]  # they differ before it too


def test_where_policies_work_on_all_days_or_never_there_are_no_phases(tmp_path: Path) -> None:
    always, never = {"fund": {"start": 0}}, {"fund": {"start": 5, "strength": 0}}
    assert phases(tmp_path, baseline={}, always=always, never=never) == []


def test_a_scenario_without_dates_is_told_by_phases_of_a_baseline_with_them(tmp_path: Path) -> None:
    rows = phases(tmp_path, baseline={"fund": {"start": 10}}, without={})
    assert [(row["first_day"], row["difference"]) for row in rows] == [(0, 0), (10, -20)]


def test_days_after_the_last_are_no_dates(tmp_path: Path) -> None:
    config = run(tmp_path, "long", 1, fund={"start": 4, "stop": DAYS}).config
    assert dates_of(config) == [4]
