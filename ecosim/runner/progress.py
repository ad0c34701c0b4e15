"""What a run tells about itself while it is under way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum


class Phase(str, Enum):
    """What a run is doing."""

    COMPILE = "compile"
    BUILD = "build"
    DAYS = "days"
    WRITE = "write"
    DONE = "done"


@dataclass(frozen=True)
class Progress:
    """How far a run has come.

    Parameters
    ----------
    phase : Phase
        What it is doing now.
    day, days : int
        Days done and days in all, burn-in included.
    burn_in : int
        Days before measurement.
    impressions : int
        Impressions served since this process began to simulate.
    seconds : float
        Time since it began to; during compilation and set-up, time that the phase before took.
    before : int
        Days that were done before, if the run goes on from a saved state.
    """

    phase: Phase
    day: int = 0
    days: int = 0
    burn_in: int = 0
    impressions: int = 0
    seconds: float = 0.0
    before: int = 0

    @property
    def speed(self) -> float:
        """Impressions a second so far."""
        return self.impressions / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Estimate of the time that the remaining days take; None before the first day is done."""
        done = self.day - self.before
        return self.seconds / done * (self.days - self.day) if done else None


Report = Callable[[Progress], None]
"""Called by the runner with each step forward."""


def silent(progress: Progress) -> None:
    """Tell nobody."""
