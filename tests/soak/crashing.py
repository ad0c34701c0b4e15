"""A policy that ends its run or its worker on a day; fresh workers learn of it when they read a run's settings."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Annotated

from ecosim import registry
from ecosim.config import PolicyConfig
from ecosim.config.fields import at_least, schema, text
from ecosim.state.plan import Plan
from ecosim.state.world import World


@schema
class CrashingConfig(PolicyConfig):
    """How the run ends, on which day, and a file that says that it has done so: with one, only the first time."""

    kind: str = "crashing"
    how: Annotated[str, text("raise, exit, die, kill, or nothing")] = "nothing"
    on: Annotated[int, at_least(0, "day", unit="day")] = 0
    once: Annotated[str, text("file")] = ""


@registry.policies.register("crashing", CrashingConfig)
class Crashing:
    """Break off in the middle of a day, as a defect, a library or the system's want of memory would."""

    def __init__(self, config: CrashingConfig) -> None:
        self.config = config

    def apply(self, plan: Plan, world: World, day: int) -> None:
        """Do what the settings say."""
        if day != self.config.on or (self.config.once and Path(self.config.once).exists()):
            return
        if self.config.once:
            Path(self.config.once).touch()
        if self.config.how == "raise":
            raise RuntimeError(f"broken on day {day}")
        if self.config.how == "exit":
            raise SystemExit(3)
        if self.config.how == "die":
            os._exit(3)
        if self.config.how == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
