"""Ctrl-C, taken at the end of a day: what was measured is kept, and no day is cut in half."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


class Stop:
    """Whether the user has asked to stop."""

    def __init__(self) -> None:
        self.asked = False

    def __bool__(self) -> bool:
        return self.asked

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        """Remember the first Ctrl-C; the second stops at once."""
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True


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
