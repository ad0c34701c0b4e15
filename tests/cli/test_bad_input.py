"""Bad input: one clear message, exit code 2, no traceback, nothing left behind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ecosim.runner.checks import available_threads

MATRIX = [
    (["seeed=3"], ["seeed", "Did you mean 'seed'?"]),
    (["ranker=popularty"], ["popularty", "Did you mean 'popularity'?", "chronological"]),
    (["policy=exposure_flor"], ["Did you mean 'exposure_floor'?"]),
    (["days=abc"], ["days: must be a whole number", '"abc"']),
    (["days=0", "burn_in=-1", "ranker.watch=99"], ["3 settings", "days", "burn_in", "ranker.watch", "found 99"]),
    (["scale.consumers=30", "scale.creators=400"], ["creators (400) must not outnumber consumers (30)"]),
    (["threads=0"], ["threads: must be a whole number of at least 1"]),
    ([f"threads={available_threads() + 1}"], [f"at most {available_threads()}"]),
    (["out=/proc/no/such/place"], ["out: cannot write", "/proc/no/such/place"]),
    (["out=full"], ["out: 'full' is not empty"]),
    (["recording.metrics=[no_such_metric]"], ["there is no metric 'no_such_metric'"]),
    (["seed=1,2"], ["ecosim run -m"]),
    (["nonsense"], ["'nonsense' is not an override"]),
    (["--config-dir", "absent"], ["--config-dir", "no such folder"]),
    (["--frobnicate"], ["--frobnicate"]),
    (["-m", "seed=1,2", "days=0"], ["days: must be a whole number"]),
    (["-m", "seed=interval(1,2)"], ["range(1,11)"]),
    (["-m", "-j", "0", "seed=1,2", "scale=toy"], ["--jobs: found 0"]),
    (["-m", "seed=1,2", "out=full"], ["out: 'full' is not empty"]),
    (["-m", "-j", "x", "seed=1,2", "scale=toy"], ["--jobs: found 'x', must be a whole number of at least 1"]),
    (["-m", "seed=1,1", "scale=toy"], ["seed=1,1: the value 1 is given twice"]),
    (["out=full/mine.txt/x"], ["out: cannot write 'full/mine.txt/x'", "full/mine.txt' is a file"]),
    (["-j", "2"], ["add -m"]),
]


@pytest.mark.parametrize(("words", "expected"), MATRIX, ids=[" ".join(words) for words, _ in MATRIX])
def test_one_message_code_2_and_nothing_left(
    ecosim: Callable[..., Any], tmp_path: Path, words: list[str], expected: list[str]
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("keep")
    ended = ecosim("run", *words)
    assert ended.code == 2
    assert ended.out == ""
    messages = [line for line in ended.err.splitlines() if line.startswith("ecosim: ")]
    assert len(messages) == 1
    for part in expected:
        assert part in ended.err
    assert all(line[-1] in ".:" for line in ended.err.splitlines()), "a message is a sentence"
    assert "Traceback" not in ended.err
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")) == ["full", "full/mine.txt"]


@pytest.mark.parametrize("words", [["rnu"], ["list", "polcy"], ["show", "confg"], ["show", "config", "seeed=1"]])
def test_other_commands_answer_alike(ecosim: Callable[..., Any], words: list[str]) -> None:
    ended = ecosim(*words)
    assert ended.code == 2
    assert ended.err.startswith("ecosim: ")
    assert "Did you mean" in ended.err or "choose from" in ended.err
    assert "Traceback" not in ended.err


def test_debug_shows_where(ecosim: Callable[..., Any]) -> None:
    ended = ecosim("run", "--debug", "seeed=3")
    assert ended.code == 2
    assert "Traceback" in ended.err


def test_a_defect_is_told_as_one(ecosim: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object, **settings: object) -> None:
        raise RuntimeError("out of luck")

    monkeypatch.setattr("ecosim.api.run", broken)
    ended = ecosim("run", "scale=toy")
    assert ended.code == 1
    assert "RuntimeError: out of luck" in ended.err
    assert "--debug" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (KeyboardInterrupt("interrupted before a run was finished; nothing was kept"), "nothing was kept."),
        (KeyboardInterrupt(), "ecosim: interrupted."),  # nobody knows here whether results were written
    ],
)
def test_an_interrupt_says_no_more_than_is_known(
    ecosim: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, raised: KeyboardInterrupt, told: str
) -> None:
    def interrupted(*arguments: object, **settings: object) -> None:
        raise raised

    monkeypatch.setattr("ecosim.api.run", interrupted)
    ended = ecosim("run", "scale=toy")
    assert ended.code == 130
    assert ended.err.endswith(told + "\n")
