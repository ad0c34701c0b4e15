"""Where real graphs lie, and how made-up ones are written."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
Edges = Sequence[tuple[object, object]]


@pytest.fixture
def data() -> Path:
    """Folder of real data sets: ECOSIM_DATA, else shared/data beside the repository; skips where there is none."""
    folder = Path(os.environ.get("ECOSIM_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no data sets at {folder}; ECOSIM_DATA names their folder")
    return folder


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], str]:
    """Write a file and return its path."""

    def written(name: str, text: str) -> str:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return str(tmp_path / name)

    return written
