"""Killed at moments nobody chose, with no chance to tidy up: what is resumed ends with the bytes of the unbroken."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ecosim.results.comparison import Comparison

pytestmark = pytest.mark.soak

log = logging.getLogger(__name__)

KILLS = 10
"""Kills of a run, and as many of an experiment."""

ROOT = Path(__file__).resolve().parents[2]
RUN = ["run", "scale=small", "days=60", "burn_in=20", "policy=exposure_floor", "threads=1", "recording.figures=false",
       "recording.checkpoint_every=5"]  # fmt: skip
EXPERIMENT = ["compare", "scenarios=[baseline,exposure_floor,newcomer_support]", "seeds=3", "scale=toy", "days=40",
              "burn_in=10", "recording.checkpoint_every=5", "-j", "2"]  # fmt: skip


def command(words: list[str], out: Path) -> list[str]:
    return [sys.executable, "-m", "ecosim", *words, f"out={out}"]


def bytes_of(folder: Path) -> dict[str, bytes]:
    """All tables; that of the runs says how long each took, and so do manifests and reports."""
    tables = sorted(path for path in folder.rglob("*.parquet") if path.name != "runs.parquet")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in tables}


def killed_after(words: list[str], out: Path, seconds: float) -> bool:
    """Start a command, kill it and all its workers after some seconds; return whether it was still going."""
    begun = subprocess.Popen(command(words, out), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                             start_new_session=True)  # fmt: skip
    try:
        begun.wait(seconds)
        return False
    except subprocess.TimeoutExpired:
        os.killpg(begun.pid, signal.SIGKILL)
        begun.wait()
        return True


def finished(out: Path) -> dict[str, float]:
    """Runs of an experiment that are finished, and when their manifests were written."""
    return {path.parent.name: path.stat().st_mtime for path in out.glob("runs/*/manifest.json")}


def whole(words: list[str], out: Path) -> float:
    """Do all in one go and return how long it took."""
    before = time.perf_counter()
    subprocess.run(command(words, out), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return time.perf_counter() - before


class Moments:
    """Moments of a command that takes `length` seconds, until `KILLS` of them were kills.

    A moment after the end is no kill; it says that the machine is quicker now, and the next ones are drawn from less.
    """

    def __init__(self, length: float, first: float, seed: int) -> None:
        self.length = length
        self.first = first
        self.rng = np.random.default_rng(seed)
        self.kills = 0

    def __iter__(self) -> Iterator[float]:
        for _ in range(3 * KILLS):
            if self.kills == KILLS:
                return
            yield float(self.rng.uniform(self.first, 0.95) * self.length)

    def met(self, killed: bool, moment: float) -> None:
        """Take note of whether the command was still going."""
        self.kills += killed
        if not killed:
            self.length = min(self.length, moment)


def test_a_run_killed_at_random_moments_ends_with_the_same_bytes(tmp_path: Path) -> None:
    moments = Moments(whole(RUN, tmp_path / "whole"), 0.05, 5)
    expected = bytes_of(tmp_path / "whole")
    assert len(expected) >= 10
    resumed = 0
    for moment in moments:
        out = tmp_path / f"after-{moment:.3f}"
        moments.met(killed_after(RUN, out, moment), moment)
        if not out.exists():
            begun = (out.with_name(out.name + ".unfinished") / "run.json").exists()
            words = ["resume", str(out)] if begun else [*RUN, f"out={out}"]  # killed before it had written anything
            subprocess.run([sys.executable, "-m", "ecosim", *words], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
            resumed += bool(json.loads((out / "manifest.json").read_text()).get("continued"))
        assert bytes_of(out) == expected, f"killed after {moment} of {moments.length} seconds"
        assert not out.with_name(out.name + ".unfinished").exists()
    log.warning("%d kills of a run, %d of them gone on from a checkpoint", moments.kills, resumed)
    assert moments.kills == KILLS, "too many moments fell after the end"
    assert resumed > 0, "every kill came before the first checkpoint"


def test_an_experiment_killed_at_random_moments_loses_no_run_and_ends_with_the_same_tables(tmp_path: Path) -> None:
    moments = Moments(whole(EXPERIMENT, tmp_path / "whole"), 0.2, 6)
    expected = bytes_of(tmp_path / "whole")
    kept = 0
    for moment in moments:
        out = tmp_path / f"after-{moment:.3f}"
        moments.met(killed_after(EXPERIMENT, out, moment), moment)
        before = finished(out)
        kept += len(before)
        whole(EXPERIMENT, out)
        after = finished(out)
        assert len(after) == 9
        assert {name: after[name] for name in before} == before, "a finished run was done again"
        assert bytes_of(out) == expected, f"killed after {moment} of {moments.length} seconds"
        assert Comparison.load(out).runs["status"].eq("complete").all()
    log.warning("%d kills of an experiment, %d finished runs kept over all", moments.kills, kept)
    assert moments.kills == KILLS, "too many moments fell after the end"
    assert kept > 0, "no run was finished before a kill"
