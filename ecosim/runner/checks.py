"""What must hold before a run starts, so that nobody waits an hour for an error that was there from the start."""

from __future__ import annotations

import os

from ecosim import registry
from ecosim.config import SimulationConfig
from ecosim.errors import InputError


def available_threads() -> int:
    """Return how many threads the kernels can use: the cores of this process, or fewer if NUMBA_NUM_THREADS says so."""
    limit = os.environ.get("NUMBA_NUM_THREADS", "")
    if limit.isdigit() and int(limit) > 0:
        return int(limit)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def check(config: SimulationConfig) -> None:
    """Raise an InputError for what the schema alone cannot see: the machine's threads, the registered metrics."""
    available = available_threads()
    if config.threads is not None and config.threads > available:
        raise InputError(
            f"threads: found {config.threads}, but this process may use {available}. "
            f"Set threads to at most {available}, or leave it out to use all."
        )
    for name in config.recording.metrics:
        try:
            registry.metrics[name]
        except InputError as error:
            raise InputError(f"recording.metrics: {error}") from None
