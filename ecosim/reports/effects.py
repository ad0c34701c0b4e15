"""The scorecard of an experiment: every outcome under every scenario, against the baseline's level."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ecosim import registry
from ecosim.language import say
from ecosim.reports.numbers import enumerated, listed, number, percent
from ecosim.results.differences import WINDOW

Row = Mapping[str, Any]
Days = tuple[int, int]
"""First and last day of a phase."""

SIGNS = {"higher": "▲", "lower": "▼", "unclear": "·", "equal": "=", "single pair": "?"}
"""A verdict is a sign beside a number, so that neither colour nor print matters."""

FEW = 3
"""Pairs below which no interval is to be trusted, whatever it says."""

NAMES = ("Gini", "Herfindahl", "Theil", "GMV")
"""First words of labels that keep their capital within a sentence."""

NO_SEEDS = 100_000
"""Seeds from which on it is said that none help."""

GAIN = 1_000
"""Variance ratio beyond which its size says nothing any more: the pairs hardly differ."""

NO_GAIN = 1.5
"""Variance ratio below which pairing has bought next to nothing."""


@dataclass(frozen=True)
class Cell:
    """A difference in a table: its sign, its size and its interval, in words of numbers."""

    sign: str
    verdict: str
    size: str
    interval: str
    note: str = ""


EMPTY = Cell("", "", "–", "")


@dataclass(frozen=True)
class Line:
    """One outcome: what it is, its level in the baseline, and a cell for each scenario."""

    label: str
    unit: str
    baseline: str
    cells: list[Cell]


@dataclass(frozen=True)
class Card:
    """A table of all scenarios at one horizon."""

    title: str
    heads: list[str]
    lines: list[Line]


def title_of(row: Row) -> str:
    """Name a scenario, with the point of the sweep where there is one."""
    return ", ".join(part for part in (str(row["scenario"]), str(row["point"])) if part)


def days_of(row: Row) -> Days | None:
    """Return the phase that a row of bite, payments or groups is of; None where the table tells of none."""
    first = row.get("phase_first_day")
    return None if first is None else (first, row["phase_last_day"])


def label(outcome: str) -> str:
    """Name an outcome as its metric does."""
    return say(str(registry.metrics[outcome].cls.label)) if _known(outcome) else outcome.replace("_", " ")


def in_sentence(outcome: str) -> str:
    """Name an outcome within a sentence: small but for names such as Gini."""
    name = label(outcome)
    return name if name.split()[0] in NAMES else name[:1].lower() + name[1:]


def unit(outcome: str) -> str:
    """Return the unit of an outcome."""
    return str(registry.metrics[outcome].cls.unit) if _known(outcome) else ""


def unknown_when(outcome: str) -> str:
    """Say in which runs an outcome is not known."""
    return (str(registry.metrics[outcome].cls.unknown_when) if _known(outcome) else "") or "not recorded in any pair"


def _known(outcome: str) -> bool:
    return outcome in registry.metrics.names()


def level(value: float, of_unit: str) -> str:
    """Write the level of an outcome: shares as percentages."""
    return percent(value) if of_unit == "share" else number(value)


def signed(value: float) -> str:
    """Write a relative difference as a percentage with its sign and two figures that count."""
    size = abs(100 * value)
    digits = 0 if size >= 9.95 else 1 if size >= 0.95 else 2
    return f"{100 * value:+z.{digits}f}%"


def short(value: float, sign: str = "") -> str:
    """Write an amount with three figures that count."""
    return f"{value:{sign},.0f}" if abs(value) >= 1000 else f"{value:{sign}z.3g}"


def by_size(row: Row) -> float:
    """Sort the largest relative difference first; what the baseline has nothing of stands before all."""
    return -math.inf if row["relative"] is None else -abs(row["relative"])


def only_alone(row: Row) -> bool:
    """Say whether an interval excludes zero while the difference does not stand among the many compared."""
    return (
        row["verdict"] == "unclear"
        and row["pairs"] >= FEW
        and row["low"] is not None
        and (row["low"] > 0 or row["high"] < 0)
    )


def _note(row: Row, many: str) -> str:
    """Say why an interval beside zero is unclear all the same, and how many seeds it would take."""
    return say("unclear after correction for {many}{seeds}", many=many, seeds=seeds(row)) if only_alone(row) else ""


def seeds(row: Row) -> str:
    """Say for how many seeds the interval would be narrow, where that is known and more than there are."""
    needed = row["seeds_needed"]
    if needed is None or not row["pairs"] < needed < NO_SEEDS:
        return ""
    return say("; about {seeds:,.0f} seeds would narrow it to a quarter of the difference", seeds=needed)


def cell(row: Row | None, many: str = "") -> Cell:
    """Write a difference; relative to the baseline's level where there is one.

    Parameters
    ----------
    row : mapping or None
        A row of a table of differences.
    many : str
        What the verdict is corrected for; all that is compared when left out.
    """
    many = many or say("all that is compared")
    if row is None:
        return EMPTY
    few = row["pairs"] < FEW
    judged = str(row["verdict"] or "no outcome")
    verdict = ("one pair" if row["pairs"] == 1 else "two pairs") if few else judged
    sign = "?" if few else SIGNS.get(str(row["verdict"]), "")
    if row["verdict"] == "equal":
        return Cell(sign, verdict, say("equal"), "")
    if row["relative"] is None:
        return Cell(
            sign,
            verdict,
            short(row["difference"], "+"),
            _interval(row, lambda value: short(value, "+")),
            _note(row, many),
        )
    base = abs(row["baseline_mean"])
    return Cell(
        sign, verdict, signed(row["relative"]), _interval(row, lambda value: signed(value / base)), _note(row, many)
    )


def sized(row: Row) -> str:
    """Write size and interval in a sentence, as parts of the baseline's level where that is not zero."""
    one = cell(row)
    return say("{size}, 95%: {interval}", size=one.size, interval=one.interval) if one.interval else one.size


def _interval(row: Row, write: Any) -> str:
    return "" if row["low"] is None else say("{low} to {high}", low=write(row["low"]), high=write(row["high"]))


def last(rows: Sequence[Row]) -> dict[str, Row]:
    """Return each outcome at the last horizon that was measured; those of whole runs, which have none, as they are."""
    horizons = [row["horizon"] for row in rows if row["horizon"] is not None]
    at = max(horizons, default=None)
    found = {row["outcome"]: row for row in rows if row["horizon"] == at}
    return found | {row["outcome"]: row for row in rows if row["horizon"] is None and row["outcome"] not in found}


def span(rows: Iterable[Row]) -> str:
    """Say at which horizon differences are, and on which days that is where it is the same for all of them."""
    rows = list(rows)
    horizons = {row["horizon"] for row in rows} - {None}
    if not horizons:
        return say("over the whole run")
    days = listed([str(days) for days in sorted(horizons)])
    ends = {(row["horizon"], row["start"] + row["horizon"]) for row in rows if row["horizon"] is not None}
    text = say("after {days} days", days=days)
    if len(ends) == 1:
        ((horizon, end),) = ends
        text = say("after {days} days (days {first} to {last})",
                   days=days, first=end - min(WINDOW, horizon), last=end - 1)  # fmt: skip
    if any(row["horizon"] is None for row in rows):
        text = say("{text}, or over the whole run where it is not measured daily", text=text)
    return text


def cards(rows: Sequence[Row]) -> list[Card]:
    """Arrange the outcomes in one table a horizon and point of the sweep, scenarios beside one another."""
    made = []
    for horizon, point in sorted(
        dict.fromkeys((row["horizon"], row["point"]) for row in rows), key=lambda key: (key[0] is None, key[0] or 0)
    ):
        own = [row for row in rows if (row["horizon"], row["point"]) == (horizon, point)]
        scenarios = list(dict.fromkeys(row["scenario"] for row in own))
        found = {(row["outcome"], row["scenario"]): row for row in own}
        lines = []
        many = say("{count} outcomes", count=len({row["outcome"] for row in own}))
        for outcome in dict.fromkeys(row["outcome"] for row in own):
            first = next(row for row in own if row["outcome"] == outcome)
            cells = [cell(found.get((outcome, name)), many) for name in scenarios]
            lines.append(Line(label(outcome), unit(outcome), level(first["baseline_mean"], unit(outcome)), cells))
        when = say("Whole run") if horizon is None else say("After {days} days", days=horizon)
        made.append(Card(enumerated([part for part in (when, point) if part]), scenarios, lines))
    return made


@dataclass(frozen=True)
class Pairing:
    """What pairing bought for one scenario: a line an outcome, a cell a horizon."""

    title: str
    heads: list[str]
    lines: list[tuple[str, list[str]]]


def pairings(rows: Sequence[Row]) -> list[Pairing]:
    """Arrange variance ratios by outcome and horizon; where pairing bought nothing, the seeds that are needed."""
    made = []
    for title in dict.fromkeys(title_of(row) for row in rows):
        own = [row for row in rows if title_of(row) == title]
        horizons = list(dict.fromkeys(row["horizon"] for row in own))
        found = {(row["outcome"], row["horizon"]): row for row in own}
        lines = [
            (label(outcome), [_ratio(found.get((outcome, horizon))) for horizon in horizons])
            for outcome in dict.fromkeys(row["outcome"] for row in own)
        ]
        heads = [say("whole run") if horizon is None else say("{days} days", days=horizon) for horizon in horizons]
        made.append(Pairing(title, heads, lines))
    return made


def _ratio(row: Row | None) -> str:
    if row is None or row["variance_ratio"] is None:
        return "–"
    ratio = row["variance_ratio"]
    if ratio > GAIN:
        return say("over {most:,}", most=GAIN)
    text = f"{ratio:,.0f}" if ratio >= 9.95 else f"{ratio:.1f}"
    if ratio >= NO_GAIN or row["seeds_needed"] is None:
        return text
    if row["seeds_needed"] >= NO_SEEDS:
        return say("{ratio} (no seeds help)", ratio=text)
    return say("{ratio} ({seeds:,.0f} seeds)", ratio=text, seeds=row["seeds_needed"])


def known(value: float | None) -> float:
    """Turn what a table does not know into NaN."""
    return math.nan if value is None else float(value)
