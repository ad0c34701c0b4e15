"""What a run measures of itself, over all the processes that it takes."""

from __future__ import annotations

import datetime
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Course:
    """What a run measured of itself: when it began, how long things took, whether it was stopped.

    ``earlier`` are the seconds of processes before this one, ``continued`` the days on which one took over.
    """

    started: datetime.datetime = field(default_factory=lambda: datetime.datetime.now().astimezone())
    clock: float = field(default_factory=time.perf_counter)
    compile_seconds: float = 0.0
    setup_seconds: float = 0.0
    earlier: float = 0.0
    continued: list[int] = field(default_factory=list)
    interrupted: bool = False

    @property
    def seconds(self) -> float:
        """Seconds since the run began, those of earlier processes included."""
        return self.earlier + time.perf_counter() - self.clock

    def notes(self) -> dict[str, Any]:
        """What the process that goes on from a checkpoint has to know of this one."""
        return {"seconds": self.seconds, "compile_seconds": self.compile_seconds, "continued": self.continued}

    def take_over(self, day: int, notes: Mapping[str, Any]) -> None:
        """Go on where another process has stopped."""
        self.earlier = float(notes.get("seconds", 0.0))
        self.compile_seconds += float(notes.get("compile_seconds", 0.0))
        self.continued = [*notes.get("continued", []), day]
