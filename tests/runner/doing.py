"""What workers are told to do; apart, since every fresh worker imports it, and the engine would take it seconds."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def does_as_told(task: str, lost: Sequence[str]) -> dict[str, Any]:
    """Raise, leave, or be killed, always or at the first try; else say how often the worker was lost before."""
    if task == "raise":
        raise RuntimeError("broken")
    if task == "leave":
        sys.exit(3)
    if task == "die" or (task == "die at first" and not lost):
        os._exit(3)
    if task == "killed at first" and not lost:
        os.kill(os.getpid(), signal.SIGKILL)
    return {"status": "complete", "error": None, "summary": {"lost": len(lost)}}


def notes_when(folder: Path, lost: Sequence[str]) -> dict[str, Any]:
    """Note when this was done, and by whom."""
    (folder / f"{time.monotonic_ns()}").write_text(str(os.getpid()))
    return {"status": "complete", "error": None, "summary": {}}


def waits(task: Path, lost: Sequence[str]) -> dict[str, Any]:
    """Say who is at work, and stay there."""
    (task / str(os.getpid())).touch()
    time.sleep(600)
    return {}


def held(task: Path, lost: Sequence[str]) -> dict[str, Any]:
    """Say in a file who is at work, and stay there."""
    task.write_text(str(os.getpid()))
    time.sleep(600)
    return {}


def runs_unless_held(task: Any, lost: Sequence[str]) -> dict[str, Any]:
    """Do a run; but that of seed 1 is held at its first try."""
    from ecosim.runner import pool

    return held(task.place / "held", lost) if task.config.seed == 1 and not lost else pool._run_one(task, lost)
