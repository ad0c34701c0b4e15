"""`ecosim story`: a life on the terminal or in a file, and one message for what cannot be told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

TOY = ("scale=toy", "days=16", "burn_in=6", "threads=1")


def test_two_worlds_stand_side_by_side_and_end_with_what_differed(ecosim: Callable[..., Any]) -> None:
    done = ecosim("story", "creator", "20", *TOY, "scenario=baseline,exposure_floor", "out=lives/life.md")
    assert done.code == 0, done.err
    page = Path("lives/life.md").read_text(encoding="utf-8")
    assert page.startswith("# Creator 20\n")
    assert "baseline, seed 1 | exposure_floor, seed 1 |" in page
    assert "## What differed" in page
    assert sorted(entry.name for entry in Path().rglob("*")) == ["life.md", "lives"]
    refused = ecosim("story", "creator", "20", *TOY, "out=lives/life.md")
    assert (refused.code, "exists" in refused.err) == (2, True)


def test_a_file_that_cannot_be_written_is_told_before_worlds_are_lived(
    ecosim: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ecosim.stories.tell", lambda *_: pytest.fail("a world was lived"))
    Path("taken").touch()
    refused = ecosim("story", "creator", "20", *TOY, "out=taken/life.md")
    assert refused.code == 2
    assert "out: cannot write 'taken/life.md':" in refused.err
    assert [entry.name for entry in Path().rglob("*")] == ["taken"]


def test_a_rule_picks_and_the_terminal_tells(ecosim: Callable[..., Any]) -> None:
    done = ecosim("story", "consumer", "top", *TOY)
    assert done.code == 0, done.err
    assert "Buys for the first time" in done.out
    assert "What it came to" in done.out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["creator", "no-one"], "Allowed: 0 to"),
        (["creator", "1", "nowhere"], "'nowhere' is neither a run folder nor a setting"),
        (["creator", "1", ".", "seed=2"], "not both"),
        (["creator", "1", "scenario=baseline,exposure_floor", "ranker=random,popularity"], "found 4 worlds"),
        (["creator", "1", "scenario=baseline,spring"], "the two worlds have the same settings"),
        (["creator", "1", "out=life.txt"], "must be a Markdown file"),
        (["creator"], "name"),
    ],
)
def test_bad_input_is_told_and_leaves_nothing(ecosim: Callable[..., Any], words: list[str], expected: str) -> None:
    done = ecosim("story", *words)
    assert done.code == 2
    assert expected in done.err
    assert "Traceback" not in done.err
    assert list(Path().iterdir()) == []
