"""What must hold before a run starts, so that nobody waits an hour for an error that was there from the start."""

from __future__ import annotations

import os
from collections.abc import Iterator

from ecosim import registry
from ecosim.config import REGIONS, SimulationConfig
from ecosim.config.validation import listed
from ecosim.errors import InputError
from ecosim.policies.conflicts import conflicts


def available_threads() -> int:
    """Return how many threads the kernels can use: the cores of this process, or fewer if NUMBA_NUM_THREADS says so."""
    limit = os.environ.get("NUMBA_NUM_THREADS", "")
    if limit.isdigit() and int(limit) > 0:
        return int(limit)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def check(config: SimulationConfig) -> None:
    """Raise an InputError for what the schema alone cannot see: threads, metrics, and policies beside each other."""
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
    problems = [*_aimed_past_the_world(config)]
    problems += [conflict.text for conflict in conflicts(config) if conflict.refused]
    if problems:
        raise InputError(listed(problems))


def _aimed_past_the_world(config: SimulationConfig) -> Iterator[str]:
    """Find aims at verticals and regions in which no creator can be."""
    verticals, shares = config.population.verticals, config.population.region_shares
    regions = [number for number in range(len(REGIONS)) if shares[number] > 0]
    for name, policy in config.policies.items():
        for vertical in policy.aim.verticals or []:
            if vertical >= verticals:
                yield (
                    f"policies.{name}.aim.verticals: there is no vertical {vertical} in this world; its verticals "
                    f"are 0 to {verticals - 1} (population.verticals). Aim at one of these, or write null for all"
                )
        for region in policy.aim.regions or []:
            if region not in regions:
                yield (
                    f"policies.{name}.aim.regions: nobody lives in region {region} of this world; regions with "
                    f"creators are {', '.join(map(str, regions))} (population.region_shares). Aim at one of these, or "
                    "write null for all"
                )
