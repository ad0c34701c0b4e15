"""A setting that is changed on the command line arrives in the run, for every setting of every plug-in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import Enum
from typing import Any, get_args, get_origin

import pytest

from ecosim import registry
from ecosim.config import SimulationConfig
from ecosim.config.compose import compose
from ecosim.config.describe import FAMILY_OF, Setting, settings_of, walk
from ecosim.config.validation import resolved

CONTAINS = {"network", "friends", "collaborators", "ranker", "strategy"}
LABELS = {"kind", "name"}


def another(setting: Setting, value: Any) -> Any:
    """Return an allowed value that differs from the present one."""
    if isinstance(value, Enum):
        return next(member for member in type(value) if member is not value).value
    if setting.type is bool:
        return not value
    if get_origin(setting.type) is list:
        element = get_args(setting.type)[0]
        if isinstance(element, type) and issubclass(element, Enum):
            return [next(member.value for member in element if [member] != value)]
        if value and isinstance(value[0], float):
            return [entry * 0.5 for entry in value]
        return ["other"] if element is str or "str" in str(element) else [1]
    if setting.type is str:
        return "other"
    low = setting.low if setting.low is not None else 0
    high = setting.high if setting.high is not None else max(low * 2, (value or 0) * 2, 1)
    if setting.type is int:
        return next(n for n in (int(low) + 1, int(low) + 2, int(high)) if n != value)
    return next(x for x in (low + (high - low) * 0.5, low + (high - low) * 0.25) if x != value)


def plug_in_settings() -> Iterator[tuple[str, str, str]]:
    for family in sorted(FAMILY_OF.values()):
        for entry in registry.FAMILIES[family]:
            for path, _, _ in walk(entry.config()):
                if path not in LABELS:
                    yield family, entry.name, path


def value_at(content: Any, path: str) -> Any:
    for part in path.split("."):
        content = content[part]
    return content


@pytest.mark.parametrize(("family", "name", "path"), list(plug_in_settings()))
def test_plug_in_setting_arrives(family: str, name: str, path: str) -> None:
    schema = registry.FAMILIES[family][name].config
    setting, value = next((setting, value) for where, setting, value in walk(schema()) if where == path)
    wanted = another(setting, value)
    wanted = {"stop": 100, "preset": "random"}.get(path, wanted)
    key = f"policies.{name}" if family == "policy" else family
    config = compose([f"{family}={name}", f"{key}.{path}={json.dumps(wanted)}"])
    assert value_at(resolved(config), f"{key}.{path}") == wanted != value
    assert type(config.policies[name] if family == "policy" else getattr(config, family)) is schema


CORE = [
    (path, setting, value)
    for path, setting, value in walk(SimulationConfig())
    if path.split(".")[0] not in FAMILY_OF.values() and path.split(".")[-1] not in LABELS
]


@pytest.mark.parametrize(("path", "setting", "value"), CORE, ids=[path for path, _, _ in CORE])
def test_core_setting_arrives(path: str, setting: Setting, value: Any) -> None:
    wanted = {
        "scale.consumers": 20_000,
        "market.ad_price": 2000,
        "market.ad_share": 900,
    }.get(path, another(setting, value))
    config = compose([f"{path}={json.dumps(wanted)}"])
    assert value_at(resolved(config), path) == wanted != value


def test_every_group_of_the_run_is_covered() -> None:
    covered = {path.split(".")[0] for path, _, _ in CORE} | {*CONTAINS, "policies"}
    assert covered == set(settings_of(SimulationConfig))
