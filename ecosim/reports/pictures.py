"""The figures of an experiment's report, drawn from its tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ecosim.language import retold, say
from ecosim.reports.effects import FEW, Days, Row, known, label, last, span, unit
from ecosim.reports.numbers import clauses, spoken
from ecosim.reports.page import Picture, picture
from ecosim.reports.phases import Period
from ecosim.reports.winners import by_scenario, latest

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ecosim.plots.effects import Course, Effect

BESIDE = 3
"""Scenarios up to which each has a figure of all outcomes; beyond, each outcome has one of all scenarios."""

COURSES = 6
"""Outcomes whose course over time is drawn: those that differ most surely under any scenario."""

MOST = 8
"""Scenarios whose winners and losers are drawn, and phases of a scenario, the last of them; the tables have all."""

GAINS = ("newcomer_survival_180d", "newcomer_impression_share", "creators_alive")
"""What a support policy is for, in order of preference; the first that was measured is set against watch time."""
COST = "watch_seconds_per_consumer_day"

BOARDS = {
    "creators": ("impressions", ("decile", "tier", "cohort")),
    "consumers": ("watch_seconds", ("activity", "purse", "taste", "trust", "region")),
}
"""Which measure of whom is drawn, for which kinds of groups."""

SECTIONS = {
    "effects": "Scorecard", "time": "Over time", "tradeoff": "Gain and cost", "groups": "Winners and losers",
}  # fmt: skip
"""Sections of the page that have figures, and their headings."""

HEADS = {"decile": "tenths", "cohort": "entered"}


@dataclass(frozen=True)
class Tables:
    """What figures are drawn from: differences of the outcomes, of groups, of all measures, and week by week."""

    judged: Sequence[Row]
    groups: Sequence[Row]
    rows: Sequence[Row]
    courses: Sequence[Row]


def drawn(
    tables: Tables, dates: Mapping[str, Sequence[int]], periods: Sequence[Period] = ()
) -> dict[str, list[Picture]]:
    """Return the figures by section: effects, time, tradeoff, groups.

    Parameters
    ----------
    tables : Tables
        Of the experiment.
    dates : mapping of str to sequence of int
        Days on which policies start or stop, by scenario and point.
    periods : sequence of Period
        Phases of scenarios that have several; these are drawn phase by phase.
    """
    from ecosim.plots import sparing_the_rest

    if not tables.judged:
        return {}
    made: dict[str, list[Picture]] = {}
    makers: dict[str, Callable[[], list[Picture]]] = {
        "effects": lambda: _effects(tables.judged, periods),
        "time": lambda: _courses(tables.judged, tables.courses, dates),
        "tradeoff": lambda: _tradeoff(tables.rows, periods),
        "groups": lambda: _winners(tables.groups, periods),
    }
    for section, make in makers.items():
        made[section] = [
            Picture(section, say(SECTIONS[section]), "", data="")
        ]  # stands where not even one can be named
        with sparing_the_rest(section):
            made[section] = make()
    return made


def _winners(rows: Sequence[Row], periods: Sequence[Period]) -> list[Picture]:
    """Draw the groups of every scenario, in each of its phases where it has several."""
    phased = {one.title for one in periods}
    whole = [(title, own) for title, own in by_scenario(rows).items() if title not in phased]
    groups = [_groups(f"groups-{number}", title, "", own) for number, (title, own) in enumerate(whole[:MOST])]
    parts = [one for one in periods if one.groups][-MOST:]
    groups += [_groups(f"groups-phase-{at}", one.title, one.heading, one.groups) for at, one in enumerate(parts)]
    return [one for pictures in groups for one in pictures]


def _effect(name: str, row: Row) -> Effect:
    """Turn a row into a mark, relative to the baseline's level."""
    from ecosim.plots.effects import Effect

    base = abs(row["baseline_mean"])
    verdict = row["verdict"] if row["pairs"] >= FEW and row["verdict"] else "unclear"
    return Effect(name, row["difference"] / base, known(row["low"]) / base, known(row["high"]) / base, verdict)


@dataclass(frozen=True)
class _Chart:
    """Effects in one figure: what it shows and when, and a row for each name."""

    title: str
    when: str
    rows: Mapping[str, Row]
    outcome: bool = False
    phase: bool = False

    def marks(self) -> list[Effect]:
        """Return the effects, by the names of outcomes or of scenarios."""
        rows = {name: row for name, row in self.rows.items() if row["baseline_mean"]}
        return [_effect(name if self.outcome else label(name), row) for name, row in rows.items()]

    def called(self) -> str:
        """Say what is shown and when."""
        what = label(self.title) if self.outcome else self.title
        return say("{what}. {when}" if self.phase else "{what}: {when}", what=what, when=self.when)


def _charts(rows: Sequence[Row], periods: Sequence[Period]) -> list[_Chart]:
    """Say what is drawn: all outcomes of a scenario, at its last horizon or in each phase; of many, each outcome."""
    at = {title: last(own) for title, own in by_scenario(rows).items()}
    if len(at) > BESIDE:
        names = dict.fromkeys(name for own in at.values() for name in own)
        chosen = {name: {title: own[name] for title, own in at.items() if name in own} for name in names}
        return [_Chart(name, span(own.values()), own, True) for name, own in chosen.items()]
    charts = []
    for title, own in at.items():
        phases = [one for one in periods if one.title == title][-MOST:]
        charts += [
            _Chart(title, one.heading, {row["outcome"]: row for row in one.outcomes}, phase=True) for one in phases
        ]
        charts += [] if phases else [_Chart(title, span(own.values()), own)]
    return charts


def _effects(rows: Sequence[Row], periods: Sequence[Period]) -> list[Picture]:
    from ecosim.plots.effects import draw_effects

    caption = say("Mean difference and its 95% interval. Filled squares stand after correction, hollow circles do not.")

    def drawing(number: int) -> Figure:
        chart = _charts(rows, periods)[number]
        return draw_effects(chart.called(), {"": chart.marks()})

    return [
        picture(f"effects-{number}", chart.called(), caption, partial(drawing, number))
        for number, chart in enumerate(_charts(rows, periods))
        if chart.marks()
    ]


def _courses(judged: Sequence[Row], rows: Sequence[Row], dates: Mapping[str, Sequence[int]]) -> list[Picture]:
    """Draw the outcomes that differ most surely, in the order of the scorecard."""
    from ecosim.plots.effects import draw_courses

    there = {row["outcome"] for row in rows}
    surest: dict[str, float] = {}
    for row in judged:
        if row["outcome"] in there:
            p = 1.0 if row["p_holm"] is None else row["p_holm"]
            surest[row["outcome"]] = min(p, surest.get(row["outcome"], 1.0))
    chosen = sorted(surest, key=lambda name: surest[name])[:COURSES]
    made = []
    for name in (name for name in surest if name in chosen):
        own = [row for row in rows if row["outcome"] == name]
        percent = all(row["baseline_mean"] for row in own)
        courses = {title: _course(part, dates.get(title, ()), percent) for title, part in by_scenario(own).items()}
        caption = say(
            "Mean difference of each week and its 95% interval, week by week. Dotted lines (where they are many, "
            "strokes at the upper edge) mark days on which policies start or stop, where that is within the run, after "
            "day 0. What lies beyond the axis is cut off."
        )

        def drawing(name: str = name, courses: Mapping[str, Course] = courses, percent: bool = percent) -> Figure:
            return draw_courses(label(name), courses, percent=percent, unit=say(unit(name)))

        made.append(picture(f"time-{name}", say("{outcome} over time", outcome=label(name)), caption, drawing))
    return made


def _course(rows: Sequence[Row], dates: Sequence[int], percent: bool) -> Course:
    from ecosim.plots.effects import Course

    def part(name: str) -> list[float]:
        return [known(row[name]) / (abs(row["baseline_mean"]) if percent else 1.0) for row in rows]

    return Course([row["day"] for row in rows], part("difference"), part("low"), part("high"), dates)


def _tradeoff(rows: Sequence[Row], periods: Sequence[Period]) -> list[Picture]:
    """Set the gain of newcomers against the watch time that it costs, at the end of the run or in each phase."""
    from ecosim.plots.effects import draw_tradeoff

    phased = {one.title for one in periods}
    at: dict[tuple[str, Days | None], Mapping[str, Row]]
    at = {(title, None): last(own) for title, own in by_scenario(rows).items() if title not in phased}
    whole = list(at.values())
    for title in dict.fromkeys(one.title for one in periods):
        latest_ones = [one for one in periods if one.title == title][-MOST:]
        at |= {(title, one.days): {row["outcome"]: row for row in one.outcomes} for one in latest_ones}
    gain = next(
        (name for name in GAINS if all(_positive(own, name) and _positive(own, COST) for own in at.values())), None
    )
    if gain is None:
        return []
    caption = say(
        "Both against the baseline's level, with 95% intervals; up and to the right is better. The broken line joins "
        "what no other scenario beats in both (marked * in the legend); within their intervals, marks cannot be told "
        "apart."
    )
    if whole:
        shown = {name: span([own[name] for own in whole]) for name in (gain, COST)}
        spans = [say("{what}: {when}", what=label(name), when=when) for name, when in shown.items()]
        caption = say(" ").join((caption, say("{text}.", text=clauses(spans))))
    title = say("{gain} against {cost}", gain=label(gain), cost=label(COST).lower())

    def drawing() -> Figure:
        named = {_mark(*key): own for key, own in at.items()}
        points = {name: (_effect(name, own[COST]), _effect(name, own[gain])) for name, own in named.items()}
        return draw_tradeoff(points, say("{outcome}, %", outcome=label(COST)), say("{outcome}, %", outcome=label(gain)))

    return [picture("tradeoff", title, caption, drawing)]


def _mark(title: str, days: Days | None) -> str:
    """Name a scenario, or a phase of it, beside its mark."""
    return title if days is None else say("{title}, days {first} to {last}", title=title, first=days[0], last=days[1])


def _positive(rows: Mapping[str, Row], name: str) -> bool:
    return name in rows and rows[name]["baseline_mean"] > 0


def _groups(name: str, title: str, heading: str, rows: Sequence[Row]) -> list[Picture]:
    """Draw the groups of a scenario on the days for which they are known."""
    from ecosim.plots.effects import draw_effects

    made = []
    for who, (measure, kinds) in BOARDS.items():
        own = [row for row in latest(rows) if (row["who"], row["measure"]) == (who, measure) and row["baseline_mean"]]
        found = {kind: [row for row in own if row["kind"] == kind] for kind in kinds}
        if own and any(found.values()):

            def what(measure: str = measure, who: str = who, row: Row = own[0]) -> str:
                return say(
                    "{title}: {measure} of {who}, days {first} to {last}",
                    title=title,
                    measure=say(spoken(measure)),
                    who=say(who),
                    first=row["first_day"],
                    last=row["last_day"],
                )

            def drawing(found: Mapping[str, Sequence[Row]] = found, what: Callable[[], str] = what) -> Figure:
                return draw_effects(
                    what(), {_head(kind): _marks(members) for kind, members in found.items() if members}
                )

            caption = say(
                "A head of each group, against the same people in the baseline; filled squares stand after correction."
            )
            if heading:
                caption = say(" ").join((say("{text}.", text=heading), caption))
            made.append(picture(f"{name}-{who}", what(), caption, drawing))
    return made


def _head(kind: str) -> str:
    return say(HEADS.get(kind, kind))


def _marks(rows: Sequence[Row]) -> list[Effect]:
    return [_effect(retold(_short(row["group"])), row) for row in rows]


def _short(group: str) -> str:
    return group.removeprefix("entered ").removesuffix(" third")
