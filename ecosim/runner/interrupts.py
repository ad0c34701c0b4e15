"""Ctrl-C, taken at the end of a day: what was measured is kept, no day is cut in half, and no result half-written."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

AT_ONCE = "stopped at once by a second Ctrl-C; the days of the run under way were not kept"
"""What the runner raises then; the command line prints it."""


class Stop:
    """Whether the user has asked to stop, and whether it is too late for that."""

    def __init__(self) -> None:
        self.asked = False
        self.writing = False

    def __bool__(self) -> bool:
        return self.asked

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        """Remember the first Ctrl-C; the second stops at once, but never while results are written."""
        if self.asked and not self.writing:
            raise KeyboardInterrupt(AT_ONCE)
        self.asked = True

    def hold(self) -> None:
        """Ignore Ctrl-C from now on: what is left takes seconds, and cutting it short would lose the results."""
        self.writing = True


@contextmanager
def deferred() -> Iterator[Stop]:
    """Turn Ctrl-C into a flag while the block runs; outside the main thread signals stay as they are."""
    stop = Stop()
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        yield stop
        return
    before: Any = signal.signal(signal.SIGINT, stop.on_signal)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def held() -> Iterator[None]:
    """Ignore Ctrl-C while the block writes."""
    with deferred() as stop:
        stop.hold()
        yield
