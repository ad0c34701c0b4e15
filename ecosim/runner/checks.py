"""What must hold before a run starts, so that nobody waits an hour for an error that was there from the start."""

from __future__ import annotations

import os
from collections.abc import Iterator

from ecosim import registry
from ecosim.config import REGIONS, SimulationConfig, Tier
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
    problems = [*_aimed_past_the_world(config), *_aimed_at_nobody(config)]
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


def _aimed_at_nobody(config: SimulationConfig) -> Iterator[str]:
    """Find aims that no creator can ever meet, and dates that no day of the run lies within."""
    for name, policy in config.policies.items():
        aim = policy.aim
        if policy.stop is not None and policy.stop <= -config.burn_in:
            yield (
                f"policies.{name}.stop ({policy.stop}) lies before the second day of the run, whose days are "
                f"{-config.burn_in} to {config.days - 1}, so that the policy is never in force. Set a later stop, or "
                "leave the policy out"
            )
        if aim.max_age == 0 and aim.tiers is not None and Tier.TAIL not in aim.tiers:
            yield (
                f"policies.{name}.aim: nobody is {' or '.join(tier.value for tier in aim.tiers)} on the day of entry "
                "(max_age=0), since tiers are ranked in the evening. Name the tail too, or allow a higher age"
            )
        if aim.max_age is not None and config.creator.entry_chance == 0:
            yield (
                f"policies.{name}.aim.max_age: found {aim.max_age}, but nobody enters this world "
                "(creator.entry_chance=0), and founders are no newcomers. Write null for any age"
            )
