"""Ways to type a command."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from ecosim.cli import main


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    code: int
    out: str
    err: str


Ecosim = Callable[..., Outcome]


@pytest.fixture
def ecosim(capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ecosim:
    """Type a command in an empty folder, in this process."""
    monkeypatch.chdir(tmp_path)

    def typed(*words: str) -> Outcome:
        code = main(words)
        captured = capfd.readouterr()
        return Outcome(code, captured.out, captured.err)

    return typed


@pytest.fixture
def process(tmp_path: Path) -> Ecosim:
    """Type a command in an empty folder, in a process of its own."""

    def typed(*words: str) -> Outcome:
        done = subprocess.run(
            [sys.executable, "-m", "ecosim", *words],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    return typed
