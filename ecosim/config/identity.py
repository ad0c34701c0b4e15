"""When two runs are the same, and until when: a hash of the settings, and those of them that act before a day."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from ecosim.config.simulation import SimulationConfig
from ecosim.config.validation import resolved

INERT = ("engine", "out", "runner", "scenario", "threads")
"""Settings that change how a run is computed, where it is written or what it is called, but none of its results."""

SAFEGUARD = "checkpoint_every"
"""The setting of recording that leaves no trace in the results."""


def config_hash(config: SimulationConfig) -> str:
    """Return 16 hex digits that two runs share exactly when all settings that can change a result are equal."""
    return digest(_telling(config))


def past_settings(config: SimulationConfig, date: int) -> dict[str, Any]:
    """Return the settings that can have changed anything before a day.

    Parameters
    ----------
    config : SimulationConfig
        The run.
    date : int
        The day, counted from the end of burn-in. Policies that begin on it or later are left out, and so is how long
        the run will last and whether figures are drawn.
    """
    settings = _telling(config)
    settings.pop("days")
    settings["recording"].pop("figures")
    policies = settings["policies"]
    settings["policies"] = {name: policy for name, policy in policies.items() if policy["start"] < date}
    settings["order of policies"] = list(settings["policies"])
    return settings


def differing_settings(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Return the dotted names of the settings in which two mappings differ."""
    flat, against = dict(_flat(one)), dict(_flat(other))
    return [key for key in dict.fromkeys([*flat, *against]) if flat.get(key, flat) != against.get(key, against)]


def digest(settings: Mapping[str, Any]) -> str:
    """Return 16 hex digits of plain settings, whatever their order."""
    text = json.dumps(settings, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _telling(config: SimulationConfig) -> dict[str, Any]:
    settings = {name: value for name, value in resolved(config).items() if name not in INERT}
    settings["recording"].pop(SAFEGUARD)
    return settings


def _flat(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in settings.items():
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
