"""One run: what is checked before it, what it leaves behind, and what Ctrl-C and defects do to it."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from ecosim.config import RecordingConfig, SimulationConfig
from ecosim.errors import InputError
from ecosim.results import RunResult
from ecosim.runner import run
from ecosim.runner.checks import available_threads
from ecosim.runner.progress import Phase, Progress


def config(out: Path | None = None, **settings: Any) -> SimulationConfig:
    return SimulationConfig(**{"days": 4, "burn_in": 2, "out": None if out is None else str(out), **settings})


def test_a_run_is_written_and_can_be_read_again(stub: Any, tmp_path: Path) -> None:
    result = run(config(tmp_path / "run"), command=["ecosim", "run"])
    assert (result.status, result.path) == ("complete", tmp_path / "run")
    assert {file.name for file in (tmp_path / "run").iterdir()} == {"manifest.json", "summary.json", "daily.parquet"}
    again = RunResult.load(tmp_path / "run")
    assert again.config == result.config
    assert again.summary["impressions_gini"] == pytest.approx(0.51)
    assert again.manifest["command"] == ["ecosim", "run"]
    assert again.manifest["warnings"] == ["policies.nothing is inert"]
    assert len(again.daily) == 6
    assert json.loads((tmp_path / "run" / "summary.json").read_text())["newcomer_survival_180d"] is None
    assert stub.closed == 1


def test_nothing_is_written_when_not_asked_to(stub: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(config(), write=False).path is None
    assert not list(tmp_path.iterdir())


def test_the_default_folder_names_scenario_and_seed(stub: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    first, second = run(config(scenario="floor", seed=7)), run(config(scenario="floor", seed=7))
    assert first.path is not None
    assert first.path.parent == Path("runs")
    assert first.path.name.endswith("-floor-7")
    assert first.path != second.path


def test_progress_tells_of_every_day(stub: Any) -> None:
    seen: list[Progress] = []
    run(config(), progress=seen.append, write=False)
    assert [step.phase for step in seen] == [Phase.COMPILE, Phase.BUILD, *[Phase.DAYS] * 6, Phase.WRITE]
    days = [step for step in seen if step.phase is Phase.DAYS]
    assert [(step.day, step.impressions) for step in days] == [(n, 100 * n) for n in range(1, 7)]
    assert days[-1].seconds_left == 0


def test_a_folder_that_is_not_empty_is_refused_before_anything_is_built(stub: Any, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(InputError, match="not empty"):
        run(config(tmp_path))
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]
    assert stub.closed == 0


@pytest.mark.parametrize("out", ["/proc/no/such/place", "/dev/null/run"])
def test_a_folder_that_cannot_be_written_is_refused(stub: Any, out: str) -> None:
    with pytest.raises(InputError, match="out: cannot write"):
        run(config(Path(out)))


def test_more_threads_than_the_machine_has_are_refused(stub: Any) -> None:
    with pytest.raises(InputError, match=f"at most {available_threads()}"):
        run(config(threads=available_threads() + 1), write=False)


def test_an_unknown_metric_is_refused(stub: Any) -> None:
    with pytest.raises(InputError, match=r"recording\.metrics: there is no metric 'no_such_metric'"):
        run(config(recording=RecordingConfig(metrics=["no_such_metric"])), write=False)


def test_a_defect_leaves_nothing_behind(stub: Any, tmp_path: Path) -> None:
    def fail(day: int) -> None:
        if day == 3:
            raise RuntimeError("broken on day 3")

    stub.hook = staticmethod(fail)
    with pytest.raises(RuntimeError, match="broken on day 3"):
        run(config(tmp_path / "deep" / "run"))
    assert not list(tmp_path.iterdir())
    assert stub.closed == 1


def test_ctrl_c_keeps_the_days_that_were_measured(stub: Any, tmp_path: Path) -> None:
    def press(day: int) -> None:
        if day == 3:
            os.kill(os.getpid(), signal.SIGINT)

    stub.hook = staticmethod(press)
    before = signal.getsignal(signal.SIGINT)
    result = run(config(tmp_path / "run"))
    assert result.status == "interrupted"
    assert RunResult.load(tmp_path / "run").status == "interrupted"
    assert result.daily["day"].tolist() == [-2, -1, 0, 1]
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_on_the_last_day_is_a_complete_run(stub: Any) -> None:
    stub.hook = staticmethod(lambda day: os.kill(os.getpid(), signal.SIGINT) if day == 5 else None)
    assert run(config(), write=False).status == "complete"


def test_ctrl_c_twice_stops_at_once(stub: Any, tmp_path: Path) -> None:
    def press_twice(day: int) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    stub.hook = staticmethod(press_twice)
    with pytest.raises(KeyboardInterrupt, match="stopped at once by a second Ctrl-C"):
        run(config(tmp_path / "run"))
    assert not list(tmp_path.iterdir())


def press_ctrl_c(*ignored: Any) -> None:
    os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.parametrize("pressed_before", [False, True])
def test_ctrl_c_while_results_are_written_costs_none(stub: Any, tmp_path: Path, pressed_before: bool) -> None:
    def draw(result: RunResult, folder: Path) -> None:
        press_ctrl_c()
        press_ctrl_c()
        (folder / "report.html").touch()

    stub.hook = staticmethod(lambda day: press_ctrl_c() if pressed_before and day == 3 else None)
    result = run(config(tmp_path / "run"), extras=draw)
    assert result.status == ("interrupted" if pressed_before else "complete")
    assert RunResult.load(tmp_path / "run").status == result.status
    assert (tmp_path / "run" / "report.html").exists()


def test_ctrl_c_before_the_first_day_says_that_nothing_was_measured(
    stub: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stub, "compile", staticmethod(press_ctrl_c))
    with pytest.raises(KeyboardInterrupt, match="before a day was measured; nothing was written"):
        run(config(tmp_path / "run"))
    assert not list(tmp_path.iterdir())


def test_extras_land_in_the_folder(stub: Any, tmp_path: Path) -> None:
    run(config(tmp_path / "run"), extras=lambda result, folder: (folder / "report.html").touch())
    assert (tmp_path / "run" / "report.html").exists()


def test_a_defect_in_drawing_costs_no_results(stub: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def draw(result: RunResult, folder: Path) -> None:
        (folder / "figures").mkdir()
        (folder / "figures" / "half.svg").touch()
        raise RuntimeError("no ink")

    result = run(config(tmp_path / "run"), extras=draw)
    assert result.status == "complete"
    assert {file.name for file in (tmp_path / "run").iterdir()} == {"manifest.json", "summary.json", "daily.parquet"}
    assert "the tables are complete" in caplog.text
