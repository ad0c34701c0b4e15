"""Winners and losers: if these fail, a gain or a loss is told of other people than those who had it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ecosim.config import SimulationConfig
from ecosim.results.differences import Replication
from ecosim.results.groups import write_groups, write_phase_groups

DAYS = (-7, 0, 7, 14, 21, 28, 35)
FLOOR = {"floor": {"kind": "exposure_floor"}}
ZERO = dict.fromkeys(("earned_video_fen", "earned_live_fen", "earned_fees_fen", "earned_grants_fen"), 0)


def creator(serial: int, a_day: float, *, month: int = 0, entered: int = -20, left: int | None = None, **more: Any):
    """Make up a creator with so many impressions a day, from whom a fen is earned each."""
    return {"serial": serial, "a_day": a_day, "month": month, "entered": entered, "left": left, **more}


def folder(path: Path, people: list[dict[str, Any]], watch_ms: int = 7_000) -> Path:
    """Write the tables of a run that groups are made from."""
    path.mkdir(parents=True)
    careers, shots = [], []
    for row, one in enumerate(people):
        fixed = {"creator": row, "brand": one.get("brand", -1), "serial": one["serial"], "entered": one["entered"]}
        fixed |= {"left": one["left"], "vertical": row % 2, "region": 0, "founder": one["entered"] <= -20, "posts": 1}
        careers.append(fixed)
        for day in DAYS:
            if one["entered"] <= day and (one["left"] is None or day - one["left"] <= 7):
                last = day if one["left"] is None else min(day, one["left"])
                total = round(one["a_day"] * (last + 20))
                shots.append(
                    {"day": day, "creator": row, "impressions": total, "earned_ads_fen": total, **ZERO}
                    | {"impressions_28d": one["month"], "tier": one.get("tier", 2)}
                    | {"believed_own": 1.0, "believed_imitate": 0.0, "believed_innovate": 0.0}
                )
    segments = [
        {"day": day, "kind": kind, "segment": name, "consumers": count, "active": 1, "satisfaction": 0.5}
        | {"watch_ms": watch_ms * count * (day + 20), "spent_fen": 0}
        for day in DAYS
        for kind, name, count in (("purse", "low", 1), ("purse", "high", 3), ("trust", "low", 2), ("trust", "high", 2))
    ]
    for name, rows in (("careers", careers), ("creators", shots), ("segments", segments)):
        pq.write_table(pa.Table.from_pylist(rows), path / f"{name}.parquet")
    return path


def groups(tmp_path: Path, pairs: list[tuple[Any, Any]], settings: dict[str, Any] | None = None) -> dict[Any, Any]:
    """Compare made-up runs and return the rows of the whole run by kind, group and measure."""
    runs = []
    for seed, both in enumerate(pairs, 1):
        for name, (people, watch) in zip(("policy", "baseline"), both, strict=True):
            chosen = ({"policies": FLOOR} | (settings or {})) if name == "policy" else {}
            config = SimulationConfig(days=36, burn_in=20, seed=seed, **chosen)
            path = folder(tmp_path / f"{name}-{seed}", people, watch)
            runs.append(Replication(name, "", seed, config, path))
    write_groups(tmp_path / "groups.parquet", runs, "baseline")
    rows = pq.read_table(tmp_path / "groups.parquet").to_pylist()
    return {(row["kind"], row["group"], row["measure"], row["horizon"]): row for row in rows}


def test_creators_are_grouped_by_what_they_were_in_the_baseline_before_the_start(tmp_path: Path) -> None:
    """The policy turns the order around: the least seen win, whatever they have become."""
    before = [creator(50 - k, 10.0 * (k + 1), month=k) for k in range(20)]
    after = [creator(50 - k, 10.0 * (20 - k), month=100 - k, tier=0) for k in range(20)]
    found = groups(tmp_path, [((after, 7_000), (before, 7_000))] * 3)
    least = found["decile", "1 (least seen)", "impressions", None]
    assert (least["baseline_mean"], least["difference"]) == (pytest.approx(15), pytest.approx(180))
    assert (least["heads"], least["pairs"], least["verdict"]) == (2, 3, "higher")
    assert found["decile", "10 (most seen)", "impressions", None]["difference"] == pytest.approx(-180)
    assert found["decile", "10 (most seen)", "income", None]["difference"] == pytest.approx(-1.8)  # yuan
    assert not any(kind == "tier" for kind, *_ in found)  # in the baseline all are tail: one group is no comparison


def test_who_stopped_counts_as_a_head_with_nothing(tmp_path: Path) -> None:
    stays = [creator(0, 70.0), creator(1, 70.0, entered=-10)]
    stops = [creator(0, 70.0, left=7), creator(1, 70.0, entered=-10)]
    found = groups(tmp_path, [((stops, 7_000), (stays, 7_000))] * 2)
    everyone = found["all", "all", "impressions", None]
    assert (everyone["heads"], everyone["baseline_mean"]) == (2, pytest.approx(70))
    assert everyone["difference"] == pytest.approx((70 * 7 / 35 - 70) / 2)
    founders = found["cohort", "there from the first day", "impressions", None]
    assert (founders["first_day"], founders["last_day"]) == (1, 35)
    assert founders["baseline_mean"] == pytest.approx(70)
    assert founders["difference"] == pytest.approx(70 * 7 / 35 - 70)  # published for seven of 35 days
    assert found["cohort", "there from the first day", "publishing", None]["difference"] == -1
    assert found["cohort", "entered before the start", "impressions", None]["difference"] == 0
    at_30 = found["cohort", "there from the first day", "impressions", 30]
    assert (at_30["first_day"], at_30["last_day"], at_30["difference"]) == (1, 28, pytest.approx(70 * 7 / 28 - 70))


def test_an_entrant_of_one_run_is_the_same_person_in_the_other(tmp_path: Path) -> None:
    old = [creator(0, 10.0), creator(1, 10.0)]
    more = [*old, creator(77, 35.0, entered=15)]
    found = groups(tmp_path, [((more, 7_000), (old, 7_000))] * 2)
    entrants = found["cohort", "entered in the first 36 days", "publishing", None]
    assert (entrants["heads"], entrants["baseline_mean"], entrants["difference"]) == (1, 0, 1)
    assert ("cohort", "entered later", "publishing", None) not in found


def test_accounts_of_brands_are_nobodys_gain(tmp_path: Path) -> None:
    old = [creator(0, 10.0), creator(1, 10.0, entered=-10)]
    shop = [*old, creator(5, 1000.0, brand=0)]
    found = groups(tmp_path, [((shop, 7_000), (old, 7_000))] * 2)
    assert found["cohort", "there from the first day", "impressions", None]["difference"] == 0


def test_segments_are_measured_by_the_head_and_corrected_within_their_kind(tmp_path: Path) -> None:
    people = [creator(0, 10.0)]
    found = groups(tmp_path, [((people, 9_000), (people, 7_000))] * 3)
    rich = found["purse", "high", "watch_seconds", None]
    assert (rich["heads"], rich["baseline_mean"], rich["difference"]) == (3, pytest.approx(7), pytest.approx(2))
    assert rich["p_holm"] == pytest.approx(2 * rich["p"])  # two groups of the kind
    assert found["trust", "low", "watch_seconds", None]["verdict"] == "higher"
    assert not any(measure == "spending" for _, _, measure, _ in found)  # nobody buys in this world


def test_trust_parts_the_same_people_only_where_the_past_is_the_same(tmp_path: Path) -> None:
    people = [creator(0, 10.0)]
    found = groups(tmp_path, [((people, 9_000), (people, 7_000))] * 2, {"ranker": {"kind": "random"}})
    assert ("purse", "low", "watch_seconds", None) in found
    assert not any(kind == "trust" for kind, *_ in found)


def test_one_pair_has_no_interval_and_no_verdict(tmp_path: Path) -> None:
    people = [creator(0, 10.0)]
    found = groups(tmp_path, [((people, 9_000), (people, 7_000))])
    one = found["purse", "low", "watch_seconds", None]
    assert (one["verdict"], one["low"], one["pairs"]) == ("single pair", None, 1)


FUND = {"kind": "innovation_fund"}
PEOPLE = [creator(0, 10.0, tier=0), creator(1, 10.0, entered=-10), creator(2, 10.0, entered=10)]
TWO = {"early": FUND | {"start": 3, "stop": 16}, "late": FUND | {"start": 16}}


def phase_groups(tmp_path: Path, policies: dict[str, Any], turn: int) -> list[dict[str, Any]]:
    """Compare runs in which the one creator gains 7 impressions a day until a day, and loses 7 a day after it."""
    runs = []
    for seed in (1, 2, 3):
        for name, chosen in (("policy", policies), ("baseline", {})):
            path = folder(tmp_path / f"{name}-{seed}", PEOPLE)
            if chosen:
                shots = pq.read_table(path / "creators.parquet").to_pylist()
                for shot in shots:
                    if shot["creator"] == 0:
                        gained, lost = min(shot["day"], turn), max(0, shot["day"] - turn)
                        shot["impressions"] += 7 * (max(0, gained) - lost)
                pq.write_table(pa.Table.from_pylist(shots), path / "creators.parquet")
            config = SimulationConfig(days=36, burn_in=20, seed=seed, policies=chosen)
            runs.append(Replication(name, "", seed, config, path))
    write_phase_groups(tmp_path / "groups.parquet", runs, "baseline")
    found: list[dict[str, Any]] = pq.read_table(tmp_path / "groups.parquet").to_pylist()
    return found


def test_who_gains_under_one_policy_and_loses_under_the_next_is_told_of_each(tmp_path: Path) -> None:
    """Over a fixed horizon gain and loss would be one number, and the later policy's losers would be nobody."""
    rows = phase_groups(tmp_path, TWO, 21)
    founders = {
        row["policies"]: row
        for row in rows
        if (row["kind"], row["group"], row["measure"]) == ("cohort", "there from the first day", "impressions")
    }
    early, late = founders["early"], founders["late"]
    assert (early["phase_first_day"], early["phase_last_day"]) == (3, 15)
    assert (early["first_day"], early["last_day"]) == (8, 14)  # between snapshots that enclose days of the phase only
    assert (early["difference"], early["verdict"]) == (pytest.approx(7), "higher")
    assert (late["phase_first_day"], late["phase_last_day"]) == (16, 35)
    assert (late["first_day"], late["last_day"]) == (22, 35)
    assert (late["difference"], late["verdict"]) == (pytest.approx(-7), "lower")


def test_groups_of_a_phase_are_made_before_it(tmp_path: Path) -> None:
    """Who entered under the first policy is a newcomer under it, and none of the second."""
    heads = {
        (row["policies"], row["group"]): row["heads"]
        for row in phase_groups(tmp_path, TWO, 21)
        if row["kind"] == "cohort" and row["measure"] == "impressions"
    }
    assert heads["early", "entered before the start"] == heads["early", "entered in the first 12 days"] == 1
    assert heads["late", "entered before the start"] == 2
    assert ("late", "entered in the first 20 days") not in heads


@pytest.mark.parametrize(
    "policies",
    [{"always": FUND}, {"late": FUND | {"start": 16}}],
    ids=["from the beginning", "to the end"],
)
def test_one_policy_that_works_to_the_end_has_no_phases(tmp_path: Path, policies: dict[str, Any]) -> None:
    assert phase_groups(tmp_path, policies, 21) == []


def test_of_a_phase_that_encloses_no_two_snapshots_nothing_is_said(tmp_path: Path) -> None:
    rows = phase_groups(tmp_path, {"short": FUND | {"start": 15, "stop": 21}, "late": FUND | {"start": 21}}, 21)
    assert {row["policies"] for row in rows} == {"late"}
