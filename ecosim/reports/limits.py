"""How far assumptions can be trusted, and what policies are uncertain about."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ecosim import registry
from ecosim.config import SimulationConfig
from ecosim.config.fields import CHOSEN
from ecosim.language import say
from ecosim.reports.assumptions import GIVEN, SOURCES, Assumption
from ecosim.reports.levers import Policy

CONFIDENCE = {
    SOURCES["to be calibrated"]: ("low", "A starting value, not fitted to data."),
    SOURCES["dynamics"]: ("low", "Chosen in exploratory runs so that known patterns can appear; not fitted to data."),
    CHOSEN: ("a choice", "Of whoever set up the experiment, no statement about the world."),
    GIVEN: ("a choice", "In place of the default, whatever that rests on."),
    "": ("a choice", "A switch or an option."),
}
"""How sure a setting is, by its source, and why."""

PUBLISHED = ("medium", "A published figure, from another place or time, and often promotional.")


def confidence(source: str) -> tuple[str, str]:
    """Return how sure a setting of this source is, and why."""
    sure, why = CONFIDENCE.get(source, PUBLISHED)
    return say(sure), say(why)


@dataclass(frozen=True)
class Trust:
    """How many settings rest on a source."""

    source: str
    count: int
    confidence: str
    why: str


def trusted(rest: dict[str, list[Assumption]], changed: list[Assumption]) -> list[Trust]:
    """Count the settings by what they rest on, published figures first."""
    counts: dict[str, int] = {}
    for item in [*changed, *(item for items in rest.values() for item in items)]:
        counts[item.source] = counts.get(item.source, 0) + 1
    order = sorted(counts, key=lambda source: (source in CONFIDENCE, source))
    return [Trust(say(source or "no source needed"), counts[source], *confidence(source)) for source in order]


@dataclass(frozen=True)
class Lever:
    """A policy of a scenario, the facts that it cites, and what is uncertain about it."""

    policy: Policy
    facts: str
    uncertain: str


def levers_of(described: list[Policy], config: SimulationConfig) -> list[Lever]:
    """Add to each policy what its own documentation says of evidence and doubt."""
    made = []
    for policy, own in zip(described, config.policies.values(), strict=True):
        text = documented(own.kind)
        facts = ", ".join(dict.fromkeys(re.findall(r"\bS\d{2}\b", text)))
        made.append(Lever(policy, facts or say("none cited"), doubt_in(text)))
    return made


def documented(kind: str) -> str:
    """Return what the class of a policy says about itself, on one line."""
    if kind not in registry.policies.names():
        return ""
    return " ".join((registry.policies[kind].cls.__doc__ or "").split())


def doubt_in(text: str) -> str:
    """Return what stands behind “Uncertain:” in the words about a policy."""
    _, found, doubt = text.partition("Uncertain: ")
    return say(doubt[:1].upper() + doubt[1:]) if found else say("Its description names nothing.")
