"""Reading the documentation: its files, its commands and its links."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])

_BLOCK = re.compile(
    r"^```(?P<language>\w+)(?: title=\"(?P<title>[^\"]+)\")?\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE
)


class Block(NamedTuple):
    """A fenced block: its language, the file that it is (or an empty text), and what it says."""

    language: str
    title: str
    text: str


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of a page in order."""
    found = _BLOCK.finditer(page.read_text(encoding="utf-8"))
    return [Block(match["language"], match["title"] or "", match["text"]) for match in found]


def files(page: Path) -> dict[str, str]:
    """Return the files that a page asks its reader to write."""
    return {block.title: block.text for block in blocks(page) if block.title}


def commands(page: Path) -> Iterator[list[str]]:
    """Yield the words of every `ecosim` command of a page, without `ecosim`."""
    for block in blocks(page):
        if block.language == "console":
            for line in block.text.splitlines():
                words = shlex.split(line.removeprefix("$ "), comments=True)
                if line.startswith("$ ") and words[:1] == ["ecosim"]:
                    yield words[1:]


def links(page: Path) -> Iterator[str]:
    """Yield the targets of a page's links to other files of the project, without anchors."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'(?:src|href)="([^"]+)"', text):
        if not re.match(r"[a-z]+:|#", target):
            yield target
