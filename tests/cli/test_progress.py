"""Progress: plain lines where there is no terminal, a bar where there is one."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from ecosim.cli import progress as module
from ecosim.cli.progress import RunProgress, SweepProgress, _count, _span
from ecosim.runner.progress import Phase, Progress

COURSE = [
    Progress(Phase.COMPILE, days=4, burn_in=2),
    Progress(Phase.BUILD, days=4, burn_in=2, seconds=12.4),
    *[Progress(Phase.DAYS, n, 4, 2, impressions=n * 2_000_000, seconds=n * 1.0) for n in range(1, 5)],
    Progress(Phase.WRITE, 4, 4, 2),
]


def shown(terminal: bool) -> str:
    console = Console(file=io.StringIO(), force_terminal=terminal, width=100, color_system=None, _environ={})
    with RunProgress(console) as progress:
        for step in COURSE:
            progress(step)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PLAIN_EVERY", 0.0)
    lines = shown(terminal=False).splitlines()
    assert "compiling kernels ... 12 s, kept for later runs" in lines
    assert "burn-in: day 2 of 4, 2.0 M impressions/s, 2 s left" in lines
    assert "measuring: day 4 of 4, 2.0 M impressions/s, 0 s left" in lines
    assert not any("\x1b" in line for line in lines)


def test_plain_lines_are_seconds_apart() -> None:
    lines = [line for line in shown(terminal=False).splitlines() if "day" in line]
    assert lines == ["measuring: day 4 of 4, 2.0 M impressions/s, 0 s left"]


def test_a_bar_on_a_terminal() -> None:
    text = shown(terminal=True)
    assert "4/4 days" in text
    assert "2.0 M impressions/s" in text
    assert "compiling kernels ... 12 s, kept for later runs" in text


def test_a_sweep_counts_runs_and_failures() -> None:
    console = Console(file=io.StringIO(), force_terminal=False, width=100, _environ={})
    with SweepProgress(console) as progress:
        for done in range(4):
            progress(done, 3, 1 if done else 0)
    assert isinstance(console.file, io.StringIO)
    assert "3 of 3 runs done, 0 s left, 1 failed" in console.file.getvalue()


def test_pasts_that_runs_share_are_counted_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PLAIN_EVERY", 0.0)
    console = Console(file=io.StringIO(), force_terminal=False, width=100, _environ={})
    with SweepProgress(console) as progress:
        progress.lived(0, 3)
        progress(0, 9, 0)
        progress.lived(1, 3)
        progress(0, 9, 0)
        progress(9, 9, 0)
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue().splitlines() == [
        "running 9 simulations, after 3 shared pasts ...",
        "1 of 3 shared pasts lived",
        "9 of 9 runs done, 0 s left",
    ]


@pytest.mark.parametrize(("number", "text"), [(950, "950"), (1500, "1.5 k"), (5.2e6, "5.2 M"), (3e9, "3.0 G")])
def test_counts_are_short(number: float, text: str) -> None:
    assert _count(number) == text


@pytest.mark.parametrize(("seconds", "text"), [(42, "42 s"), (185, "3 min 05 s"), (7800, "2 h 10 min")])
def test_spans_are_short(seconds: float, text: str) -> None:
    assert _span(seconds) == text
