"""Killed at any moment, with no chance to tidy up: what is started again ends with the bytes of what nothing ended."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

pytestmark = pytest.mark.soak

ROOT = Path(__file__).resolve().parents[2]
MOMENTS = 20
COMMON = ["scale=toy", "burn_in=20", "recording.figures=false"]
RUN = [*COMMON, "days=160", "policy=exposure_floor", "threads=1", "recording.checkpoint_every=5"]
EXPERIMENT = [*COMMON, "days=40", "scenarios=[baseline,exposure_floor]", "seeds=3", "recording.checkpoint_every=5"]
MACHINE = ("impressions_per_second", "peak_memory_mb", "wall_seconds")
"""Measures of the machine, not of the world."""
OF_THE_PROCESS = (*MACHINE, "started", "continued", "command", "compile_seconds", "timings", "machine")
"""What a manifest says of how the run was computed."""


def start(command: str, words: Sequence[str], out: Path) -> subprocess.Popen[bytes]:
    typed = [sys.executable, "-m", "ecosim", command, *words, *(["-j", "2"] if command == "compare" else [])]
    return subprocess.Popen(
        [*typed, f"out={out}"], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )


def killed(running: subprocess.Popen[bytes], after: float, whole_group: bool) -> bool:
    """Kill a command after so many seconds, alone or with its workers; say whether it was still there to be killed."""
    try:
        running.wait(after)
    except subprocess.TimeoutExpired:
        (os.killpg if whole_group else os.kill)(running.pid, signal.SIGKILL)
    return running.wait() == -signal.SIGKILL


def ended(words: Sequence[str]) -> None:
    """Type a command and wait for it; it must end well."""
    done = subprocess.run(
        [sys.executable, "-m", "ecosim", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def content(folder: Path) -> dict[str, Any]:
    """Return all that a folder holds, the machine's own measures excepted."""
    found: dict[str, Any] = {}
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = file.relative_to(folder).as_posix()
        if name == "runs.parquet":
            found[name] = repr(pq.read_table(file).to_pylist())
        elif file.name in ("manifest.json", "summary.json"):
            plain = {key: value for key, value in json.loads(file.read_text()).items() if key not in OF_THE_PROCESS}
            plain.get("config", {}).pop("out", None)
            found |= {f"{name}: {key}": json.dumps(value) for key, value in plain.items()}
        elif file.name not in ("report.html", "experiment.json"):  # name their folder, and how many were reused
            found[name] = file.read_bytes()
    return found


def same(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert one.keys() == other.keys()
    differing = {name: (value, other[name]) for name, value in one.items() if value != other[name]}
    assert not differing, differing


def whole(command: str, words: Sequence[str], folder: Path) -> tuple[dict[str, Any], float]:
    """Do what nothing ends; return what it leaves, and the seconds it takes once kernels are compiled."""
    for name in ("compiles", "whole"):
        begun = time.monotonic()
        assert start(command, words, folder / name).wait() == 0
    return content(folder / "whole"), time.monotonic() - begun


def told(what: str, seed: int, moment: float, seen: str) -> None:
    sys.stdout.write(f"\n{what} killed, moment of seed {seed}: after {moment:.2f} s; {seen}")
    sys.stdout.flush()


def test_runs_with_checkpoints(tmp_path: Path) -> None:
    expected, seconds = whole("run", RUN, tmp_path)
    saw: Counter[str] = Counter()
    for seed in range(MOMENTS):
        moment, out = random.Random(seed).uniform(0, seconds), tmp_path / str(seed)
        was_killed = killed(start("run", RUN, out), moment, whole_group=False)
        unfinished = out.with_name(f"{out.name}.unfinished")
        if out.exists():
            seen = "killed after its results were written" if was_killed else "already over"
        elif (unfinished / "run.json").is_file():
            seen = "resumed from a checkpoint" if list(unfinished.glob("day-*.state")) else "resumed from the start"
            ended(["resume", str(out)])
        else:
            seen = "begun anew"
            ended(["run", *RUN, f"out={out}"])
        saw[seen] += 1
        told("run", seed, moment, seen)
        same(content(out), expected)
        assert not list(tmp_path.glob(f"*{seed}.unfinished")), "an unfinished run is left beside a finished one"
    told("runs", -1, seconds, str(dict(saw)))
    assert saw["resumed from a checkpoint"] >= MOMENTS // 5  # or it says nothing about checkpoints


def test_experiments(tmp_path: Path) -> None:
    """Killed with its workers, or alone: then the workers must not write beside the process that goes on."""
    expected, seconds = whole("compare", EXPERIMENT, tmp_path)
    kept_runs, kills = 0, 0
    for seed in range(MOMENTS):
        moment, out = random.Random(seed).uniform(0, seconds), tmp_path / str(seed)
        kills += killed(start("compare", EXPERIMENT, out), moment, whole_group=seed % 2 == 0)
        finished = {path: path.stat().st_ino for path in out.glob("runs/*/manifest.json")}
        ended(["compare", *EXPERIMENT, "-j", "2", f"out={out}"])
        same(content(out), expected)
        lost = [path for path, number in finished.items() if path.stat().st_ino != number]
        assert not lost, "a finished run was run again"
        kept_runs += len(finished)
        told("experiment", seed, moment, f"{len(finished)} of 6 runs were finished, and kept")
    told("experiments", -1, seconds, f"{kills} of {MOMENTS} were killed in time, {kept_runs} finished runs kept")
    assert kept_runs >= MOMENTS // 5
