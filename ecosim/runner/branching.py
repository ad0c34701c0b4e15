"""Branching: scenarios that differ from some day on only share their past, which is lived once.

Two runs share a past up to a day when all settings agree that can have acted before it: everything but the policies
that begin on that day or later. The past is lived with the policies of all of them, each with its own settings, so that
what is recorded beside policies that have not begun is there too, and so is what a policy may note while it waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ecosim.config import SimulationConfig
from ecosim.config.identity import digest, past_settings
from ecosim.config.validation import resolved

LABEL = "past"


@dataclass(frozen=True)
class Past:
    """Days that runs share.

    Attributes
    ----------
    config : SimulationConfig
        Settings under which they are lived.
    days : int
        How many, burn-in included.
    runs : tuple of int
        The runs, by their place in the list.
    """

    config: SimulationConfig
    days: int
    runs: tuple[int, ...]

    @property
    def date(self) -> int:
        """Day on which the runs part, counted from the end of burn-in."""
        return self.days - self.config.burn_in

    @property
    def name(self) -> str:
        """Name of the past's file: another for every other past."""
        settings = resolved(self.config)["policies"]
        return f"{digest({'past': past_settings(self.config, self.date), 'days': self.days, 'idle': settings})}.state"


def shared_pasts(configs: Sequence[SimulationConfig]) -> list[Past]:
    """Find which runs share a past, as long a one as they can; runs without a past in common are in none.

    Parameters
    ----------
    configs : sequence of SimulationConfig
        The runs.
    """
    alike: dict[str, list[int]] = {}
    for number, config in enumerate(configs):
        alike.setdefault(digest(past_settings(config, 0)), []).append(number)
    pasts = []
    for members in alike.values():
        if len(members) < 2:
            continue
        together = [configs[number] for number in members]
        days = together[0].burn_in + _parting(together)
        if days > 0:
            pasts.append(Past(_under_all(together, days), days, tuple(members)))
    return pasts


def _parting(configs: Sequence[SimulationConfig]) -> int:
    """First day on which a policy begins that not all runs have; at the latest the last day of the shortest run."""
    policies = [resolved(config)["policies"] for config in configs]
    date = min(
        [config.days - 1 for config in configs]
        + [
            policy["start"]
            for own in policies
            for name, policy in own.items()
            if policy["start"] >= 0 and any(other.get(name) != policy for other in policies)
        ]
    )
    # Policies that all have may stack in another order, which matters from the first of them on.
    return date if len({digest(past_settings(config, date)) for config in configs}) == 1 else 0


def _under_all(configs: Sequence[SimulationConfig], days: int) -> SimulationConfig:
    """Return the settings of the past: policies that have begun as all runs have them, and all others idle."""
    first = configs[0]
    date = days - first.burn_in
    policies: dict[str, Any] = {name: policy for name, policy in first.policies.items() if policy.start < date}
    for config in configs:
        for name, policy in config.policies.items():
            if policy.start >= date and policy not in policies.values():
                policies[name if name not in policies else f"{name}-{len(policies)}"] = policy
    longest = max(config.days for config in configs)
    return replace(first, scenario=LABEL, out=None, days=longest, policies=policies)
