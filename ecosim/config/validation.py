"""From a plain mapping to a checked configuration, and back.

Everything that is wrong is said at once: each line names the dotted path, what was found and what is allowed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from enum import Enum
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ecosim.config.describe import locate, settings_of
from ecosim.config.simulation import SimulationConfig
from ecosim.errors import InputError, nearest

Path = tuple[str | int, ...]


def validate(mapping: Mapping[str, Any]) -> SimulationConfig:
    """Check a mapping of settings and return the configuration; what is left out takes its default.

    Parameters
    ----------
    mapping : mapping
        Settings as a YAML file holds them, nested by group.

    Raises
    ------
    InputError
        With one line for each setting that cannot be used.
    """
    config, problems = examine(mapping)
    if config is None:
        raise InputError(listed(problems))
    return config


def examine(mapping: Mapping[str, Any]) -> tuple[SimulationConfig | None, list[str]]:
    """Return the configuration, or None and everything that is wrong with the mapping."""
    problems: dict[Path, str] = dict(_odd_numbers(mapping, (), mapping))
    config: SimulationConfig | None = None
    try:
        config = TypeAdapter(SimulationConfig).validate_python(dict(mapping))
    except ValidationError as error:
        for details in error.errors(include_url=False):
            path = tuple(details["loc"])
            problems.setdefault(path, _explain(path, details, mapping))
    return (None if problems else config), list(problems.values())


def listed(problems: list[str]) -> str:
    """Join the problems into one message."""
    if len(problems) == 1:
        return problems[0]
    return f"{len(problems)} settings cannot be used:\n" + "\n".join(f"  {problem}" for problem in problems)


def resolved(config: SimulationConfig) -> dict[str, Any]:
    """Return the configuration as plain values that JSON and YAML can hold, every setting present."""
    plain: dict[str, Any] = _plain(asdict(config))
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    return value


def dotted(path: Path) -> str:
    """Write a path as users do: ``population.region_shares[2]``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def _shown(value: Any) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except ValueError:
        text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _explain(path: Path, details: Mapping[str, Any], mapping: Mapping[str, Any]) -> str:
    where, kind = dotted(path), details["type"]
    owner, setting = locate(path, mapping)
    if kind in ("unexpected_keyword_argument", "extra_forbidden"):
        known = list(settings_of(owner)) if owner is not None else []
        return f"{where}: there is no such setting.{nearest(str(path[-1]), known)} Allowed here: {', '.join(known)}."
    if kind == "value_error":
        message = str(details["msg"]).removeprefix("Value error, ")
        return f"{where}: {message}" if where else message
    allowed = setting.allowed if setting is not None else str(details["msg"])
    if kind == "string_pattern_mismatch":
        allowed = f"a text of the form {details['ctx']['pattern']}"
    if path and isinstance(path[-1], int) and allowed.startswith("a list, each entry "):
        allowed = allowed.removeprefix("a list, each entry ").removesuffix(", or null")
    meaning = f" ({setting.description})" if setting is not None and setting.description else ""
    return f"{where}: must be {allowed}, found {_shown(details['input'])}{meaning}."


def _odd_numbers(value: Any, path: Path, mapping: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Find what pydantic lets pass as a number: true and false, infinity and not-a-number."""
    if isinstance(value, Mapping):
        for key, entry in value.items():
            yield from _odd_numbers(entry, (*path, str(key)), mapping)
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _odd_numbers(entry, (*path, index), mapping)
    elif isinstance(value, bool) or (isinstance(value, float) and not math.isfinite(value)):
        _, setting = locate(path, mapping)
        if setting is not None and setting.type is not bool:
            details = {"type": "number", "input": value, "msg": "a number"}
            yield path, _explain(path, details, mapping)
