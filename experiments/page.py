"""The page of an experiment: what its command writes stands between marks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def write_between(page: Path, name: str, lines: Sequence[str], by: str = "analyse.py") -> None:
    """Put lines between the marks of that name on a page."""
    begin, end = f"<!-- {name}: begin (written by {by}; do not edit) -->", f"<!-- {name}: end -->"
    text = page.read_text(encoding="utf-8")
    before, after = text.split(begin)[0], text.split(end)[1]
    page.write_text(f"{before}{begin}\n" + "\n".join(lines) + f"\n{end}{after}", encoding="utf-8")
