"""The figures of an experiment's report, drawn from its tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ecosim.language import retold, say
from ecosim.reports.effects import FEW, Row, known, label, last, unit
from ecosim.reports.numbers import spoken
from ecosim.reports.page import Picture, picture
from ecosim.reports.winners import by_scenario, latest

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ecosim.plots.effects import Course, Effect

BESIDE = 3
"""Scenarios up to which each has a figure of all outcomes; beyond, each outcome has one of all scenarios."""

COURSES = 6
"""Outcomes whose course over time is drawn: those that differ most surely under any scenario."""

MOST = 8
"""Scenarios whose winners and losers are drawn; the tables have all."""

GAINS = ("newcomer_survival_180d", "newcomer_impression_share", "creators_alive")
"""What a support policy is for, in order of preference; the first that was measured is set against watch time."""
COST = "watch_seconds_per_consumer_day"

BOARDS = {
    "creators": ("impressions", ("decile", "tier", "cohort")),
    "consumers": ("watch_seconds", ("activity", "purse", "taste", "trust", "region")),
}
"""Which measure of whom is drawn, for which kinds of groups."""

HEADS = {"decile": "tenths", "cohort": "entered"}


def drawn(
    judged: Sequence[Row],
    groups: Sequence[Row],
    rows: Sequence[Row],
    courses: Sequence[Row],
    dates: Mapping[str, Sequence[int]],
) -> dict[str, list[Picture]]:
    """Return the figures by section: effects, time, tradeoff, groups."""
    if not judged:
        return {}
    return {
        "effects": _effects(judged),
        "time": _courses(judged, courses, dates),
        "tradeoff": _tradeoff(rows),
        "groups": [one for title, own in list(by_scenario(groups).items())[:MOST] for one in _groups(title, own)],
    }


def _effect(name: str, row: Row) -> Effect:
    """Turn a row into a mark, relative to the baseline's level."""
    from ecosim.plots.effects import Effect

    base = abs(row["baseline_mean"])
    verdict = row["verdict"] if row["pairs"] >= FEW and row["verdict"] else "unclear"
    return Effect(name, row["difference"] / base, known(row["low"]) / base, known(row["high"]) / base, verdict)


def _effects(rows: Sequence[Row]) -> list[Picture]:
    from ecosim.plots.effects import draw_effects

    at = {title: last(own) for title, own in by_scenario(rows).items()}
    caption = say("Mean difference and its 95% interval. Filled squares stand after correction, hollow circles do not.")
    if len(at) <= BESIDE:
        charts = {title: {name: row for name, row in own.items() if row["baseline_mean"]} for title, own in at.items()}
    else:
        names = dict.fromkeys(name for own in at.values() for name in own)
        charts = {
            name: {title: own[name] for title, own in at.items() if name in own and own[name]["baseline_mean"]}
            for name in names
        }

    def called(name: str) -> str:
        return name if name in at else label(name)

    def drawing(title: str) -> Figure:
        return draw_effects(called(title), {"": [_effect(called(name), row) for name, row in charts[title].items()]})

    return [
        picture(f"effects-{number}", called(title), caption, partial(drawing, title))
        for number, (title, chart) in enumerate(charts.items())
        if chart
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
        courses = {
            title: _course(part, dates.get(part[0]["scenario"], ()), percent)
            for title, part in by_scenario(own).items()
        }
        caption = say(
            "Mean difference of each week and its 95% interval, week by week. Dotted lines mark days on which "
            "policies start or stop, where that is within the run, after day 0. What lies beyond the axis is cut off."
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


def _tradeoff(rows: Sequence[Row]) -> list[Picture]:
    """Set the gain of newcomers against the watch time that it costs, at the end of the run."""
    from ecosim.plots.effects import draw_tradeoff

    at = {title: last(own) for title, own in by_scenario(rows).items()}
    gain = next(
        (name for name in GAINS if all(_positive(own, name) and _positive(own, COST) for own in at.values())), None
    )
    if gain is None:
        return []
    points: Mapping[str, tuple[Effect, Effect]] = {
        title: (_effect(title, own[COST]), _effect(title, own[gain])) for title, own in at.items()
    }
    caption = say(
        "Both against the baseline's level, with 95% intervals; up and to the right is better. The broken line joins "
        "what no other scenario beats in both (marked * in the legend); within their intervals, marks cannot be told "
        "apart."
    )
    title = say("{gain} against {cost}", gain=label(gain), cost=label(COST).lower())

    def drawing() -> Figure:
        return draw_tradeoff(points, say("{outcome}, %", outcome=label(COST)), say("{outcome}, %", outcome=label(gain)))

    return [picture("tradeoff", title, caption, drawing)]


def _positive(rows: Mapping[str, Row], name: str) -> bool:
    return name in rows and rows[name]["baseline_mean"] > 0


def _groups(title: str, rows: Sequence[Row]) -> list[Picture]:
    from ecosim.plots.effects import draw_effects

    made = []
    for who, (measure, kinds) in BOARDS.items():
        own = [row for row in latest(rows) if (row["who"], row["measure"]) == (who, measure) and row["baseline_mean"]]
        found = {kind: [row for row in own if row["kind"] == kind] for kind in kinds}
        if own and any(found.values()):

            def what(measure: str = measure, who: str = who) -> str:
                return say("{title}: {measure} of {who}", title=title, measure=say(spoken(measure)), who=say(who))

            def drawing(found: Mapping[str, Sequence[Row]] = found, what: Callable[[], str] = what) -> Figure:
                return draw_effects(
                    what(), {_head(kind): _marks(members) for kind, members in found.items() if members}
                )

            caption = say(
                "A head of each group, against the same people in the baseline; filled squares stand after correction."
            )
            made.append(picture(f"groups-{who}", what(), caption, drawing))
    return made


def _head(kind: str) -> str:
    return say(HEADS.get(kind, kind))


def _marks(rows: Sequence[Row]) -> list[Effect]:
    return [_effect(retold(_short(row["group"])), row) for row in rows]


def _short(group: str) -> str:
    return group.removeprefix("entered ").removesuffix(" third")
