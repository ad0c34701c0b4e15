"""Ctrl-C and `kill` at any moment of a command: one message, the code of a signal, nothing half-written or left."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest

TOY = ("scale=toy", "burn_in=0")
ENDLESS = (*TOY, "days=100000")
DEADLINE = 240

PRESSING = """
import os, signal, sys

class Presses:
    "Presses Ctrl-C when a module is about to be loaded."
    left = {times}
    def find_spec(self, name, *rest):
        while name == {module!r} and self.left:
            self.left -= 1
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Presses())
from ecosim.cli import main
sys.exit(main())
"""


@dataclass(frozen=True)
class Begun:
    """A command in a session of its own, and what it says."""

    process: subprocess.Popen[bytes]
    folder: Path

    @property
    def said(self) -> str:
        return (self.folder / "err.txt").read_text()

    @property
    def told(self) -> str:
        return (self.folder / "out.txt").read_text()

    @property
    def left(self) -> list[str]:
        """What stands in the folder beside what the command said."""
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.suffix != ".txt")

    def wait_for(self, sign: Callable[[], bool]) -> None:
        """Wait until there is a sign of what the command does."""
        deadline = time.monotonic() + DEADLINE
        while not sign():
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.01)

    def children(self) -> int:
        """Count the processes that the command has begun."""
        return len(Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split())

    def ends(self, code: int) -> None:
        """Wait for the end and look for what must never be seen: a second message, somebody else's, a process left."""
        assert self.process.wait(DEADLINE) == code, self.said
        assert sum(line.startswith("ecosim: ") for line in self.said.splitlines()) <= 1, self.said
        for other in ("Traceback", "ignored", "resource_tracker", "Warning"):
            assert other not in self.said
        deadline = time.monotonic() + DEADLINE
        while session_of(self.process.pid):  # those who clear up
            assert time.monotonic() < deadline, session_of(self.process.pid)
            time.sleep(0.05)
        assert not [name for name in self.left if ".tmp" in name]


def session_of(pid: int) -> list[int]:
    """Return the living processes of a session."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, session = stat.read_text().rpartition(")")[2].split()[:4]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(session) == pid and state != "Z":
            found.append(int(stat.parent.name))
    return found


@contextmanager
def begun(folder: Path, *words: str, code: str = "") -> Iterator[Begun]:
    """Begin a command, heeding Ctrl-C whoever started the tests; end all that is left of it in the end."""
    program = ["-c", code] if code else ["-m", "ecosim"]
    with (folder / "out.txt").open("wb") as out, (folder / "err.txt").open("wb") as err:
        process = subprocess.Popen(
            [sys.executable, *program, *words], cwd=folder, stdout=out, stderr=err, start_new_session=True
        )
    try:
        yield Begun(process, folder)
    finally:
        for pid in session_of(process.pid):
            os.kill(pid, signal.SIGKILL)
        process.wait()


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("module", ["argparse", "hydra", "numpy.linalg", "pyarrow", "pandas", "numba.core.typing"])
def test_ctrl_c_while_libraries_load(tmp_path: Path, module: str, times: int) -> None:
    """A library makes an import error of an exception that strikes it, or says that it was ignored."""
    code = PRESSING.format(module=module, times=times)
    with begun(tmp_path, "run", *ENDLESS, "out=x", code=code) as command:
        command.ends(130)
    assert command.said.splitlines()[-1].startswith("ecosim: interrupted before")
    assert command.left == []


def test_ctrl_c_while_a_story_or_many_runs_load(tmp_path: Path) -> None:
    compare = ("compare", "scenarios=[baseline,exposure_floor]", "seeds=2", "out=x")
    for words in (("story", "creator", "top"), ("run", "-m", "seed=1,2", "out=x"), compare):
        with begun(tmp_path, *words, *ENDLESS, code=PRESSING.format(module="numba.core.typing", times=2)) as command:
            command.ends(130)
        assert command.left == []


def test_two_at_once_while_workers_begin(tmp_path: Path) -> None:
    """Every process of a terminal gets them; those that have hardly begun must not speak of it."""
    words = ("compare", "scenarios=[baseline,exposure_floor]", "seeds=2", *ENDLESS, "-j", "2", "out=x")
    with begun(tmp_path, *words) as command:
        command.wait_for(lambda: command.children() >= 2)  # one that cleans up, and a worker
        os.killpg(command.process.pid, signal.SIGINT)
        os.killpg(command.process.pid, signal.SIGINT)
        command.ends(130)
    assert "interrupted before a run was finished; nothing was kept" in command.said
    assert command.left == []


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_several_at_once_while_workers_work(tmp_path: Path, number: int, code: int) -> None:
    words = ("compare", "scenarios=[baseline,exposure_floor]", "seeds=2", *ENDLESS, "branch=false", "-j", "2", "out=x")
    with begun(tmp_path, *words, "recording.checkpoint_every=1") as command:
        command.wait_for(lambda: len(list(tmp_path.glob("x/runs/*.unfinished/day-*.state"))) >= 2)
        for _ in range(3):
            os.killpg(command.process.pid, number)
        command.ends(code)
    assert "0 of 4 runs are finished and kept in x, beside checkpoints of others" in command.said
    assert list(tmp_path.glob("x/runs/*.unfinished/day-*.state")), "kill -9 would have left more"


def test_kill_is_as_ctrl_c(tmp_path: Path) -> None:
    with begun(tmp_path, "run", *ENDLESS, "recording.figures=false", "out=x") as command:
        command.wait_for(lambda: "measuring: day" in command.said)
        command.process.terminate()
        command.process.terminate()  # as `timeout` does
        command.ends(143)
    assert "what was measured is kept" in command.told
    assert json.loads((tmp_path / "x" / "manifest.json").read_text())["status"] == "interrupted"
    assert pq.read_table(tmp_path / "x" / "daily.parquet").num_rows > 0


def test_kill_puts_off_a_run_with_checkpoints(tmp_path: Path) -> None:
    """A scheduler that ends processes does not mean that the run is over."""
    with begun(tmp_path, "run", *ENDLESS, "recording.checkpoint_every=10000", "out=x") as command:
        command.wait_for(lambda: "measuring: day" in command.said)
        command.process.terminate()
        command.ends(143)
    assert command.said.splitlines()[-1].startswith("ecosim: ended by SIGTERM after ")
    assert command.said.endswith("`ecosim resume x` goes on from the last checkpoint.\n")
    assert list(tmp_path.glob("x.unfinished/day-*.state"))
    assert not (tmp_path / "x").exists()


def test_a_terminal_that_is_closed_costs_no_results(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "ecosim", "run", *ENDLESS, "recording.figures=false", "out=x"]
    there = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
    process = subprocess.Popen(
        [sys.executable, "-c", there, *command],
        cwd=tmp_path, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    while b"impressions/s" not in shown:  # a day has passed
        shown += os.read(ours, 4096)
    os.close(ours)
    assert process.wait(DEADLINE) == 129
    assert json.loads((tmp_path / "x" / "manifest.json").read_text())["status"] == "interrupted"


def test_a_hangup_that_is_to_be_ignored_is(tmp_path: Path) -> None:
    code = "import signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
    code += "from ecosim.cli import main; sys.exit(main())"
    words = ("run", *TOY, "days=400", "recording.figures=false", "out=x")
    with begun(tmp_path, *words, code=code) as command:
        command.wait_for(lambda: "loading kernels" in command.said)
        command.process.send_signal(signal.SIGHUP)
        command.ends(0)
