"""Killed at moments nobody chose, with no chance to tidy up: what is resumed ends with the bytes of the unbroken."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from ecosim.results.comparison import Comparison

pytestmark = pytest.mark.soak

ROOT = Path(__file__).resolve().parents[2]
RUN = ["run", "scale=toy", "days=60", "burn_in=20", "policy=exposure_floor", "threads=1", "recording.figures=false",
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


def test_a_run_killed_at_random_moments_ends_with_the_same_bytes(tmp_path: Path) -> None:
    length = whole(RUN, tmp_path / "whole")
    expected = bytes_of(tmp_path / "whole")
    assert len(expected) >= 10
    kills = 0
    for moment in np.random.default_rng(5).uniform(0.05, 0.95, 10) * length:
        out = tmp_path / f"after-{moment:.2f}"
        kills += killed_after(RUN, out, float(moment))
        if not out.exists():
            begun = out.with_name(out.name + ".unfinished").exists()
            words = ["resume", str(out)] if begun else [*RUN, f"out={out}"]  # killed before it had written anything
            subprocess.run([sys.executable, "-m", "ecosim", *words], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
        assert bytes_of(out) == expected, f"killed after {moment} of {length} seconds"
        assert not out.with_name(out.name + ".unfinished").exists()
    assert kills >= 5, "the moments fell after the end"


def test_an_experiment_killed_at_random_moments_loses_no_run_and_ends_with_the_same_tables(tmp_path: Path) -> None:
    length = whole(EXPERIMENT, tmp_path / "whole")
    expected = bytes_of(tmp_path / "whole")
    kills, kept = 0, 0
    for moment in np.random.default_rng(6).uniform(0.2, 0.95, 10) * length:
        out = tmp_path / f"after-{moment:.2f}"
        kills += killed_after(EXPERIMENT, out, float(moment))
        before = finished(out)
        kept += len(before)
        whole(EXPERIMENT, out)
        after = finished(out)
        assert len(after) == 9
        assert {name: after[name] for name in before} == before, "a finished run was done again"
        assert bytes_of(out) == expected, f"killed after {moment} of {length} seconds"
        assert Comparison.load(out).runs["status"].eq("complete").all()
    assert kills >= 5, "the moments fell after the end"
    assert kept > 0, "no run was finished before a kill"
