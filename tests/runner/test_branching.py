"""Branching: scenarios share the days before they part, and nobody can tell from the results."""

from __future__ import annotations

import filecmp
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import ecosim
from ecosim.config import SimulationConfig
from ecosim.config.experiments import experiment
from ecosim.errors import InputError
from ecosim.results.comparison import Comparison
from ecosim.runner import compare
from ecosim.runner.branching import Past, shared_pasts
from ecosim.runner.single import live

SMALL = ["scale=toy", "days=8", "burn_in=5", "recording.panel_every=2", "recording.panel=30"]


def configs(*scenarios: str, more: tuple[str, ...] = ()) -> list[SimulationConfig]:
    """Settings of scenarios, each given as words."""
    return [ecosim.compose([*SMALL, *words.split(), *more]) for words in scenarios]


def shared(*scenarios: str) -> list[tuple[int, tuple[int, ...]]]:
    return [(past.date, past.runs) for past in shared_pasts(configs(*scenarios))]


FLOOR, SUPPORT = "policy=exposure_floor", "policy=newcomer_support"


def test_policies_from_the_end_of_burn_in_share_it() -> None:
    assert shared("", FLOOR, SUPPORT) == [(0, (0, 1, 2))]


def test_runs_part_on_the_day_of_the_first_policy_that_not_all_have() -> None:
    late, later = f"{FLOOR} policies.exposure_floor.start=3", f"{SUPPORT} policies.newcomer_support.start=6"
    assert shared("", late, later) == [(3, (0, 1, 2))]
    both = "policy=[exposure_floor,newcomer_support]"
    assert shared(FLOOR, f"{both} policies.newcomer_support.start=4") == [(4, (0, 1))]


def test_policies_of_all_runs_part_nobody() -> None:
    one = "policy=[exposure_floor,newcomer_support] policies.newcomer_support.start=5"
    other = f"{one} policies.newcomer_support.stop=7"
    assert shared(one, other) == [(5, (0, 1))]


def test_policies_in_another_order_part_where_the_first_begins() -> None:
    one, other = "policy=[exposure_floor,newcomer_support]", "policy=[newcomer_support,exposure_floor]"
    more = "policies.exposure_floor.start=2 policies.newcomer_support.start=3"
    assert shared(f"{one} {more}", f"{other} {more}") == [(0, (0, 1))]


ACTING = ["ranker=random", "seed=2", "replay=1", "burn_in=4", "consumer.watch_quality=0.5", "scale=small",
          "recording.panel=3", f"{FLOOR} policies.exposure_floor.start=-1"]  # fmt: skip


@pytest.mark.parametrize("acts", ACTING)
def test_what_acts_in_the_past_is_not_shared(acts: str) -> None:
    assert shared("", acts) == []
    assert shared("", acts, FLOOR) == [(0, (0, 2))]


def test_each_seed_has_a_past_of_its_own() -> None:
    assert shared("seed=1", "seed=2", f"{FLOOR} seed=1", f"{FLOOR} seed=2") == [(0, (0, 2)), (0, (1, 3))]


def test_a_policy_of_the_burn_in_that_all_have_is_lived_in_the_past() -> None:
    early = f"{FLOOR} policies.exposure_floor.start=-3"
    both = "policy=[exposure_floor,newcomer_support] policies.exposure_floor.start=-3"
    (past,) = shared_pasts(configs(early, both))
    assert (past.date, past.days, list(past.config.policies)) == (0, 5, ["exposure_floor", "newcomer_support"])


def test_without_burn_in_there_is_nothing_to_share_before_day_0() -> None:
    assert shared_pasts(configs("burn_in=0", f"{FLOOR} burn_in=0")) == []


def test_every_past_has_a_name_of_its_own() -> None:
    pasts = [
        *shared_pasts(configs("", FLOOR)),
        *shared_pasts(configs("", SUPPORT)),
        *shared_pasts(configs("seed=2", f"{FLOOR} seed=2")),
        *shared_pasts(configs("", f"{FLOOR} policies.exposure_floor.start=1")),
    ]
    assert len({past.name for past in pasts}) == 4


def test_policies_of_one_name_and_other_settings_are_all_there() -> None:
    (past,) = shared_pasts(configs(FLOOR, f"{FLOOR} policies.exposure_floor.strength=0.5", FLOOR))
    strengths = sorted(policy.strength for policy in past.config.policies.values())
    assert strengths == [0.5, 1.0]


def test_a_policy_that_acts_before_its_day_makes_no_past(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ecosim.policies import newcomer_support

    monkeypatch.setattr(newcomer_support, "strength", lambda config, day: 1.0)
    (past,) = shared_pasts(configs("", SUPPORT))
    with pytest.raises(InputError, match=r"policies\.newcomer_support moved levers before its first day"):
        live(replace(past.config, threads=1), past.days, tmp_path / "x.state")
    assert not list(tmp_path.iterdir())


DESIGN = ["scenarios=[baseline,exposure_floor,random_feed]", "seeds=2", *SMALL]


def same(one: Path, other: Path) -> None:
    """Require the same tables, byte for byte, in the experiment and in all its runs."""
    tables = sorted(path.relative_to(one) for path in one.rglob("*.parquet"))
    assert tables == sorted(path.relative_to(other) for path in other.rglob("*.parquet"))
    assert len(tables) > 30
    assert [name for name in tables if not filecmp.cmp(one / name, other / name, shallow=False)] == []


@pytest.fixture(scope="module")
def unbranched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("unbranched") / "x"
    result = compare(experiment([*DESIGN, "branch=false"]), out, 1)
    assert result.plan["pasts"] == []
    return result.path


def continued(result: Comparison) -> dict[str, list[int]]:
    runs = [ecosim.RunResult.load(path) for path in sorted((result.path / "runs").iterdir())]
    return {run.path.name: run.manifest["continued"] for run in runs if run.path is not None}


def test_results_are_those_of_whole_runs(unbranched: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int, int]] = []
    lived: list[tuple[int, int]] = []
    result = compare(
        experiment(DESIGN), tmp_path / "x", 1,
        progress=lambda *steps: told.append(steps), lived=lambda *steps: lived.append(steps),
    )  # fmt: skip
    same(result.path, unbranched)
    assert [(past["days"], past["until"], past["runs"]) for past in result.plan["pasts"]] == [
        (5, 0, ["baseline-1", "exposure_floor-1"]),
        (5, 0, ["baseline-2", "exposure_floor-2"]),
    ]
    branches = {name for name, days in continued(result).items() if days == [5]}
    assert branches == {"baseline-1", "baseline-2", "exposure_floor-1", "exposure_floor-2"}
    assert result.shared == 4
    assert told[0] == (0, 6, 0)
    assert told[-1] == (6, 6, 0)  # pasts are no runs
    assert lived[0] == (0, 2)
    assert lived[-1] == (2, 2)
    assert not (result.path / "pasts").exists()


def test_side_by_side_too(unbranched: Path, tmp_path: Path) -> None:
    same(compare(experiment(DESIGN), tmp_path / "x", 2).path, unbranched)


def test_scenarios_that_begin_late_share_more(tmp_path: Path) -> None:
    design = ["scenarios=[late,both]", "baseline=late", "seeds=1", *SMALL, "recording.panel_log=true"]
    folder = tmp_path / "mine" / "scenario"
    folder.mkdir(parents=True)
    (folder / "late.yaml").write_text("# Late.\npolicies: {exposure_floor: {start: 3}}\n")
    (folder / "both.yaml").write_text(
        "# Both.\npolicies: {exposure_floor: {start: 3}, take_rate: {start: 6, rate: 0.1}}\n"
    )
    found = [compare(experiment([*design, f"branch={branch}"], [tmp_path / "mine"]), tmp_path / branch, 1)
             for branch in ("true", "false")]  # fmt: skip
    assert found[0].plan["pasts"][0]["until"] == 6
    assert set(map(str, continued(found[0]).values())) == {"[11]"}
    tables = [path.name for path in (found[0].path / "runs" / "both-1").glob("*.parquet")]
    for run in ("late-1", "both-1"):
        folders = [result.path / "runs" / run for result in found]
        assert filecmp.cmpfiles(*folders, tables, shallow=False)[0] == tables


def test_a_past_that_fails_is_lived_by_each_run(
    unbranched: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise OSError("no luck")

    monkeypatch.setattr("ecosim.runner.pool.live", broken)
    result = compare(experiment(DESIGN), tmp_path / "x", 1)
    assert (result.errors, result.shared) == ((), 0)
    same(result.path, unbranched)


@pytest.mark.parametrize("moment", ["pasts/*.state", "runs/baseline-1", "runs/baseline-2", "runs/exposure_floor-2"])
def test_a_killed_experiment_goes_on_to_the_same_bytes(moment: str, unbranched: Path, tmp_path: Path) -> None:
    out = tmp_path / "x"
    command = [sys.executable, "-m", "ecosim", "compare", *DESIGN, "-j", "1", f"out={out}"]
    killed = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 240
    while killed.poll() is None and time.monotonic() < deadline:
        if any(out.glob(moment)):
            killed.kill()
        time.sleep(0.005)
    killed.wait()
    result = compare(experiment(DESIGN), out, 1)
    same(result.path, unbranched)
    assert not (out / "pasts").exists()


def test_a_damaged_past_is_lived_again(unbranched: Path, tmp_path: Path) -> None:
    found = experiment(DESIGN)
    out = tmp_path / "x"
    (past, other) = (past for past in shared_pasts([arm.config for arm in found.arms]))
    compare(found, out, 1)
    for name in ("exposure_floor-1", "baseline-1"):
        for entry in (out / "runs" / name).iterdir():
            entry.unlink()
        (out / "runs" / name).rmdir()
    (out / "pasts").mkdir()
    (out / "pasts" / past.name).write_bytes(b"half a state")
    result = compare(found, out, 1)
    assert (result.reused, result.shared) == (4, 2)
    assert isinstance(other, Past)
    same(result.path, unbranched)


def test_whether_to_branch_is_a_yes_or_no() -> None:
    with pytest.raises(InputError, match="branch: found 'perhaps', must be true or false"):
        experiment([*DESIGN, "branch=perhaps"])
