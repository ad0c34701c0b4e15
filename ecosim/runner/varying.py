"""What differs between the runs of a sweep, in the words of the command line."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ecosim.config import SimulationConfig
from ecosim.config.validation import resolved

_NAMED_BY = {
    "network": "kind",
    "friends": "kind",
    "collaborators": "kind",
    "ranker": "kind",
    "strategy": "kind",
    "scale": "name",
}
"""Groups that an option's name stands for, and the setting that holds the name."""

_UNRELATED = ("out", "threads")


def varying(configs: Sequence[SimulationConfig]) -> list[dict[str, Any]]:
    """Return for each run the settings that are not the same in all runs; scenario and seed are always there.

    A group is named by its option: `ranker` holds `popularity`, and the weights that come with it are left out unless
    they were changed besides. `policy` holds the selected policies, joined by `+`.
    """
    flat = [_flat(config) for config in configs]
    keys = list(dict.fromkeys(key for settings in flat for key in settings))
    chosen = [key for key in keys if key in ("scenario", "seed") or (_varies(flat, key) and not _explained(flat, key))]
    return [{key: settings.get(key) for key in chosen} for settings in flat]


def _flat(config: SimulationConfig) -> dict[str, Any]:
    """Flatten the settings to dotted keys, with the options' names under the groups' own."""
    plain = {key: value for key, value in resolved(config).items() if key not in _UNRELATED}
    flat: dict[str, Any] = {"scenario": plain.pop("scenario"), "seed": plain.pop("seed")}
    for group, name in _NAMED_BY.items():
        flat[group] = plain[group].pop(name)
    flat["policy"] = "+".join(sorted(plain["policies"]))
    _flatten(plain, "", flat)
    return flat


def _flatten(settings: Mapping[str, Any], prefix: str, flat: dict[str, Any]) -> None:
    for key, value in settings.items():
        if isinstance(value, Mapping):
            _flatten(value, f"{prefix}{key}.", flat)
        else:
            flat[f"{prefix}{key}"] = json.dumps(value) if isinstance(value, list) else value


def _varies(flat: Sequence[Mapping[str, Any]], key: str) -> bool:
    return len({repr(settings.get(key)) for settings in flat}) > 1


def _explained(flat: Sequence[Mapping[str, Any]], key: str) -> bool:
    """Say whether a setting is the same in all runs that share the option it belongs to."""
    group = key.split(".")[0]
    if "." not in key:
        return False
    if group == "policies":  # absent where the policy is not selected; that is what `policy` says
        return len({repr(settings[key]) for settings in flat if key in settings}) <= 1
    if group not in _NAMED_BY:
        return False
    by_option: dict[Any, set[str]] = {}
    for settings in flat:
        by_option.setdefault(settings[group], set()).add(repr(settings.get(key)))
    return all(len(values) <= 1 for values in by_option.values())
