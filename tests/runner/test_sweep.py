"""Many runs: one tidy table, a row for each run however it ended."""

from __future__ import annotations

import os
import shutil
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from ecosim.config import SimulationConfig
from ecosim.config.compose import compose
from ecosim.config.experiments import experiment
from ecosim.config.identity import config_hash
from ecosim.errors import InputError
from ecosim.results import runs
from ecosim.runner import compare, sweep
from ecosim.runner.varying import varying


def configs(*seeds: int) -> list[SimulationConfig]:
    return [SimulationConfig(days=4, burn_in=2, seed=seed) for seed in seeds]


def name(config: SimulationConfig) -> str:
    return f"baseline-{config.seed}-{config_hash(config)[:8]}"


def read(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return rows


def test_each_run_has_a_folder_and_a_row(stub: Any, tmp_path: Path) -> None:
    seen: list[tuple[int, int, int]] = []
    result = sweep(configs(1, 2, 3), tmp_path / "out", 1, progress=lambda *done: seen.append(done))
    assert (result.complete, result.failed, result.reused) == (3, 0, 0)
    assert result.table == tmp_path / "out" / "runs.parquet"
    rows = read(result.table)
    assert [(row["run"], row["seed"], row["status"], row["error"]) for row in rows] == [
        (name(config), config.seed, "complete", None) for config in configs(1, 2, 3)
    ]
    assert [row["impressions_gini"] for row in rows] == pytest.approx([0.51, 0.52, 0.53])
    assert "wall_seconds" not in rows[0]
    assert all((tmp_path / "out" / "runs" / row["run"] / "manifest.json").is_file() for row in rows)
    assert seen == [(0, 3, 0), (1, 3, 0), (2, 3, 0), (3, 3, 0)]


def test_a_run_that_fails_is_a_row_with_its_error(stub: Any, tmp_path: Path) -> None:
    born: list[int] = []

    def fail(day: int) -> None:
        born.append(day)
        if len(born) == 3:
            raise RuntimeError("broken")

    stub.hook = staticmethod(fail)
    result = sweep(configs(1, 2), tmp_path / "out", 1)
    assert (result.complete, result.failed) == (1, 1)
    rows = read(result.table)
    assert [(row["status"], row["error"]) for row in rows] == [("failed", "RuntimeError: broken"), ("complete", None)]
    assert rows[0]["impressions_gini"] is None
    assert not (tmp_path / "out" / "runs" / name(configs(1)[0])).exists()
    again = sweep(configs(1, 2), tmp_path / "out", 1)
    assert (again.complete, again.failed, again.reused) == (2, 0, 1)


def test_when_every_run_fails_the_table_still_says_so(stub: Any, tmp_path: Path) -> None:
    def fail(day: int) -> None:
        raise RuntimeError("broken")

    stub.hook = staticmethod(fail)
    result = sweep(configs(1, 2), tmp_path / "out", 1)
    assert [row["status"] for row in read(result.table)] == ["failed", "failed"]


def press_in_the_second_run(stub: Any) -> list[int]:
    """Press Ctrl-C on a day of the second run; return the list to which each day is added."""
    lived: list[int] = []

    def press(day: int) -> None:
        lived.append(day)
        if len(lived) == 8:
            os.kill(os.getpid(), signal.SIGINT)

    stub.hook = staticmethod(press)
    return lived


def test_ctrl_c_keeps_the_runs_that_are_done(stub: Any, tmp_path: Path) -> None:
    press_in_the_second_run(stub)
    with pytest.raises(KeyboardInterrupt, match=r"1 of 3 runs are finished and kept.*does the rest"):
        sweep(configs(1, 2, 3), tmp_path / "out", 1)
    rows = read(tmp_path / "out" / "runs.parquet")
    assert [row["status"] for row in rows] == ["complete", "interrupted", "interrupted"]
    assert rows[0]["impressions_gini"] == pytest.approx(0.51)


def test_the_same_sweep_goes_on_and_ends_in_the_same_table(stub: Any, tmp_path: Path) -> None:
    expected = sweep(configs(1, 2, 3), tmp_path / "whole", 1).table.read_bytes()
    lived = press_in_the_second_run(stub)
    with pytest.raises(KeyboardInterrupt):
        sweep(configs(1, 2, 3), tmp_path / "out", 1)
    lived.clear()
    stub.hook = staticmethod(lived.append)
    result = sweep(configs(1, 2, 3), tmp_path / "out", 1)
    assert (result.complete, result.reused, len(lived)) == (3, 1, 2 * 6)
    assert result.table.read_bytes() == expected


def test_a_sweep_may_grow_in_any_order(stub: Any, tmp_path: Path) -> None:
    sweep(configs(*range(2, 12)), tmp_path / "out", 1)
    grown = sweep(configs(*range(1, 13)), tmp_path / "out", 1)
    assert (grown.complete, grown.reused) == (12, 10)
    assert [row["seed"] for row in read(grown.table)] == list(range(1, 13))
    with pytest.raises(InputError, match="seed 1 twice"):
        sweep(configs(1, 2, 1), tmp_path / "again", 1)
    assert not (tmp_path / "again").exists()


def test_a_run_whose_results_are_gone_at_the_end_has_failed(stub: Any, tmp_path: Path) -> None:
    """Somebody has removed them while the others were run: nobody is told that all went well."""
    folder = tmp_path / "out" / "runs" / name(configs(1)[0])
    stub.hook = staticmethod(lambda day: shutil.rmtree(folder, ignore_errors=True))
    result = sweep(configs(1, 2), tmp_path / "out", 1)
    assert (result.complete, result.failed) == (1, 1)
    assert result.errors == ("its results were removed or damaged after it was finished",)
    assert [row["status"] for row in read(result.table)] == ["failed", "complete"]


def test_a_folder_of_another_sweep_or_of_an_experiment_is_refused(stub: Any, tmp_path: Path) -> None:
    sweep(configs(1, 2), tmp_path / "out", 1)
    with pytest.raises(InputError, match=r"holds another sweep: its run baseline-1-\w{8} is not part of this one"):
        sweep([replace(config, days=5) for config in configs(1, 2)], tmp_path / "out", 1)
    words = ["scenarios=[baseline,exposure_floor]", "seeds=1", "days=4", "burn_in=2"]
    with pytest.raises(InputError, match="holds a sweep"):
        compare(experiment(words), tmp_path / "out", 1)
    compare(experiment(words), tmp_path / "x", 1)
    with pytest.raises(InputError, match="holds an experiment"):
        sweep(configs(1), tmp_path / "x", 1)


def test_a_run_that_has_lost_a_table_is_done_again(stub: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    table = sweep(configs(1, 2), tmp_path / "out", 1).table
    expected = table.read_bytes()
    (tmp_path / "out" / "runs" / name(configs(2)[0]) / "daily.parquet").unlink()
    assert sweep(configs(1, 2), tmp_path / "out", 1).reused == 1
    assert "daily.parquet' is missing; the run is done again" in caplog.text
    assert table.read_bytes() == expected


def test_ctrl_c_while_the_table_is_written_costs_none(
    stub: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish = runs.write_runs

    def write(*arguments: Any, **settings: Any) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        finish(*arguments, **settings)

    monkeypatch.setattr(runs, "write_runs", write)
    result = sweep(configs(1, 2), tmp_path / "out", 1)
    assert [row["status"] for row in read(result.table)] == ["complete", "complete"]


def test_ctrl_c_before_a_run_is_finished_keeps_nothing_and_says_so(stub: Any, tmp_path: Path) -> None:
    def press_twice(day: int) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    stub.hook = staticmethod(press_twice)
    with pytest.raises(KeyboardInterrupt, match="before a run was finished; nothing was kept"):
        sweep(configs(1, 2), tmp_path / "out", 1)
    assert not list(tmp_path.iterdir())


def test_bad_input_is_refused_before_anything_is_made(stub: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--jobs: found 0"):
        sweep(configs(1), tmp_path / "out", 0)
    with pytest.raises(InputError, match="no runs"):
        sweep([], tmp_path / "out")
    bad = configs(1)[0]
    unknown = replace(bad, recording=replace(bad.recording, metrics=["no_such_metric"]))
    with pytest.raises(InputError, match=r"recording\.metrics"):
        sweep([unknown], tmp_path / "out")
    assert not list(tmp_path.iterdir())
    (tmp_path / "mine.txt").touch()
    with pytest.raises(InputError, match="not empty"):
        sweep(configs(1), tmp_path)


def test_only_what_differs_is_told_in_the_words_of_the_command_line() -> None:
    composed = [
        compose(["seed=1", "ranker=random"]),
        compose(["seed=2", "ranker=popularity", "policy=exposure_floor", "scale=toy"]),
        compose(["seed=2", "ranker=popularity", "policy=exposure_floor", "policies.exposure_floor.strength=0.5"]),
    ]
    assert varying(composed) == [
        {"scenario": "random", "seed": 1, "scale": "small", "ranker": "random", "policy": ""}
        | {"policies.exposure_floor.strength": None},
        {
            "scenario": "popularity.exposure_floor",
            "seed": 2,
            "scale": "toy",
            "ranker": "popularity",
            "policy": "exposure_floor",
        }
        | {"policies.exposure_floor.strength": 1.0},
        {
            "scenario": "popularity.exposure_floor",
            "seed": 2,
            "scale": "small",
            "ranker": "popularity",
            "policy": "exposure_floor",
        }
        | {"policies.exposure_floor.strength": 0.5},
    ]


def test_a_weight_changed_besides_the_ranker_is_told() -> None:
    composed = [compose(["ranker=popularity", f"ranker.watch={weight}"]) for weight in (0.5, 1)]
    assert varying(composed) == [
        {"scenario": "popularity", "seed": 1, "ranker.watch": 0.5},
        {"scenario": "popularity", "seed": 1, "ranker.watch": 1.0},
    ]
