"""The days between consecutive dates of policies: what each phase is called, its table, and what belongs to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ecosim.config import SimulationConfig
from ecosim.language import say
from ecosim.reports import costs, effects
from ecosim.reports.costs import Bite, Payment
from ecosim.reports.dates import at_work
from ecosim.reports.effects import Card, Days, Row, days_of, title_of
from ecosim.reports.numbers import named, several
from ecosim.results.phases import Phase, told_phases


@dataclass(frozen=True)
class Told:
    """What a run of a scenario at a point of the sweep was told, and one of its baseline there."""

    own: SimulationConfig
    reference: SimulationConfig


@dataclass(frozen=True)
class Period:
    """A phase of a scenario with what was found in it.

    Attributes
    ----------
    title : str
        The scenario, with the point of the sweep.
    phase : Phase
        Its days, and the policies at work.
    told : Told
        Settings of the scenario and of its baseline.
    outcomes, groups : sequence of rows
        Differences of the outcomes, and of groups, on its days.
    bite : Bite or None
        What its policies showed otherwise; None where no recording day fell within.
    paid : sequence of Payment
        What they paid otherwise.
    reckoned : bool
        Whether payments were recorded.
    every : int
        Days between recording days.
    others : sequence of rows
        Differences of measures that its policies are meant for and that are no outcomes of the experiment.
    """

    title: str
    phase: Phase
    told: Told
    outcomes: Sequence[Row]
    groups: Sequence[Row]
    bite: Bite | None
    paid: Sequence[Payment]
    reckoned: bool
    every: int
    others: Sequence[Row] = ()

    @property
    def days(self) -> Days:
        """Its first and last day."""
        return self.phase.first, self.phase.last

    @property
    def heading(self) -> str:
        """The policies at work and the days, to stand above what is said of them."""
        return heading(self.told, *self.days)

    @property
    def before(self) -> str:
        """Policies that have stopped before it and whose traces are in it, where others work now."""
        return _stopped(self.told.own, self.phase.first) if self.phase.policies else ""


@dataclass(frozen=True)
class Recorded:
    """Tables from which phases are told: `phases.parquet` and those with a phase in each row."""

    outcomes: Sequence[Row]
    groups: Sequence[Row]
    bite: Sequence[Row]
    payments: Sequence[Row]


def periods(tables: Recorded, told: Mapping[str, Told]) -> list[Period]:
    """Gather what was found in each phase, for scenarios with more than one in which they can differ from the baseline.

    Parameters
    ----------
    tables : Recorded
        Of the whole experiment.
    told : mapping of str to Told
        Settings by scenario and point.
    """
    found = (
        _period(title, phase, tables, told[title])
        for title in dict.fromkeys(title_of(row) for row in tables.outcomes)
        if title in told
        for phase in told_phases(told[title].own, told[title].reference)
    )
    return [one for one in found if one.outcomes]


def _period(title: str, phase: Phase, tables: Recorded, told: Told) -> Period:
    days = phase.first, phase.last

    def of_phase(rows: Sequence[Row]) -> list[Row]:
        return [row for row in rows if title_of(row) == title and days_of(row) == days]

    bites = costs.bites(of_phase(tables.bite), told.own)
    payments, groups = of_phase(tables.payments), [{**row, "horizon": None} for row in of_phase(tables.groups)]
    outcomes = [
        {**row, "horizon": None}
        for row in tables.outcomes
        if title_of(row) == title and (row["first_day"], row["last_day"]) == days
    ]
    return Period(
        title,
        phase,
        told,
        [row for row in outcomes if row["verdict"] is not None],
        groups,
        bites[0] if bites else None,
        costs.payments(payments, told.own),
        bool(payments),
        told.own.recording.panel_every,
        [row for row in outcomes if row["verdict"] is None],
    )


def heading(told: Told, first: int, last: int) -> str:
    """Say which policies work on the days of a phase, or stopped before it."""
    names, others = at_work(told.own, first, last), at_work(told.reference, first, last)
    days = say("day {day}", day=first) if first == last else say("days {first} to {last}", first=first, last=last)
    if told.own.policies != told.reference.policies and names and others:
        return say(
            "While {policies} worked, and in the baseline {others}: {days}", policies=names, others=others, days=days
        )
    if names:
        return say("While {policies} worked: {days}", policies=names, days=days)
    if others:
        return say("While in the baseline {others} worked: {days}", others=others, days=days)
    stopped = _stopped(told.own, first) or _stopped(told.reference, first)
    if stopped:
        return say("After {policies} stopped: {days}", policies=stopped, days=days)
    return say("Before any policy worked: {days}", days=days)


def headings(ones: Sequence[Bite | Payment], told: Mapping[str, Told]) -> dict[tuple[str, Days | None], str]:
    """Name the phase of what is told of a scenario that has several, by title and days."""
    several = {title for title, one in told.items() if len(told_phases(one.own, one.reference)) > 1}
    return {
        (one.title, one.days): heading(told[one.title], *one.days)
        for one in ones
        if one.days is not None and one.title in several
    }


def _stopped(config: SimulationConfig, day: int) -> str:
    """Name the policies that worked on measured days and stopped before a day."""
    return several(
        [
            named(name)
            for name, policy in config.policies.items()
            if policy.strength > 0 and policy.stop is not None and 0 < policy.stop <= day
        ]
    )


def cards(rows: Sequence[Row], told: Mapping[str, Told]) -> list[Card]:
    """Arrange `phases.parquet` in a table a scenario, phases beside one another; none where nothing has dates."""
    made = []
    for title in dict.fromkeys(title_of(row) for row in rows):
        own = [row for row in rows if title_of(row) == title and row["verdict"] is not None]
        # The table of a horizon, with phases in the place of scenarios.
        shown = [{**row, "scenario": _head(row, told.get(title)), "point": "", "horizon": None} for row in own]
        made += [replace(card, title=title) for card in effects.cards(shown)]
    return made


def _head(row: Row, told: Told | None) -> str:
    """Name a phase by its days and the policies at work."""
    first, last = row["first_day"], row["last_day"]
    names = several([named(name) for name in row["policies"].split("+") if name])
    others = ""
    if told is not None:
        names, others = at_work(told.own, first, last), at_work(told.reference, first, last)
    text = say(
        "{days}: {policies}",
        days=say("Day {day}", day=first) if first == last else say("Days {first} to {last}", first=first, last=last),
        policies=names or say("no policy"),
    )
    return say("{phase} (baseline: {others})", phase=text, others=others) if others else text
