"""The outcomes between consecutive dates of policies: a table a scenario, phases beside one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ecosim.language import say
from ecosim.reports import effects
from ecosim.reports.effects import Card, Row, title_of
from ecosim.reports.numbers import named


def cards(rows: Sequence[Row]) -> list[Card]:
    """Arrange `phases.parquet` in a table for each scenario; none where nothing has dates."""
    made = []
    for title in dict.fromkeys(title_of(row) for row in rows):
        own = [row for row in rows if title_of(row) == title]
        # The table of a horizon, with phases in the place of scenarios.
        told = [{**row, "scenario": _named(row), "point": "", "horizon": None} for row in own]
        made += [replace(card, title=title) for card in effects.cards(told)]
    return made


def _named(row: Row) -> str:
    """Name a phase by its days and the policies at work."""
    first, last = row["first_day"], row["last_day"]
    days = say("Day {day}", day=first) if first == last else say("Days {first} to {last}", first=first, last=last)
    names = [named(name) for name in row["policies"].split("+") if name]
    return say("{days}: {policies}", days=days, policies=say(" and ").join(names) or say("no policy"))
