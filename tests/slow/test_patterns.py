"""What must come out, over 10 paired seeds at the small scale; some 40 minutes on 2 cores (`pytest -m slow`)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from experiments.patterns.study import PATTERNS, Study

pytestmark = pytest.mark.slow
SEEDS = range(101, 111)


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    kept = os.environ.get("ECOSIM_PATTERNS")
    return Study(Path(kept) if kept else tmp_path_factory.mktemp("patterns"), SEEDS)


@pytest.mark.parametrize("letter", PATTERNS)
def test_the_pattern_comes_out(study: Study, letter: str) -> None:
    missed = [f"{f.quantity}: {f.interval}" for f in PATTERNS[letter](study) if not f.holds]
    assert not missed, "; ".join(missed)
