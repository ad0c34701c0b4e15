"""Winners and losers in tables and in a sentence: what each group got, a head, against the baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ecosim.language import retold, say
from ecosim.reports.effects import FEW, Cell, Row, by_size, cell, days_of, short, title_of
from ecosim.reports.numbers import clauses, percent
from ecosim.reports.phases import Period
from ecosim.results.comparison import GROUPS, PHASE_GROUPS

KINDS = {
    ("creators", "all"): "All creators who were there",
    ("consumers", "all"): "All consumers",
    ("brands", "all"): "All brands",
    ("creators", "decile"): "Tenths of creators, by impressions before the start",
    ("creators", "tier"): "Tier before the start, by followers",
    ("creators", "mode"): "What they believed to pay best before the start",
    ("creators", "cohort"): "When they entered",
    ("creators", "vertical"): "Vertical",
    ("creators", "region"): "Region",
    ("consumers", "activity"): "How much they usually watch",
    ("consumers", "purse"): "What they can spend",
    ("consumers", "taste"): "How common their taste is",
    ("consumers", "interest"): "The vertical they like most",
    ("consumers", "region"): "Region",
    ("consumers", "trust"): "Trust in the platform before measurement",
    ("brands", "size"): "Brands by size",
}
"""Headings of the kinds of groups; others are written by their name."""

MEASURES = {
    "impressions": ("Impressions", "a day"),
    "income": ("Income", "yuan a day"),
    "publishing": ("Still publish", "share"),
    "watch_seconds": ("Watch", "seconds a day"),
    "satisfaction": ("Satisfaction", "0 to 1"),
    "active": ("Not lapsed", "share"),
    "spending": ("Spend", "yuan a day"),
    "sales": ("Sales", "yuan a day"),
    "profit": ("Profit", "yuan a day"),
}

MANY = 10
"""Groups of a kind beyond which only those that differ clearly are listed."""

UNKNOWN_GROUPS = (
    "Who gained and who lost is not known: fewer than two snapshots fall within. A smaller recording.snapshot_every "
    "records more of them."
)

POPULATIONS = ("creators", "consumers", "brands")


@dataclass(frozen=True)
class Group:
    """A line: a group, its heads, and for each measure the baseline's level and the difference."""

    name: str
    heads: str
    values: list[tuple[str, Cell]]


@dataclass(frozen=True)
class Board:
    """One population under one scenario."""

    who: str
    when: str
    measures: list[tuple[str, str]]
    kinds: list[tuple[str, list[Group], str]]


@dataclass(frozen=True)
class Section:
    """Tables of one scenario, or of one of its phases under its heading; `note` says why there are none."""

    heading: str
    note: str
    boards: list[Board]


def sections(groups: Sequence[Row], periods: Sequence[Period]) -> dict[str, list[Section]]:
    """Lay out winners and losers by scenario: in each phase where there are several, else at the last horizon."""
    laid = {title: [Section("", "", boards(rows))] for title, rows in by_scenario(groups).items()}
    for title in dict.fromkeys(one.title for one in periods):
        laid[title] = [
            Section(one.heading, "" if one.groups else UNKNOWN_GROUPS, boards(one.groups))
            for one in periods
            if one.title == title
        ]
    return laid


def snapshots(one: Period) -> str:
    """Name the largest gains and losses of a phase, on the days between snapshots on which they are known."""
    if not one.groups:
        return say(UNKNOWN_GROUPS)
    said, row = sentence(one.groups), one.groups[0]
    if not said or (row["first_day"], row["last_day"]) == one.days:
        return said
    days = say("Who gains and who loses is known between snapshots, here on days {first} to {last}.",
               first=row["first_day"], last=row["last_day"])  # fmt: skip
    return say(" ").join((days, said))


def latest(rows: Sequence[Row]) -> list[Row]:
    """Return the rows of the last horizon that was measured, else those since the start."""
    at = max((row["horizon"] for row in rows if row["horizon"] is not None), default=None)
    return [row for row in rows if row["horizon"] == at]


def boards(rows: Sequence[Row]) -> list[Board]:
    """Lay out the groups of one scenario, a table each for creators, consumers and brands.

    The last horizon comes first; the days since the start follow for populations where they show a clear difference
    that the horizon hides.
    """
    near = latest(rows)
    seen = {_key(row) for row in near if stands(row)}
    since = [row for row in rows if row["horizon"] is None]
    hidden = {row["who"] for row in since if stands(row) and _key(row) not in seen}
    later = [row for row in since if row["who"] in hidden] if near != since else []
    return [*_boards(near), *_boards(later, say(", all since the start"))]


def _key(row: Row) -> tuple[str, ...]:
    return row["who"], row["kind"], row["group"], row["measure"], row["verdict"]


def _boards(rows: Sequence[Row], which: str = "") -> list[Board]:
    made = []
    for who in dict.fromkeys(row["who"] for row in rows):
        own = [row for row in rows if row["who"] == who]
        measures = list(dict.fromkeys(row["measure"] for row in own))
        found = {(row["kind"], row["group"], row["measure"]): row for row in own}
        kinds = []
        for kind in dict.fromkeys(row["kind"] for row in own):
            names = list(dict.fromkeys(row["group"] for row in own if row["kind"] == kind))
            shown = [name for name in names if len(names) <= MANY or _clear(own, kind, name)]
            left = len(names) - len(shown)
            note = say(
                "{left} of {count} do not differ clearly and stand in {table}",
                left=left,
                count=len(names),
                table=GROUPS if days_of(own[0]) is None else PHASE_GROUPS,
            )
            lines = [_line(name, kind, measures, found) for name in shown]
            kinds.append((say(KINDS.get((who, kind), kind)), lines, note if left else ""))
        first, last = own[0]["first_day"], own[0]["last_day"]
        heads = [(say(name), say(unit)) for name, unit in (MEASURES.get(name, (name, "")) for name in measures)]
        when = say("days {first} to {last}{which}", first=first, last=last, which=which)
        made.append(Board(say(who), when, heads, kinds))
    return made


def _clear(rows: Sequence[Row], kind: str, group: str) -> bool:
    return any((row["kind"], row["group"]) == (kind, group) and stands(row) for row in rows)


def stands(row: Row) -> bool:
    """Say whether a difference is one to speak of."""
    return row["pairs"] >= FEW and row["verdict"] in ("higher", "lower")


def _line(name: str, kind: str, measures: Sequence[str], found: dict[tuple[str, str, str], Row]) -> Group:
    rows = [found.get((kind, name, measure)) for measure in measures]
    heads = next(row["heads"] for row in rows if row is not None)
    values = [("–" if row is None else _level(row), cell(row, say("the groups of its kind"))) for row in rows]
    return Group(retold(name), f"{heads:,.0f}" if heads >= 10 else f"{heads:.1f}".removesuffix(".0"), values)


def _level(row: Row) -> str:
    return percent(row["baseline_mean"]) if row["measure"] in ("publishing", "active") else short(row["baseline_mean"])


def sentence(rows: Sequence[Row], most: int = 2) -> str:
    """Name the largest gains and losses of each population, of all measures, and count what the table holds."""
    rows = [row for row in latest(rows) if row["kind"] != "all"]
    if max((row["pairs"] for row in rows), default=0) < FEW:
        return ""
    counts, told = [], []
    for verdict in ("higher", "lower"):
        clear = sorted((row for row in rows if row["verdict"] == verdict and stands(row)), key=by_size)
        count = say("{count} clearly {verdict}", count=len(clear), verdict=say(verdict))
        counts.append(count if clear else say("none clearly {verdict}", verdict=say(verdict)))
        named = [_told(row) for who in POPULATIONS for row in [row for row in clear if row["who"] == who][:most]]
        picked = say(" most (the {most} largest of each population)", most=most) if len(clear) > len(named) else ""
        verb = say("Gain") if verdict == "higher" else say("Lose")
        told += [say(" {verb}{picked}: {named}.", verb=verb, picked=picked, named=clauses(named))] if named else []
    return say(
        "Of {count} comparisons of groups, in every measure of the tables below, {counts}.{told} Kinds of groups cut "
        "the same people several ways, so one effect counts more than once.",
        count=len(rows), counts=say(" and ").join(counts), told="".join(told),
    )  # fmt: skip


def _told(row: Row) -> str:
    """Name a group with its kind, its measure and its difference."""
    return say(
        "{group}: {measure} {size}",
        group=in_sentence(row["who"], row["kind"], row["group"]),
        measure=say(MEASURES[row["measure"]][0]).lower(),
        size=cell(row).size,
    )


def in_sentence(who: str, kind: str, group: str) -> str:
    """Name a group with its kind within a sentence."""
    kind = {"decile": "tenth", "cohort": "those who", "interest": "fond of", "mode": "who"}.get(kind, kind)
    group = {"there from the first day": "were there from the first day"}.get(group, group).removeprefix(f"{kind} ")
    return say("{who}, {kind} {group}", who=say(who), kind=say(kind), group=retold(group))


def by_scenario(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Part rows by scenario and point."""
    parted: dict[str, list[Row]] = {}
    for row in rows:
        parted.setdefault(title_of(row), []).append(row)
    return parted
