"""T-RECS takes part where it can be had, and is left out with a plain reason where it cannot."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from benchmarks import trecs_peer
from benchmarks.contestants import Span, TRecs
from benchmarks.trecs_peer import LeftOutError, Peer

STAND_IN = '''
"""As much of T-RECS as the script asks of it."""


class ContentFiltering:
    """Notes what it was made with and what it was asked to do."""

    def __init__(self, **made):
        assert made == {"num_users": 7, "num_items": 1000, "num_attributes": 16, "num_items_per_iter": 30, "seed": 1}
        self.steps = 0

    def run(self, timesteps, train_between_steps=True, disable_tqdm=False):
        self.steps += timesteps
        if self.steps > 4:
            raise RuntimeError("worn out")
        self.items_shown = __import__("numpy").zeros((7, 30))
'''


@pytest.fixture
def library(tmp_path: Path) -> dict[str, str]:
    """Put a stand-in for T-RECS on the path of the process; return the variables that do so."""
    (tmp_path / "trecs").mkdir()
    (tmp_path / "trecs" / "__init__.py").touch()
    (tmp_path / "trecs" / "models.py").write_text(STAND_IN, encoding="utf-8")
    return {"PYTHONPATH": str(tmp_path)}


def test_a_step_counts_as_a_day_of_every_user(library: dict[str, str], tmp_path: Path) -> None:
    peer = Peer(sys.executable, 7, 1, library, tmp_path)
    try:
        TRecs(peer, 1, train=True).turn(span := Span())
        TRecs(peer, 1, train=False).turn(span)
    finally:
        peer.close()
    assert (span.days, span.consumer_days, span.impressions) == (2, 14, 420)
    assert span.seconds > 0


def test_a_peer_that_ends_is_left_out_and_leaves_no_process(library: dict[str, str], tmp_path: Path) -> None:
    peer = Peer(sys.executable, 7, 1, library, tmp_path)
    peer.live(3, train=True)
    with pytest.raises(LeftOutError, match="it ended at 7 users"):
        peer.live(1, train=True)
    assert peer.process.returncode is not None


def test_an_interpreter_without_the_library_is_left_out(tmp_path: Path) -> None:
    with pytest.raises(LeftOutError, match="it ended"):
        Peer(sys.executable, 7, 1, {"PYTHONPATH": ""}, tmp_path)


def test_without_python_39_nothing_is_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    with pytest.raises(LeftOutError, match=r"no Python 3\.9"):
        trecs_peer.prepare(tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def fake_python(tmp_path: Path, script: str) -> None:
    """Put a python3.9 on the path that is a shell script."""
    fake = tmp_path / "python3.9"
    fake.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    fake.chmod(0o755)


def test_what_cannot_be_installed_is_told_in_its_own_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The interpreter answers the probe, and then cannot make an environment."""
    fake_python(tmp_path, 'if [ "$1" = -c ]; then exit 0; fi; echo "no room on the disk" >&2; exit 1')
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    with pytest.raises(LeftOutError, match="could not be made: no room on the disk"):
        trecs_peer.prepare(tmp_path / "cache")
    assert not (tmp_path / "cache" / "ready.json").exists()


def test_an_environment_that_is_ready_is_not_made_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(trecs_peer, "find_python", lambda: pytest.fail("looked for an interpreter"))
    python = tmp_path / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    (tmp_path / "ready.json").write_text(json.dumps(trecs_peer.REQUIREMENTS), encoding="utf-8")
    assert trecs_peer.prepare(tmp_path) == str(python)
