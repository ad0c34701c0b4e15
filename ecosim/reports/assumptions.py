"""What the run assumed: every setting with its meaning, unit, value and source, the changed ones apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from ecosim import registry
from ecosim.config import SimulationConfig, fields
from ecosim.config.compose import LABELLED
from ecosim.config.describe import walk
from ecosim.language import Language, language, say
from ecosim.reports.numbers import enumerated, listed, named

SOURCES = {
    "": "",
    "to be calibrated": "starting value, to be calibrated",
    "dynamics": "starting value from exploratory runs",
}
"""What the short names of sources stand for; others, such as S61, are ids of facts (docs/reference/facts.md)."""

CHOSEN = ("burn_in", "days", "policies", "recording", "scale", "scenario", "seed")
"""Settings that are the user's choice rather than statements about the world."""

GIVEN = "given by whoever set up the experiment"
"""Source of what differs from the default: no longer where the default comes from."""

SWITCHED = {
    "brand": ("brand", "commerce"), "live": ("live",), "sharing": ("sharing", "friends"),
    "collaboration": ("collaboration", "collaborators"),
}  # fmt: skip
"""Groups of settings that mean nothing while the switch of the first, `<group>.active`, is off."""

NOT_ASSUMPTIONS = ("engine", "out", "report", "runner", "threads")
"""Settings of the machine and of the page, which change no result."""


@dataclass(frozen=True)
class Assumption:
    """One setting as the report shows it."""

    path: str
    value: str
    default: str
    unit: str
    description: str
    source: str


def assumptions(config: SimulationConfig) -> tuple[list[Assumption], dict[str, list[Assumption]]]:
    """Return the settings that differ from the default, and all others by group.

    Of a mechanism that is off only the switch is told.
    """
    off = {group for switch, groups in SWITCHED.items() if not getattr(config, switch).active for group in groups}
    defaults = dict(_defaults(config))
    changed: list[Assumption] = []
    rest: dict[str, list[Assumption]] = {}
    for assumption in _described(config, defaults):
        if assumption.path.split(".")[0] in off and not assumption.path.endswith(".active"):
            continue
        if assumption.value != assumption.default:
            changed.append(replace(assumption, source=GIVEN))
        else:
            group = assumption.path.split(".")[0] if "." in assumption.path else "run"
            rest.setdefault(group, []).append(assumption)
    return changed, rest


def told_apart(config: SimulationConfig, most: int = 4) -> str:
    """Name the single settings that differ from the baseline and that the scenario's name does not stand for.

    Of a ranker, strategy or network of another kind the settings come with the choice; length and size of the run are
    told elsewhere.
    """
    chosen = {group for group in LABELLED if getattr(config, group).kind != getattr(SimulationConfig(), group).kind}
    found = [
        say("{path}={value} (default {default})", path=item.path, value=item.value, default=item.default)
        for item in assumptions(config)[0]
        if not item.path.endswith(".kind")
        and item.path.split(".")[0] not in {*chosen, *CHOSEN} - {"policies"}
    ]  # fmt: skip
    more = [say("{count} more", count=len(found) - most)] if len(found) > most else []
    return listed([*found[:most], *more])


def _defaults(config: SimulationConfig) -> Iterator[tuple[str, str]]:
    """Yield the baseline's settings, and for each policy those that it comes with."""
    yield from ((path, _written(path, value)) for path, _, value in walk(SimulationConfig()))
    for name, policy in config.policies.items():
        own = registry.policies[policy.kind].config()
        yield from ((path, _written(path, value)) for path, _, value in walk(own, f"policies.{name}."))
        yield f"policies.{name}.kind", say("none")  # the baseline has no policy; that one was chosen is the change


def _described(config: SimulationConfig, defaults: dict[str, str]) -> Iterator[Assumption]:
    for path, setting, value in walk(config):
        if path.split(".")[0] in NOT_ASSUMPTIONS:
            continue
        text = _written(path, value)
        default = defaults.get(path, _text(setting.default))
        source = SOURCES.get(setting.source, setting.source)
        source = source or (fields.CHOSEN if path.split(".")[0] in CHOSEN else "")
        unit = "" if setting.unit in ("1", "count", "index") else say(setting.unit)
        yield Assumption(path, text, default, unit, say(setting.description), source)


def _written(path: str, value: Any) -> str:
    """Write a value; the name of a plug-in as it is typed, or in words where the page's language has them."""
    if path.endswith(".kind") and language() is not Language.ENGLISH:
        in_words = (named(value, joint) for joint in "_- ")
        return next((words for words in in_words if not words.isascii()), value)
    return _text(value)


def _text(value: Any) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if value is None:
        return say("none")
    if isinstance(value, float):
        return f"{value:,.10g}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list | tuple):
        return enumerated([_text(entry) for entry in value]) if value else say("none")
    return str(value)
