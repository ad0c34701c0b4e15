"""Days on which a policy worked: if these fail, a cost is thinned out over days on which nothing was done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ecosim import registry
from ecosim.config import SimulationConfig
from ecosim.results.costs import write_bite, write_payments
from ecosim.results.differences import Replication
from ecosim.results.phases import in_force


def run(folder: Path, **policies: dict[str, Any]) -> Replication:
    """Make up a run of 20 days, one in five recorded; from day 10 on one slot in ten differs, and a fen is paid."""
    kinds = {name: registry.policies["innovation_fund"].config(kind="innovation_fund", **settings)
             for name, settings in policies.items()}  # fmt: skip
    days = [-5, 0, 5, 10, 15]
    late = [int(day >= 10) for day in days]
    bite = {"day": days, "group": ["all"] * 5, "slots": [10] * 5, "slots_default": [10] * 5, "differing": late}
    paid = {"day": days, "purpose": ["grants"] * 5, "fen": late, "fen_default": [0] * 5}
    folder.mkdir()
    pq.write_table(pa.table(bite), folder / "bite.parquet")
    pq.write_table(pa.table(paid), folder / "payments.parquet")
    return Replication("fund", "", 1, SimulationConfig(days=20, burn_in=5, policies=kinds), folder)


def tables(tmp_path: Path, made: Replication) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    write_bite(tmp_path / "b.parquet", [made], "baseline")
    write_payments(tmp_path / "p.parquet", [made], "baseline")
    return pq.read_table(tmp_path / "b.parquet").to_pylist(), pq.read_table(tmp_path / "p.parquet").to_pylist()


def test_days_of_a_policy_of_strength_zero_are_no_days_of_a_policy(tmp_path: Path) -> None:
    made = run(tmp_path / "run", idle={"strength": 0}, fund={"start": 10})
    ((bite,), (paid,)) = tables(tmp_path, made)
    assert (bite["days"], bite["first_day"], bite["last_day"]) == (2, 10, 15)
    assert bite["differing"] == bite["share_first"] * 10 == 1
    assert (paid["days"], paid["first_day"], paid["fen"]) == (2, 10, 1)


def test_where_no_policy_ever_works_there_is_nothing_to_tell(tmp_path: Path) -> None:
    assert tables(tmp_path, run(tmp_path / "run", idle={"strength": 0}, other={"strength": 0, "start": 7})) == ([], [])


@pytest.mark.parametrize(("day", "worked"), [(-1, False), (0, False), (3, True), (8, True), (9, False)])
def test_a_policy_that_is_phased_in_works_from_its_first_day(tmp_path: Path, day: int, worked: bool) -> None:
    made = run(tmp_path / "run", fund={"start": 3, "stop": 9, "phase_in": 30})
    assert in_force(made.config, day) is worked


def test_bite_and_payments_are_each_policys_own_where_one_works_after_the_other(tmp_path: Path) -> None:
    """Pooled, half of the slots would be said to differ under both, and nobody could name the cost of either."""
    made = run(tmp_path / "run", early={"stop": 10}, late={"start": 10})
    bite, paid = tables(tmp_path, made)
    assert [(row["policies"], row["days"], row["differing"]) for row in bite] == [("early", 2, 0), ("late", 2, 1)]
    assert [(row["policies"], row["days"], row["fen"]) for row in paid] == [("early", 2, 0), ("late", 2, 1)]
    assert [(row["phase_first_day"], row["phase_last_day"]) for row in bite] == [(0, 9), (10, 19)]


def test_policies_that_work_together_share_bite_and_payments(tmp_path: Path) -> None:
    made = run(tmp_path / "run", first={"stop": 12}, second={"start": 7})
    bite, _ = tables(tmp_path, made)
    assert [(row["policies"], row["first_day"], row["last_day"]) for row in bite] == [
        ("first", 0, 5), ("first+second", 10, 10), ("second", 15, 15),
    ]  # fmt: skip


def test_a_phase_without_a_recording_day_has_no_bite(tmp_path: Path) -> None:
    bite, paid = tables(tmp_path, run(tmp_path / "run", short={"start": 6, "stop": 9}, late={"start": 12}))
    assert [row["policies"] for row in bite] == [row["policies"] for row in paid] == ["late"]
