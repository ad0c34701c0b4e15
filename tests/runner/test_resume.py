"""Checkpoints: whatever ends a run, what is resumed ends with the bytes of the run that nothing ended."""

from __future__ import annotations

import filecmp
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import ecosim
from ecosim import interrupts
from ecosim.cli.main import main
from ecosim.config import SimulationConfig
from ecosim.errors import InputError
from ecosim.results import RunResult
from ecosim.runner import Progress, resume
from ecosim.runner import run as run_one
from ecosim.runner.unfinished import Unfinished
from tests.editing import rewritten

ROOT = Path(__file__).resolve().parents[2]
WORDS = ["scale=toy", "days=30", "burn_in=10", "policy=exposure_floor", "policies.exposure_floor.start=5", "threads=1",
         "recording.panel_every=2", "recording.figures=false", "recording.panel_log=true"]  # fmt: skip
EVERY = "recording.checkpoint_every=4"


def config(out: Path, *more: str) -> SimulationConfig:
    return ecosim.compose([*WORDS, EVERY, f"out={out}", *more])


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run without checkpoints and without a break."""
    path = run_one(ecosim.compose([*WORDS, f"out={tmp_path_factory.mktemp('unbroken') / 'x'}"])).path
    assert path is not None
    return path


def same(one: Path, other: Path) -> None:
    tables = sorted(path.name for path in one.glob("*.parquet"))
    assert tables == sorted(path.name for path in other.glob("*.parquet"))
    assert len(tables) >= 10
    assert filecmp.cmpfiles(one, other, tables, shallow=False) == (tables, [], [])


class Enough(Exception):
    """Ends a run as a defect would."""


def broken_off(out: Path, day: int, *more: str) -> Unfinished:
    """Begin a run and break it off after a day, with nothing tidied up."""

    def stop(progress: Progress) -> None:
        if progress.day == day:
            raise Enough

    with pytest.raises(Enough):
        run_one(config(out, *more), progress=stop, command=["ecosim", "run", "it"])
    return Unfinished(out)


def start(out: Path, *more: str) -> subprocess.Popen[bytes]:
    words = [*WORDS, EVERY, *more, f"out={out}"]
    return subprocess.Popen([sys.executable, "-m", "ecosim", "run", *words], cwd=ROOT,
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip


MOMENTS = ["run.json", "day-0000004.state", "day-0000012.state", "day-0000024.state", "day-0000036.state"]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_run_is_resumed_to_the_same_bytes(moment: str, unbroken: Path, tmp_path: Path) -> None:
    """Killed with no chance to tidy up: before the first checkpoint, in burn-in, amid the policy, near the end."""
    out = tmp_path / "x"
    running, deadline = start(out), time.monotonic() + 240
    while running.poll() is None and time.monotonic() < deadline:
        if (tmp_path / "x.unfinished" / moment).exists():
            running.kill()
        time.sleep(0.002)
    assert running.wait() == -signal.SIGKILL
    assert not out.exists()
    assert main(["resume", str(out)]) == 0
    same(out, unbroken)
    assert [entry.name for entry in tmp_path.iterdir()] == ["x"]


def test_it_goes_on_where_it_stopped(unbroken: Path, tmp_path: Path) -> None:
    broken_off(tmp_path / "x", 15)
    days: list[int] = []
    result = resume(tmp_path / "x", progress=lambda step: days.append(step.day) if step.day else None)
    assert days[:2] == [13, 14]
    assert result.manifest["continued"] == [12]
    assert result.manifest["command"] == ["ecosim", "run", "it"]
    same(tmp_path / "x", unbroken)


def test_another_engine_goes_on_to_the_same_bytes(unbroken: Path, tmp_path: Path) -> None:
    """As when the cluster that a world lived on is gone."""
    out = tmp_path / "x"
    broken_off(out, 15)
    assert main(["resume", str(out), "engine.shards=3"]) == 0
    same(out, unbroken)
    assert RunResult.load(out).config.engine.shards == 3


def test_nothing_but_the_engine_may_be_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken_off(tmp_path / "x", 5)
    assert main(["resume", str(tmp_path / "x"), "seed=3"]) == 2
    assert "resume: found 'seed=3'" in capsys.readouterr().err


def test_it_may_be_broken_off_again(unbroken: Path, tmp_path: Path) -> None:
    left = broken_off(tmp_path / "x", 9)

    def stop(progress: Progress) -> None:
        if progress.day == 30:
            raise Enough

    with pytest.raises(Enough):
        resume(left.folder, progress=stop)
    result = resume(tmp_path / "x")
    assert result.manifest["continued"] == [8, 28]
    same(tmp_path / "x", unbroken)


def test_only_the_newest_two_are_kept(tmp_path: Path) -> None:
    left = broken_off(tmp_path / "x", 23)
    assert sorted(entry.name for entry in left.folder.iterdir()) == [
        "day-0000016.state", "day-0000020.state", "recorded.rows", "run.json"
    ]  # fmt: skip


def test_checkpoints_leave_no_trace(unbroken: Path, tmp_path: Path) -> None:
    path = run_one(config(tmp_path / "x")).path
    assert path is not None
    same(path, unbroken)
    assert [entry.name for entry in tmp_path.iterdir()] == ["x"]
    manifests = [json.loads((folder / "manifest.json").read_text()) for folder in (path, unbroken)]
    assert manifests[0]["config_hash"] == manifests[1]["config_hash"]
    assert manifests[0]["continued"] == []


@pytest.mark.parametrize("half", [0, 1000])
def test_a_partial_checkpoint_is_passed_over(half: int, unbroken: Path, tmp_path: Path) -> None:
    left = broken_off(tmp_path / "x", 15)
    newest = left.states()[0]
    newest.write_bytes(newest.read_bytes()[:half])
    result = resume(tmp_path / "x")
    assert result.manifest["continued"] == [8]
    same(tmp_path / "x", unbroken)


@pytest.mark.parametrize("damage", [Path.unlink, Path.touch])
def test_without_a_whole_checkpoint_it_begins_again_and_says_so(
    damage: Callable[[Path], None], unbroken: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    left = broken_off(tmp_path / "x", 15)
    for state in left.states():
        state.write_bytes(b"")
        damage(state)
    manifest = resume(tmp_path / "x").manifest
    assert manifest["continued"] == []
    same(tmp_path / "x", unbroken)
    told = f"The unfinished run of '{tmp_path / 'x'}' had no checkpoint that is whole; it began again at its first day."
    assert told in manifest["warnings"]
    assert told in caplog.messages


def test_kill_puts_a_run_off(unbroken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who ends the process of a run with checkpoints does not end the run: it goes on from the day it had reached."""
    asked = interrupts.Stop()
    monkeypatch.setattr(interrupts, "_noting", asked)

    def end(progress: Progress) -> None:
        if progress.day == 10:
            asked.number = signal.SIGTERM

    with pytest.raises(KeyboardInterrupt, match=r"ended by SIGTERM after 10 days; `ecosim resume .*x` goes on"):
        run_one(config(tmp_path / "x"), progress=end)
    monkeypatch.undo()
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.unfinished"]
    assert resume(tmp_path / "x").manifest["continued"] == [10]
    same(tmp_path / "x", unbroken)


def full_disk(arguments: list[str], limit: int) -> subprocess.CompletedProcess[str]:
    """Run ecosim in a process that cannot write files longer than a limit, as on a disk that is full."""

    def narrow() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    command = [sys.executable, "-m", "ecosim", *arguments]
    # Compiled kernels are files too: they are there, or are not kept.
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, preexec_fn=narrow)


def test_a_full_disk_costs_checkpoints_and_time_but_no_bytes(unbroken: Path, tmp_path: Path) -> None:
    """Checkpoints cannot be written, so the run goes on without; results cannot be, so it is resumed when they can."""
    broken_off(tmp_path / "x", 15)
    ended = full_disk(["resume", str(tmp_path / "x")], 20_000)
    assert ended.returncode == 2
    assert "The run goes on without this checkpoint" in ended.stderr
    assert f"The run is not lost: `ecosim resume {tmp_path / 'x'}`" in ended.stderr
    assert sorted(entry.name for entry in tmp_path.rglob("*")) == [
        "day-0000008.state", "day-0000012.state", "recorded.rows", "run.json", "x.unfinished"
    ]  # fmt: skip
    assert main(["resume", str(tmp_path / "x")]) == 0
    same(tmp_path / "x", unbroken)


def test_an_unfinished_run_is_not_lost_by_mistake(tmp_path: Path) -> None:
    left = broken_off(tmp_path / "x", 5)
    with pytest.raises(InputError, match="Finish it by `ecosim resume"):
        run_one(config(tmp_path / "x"))
    assert len(left.states()) == 1


def test_the_same_run_may_go_on_by_itself(unbroken: Path, tmp_path: Path) -> None:
    broken_off(tmp_path / "x", 9)
    result = run_one(config(tmp_path / "x"), go_on=True)
    assert result.manifest["continued"] == [8]
    same(tmp_path / "x", unbroken)


def test_another_run_may_not(tmp_path: Path) -> None:
    broken_off(tmp_path / "x", 9)
    with pytest.raises(InputError, match="an unfinished run of other settings"):
        run_one(config(tmp_path / "x", "seed=2"), go_on=True)


def test_another_versions_checkpoint_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ecosim.saving import file

    left = broken_off(tmp_path / "x", 9)
    monkeypatch.setattr(file, "versions", lambda: {"ecosim": "99.0"})
    with pytest.raises(InputError, match=r"was saved by other versions .*ecosim 0\.1\.0 there and 99\.0 here"):
        resume(tmp_path / "x")
    assert len(left.states()) == 2


def test_what_cannot_be_resumed_is_said(unbroken: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["resume", str(tmp_path / "nothing")]) == 2
    assert "there is no unfinished run" in capsys.readouterr().err
    assert main(["resume", str(unbroken)]) == 2
    assert "is finished; there is nothing to resume" in capsys.readouterr().err
    left = broken_off(tmp_path / "x", 3)
    (left.folder / "run.json").write_text("{")
    assert main(["resume", str(tmp_path / "x")]) == 2
    assert "run.json' is damaged" in capsys.readouterr().err


def test_two_processes_do_not_finish_one_run(tmp_path: Path) -> None:
    left = broken_off(tmp_path / "x", 9)
    with left.held(), pytest.raises(InputError, match="another process is at work"):
        resume(tmp_path / "x")


def test_fewer_cores_do_not_stop_it(unbroken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = broken_off(tmp_path / "x", 9)
    noted = json.loads((left.folder / "run.json").read_text())
    rewritten(left.folder / "run.json", config=noted["config"] | {"threads": 4096})
    resume(tmp_path / "x")
    same(tmp_path / "x", unbroken)


def test_speed_and_time_left_count_from_where_it_went_on(tmp_path: Path) -> None:
    broken_off(tmp_path / "x", 15)
    steps: list[Progress] = []
    result = resume(tmp_path / "x", progress=steps.append)
    first = next(step for step in steps if step.day == 13)
    daily = result.daily.set_index("day")["impressions"]
    assert (first.before, first.impressions) == (12, daily[2])
    assert first.seconds_left == pytest.approx(first.seconds * 27)


def test_ctrl_c_ends_a_run_with_checkpoints_too(tmp_path: Path) -> None:
    def press(progress: Progress) -> None:
        if progress.day == 10:
            os.kill(os.getpid(), signal.SIGINT)

    result = run_one(config(tmp_path / "x"), progress=press)
    assert result.status == "interrupted"
    assert [entry.name for entry in tmp_path.iterdir()] == ["x"]


def test_an_experiment_goes_on_from_the_checkpoints_of_its_runs(tmp_path: Path) -> None:
    words = ["scenarios=[baseline,exposure_floor]", "seeds=1", "scale=toy", "days=24", "burn_in=4"]
    found = ecosim.compare([*words, "branch=false"], tmp_path / "whole", 1)
    out = tmp_path / "x"
    command = [sys.executable, "-m", "ecosim", "compare", *words, EVERY, "-j", "1", f"out={out}"]
    killed, deadline = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL), time.monotonic() + 240
    while killed.poll() is None and time.monotonic() < deadline:
        if (out / "runs" / "exposure_floor-1.unfinished" / "day-0000016.state").exists():
            killed.kill()
        time.sleep(0.002)
    assert killed.wait() == -signal.SIGKILL
    resumed: Any = ecosim.compare([*words, EVERY], out, 1)
    assert resumed.reused == 1
    same(out / "runs" / "exposure_floor-1", found.path / "runs" / "exposure_floor-1")
    manifest = json.loads((out / "runs" / "exposure_floor-1" / "manifest.json").read_text())
    assert manifest["continued"][:2] in ([4, 16], [4, 20], [4, 24])
    assert sorted(entry.name for entry in (out / "runs").iterdir()) == ["baseline-1", "exposure_floor-1"]


def test_ctrl_c_before_the_first_checkpoint_leaves_nothing(stub: Any, tmp_path: Path) -> None:
    def press(day: int) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    stub.hook = staticmethod(press)
    with pytest.raises(KeyboardInterrupt):
        run_one(config(tmp_path / "x"))
    assert not list(tmp_path.iterdir())


def test_no_checkpoints_no_folder(stub: Any, tmp_path: Path) -> None:
    seen: list[list[str]] = []
    settings = replace(ecosim.compose(WORDS), out=str(tmp_path / "x"))
    run_one(settings, progress=lambda step: seen.append([entry.name for entry in tmp_path.iterdir()]))
    assert {name for names in seen for name in names} == set()


@pytest.mark.parametrize("changes", [{"config": {"days": 40}}, {"command": 5}, {"started": "yesterday"}])
def test_a_note_edited_by_hand_is_refused(changes: dict[str, Any], tmp_path: Path) -> None:
    """Changed settings most of all: the run would go on otherwise than it began."""
    left = broken_off(tmp_path / "x", 5)
    file = left.folder / "run.json"
    run = json.loads(file.read_text())
    for key, value in changes.items():
        run[key] = run[key] | value if isinstance(value, dict) else value
    file.write_text(json.dumps(run))
    before = sorted(path.name for path in left.folder.iterdir())
    with pytest.raises(InputError, match=r"is damaged \(it was changed after it was written\)\. A run goes on"):
        resume(tmp_path / "x")
    assert sorted(path.name for path in left.folder.iterdir()) == before
