"""The scorecard: every measure of a run with its unit and what it means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ecosim import registry
from ecosim.reports.numbers import number, percent

Write = Callable[[float], str]


@dataclass(frozen=True)
class Measure:
    """A measure as the report shows it."""

    label: str
    unit: str
    meaning: str
    write: Write = number


@dataclass(frozen=True)
class Row:
    """One line of the scorecard."""

    name: str
    label: str
    value: str
    unit: str
    meaning: str


_SHARE = "share"
_GINI = "0\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}1"

GROUPS: dict[str, dict[str, Measure]] = {
    "Concentration of attention, audience and income": {
        "impressions_gini": Measure(
            "Inequality of impressions", _GINI, "Gini coefficient over creators: 0 all equal, 1 one creator has all."
        ),
        "impressions_top_1pct_share": Measure(
            "Impressions of the top 1%", _SHARE, "What the most seen 1% of creators receive.", percent
        ),
        "impressions_top_10pct_share": Measure(
            "Impressions of the top 10%", _SHARE, "What the most seen 10% of creators receive.", percent
        ),
        "followers_gini": Measure("Inequality of followers", _GINI, "Gini coefficient of followers over creators."),
        "income_gini": Measure("Inequality of income", _GINI, "Gini coefficient of creators' income."),
    },
    "Newcomers and careers": {
        "newcomer_survival_180d": Measure(
            "Newcomers still there after 180 days",
            _SHARE,
            "Kaplan-Meier estimate; not known when fewer than 30 creators were observed at that age.",
            percent,
        ),
        "newcomer_impression_share": Measure(
            "Impressions of newcomers", _SHARE, "What recent entrants receive of all impressions.", percent
        ),
        "creators_alive": Measure("Creators", "creators", "Creators who publish, on average over the days."),
        "creators_entered": Measure("Entrants", "creators a day", "New creators who start to publish."),
    },
    "Variety of styles": {
        "supply_effective_styles": Measure(
            "Styles published", "styles", "Equally common, unrelated styles that would be as varied (16 at most)."
        ),
        "exposure_effective_styles": Measure("Styles shown", "styles", "The same for what the feed shows."),
        "consumption_effective_styles": Measure(
            "Styles watched", "styles", "The same for what is watched, weighted by seconds."
        ),
        "imitation_share": Measure("Imitations", "share of items", "Items that copy a recent hit.", percent),
    },
    "Consumers": {
        "watch_seconds_per_consumer_day": Measure("Watch time", "seconds a day", "Per consumer and day."),
        "interaction_rate": Measure(
            "Interactions", "per impression", "Likes, comments and the like per impression.", percent
        ),
        "consumer_satisfaction": Measure(
            "Satisfaction", _GINI, "Running mean of how well the feed pleased; it drives lapsing and returning.", number
        ),
        "consumers_active": Measure("Active consumers", "consumers", "Consumers who have not lapsed."),
        "impressions": Measure("Impressions", "a day", "Items shown to consumers."),
    },
    "The machine (not part of the world)": {
        "impressions_per_second": Measure("Speed", "impressions a second", "Set-up and compilation left out."),
        "wall_seconds": Measure("Time", "seconds", "From start to end, compilation included."),
        "peak_memory_mb": Measure("Memory", "MB", "The most that the process held."),
    },
}
"""Measures that are explained here, in the order of the report."""

OTHER = "Other measures"


def scorecard(summary: Mapping[str, float]) -> dict[str, list[Row]]:
    """Arrange a summary in groups; measures that the report does not know come last, as their metric names them."""
    groups = {
        title: [_row(name, measure, summary[name]) for name, measure in members.items() if name in summary]
        for title, members in GROUPS.items()
    }
    known = {name for members in GROUPS.values() for name in members}
    groups[OTHER] = [_row(name, _declared(name), value) for name, value in summary.items() if name not in known]
    machine = list(GROUPS)[-1]
    groups[machine] = groups.pop(machine)
    return {title: rows for title, rows in groups.items() if rows}


def _row(name: str, measure: Measure, value: float) -> Row:
    return Row(name, measure.label, measure.write(value), measure.unit, measure.meaning)


def _declared(name: str) -> Measure:
    """Ask the metric of that name what it measures; its name alone has to do when there is none."""
    for entry in registry.metrics:
        if entry.name == name:
            label = str(getattr(entry.cls, "label", "")) or name.replace("_", " ")
            return Measure(label.capitalize(), str(getattr(entry.cls, "unit", "")), entry.summary)
    return Measure(name.replace("_", " ").capitalize(), "", "")
