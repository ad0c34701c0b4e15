"""The manifest: all that is needed to make a run again and to know where its numbers come from."""

from __future__ import annotations

import datetime
import math
import os
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from ecosim.config import SimulationConfig
from ecosim.config.identity import config_hash
from ecosim.config.validation import resolved
from ecosim.versions import source_digest, versions

__all__ = ["FORMAT", "Status", "build", "config_hash", "git_revision", "machine", "source_digest", "versions"]

Status = Literal["complete", "interrupted", "failed"]

FORMAT = 1
"""Version of the run folder's layout; raised when a reader would have to change.

Folders of another format are refused wherever they are read; other versions of ecosim that write the same one are not.
"""


def build(
    config: SimulationConfig,
    *,
    status: Status,
    started: datetime.datetime,
    wall_seconds: float,
    compile_seconds: float,
    timings: Mapping[str, float],
    impressions: int,
    threads: int,
    command: Sequence[str] = (),
    warnings: Sequence[str] = (),
    error: str | None = None,
    continued: Sequence[int] = (),
) -> dict[str, Any]:
    """Gather everything that the manifest states about one run.

    Parameters
    ----------
    config : SimulationConfig
        The settings as resolved, defaults included.
    status : {'complete', 'interrupted', 'failed'}
        How the run ended.
    started : datetime.datetime
        When it began.
    wall_seconds, compile_seconds : float
        Time from start to the last day, and the part of it spent on compiling kernels. Writing the results comes after.
    timings : mapping of str to float
        Seconds by stage of the day, set-up included.
    impressions : int
        Impressions served on all days, burn-in included.
    threads : int
        Threads used.
    command : sequence of str
        The command line, empty when the run was started from Python.
    warnings : sequence of str
        What the user should know before believing the run, such as a policy that did nothing.
    error : str, optional
        Message of the error that ended the run.
    continued : sequence of int
        Days, burn-in included, after which the run went on from a saved state.
    """
    simulated = sum(timings.values()) - timings.get("setup", 0.0)
    speed = impressions / simulated if simulated > 0 else math.nan
    return {
        "format": FORMAT,
        "status": status,
        "error": error,
        "warnings": list(warnings),
        "scenario": config.scenario,
        "seed": config.seed,
        "config_hash": config_hash(config),
        "config": resolved(config),
        "command": list(command),
        "started": started.isoformat(timespec="seconds"),
        "continued": list(continued),
        "versions": versions(),
        "source": source_digest(),
        "git_revision": git_revision(),
        "machine": machine(),
        "threads": threads,
        "wall_seconds": round(wall_seconds, 3),
        "compile_seconds": round(compile_seconds, 3),
        "timings": {name: round(seconds, 4) for name, seconds in timings.items()},
        "impressions_per_second": None if math.isnan(speed) else round(speed),
        "peak_memory_mb": round(peak_memory_mb(), 1),
    }


def git_revision() -> str | None:
    """Return the commit of the source tree that ecosim runs from, marked `+changes` when edited; None elsewhere."""
    folder = Path(__file__).parent
    # Installed into somebody else's repository, git would answer with their commit: ask whether it tracks this file.
    if _git(folder, "ls-files", "--error-unmatch", Path(__file__).name) is None:
        return None
    revision = _git(folder, "rev-parse", "HEAD")
    if revision is None:
        return None
    changed = _git(folder, "status", "--porcelain", "--untracked-files=no")
    return revision + ("+changes" if changed else "")


def machine() -> dict[str, Any]:
    """Describe the computer: processor, cores, memory, operating system."""
    return {
        "cpu": _cpu_model(),
        "cores": os.cpu_count(),
        "memory_mb": _memory_mb(),
        "os": platform.platform(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
    }


def peak_memory_mb() -> float:
    """Return the most memory this process has held, in MB; NaN where the system does not say."""
    # After an exec, getrusage on Linux still counts the parent's peak; the kernel's status file does not.
    status = _field(Path("/proc/self/status"), "VmHWM")
    if status is not None:
        return float(status.split()[0]) / 1024
    try:
        import resource
    except ImportError:
        return math.nan
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(peak) / (1024**2 if sys.platform == "darwin" else 1024)


def _cpu_model() -> str:
    return _field(Path("/proc/cpuinfo"), "model name") or platform.processor() or platform.machine()


def _memory_mb() -> int | None:
    total = _field(Path("/proc/meminfo"), "MemTotal")
    return int(total.split()[0]) // 1024 if total else None


def _field(path: Path, name: str) -> str | None:
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return None
    for line in lines:
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return None


def _git(folder: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
