"""What each setting means: its description, unit, bounds, source and default, read from the schemas.

The schemas are the only place where a setting is described. Error messages, the comments of the YAML files and the
parameter tables of the report all ask here.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any

from pydantic.fields import FieldInfo

from ecosim import registry
from ecosim.config.plugins import (
    CollaboratorsConfig,
    FriendsConfig,
    NetworkConfig,
    PolicyConfig,
    RankerConfig,
    StrategyConfig,
)
from ecosim.config.simulation import SimulationConfig

FAMILY_OF: dict[type[Any], str] = {
    NetworkConfig: "network",
    FriendsConfig: "friends",
    CollaboratorsConfig: "collaborators",
    RankerConfig: "ranker",
    StrategyConfig: "strategy",
    PolicyConfig: "policy",
}
"""Base schemas whose real schema depends on the plug-in's kind, and the family that knows it."""


@dataclass(frozen=True)
class Setting:
    """One setting of a schema."""

    name: str
    type: Any
    optional: bool
    description: str
    unit: str
    source: str
    low: float | None
    high: float | None
    low_excluded: bool
    default: Any

    @property
    def allowed(self) -> str:
        """Say which values are allowed, for a person to read."""
        return self._allowed_type() + self._bounds() + (", or null" if self.optional else "")

    def _allowed_type(self) -> str:
        if isinstance(self.type, type) and issubclass(self.type, Enum):
            return "one of " + ", ".join(str(member.value) for member in self.type)
        if self.type in _TYPE_NAMES:
            return _TYPE_NAMES[self.type]
        origin = typing.get_origin(self.type)
        if origin is list:
            element = _unwrap(typing.get_args(self.type)[0])
            return "a list, each entry " + _setting("", element, None).allowed
        return "a group of settings"

    def _bounds(self) -> str:
        if self.low is not None and self.high is not None:
            return f" from {_number(self.low)} to {_number(self.high)}"
        if self.low is not None:
            return f" above {_number(self.low)}" if self.low_excluded else f" of at least {_number(self.low)}"
        return ""


_TYPE_NAMES: dict[Any, str] = {int: "a whole number", float: "a number", bool: "true or false", str: "a text"}


def _number(value: float) -> str:
    return f"{value:g}" if abs(value) < 1e5 else f"{int(value)}"


@dataclass(frozen=True)
class _Annotation:
    type: Any
    optional: bool
    infos: tuple[FieldInfo, ...]


def _unwrap(annotation: Any) -> _Annotation:
    """Take an annotation apart: the bare type, whether null is allowed, and what pydantic knows of it."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        inner = _unwrap(annotation.__origin__)
        infos = tuple(extra for extra in annotation.__metadata__ if isinstance(extra, FieldInfo))
        return _Annotation(inner.type, inner.optional, inner.infos + infos)
    if origin in (typing.Union, types.UnionType):
        present = [part for part in typing.get_args(annotation) if part is not type(None)]
        inner = _unwrap(present[0])
        return _Annotation(inner.type, True, inner.infos)
    return _Annotation(annotation, False, ())


def _setting(name: str, annotation: _Annotation, default: Any) -> Setting:
    bounds: dict[str, float] = {}
    description, extra = "", {}
    for info in annotation.infos:
        description = info.description or description
        if isinstance(info.json_schema_extra, dict):
            extra = info.json_schema_extra
        for constraint in info.metadata:
            for key in ("ge", "gt", "le"):
                if hasattr(constraint, key):
                    bounds[key] = getattr(constraint, key)
    return Setting(
        name=name,
        type=annotation.type,
        optional=annotation.optional,
        description=description,
        unit=str(extra.get("unit", "")),
        source=str(extra.get("source", "")),
        low=bounds.get("ge", bounds.get("gt")),
        high=bounds.get("le"),
        low_excluded="gt" in bounds,
        default=default,
    )


def _default_of(item: Field[Any]) -> Any:
    if item.default_factory is not MISSING:
        return item.default_factory()
    if isinstance(item.default, FieldInfo):
        factory = item.default.default_factory
        return factory() if factory is not None else item.default.default  # type: ignore[call-arg]
    return None if item.default is MISSING else item.default


def settings_of(schema: type[Any]) -> Mapping[str, Setting]:
    """Describe every setting of one schema, in the order of its declaration."""
    return _settings_of(schema)  # type: ignore[arg-type]  # a class is hashable, whatever its instances are


@cache
def _settings_of(schema: type[Any]) -> Mapping[str, Setting]:
    hints = typing.get_type_hints(schema, include_extras=True)
    return {item.name: _setting(item.name, _unwrap(hints[item.name]), _default_of(item)) for item in fields(schema)}


def schema_of(setting: Setting, value: Any) -> type[Any] | None:
    """Return the schema of a nested group of settings, or None where there is none (yet).

    Parameters
    ----------
    setting : Setting
        The setting that holds the group.
    value : mapping or schema instance
        What it holds; the kind of a plug-in is read from it.
    """
    return _concrete(setting.type, value)


def _concrete(kind_of_schema: Any, value: Any) -> type[Any] | None:
    if kind_of_schema in FAMILY_OF:
        kind = value.get("kind") if isinstance(value, Mapping) else getattr(value, "kind", None)
        family = registry.FAMILIES[FAMILY_OF[kind_of_schema]]
        return family[kind].config if kind in family.names() else None
    return kind_of_schema if isinstance(kind_of_schema, type) and is_dataclass(kind_of_schema) else None


def locate(path: tuple[str | int, ...], mapping: Any) -> tuple[type[Any] | None, Setting | None]:
    """Find the schema that owns a dotted path, and the path's setting; None where the path leaves the schemas.

    Parameters
    ----------
    path : tuple of str or int
        Where to look, as in ``("policies", "exposure_floor", "strength")``.
    mapping : mapping
        The settings as written; they say which kind each plug-in is.
    """
    owner: type[Any] | None = SimulationConfig
    setting: Setting | None = None
    steps = iter(path)
    for part in steps:
        if owner is None or isinstance(part, int):
            return owner, setting
        setting = settings_of(owner).get(part)
        if setting is None:
            return owner, None
        mapping = mapping.get(part) if isinstance(mapping, Mapping) else None
        member = setting.type
        if typing.get_origin(member) is dict:  # policies: name -> settings
            name = next(steps, None)
            if name is None:
                return owner, setting
            mapping = mapping.get(name) if isinstance(mapping, Mapping) else None
            member = _unwrap(typing.get_args(member)[1]).type
        nested = _concrete(member, mapping)
        if nested is not None or member in FAMILY_OF:
            owner = nested
            if nested is None:
                return None, None
    return owner, setting


def walk(config: Any, prefix: str = "") -> Iterator[tuple[str, Setting, Any]]:
    """Yield the dotted path, the description and the value of every single setting of a config, nested ones too."""
    for name, setting in settings_of(type(config)).items():
        value, path = getattr(config, name), f"{prefix}{name}"
        if typing.get_origin(setting.type) is dict:
            for key, member in value.items():
                yield from walk(member, f"{path}.{key}.")
        elif is_dataclass(value):
            yield from walk(value, f"{path}.")
        else:
            yield path, setting, value


def spoken(name: str, joint: str = " ") -> str:
    """Write a plug-in's name as words of a sentence: `exposure_floor` becomes exposure floor."""
    return name.replace("_", joint)
