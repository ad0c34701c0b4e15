"""Loading the engine, so that a signal ends it at once."""

from __future__ import annotations

import time

from ecosim.config import SimulationConfig
from ecosim.interrupts import at_once


def load(config: SimulationConfig) -> float:
    """Load the engine and compile its kernels, and return the seconds that it took."""
    before = time.perf_counter()

    def do() -> None:
        from ecosim.model import EcosystemModel  # numba and mesa; not before the settings are known to be good

        EcosystemModel.compile(config)

    at_once(do)
    return time.perf_counter() - before
