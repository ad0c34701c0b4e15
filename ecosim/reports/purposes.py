"""Whether policies do what they are for: each one's declared purpose, beside what was found of it.

Purposes are declared by policies before any run (:class:`ecosim.policies.base.Purpose`), so they are corrected for
their own number alone, and not for all outcomes that are looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ecosim.config import SimulationConfig
from ecosim.language import say
from ecosim.policies.base import Purpose, declared
from ecosim.reports import winners
from ecosim.reports.effects import FEW, Row, in_sentence, known, last, sized, unknown_when
from ecosim.reports.numbers import clauses, named
from ecosim.reports.phases import Period
from ecosim.reports.winners import MEASURES, latest
from ecosim.results.differences import SIGNIFICANT
from ecosim.results.inference import holm

BEFORE = {"decile", "tier", "mode"}
"""Kinds of groups that are known from a snapshot before the start alone."""


@dataclass(frozen=True)
class _Found:
    """What was found of a purpose: its row of a table of differences and its corrected p-value, or None and why.

    Corrected for the number of all that the policies of the scenario are for; two that are for the same count once.
    """

    row: Row | None
    p: float | None
    why: str


def its_own(config: SimulationConfig, reference: SimulationConfig) -> list[str]:
    """Name the policies of a scenario that its baseline has not, or not in this way."""
    return [
        name
        for name, policy in config.policies.items()
        if policy.strength > 0 and reference.policies.get(name) != policy
    ]


def served(purposes: Sequence[tuple[str, Purpose]], outcomes: Sequence[Row], groups: Sequence[Row]) -> str:
    """Say of each purpose whether it was served, how far, and how sure that is; nothing where none is declared.

    Parameters
    ----------
    purposes : sequence of (str, Purpose)
        By the policy's name.
    outcomes, groups : sequences of rows
        All differences of one scenario, or of one of its phases, with verdict or without.
    """
    at = last(outcomes)
    of_creators = {
        (row["kind"], row["group"], row["measure"]): row for row in latest(groups) if row["who"] == "creators"
    }
    rows = {
        one: of_creators.get((one.kind, one.group, one.outcome)) if one.kind else at.get(one.outcome)
        for _, one in purposes
    }
    enough = {one: known(row["p"]) for one, row in rows.items() if row is not None and row["pairs"] >= FEW}
    p_values = dict(zip(enough, holm(list(enough.values())), strict=True))
    told: dict[str, list[str]] = {}
    for name, one in purposes:
        told.setdefault(name, []).append(_said(one, _Found(rows[one], p_values.get(one), _why(one, of_creators))))
    return say(" ").join(
        [
            say("What {policy} is for: {purposes}.", policy=named(name), purposes=clauses(said))
            for name, said in told.items()
        ]
    )


def served_in(one: Period) -> str:
    """Say of the policies at work in a phase whether they did there what they are for."""
    own = [name for name in its_own(one.told.own, one.told.reference) if name in one.phase.policies]
    return served(declared(one.told.own, own), [*one.outcomes, *one.others], one.groups)


def _said(purpose: Purpose, found: _Found) -> str:
    meant = say("higher") if purpose.higher else say("lower")
    if found.row is None:
        return say(
            "{outcome} should be {meant} – not measured here ({why})",
            outcome=_named(purpose),
            meant=meant,
            why=say(found.why),
        )
    return say(
        "{outcome} should be {meant} – {verdict} ({size})",
        outcome=_named(purpose),
        meant=meant,
        verdict=_verdict(purpose, found.row, found.p),
        size=sized(found.row),
    )


def _why(purpose: Purpose, of_creators: Collection[tuple[str, str, str]]) -> str:
    """Say why a purpose was not measured: when its metric is unknown, or what is missing of its group of creators.

    Parameters
    ----------
    purpose : Purpose
        What there is no row of.
    of_creators : collection of (str, str, str)
        Kind, group and measure of all that is known of creators on these days.
    """
    if not purpose.kind:
        return unknown_when(purpose.outcome)
    kinds = {kind for kind, _, _ in of_creators}
    if not kinds:
        return "fewer than two snapshots of creators fall within"
    if purpose.kind in BEFORE and not kinds & BEFORE:
        return "no snapshot before the start says who was in the group; a longer burn-in or a later start gives one"
    if purpose.kind not in kinds:
        return "all creators are in one group of its kind, or none of them had any"
    if any(key[:2] == (purpose.kind, purpose.group) for key in of_creators):
        return "none of its kind had any"
    return "nobody was in the group"


def _verdict(purpose: Purpose, row: Row, p: float | None) -> str:
    """Say whether a purpose was served."""
    if p is None:
        return say("too few pairs to tell")
    if row["difference"] == 0 and row["low"] == row["high"]:
        return say("nothing changed")
    if not p < SIGNIFICANT:
        return say("unclear")
    return say("reached") if (row["difference"] > 0) == purpose.higher else say("the opposite came about")


def _named(purpose: Purpose) -> str:
    if not purpose.kind:
        return in_sentence(purpose.outcome)
    return say(
        "{measure} ({whom})",
        measure=say(MEASURES[purpose.outcome][0]).lower(),
        whom=winners.in_sentence("creators", purpose.kind, purpose.group),
    )
