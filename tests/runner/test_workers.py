"""Workers that die: their runs are done again, one that ends every worker fails, and no other run is touched."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from ecosim.runner import pool
from ecosim.runner.workers import TRIES, side_by_side
from ecosim.testing import small_config
from tests.runner.doing import does_as_told, notes_when, waits

ROOT = Path(__file__).resolve().parents[2]


def test_only_what_ends_its_worker_fails() -> None:
    tasks = ["live", "die", "live", "raise", "die at first", "live", "leave", "killed at first", *["live"] * 6]
    rows = dict(side_by_side(does_as_told, tasks, 2))
    assert sorted(rows) == list(range(len(tasks)))
    told = {task: row["error"] for task, row in zip(tasks, (rows[number] for number in range(len(tasks))), strict=True)}
    assert told["die"] == f"its worker was lost {TRIES} times (EXIT(3), EXIT(3), EXIT(3))"
    assert told["raise"] == "RuntimeError: broken"
    assert told["leave"] == "SystemExit: 3"
    assert {told[task] for task in ("live", "die at first", "killed at first")} == {None}
    for number, task in enumerate(tasks):
        if task.endswith("at first"):
            assert rows[number]["summary"]["lost"] >= 1


def test_workers_stay_for_the_next_batch_and_are_as_many_as_asked_for(tmp_path: Path) -> None:
    for _ in range(3):
        assert len(dict(side_by_side(notes_when, [tmp_path] * 6, 2))) == 6
    assert len({file.read_text() for file in tmp_path.iterdir()}) <= 2


def test_ctrl_c_ends_the_workers(tmp_path: Path) -> None:
    """What is under way when the parent stops does not go on by itself, writing into folders of others."""

    def press_when_both_are_at_work(*_: object) -> None:
        if len(list(tmp_path.iterdir())) == 2:
            signal.setitimer(signal.ITIMER_REAL, 0)
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, press_when_both_are_at_work)
    signal.setitimer(signal.ITIMER_REAL, 0.2, 0.2)
    try:
        with pytest.raises(KeyboardInterrupt):
            list(side_by_side(waits, [tmp_path] * 3, 2))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert not [file.name for file in tmp_path.iterdir() if _alive(int(file.name))]


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat")
        # Nobody may be there to take note of an orphan's end.
        return not state.parent.parent.is_dir() or state.read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_workers_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    """An orphan would go on writing into the folder that the next process fills."""
    code = f"""
from pathlib import Path
from ecosim.runner.workers import side_by_side
from tests.runner.doing import waits
list(side_by_side(waits, [Path({str(tmp_path)!r})] * 2, 2))
"""
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    deadline = time.monotonic() + 120
    while len(list(tmp_path.iterdir())) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    workers = [int(file.name) for file in tmp_path.iterdir()]
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 10
    while any(_alive(pid) for pid in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(workers) == 2
    assert not [pid for pid in workers if _alive(pid)]


def test_a_run_whose_worker_died_after_its_last_word_is_not_done_again(tmp_path: Path) -> None:
    """Its results are there, whole; to run it again would find its folder full, and call it failed."""
    task = pool.Task(replace(small_config(days=3), out=str(tmp_path / "x"), threads=1), None, ())
    first = pool._run_one(task)
    manifest = (tmp_path / "x" / "manifest.json").read_bytes()
    again = pool._run_one(task, ["SIGKILL(-9)"])
    assert (again["status"], again["error"]) == ("complete", None)
    assert again["summary"].keys() == first["summary"].keys()
    assert (tmp_path / "x" / "manifest.json").read_bytes() == manifest
