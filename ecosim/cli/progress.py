"""How far a run is: a live bar on a terminal, plain lines every few seconds elsewhere."""

from __future__ import annotations

import time
from contextlib import suppress
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as Bars
from rich.text import Text

from ecosim.runner.progress import Phase, Progress

PLAIN_EVERY = 5.0
"""Seconds between plain lines when the output is not a terminal."""

KEPT = "kept for later runs"
"""What becomes of compiled kernels; a run that uses more of them compiles those."""

NOTICEABLE = 3.0
"""Seconds that make compilation worth a line."""


class RunProgress:
    """Shows one run; used as a context manager and called by the runner."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(stderr=True, highlight=False)
        self.live = self.console.is_terminal
        self._bars: Bars | None = None
        self._status: Live | None = None
        self._last = time.monotonic()
        self._compiling = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def __call__(self, progress: Progress) -> None:
        """Show one step forward; a terminal that is gone costs no results."""
        with suppress(OSError):
            self._show(progress)

    def _show(self, progress: Progress) -> None:
        if progress.phase is Phase.COMPILE:
            self._begin_compiling()
        elif progress.phase is Phase.BUILD:
            self._end_compiling(progress)
        elif progress.phase is Phase.DAYS:
            self._show_day(progress)
        elif progress.phase is Phase.DONE:
            self._stop()
        elif progress.phase is Phase.WRITE:
            self._stop()
            self.console.print("writing tables, figures and report (Ctrl-C waits for them) ...")

    def _begin_compiling(self) -> None:
        self._compiling = time.monotonic()
        if self.live:
            self._status = Live(console=self.console, transient=True, get_renderable=self._clock, refresh_per_second=2)
            self._status.start()
        else:
            self.console.print("loading kernels (compiled when first used, then kept) ...")

    def _clock(self) -> Text:
        return Text(f"compiling kernels ... {time.monotonic() - self._compiling:.0f} s, {KEPT}")

    def _end_compiling(self, progress: Progress) -> None:
        self._stop()
        if progress.seconds >= NOTICEABLE:
            self.console.print(f"compiling kernels ... {progress.seconds:.0f} s, {KEPT}")
        if self.live:
            self._bars = Bars(
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.completed:.0f}/{task.total:.0f} days"),
                TextColumn("{task.fields[speed]}"),
                console=self.console,
                transient=True,
            )
            self._bars.add_task("burn-in" if progress.burn_in else "measuring", total=progress.days, speed="")
            self._bars.start()

    def _show_day(self, progress: Progress) -> None:
        part = "burn-in" if progress.day <= progress.burn_in else "measuring"
        left = progress.seconds_left
        speed = f"{_count(progress.speed)} impressions/s" + (f", {_span(left)} left" if left is not None else "")
        if self._bars is not None:
            self._bars.update(self._bars.task_ids[0], completed=progress.day, description=part, speed=speed)
        elif time.monotonic() - self._last >= PLAIN_EVERY or progress.day == progress.days:
            self._last = time.monotonic()
            self.console.print(f"{part}: day {progress.day} of {progress.days}, {speed}")

    def _stop(self) -> None:
        if self._status is not None:
            self._status.stop()
            self._status = None
        if self._bars is not None:
            self._bars.stop()
            self._bars = None


class SweepProgress:
    """Shows how many runs of a sweep are done."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(stderr=True, highlight=False)
        self._bars = Bars(
            TextColumn("runs"),
            BarColumn(),
            TextColumn("{task.completed:.0f}/{task.total:.0f}"),
            TextColumn("{task.fields[note]}"),
            console=self.console,
            transient=True,
            disable=not self.console.is_terminal,
        )
        self._begun = self._last = time.monotonic()
        self._pasts = 0
        self._announced = False

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def __call__(self, done: int, total: int, failed: int) -> None:
        """Show that another run is done."""
        with suppress(OSError):
            self._tell(done, total, failed)

    def _tell(self, done: int, total: int, failed: int) -> None:
        elapsed = time.monotonic() - self._begun
        most = "at most " if done == 1 else ""  # the first one loads the kernels, and others are under way
        note = f"{most}{_span(elapsed / done * (total - done))} left" if done else ""
        note += f", {failed} failed" if failed else ""
        self._show(done, total, note)
        if self.console.is_terminal:
            return
        if not self._announced:
            shared = f", after {_pasts(self._pasts)}" if self._pasts else ""
            self.console.print(f"running {total} simulations{shared} ...")
            self._announced = True
        elif done and (time.monotonic() - self._last >= PLAIN_EVERY or done == total):
            self._last = time.monotonic()
            self.console.print(f"{done} of {total} runs done" + (f", {note}" if note else ""))

    def lived(self, done: int, total: int) -> None:
        """Show that another past that runs share has been lived; the runs go on from there."""
        self._pasts = total
        if self._bars.tasks:
            bar = self._bars.tasks[0]
            self._show(int(bar.completed), int(bar.total or 0), f"{done} of {_pasts(total)} lived")
        if not self.console.is_terminal and done and time.monotonic() - self._last >= PLAIN_EVERY:
            self._last = time.monotonic()
            self.console.print(f"{done} of {_pasts(total)} lived")

    def _show(self, done: int, total: int, note: str) -> None:
        if not self._bars.tasks:
            self._bars.add_task("runs", total=total, note="")
        self._bars.update(self._bars.task_ids[0], completed=done, note=note)


def _pasts(number: int) -> str:
    return f"{number} shared past{'' if number == 1 else 's'}"


def _count(number: float) -> str:
    """Write a large number short: 5.2 M."""
    for size, unit in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if number >= size:
            return f"{number / size:.1f}{unit}"
    return f"{number:.0f}"


def _span(seconds: float) -> str:
    """Write a span of time: 42 s, 3 min 05 s, 2 h 10 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
