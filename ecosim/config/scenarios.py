"""Scenarios: named deviations from the baseline, each a short YAML file.

A file `configs/scenario/<name>.yaml` (or one in a folder of the user's own) begins with a comment that says what it is
about, and holds at most two keys: `policies`, each with the settings that differ from its defaults, and `overrides`,
written as on the command line. Both become overrides of one run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ecosim.config.folders import SCENARIO, files, options, read_mapping
from ecosim.errors import InputError, nearest

KEYS = ("policies", "overrides")


def scenario(name: str, config_dirs: Sequence[Path] = ()) -> list[str]:
    """Return the overrides that make a scenario.

    Raises
    ------
    InputError
        When there is no scenario of that name, or its file cannot be used.
    """
    known = files(SCENARIO, config_dirs)
    if name not in known:
        raise InputError(
            f"there is no scenario '{name}'.{nearest(name, known)} Known: {', '.join(known)}. "
            f"Write your own as scenario/{name}.yaml in a folder given by --config-dir."
        )
    file = known[name]
    content = read_mapping(file)
    for key in content:
        if key not in KEYS:
            raise InputError(f"{file}: there is no key '{key}'.{nearest(key, KEYS)} Allowed: {', '.join(KEYS)}.")
    policies = content.get("policies") or {}
    if not isinstance(policies, Mapping):
        raise InputError(f"{file}: policies: found {policies!r}, must be names with their settings, as in name: {{}}.")
    lines = override_lines(content.get("overrides"), f"{file}: overrides")
    selected, available = [str(policy) for policy in policies], options(config_dirs)["policy"]
    for policy in selected:
        if policy not in available:
            raise InputError(
                f"{file}: policies: there is no policy '{policy}'.{nearest(policy, available)} "
                f"Known: {', '.join(available)}."
            )
    if any(line.split("=")[0] in ("policy", SCENARIO, "seed", "out") for line in lines):
        raise InputError(
            f"{file}: overrides: policy, scenario, seed and out cannot stand here. Put policies under `policies`."
        )
    chosen = [f"policy=[{','.join(selected)}]"] if selected else []
    return [*chosen, *(line for policy in selected for line in _settings(policy, policies[policy], file)), *lines]


def override_lines(found: Any, where: str) -> list[str]:
    """Check that overrides are a list of texts with an equals sign."""
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(line, str) and "=" in line for line in found):
        raise InputError(f"{where}: found {found!r}, must be a list of overrides, as in [ranker=random].")
    return [str(line) for line in found]


def policies_of(line: str) -> list[str]:
    """Return the names that an override `policy=...` selects."""
    names = line.split("=", 1)[1].strip().strip("[]")
    return [name.strip().strip("'\"") for name in names.split(",") if name.strip()]


def combined(scenario_lines: Sequence[str], words: Sequence[str]) -> list[str]:
    """Join the overrides of a scenario with those of the command line; policies of both are selected."""
    lines = [*scenario_lines, *words]
    selecting = [line for line in lines if line.startswith("policy=")]
    if len(selecting) < 2:
        return lines
    names = dict.fromkeys(name for line in selecting for name in policies_of(line))
    return [f"policy=[{','.join(names)}]", *(line for line in lines if line not in selecting)]


def _settings(policy: str, settings: Any, file: Path) -> Iterator[str]:
    if settings is None:
        return
    if not isinstance(settings, Mapping):
        raise InputError(f"{file}: policies.{policy}: found {settings!r}, must be settings, as in {{start: 30}}.")
    for path, value in _flat(settings, f"policies.{policy}"):
        yield f"{path}={written(value)}"


def _flat(settings: Mapping[Any, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for key, value in settings.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}.{key}")
        else:
            yield f"{prefix}.{key}", value


def written(value: Any) -> str:
    """Write a value of a YAML file as the command line takes it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{','.join(written(entry) for entry in value)}]"
    text = str(value)
    if isinstance(value, str) and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]*", text):
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return text
