"""Field types of every schema: a number with its unit, its bounds and what it means.

A setting is written ``Annotated[float, share("what it is")]``: pydantic checks the bounds, and the same declaration
feeds the parameter tables of the documentation.
"""

from __future__ import annotations

import inspect
from typing import Any, dataclass_transform, get_type_hints

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass as _pydantic_dataclass

__all__ = ["CHOSEN", "at_least", "between", "choice", "positive", "schema", "share", "text"]

CHOSEN = "chosen"
"""Source of a setting that says what is run, recorded or decided: a choice, and no assumption about the world."""


@dataclass_transform(kw_only_default=True)
def schema(cls: type[Any]) -> Any:
    """Make a class a settings schema: keyword-only, unknown keys refused, assignments checked.

    A subclass that only gives a setting another default, as in ``affinity: float = 2.0``, keeps its bounds and meaning.
    """
    _keep_declarations(cls)
    return _pydantic_dataclass(cls, kw_only=True, config=ConfigDict(extra="forbid", validate_assignment=True))


def _keep_declarations(cls: type[Any]) -> None:
    """Give re-declared settings the annotation of the base, which holds the bounds; pydantic would drop them."""
    own = inspect.get_annotations(cls)
    for base in cls.__mro__[1:-1]:
        declared = get_type_hints(base, include_extras=True)
        for name in own:
            if name in declared and "Annotated" not in str(own[name]):
                cls.__annotations__[name] = declared[name]


def between(low: float, high: float, description: str, *, unit: str = "", source: str = "to be calibrated") -> Any:
    """Bound a number to [`low`, `high`]."""
    return Field(ge=low, le=high, description=description, json_schema_extra={"unit": unit, "source": source})


def choice(low: float, high: float, description: str, *, unit: str = "") -> Any:
    """Bound a number that is chosen, whatever the world is like: how long is run, what is recorded, from when on."""
    return between(low, high, description, unit=unit, source=CHOSEN)


def share(description: str, *, source: str = "to be calibrated") -> Any:
    """Bound a number to [0, 1]."""
    return between(0, 1, description, unit="share", source=source)


def at_least(low: float, description: str, *, unit: str = "", source: str = "to be calibrated") -> Any:
    """Bound a number from below, the bound included."""
    return Field(ge=low, description=description, json_schema_extra={"unit": unit, "source": source})


def positive(description: str, *, unit: str = "", source: str = "to be calibrated") -> Any:
    """Bound a number to be above zero."""
    return Field(gt=0, description=description, json_schema_extra={"unit": unit, "source": source})


def text(description: str, *, pattern: str | None = None) -> Any:
    """Describe a text setting."""
    return Field(description=description, pattern=pattern, json_schema_extra={"unit": "", "source": ""})
