"""Paired experiments: whatever ends one, finished runs stay, and the tables come out the same."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import ecosim
from ecosim.config.experiments import experiment
from ecosim.config.folders import EXPERIMENT, SCENARIO, files, read_mapping
from ecosim.errors import InputError
from ecosim.results.comparison import TABLES, Comparison
from ecosim.runner import compare
from tests.editing import rewritten

WORDS = ["scenarios=[baseline,exposure_floor]", "seeds=2", "days=32", "burn_in=2", "branch=false"]


def tables(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in TABLES}


def run(folder: Path, *more: str) -> Comparison:
    return compare(experiment([*WORDS, *more]), folder, 1)


def test_scenarios_run_under_the_same_seeds_and_are_compared_by_them(stub: Any, tmp_path: Path) -> None:
    result = run(tmp_path / "x")
    assert result.runs["run"].tolist() == ["baseline-1", "baseline-2", "exposure_floor-1", "exposure_floor-2"]
    rows = result.rows("differences.parquet")
    assert [(row["outcome"], row["horizon"], row["pairs"], row["verdict"]) for row in rows] == [
        ("impressions_gini", 30, 2, "equal"),  # the stub's world knows no policy
        ("impressions_gini", None, 2, "equal"),
    ]
    assert rows[0]["baseline_mean"] == pytest.approx(0.515)


def test_a_page_that_fails_costs_no_table(stub: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def broken(result: Comparison) -> None:
        raise KeyError("a word")

    result = compare(experiment(WORDS), tmp_path / "x", 1, page=broken)
    assert set(tables(result.path)) == set(TABLES)
    assert "the report could not be made (KeyError: 'a word'); the tables are complete" in caplog.text

    def damaged(result: Comparison) -> None:
        raise InputError("a run is damaged")

    with pytest.raises(InputError, match="damaged"):
        compare(experiment(WORDS), tmp_path / "x", 1, page=damaged)


def test_what_is_finished_is_not_run_again(stub: Any, tmp_path: Path) -> None:
    before = run(tmp_path / "x")
    whole, built = tables(before.path), stub.closed
    again = run(tmp_path / "x")
    assert (again.reused, stub.closed) == (4, built)
    assert tables(again.path) == whole


def test_ctrl_c_keeps_finished_runs_and_the_rest_makes_the_same_tables(stub: Any, tmp_path: Path) -> None:
    lived: list[int] = []

    def press(day: int) -> None:
        lived.append(day)
        if len(lived) == 80:  # in the third run
            os.kill(os.getpid(), signal.SIGINT)

    expected = tables(run(tmp_path / "whole").path)
    stub.hook = staticmethod(press)
    with pytest.raises(KeyboardInterrupt, match="2 of 4 runs are finished and kept"):
        run(tmp_path / "x")
    assert not (tmp_path / "x" / "runs.parquet").exists()
    result = run(tmp_path / "x")
    assert result.reused == 2
    assert tables(result.path) == expected


def test_ctrl_c_before_the_first_run_is_finished_leaves_nothing(stub: Any, tmp_path: Path) -> None:
    stub.hook = staticmethod(lambda day: os.kill(os.getpid(), signal.SIGINT))
    with pytest.raises(KeyboardInterrupt, match="nothing was kept"):
        run(tmp_path / "x")
    assert not (tmp_path / "x").exists()


def test_a_failed_run_is_a_row_and_is_tried_again(stub: Any, tmp_path: Path) -> None:
    expected = tables(run(tmp_path / "whole").path)
    lived: list[int] = []

    def fail(day: int) -> None:
        lived.append(day)
        if len(lived) == 40:
            raise RuntimeError("broken")

    stub.hook = staticmethod(fail)
    result = run(tmp_path / "x")
    assert result.errors == ("RuntimeError: broken",)
    assert result.runs["status"].tolist() == ["complete", "failed", "complete", "complete"]
    assert set(result.differences["pairs"]) == {1}
    again = run(tmp_path / "x")
    assert (again.reused, again.errors) == (3, ())
    assert tables(again.path) == expected


def test_an_experiment_may_grow_but_not_turn_into_another(stub: Any, tmp_path: Path) -> None:
    run(tmp_path / "x")
    with pytest.raises(InputError, match="its run baseline-1 has other settings"):
        run(tmp_path / "x", "days=33")
    grown = compare(experiment([*WORDS[:1], "seeds=3", *WORDS[2:]]), tmp_path / "x", 1)
    assert grown.reused == 4
    whole = compare(experiment([*WORDS[:1], "seeds=3", *WORDS[2:]]), tmp_path / "whole", 1)
    assert tables(grown.path) == tables(whole.path)
    with pytest.raises(InputError, match="its run baseline-3 is not part of this one"):
        run(tmp_path / "x")


def test_another_version_is_refused_by_name(stub: Any, tmp_path: Path) -> None:
    run(tmp_path / "x")
    file = tmp_path / "x" / "experiment.json"
    rewritten(file, versions=json.loads(file.read_text())["versions"] | {"numpy": "1.0"})
    with pytest.raises(InputError, match=r"other versions \(numpy 1.0 there and"):
        run(tmp_path / "x")


def test_a_foreign_folder_is_refused_and_left_alone(stub: Any, tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="is not empty"):
        run(tmp_path / "x")
    assert [entry.name for entry in (tmp_path / "x").iterdir()] == ["thesis.txt"]


def test_a_run_of_something_else_is_never_deleted(stub: Any, tmp_path: Path) -> None:
    run(tmp_path / "x")
    run(tmp_path / "y", "consumer.watch_quality=0.5")
    (tmp_path / "x" / "runs" / "baseline-1").rename(tmp_path / "gone")
    (tmp_path / "y" / "runs" / "baseline-1").rename(tmp_path / "x" / "runs" / "baseline-1")
    with pytest.raises(InputError, match="other settings or versions"):
        run(tmp_path / "x")
    assert (tmp_path / "x" / "runs" / "baseline-1" / "manifest.json").is_file()


def test_a_scenario_that_contradicts_itself_is_named_before_anything_is_run(stub: Any, tmp_path: Path) -> None:
    (tmp_path / SCENARIO).mkdir()
    (tmp_path / SCENARIO / "greedy.yaml").write_text("# Too much.\npolicies:\n  brand_budget_mix: {head: 0.9}\n")
    words = ["scenarios=[baseline,greedy]", *WORDS[1:]]
    with pytest.raises(InputError, match=r"^scenario 'greedy': policies\.brand_budget_mix asks for too much"):
        compare(experiment(words, [tmp_path]), tmp_path / "x", 1)
    assert stub.closed == 0
    assert not (tmp_path / "x").exists()


def test_a_killed_experiment_is_resumed_to_the_same_bytes(tmp_path: Path) -> None:
    """With the real engine, and no chance to tidy up."""
    words = [WORDS[0], "seeds=2", "scale=toy", "days=8", "burn_in=2", "recording.panel_every=2"]
    command = [sys.executable, "-m", "ecosim", "compare", *words, "-j", "1", f"out={tmp_path / 'x'}"]
    killed = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 240
    while killed.poll() is None and time.monotonic() < deadline:
        if (tmp_path / "x" / "runs" / "baseline-2").is_dir():
            killed.kill()
        time.sleep(0.01)
    killed.wait()
    resumed = ecosim.compare(words, tmp_path / "x", 1)
    assert resumed.reused >= 2
    whole = ecosim.compare(words, tmp_path / "whole", 1)
    assert tables(resumed.path) == tables(whole.path)
    assert (whole.bite["slots"] > 0).any()


def test_every_scenario_can_be_composed_and_run(stub: Any, tmp_path: Path) -> None:
    names = list(files(SCENARIO))
    found = experiment(
        [f"scenarios=[{','.join(names)}]", "seeds=1", "scale=toy", "days=3", "burn_in=0", "branch=false"]
    )
    result = compare(found, tmp_path / "x", 1)
    assert result.runs["status"].eq("complete").all()


@pytest.mark.parametrize(
    "name", [name for name, file in files(EXPERIMENT).items() if "scenarios" in read_mapping(file)]
)
def test_every_experiment_can_be_composed_and_run(name: str, stub: Any, tmp_path: Path) -> None:
    found = experiment([f"experiment={name}", "seeds=1", "scale=toy", "days=31", "burn_in=0", "branch=false"])
    assert compare(found, tmp_path / "x", 1).runs["status"].eq("complete").all()


@pytest.mark.parametrize("name", list(files(SCENARIO)))
def test_every_scenario_lives_a_few_days(name: str) -> None:
    config = ecosim.compose([f"scenario={name}", "scale=toy", "days=2", "burn_in=1", "threads=1"])
    assert ecosim.run(config, write=False).status == "complete"


def test_a_policy_of_strength_zero_makes_no_winners(tmp_path: Path) -> None:
    """With the real engine: the same people, found again in another run, had the same."""
    (tmp_path / "mine" / "scenario").mkdir(parents=True)
    text = "# Nothing.\npolicies:\n  exposure_floor: {strength: 0, start: 5}\n"
    (tmp_path / "mine" / "scenario" / "nothing.yaml").write_text(text)
    words = ["scenarios=[baseline,nothing]", "seeds=2", "scale=toy", "days=16", "burn_in=8", "recording.panel=0"]
    result = compare(experiment(words, [tmp_path / "mine"]), tmp_path / "x", 1)
    groups = result.groups
    assert {"decile", "tier", "cohort", "vertical", "region"} <= set(groups["kind"])
    assert set(groups["who"]) == {"creators", "consumers", "brands"}
    assert (groups["difference"] == 0).all()
    assert (groups["baseline_mean"] > 0).any()
    assert (result.trajectories["difference"] == 0).all()
    assert result.payments.empty  # no day on which a policy worked
    paid = pq.read_table(result.folder_of("nothing-1") / "payments.parquet").to_pandas()
    assert (paid["fen"] == paid["fen_default"]).all()
    assert not paid.empty
