"""What scenarios with policies do at once: slots that show something else, and yuan that are paid otherwise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ecosim.config import SimulationConfig
from ecosim.language import retold, say
from ecosim.reports.effects import FEW, Days, Row, days_of, label, short, signed, title_of, unit
from ecosim.reports.numbers import clauses, enumerated, number, percent

GROUPS = ("head", "waist", "tail", "newcomers", "brands")

NAMED = {"brands": "brands' accounts"}
"""Groups that a sentence does not call by the name in the table."""

NOT_A_SLOT = 5e-6
"""Share of the slots below which a gain or loss is not written."""


@dataclass(frozen=True)
class Bite:
    """What one scenario showed otherwise than the default rules in a phase, over all its runs.

    Attributes
    ----------
    title : str
        The scenario.
    share : float
        Part of the slots filled that shows something else.
    least, most : float
        The same in the single runs.
    emptied : float
        Part of the slots that the default rules fill and the policies left empty; negative when more were filled.
    a_head : float
        Impressions a day of a consumer of the panel that are of something else.
    shifts : list of str
        Gain or loss of head, waist, tail, newcomers and brands' accounts.
    course : str
        The days it is taken over, and the shares of the first and the last of them.
    days : tuple of int or None
        The phase of which it is.
    """

    title: str
    share: float
    least: float
    most: float
    emptied: float
    a_head: float
    shifts: list[str]
    course: str = ""
    days: Days | None = None

    @property
    def words(self) -> str:
        """Say it for a table."""
        if self.most <= self.least:
            return percent(self.share)
        return say(
            "{share} ({least} to {most} over seeds)",
            share=percent(self.share), least=percent(self.least), most=percent(self.most),
        )  # fmt: skip

    @property
    def left_empty(self) -> str:
        """Write the part of the slots left empty, without a sign on nothing."""
        return f"{100 * self.emptied:z.1f}%"


@dataclass(frozen=True)
class Payment:
    """Yuan a day for one purpose under one scenario, and what the default rules would have paid for the same."""

    title: str
    purpose: str
    default: float
    paid: float
    people: int
    course: str = ""
    days: Days | None = None

    @property
    def moved(self) -> float:
        """Yuan a day more, or less."""
        return self.paid - self.default

    @property
    def change(self) -> str:
        """The same relative to what the default rules pay."""
        return signed(self.moved / self.default) if self.default > 0 else say("not paid by default")

    @property
    def per_head(self) -> str:
        """Yuan a day for a thousand consumers of the world."""
        return f"{1000 * self.moved / self.people:+,.3g}"


def bites(rows: Sequence[Row], config: SimulationConfig) -> list[Bite]:
    """Add up what the panel was shown, by scenario and phase."""
    found = []
    for title, days in dict.fromkeys((title_of(row), days_of(row)) for row in rows):
        own = [row for row in rows if (title_of(row), days_of(row)) == (title, days)]
        whole = [row for row in own if row["group"] == "all" and row["slots"] > 0]
        if not whole:
            continue
        slots, default = (math.fsum(row[name] for row in whole) for name in ("slots", "slots_default"))
        single = [row["differing"] / row["slots"] for row in whole]
        shifts = [_shift([row for row in own if row["group"] == group]) for group in GROUPS]
        differing = math.fsum(row["differing"] for row in whole)
        share, emptied = differing / slots, (default - slots) / default
        a_head = differing / len(whole) / min(config.recording.panel, config.scale.consumers)
        found.append(Bite(title, share, min(single), max(single), emptied, a_head, shifts, _bitten(whole), days))
    return found


def _bitten(rows: Sequence[Row]) -> str:
    """Say over which recording days the bite is taken, and what it was on the first and the last of them."""
    ends = []
    for name in ("first", "last"):
        known = [row[f"share_{name}"] for row in rows if row.get(f"share_{name}") is not None]
        if not known:
            return ""
        low, high = percent(min(known)), percent(max(known))
        spread = say("{low} to {high} over seeds", low=low, high=high) if max(known) > min(known) else low
        ends.append(say("{share} on day {day}", share=spread, day=rows[0][f"{name}_day"]))
    days = rows[0]["days"]
    if days == 1:
        return say("the one recording day on which a policy worked, day {day}", day=rows[0]["first_day"])
    return say("the {days} recording days on which a policy worked: {ends}", days=days, ends=enumerated(ends))


def _paid_over(rows: Sequence[Row]) -> str:
    """Say over which days payments are averaged, and what was paid otherwise on the first and the last of them."""
    if any(row.get("moved_first") is None for row in rows):
        return ""
    one = rows[0]
    first, last = (math.fsum(row[f"moved_{name}"] for row in rows) / len(rows) / 100 for name in ("first", "last"))
    if one["days"] == 1:
        return say("day {day}", day=one["first_day"])
    return say(
        "the {days} days on which a policy worked: {first} yuan on day {first_day}, {last} on day {last_day}",
        days=one["days"],
        first=short(first, "+"),
        first_day=one["first_day"],
        last=short(last, "+"),
        last_day=one["last_day"],
    )


def _shift(rows: Sequence[Row]) -> str:
    before, after = (math.fsum(row[name] for row in rows) for name in ("slots_default", "slots"))
    return signed(after / before - 1) if before > 0 else "–"


def payments(rows: Sequence[Row], config: SimulationConfig) -> list[Payment]:
    """Average what was paid over the runs of each scenario and phase, for purposes for which it differs."""
    found = []
    for title, days, purpose in dict.fromkeys((title_of(row), days_of(row), row["purpose"]) for row in rows):
        own = [row for row in rows if (title_of(row), days_of(row), row["purpose"]) == (title, days, purpose)]
        default, paid = (math.fsum(row[name] for row in own) / len(own) / 100 for name in ("fen_default", "fen"))
        if paid != default:
            found.append(Payment(title, retold(purpose), default, paid, config.scale.consumers, _paid_over(own), days))
    return found


def at_once(title: str, bite: Sequence[Bite], paid: Sequence[Payment]) -> str:
    """Say in a sentence what a scenario costs at once, in both currencies."""
    parts = [_shown(one) for one in bite if one.title == title] + [_paid(one) for one in paid if one.title == title]
    return say("What it costs at once: {parts}.", parts=clauses(parts)) if parts else ""


def in_phase(bite: Bite | None, paid: Sequence[Payment], reckoned: bool, every: int) -> str:
    """Say what the policies of one phase cost at once, in both currencies, and what of it is not known.

    Parameters
    ----------
    bite : Bite or None
        What the panel was shown otherwise; None where no recording day fell within.
    paid : sequence of Payment
        What was paid otherwise.
    reckoned : bool
        Whether it was recorded what was paid, and what the default rules would have paid.
    every : int
        Days between recording days.
    """
    if bite is None:
        parts = [
            say(
                "what was shown otherwise is not known, as no recording day of a panel fell within "
                "(recording.panel_every={days})",
                days=every,
            )
        ]
    else:
        shifts = [
            say("{group} {change}", group=say(NAMED.get(group, group)), change=change)
            for group, change in zip(GROUPS, bite.shifts, strict=True)
            if change != "–"
        ]
        parts = [_shown(bite)]
        parts += (
            [say("impressions on the panel by group of creators: {shifts}", shifts=enumerated(shifts))]
            if bite.share
            else []
        )
    if paid:
        parts += [_paid(one) for one in paid]
    elif reckoned:
        parts.append(
            say("in yuan nothing, as the default rules pay the same for what was shown, published and ordered")
        )
    else:
        parts.append(say("what was paid otherwise is not known, as it was not recorded"))
    return say("What it costs at once: {parts}.", parts=clauses(parts))


def brought_about(rows: Sequence[Row]) -> str:
    """Say what outcomes in yuan came to in a phase, found or not, in yuan a day."""
    told = []
    for row in rows:
        if unit(row["outcome"]) == "yuan" and row["low"] is not None:
            few = row["pairs"] < FEW
            told.append(
                say(
                    "{outcome}: {difference} yuan (95%: {low} to {high}; {verdict})",
                    outcome=label(row["outcome"]),
                    difference=short(row["difference"], "+"),
                    low=short(row["low"], "+"),
                    high=short(row["high"], "+"),
                    verdict=say("two pairs") if few else say(row["verdict"]),
                )
            )
    return say("What it brings about in yuan: {parts}.", parts=clauses(told)) if told else ""


def _shown(one: Bite) -> str:
    """Say what the panel is shown otherwise."""
    text = (
        say("not one slot of the panel shows anything else")
        if one.share == 0
        else say(
            "{share} of the panel's slots show something else than the default rules would", share=percent(one.share)
        )
    )
    text += say(", and {share} are left empty", share=percent(one.emptied)) if one.emptied > NOT_A_SLOT else ""
    return text + (say(" (over {course})", course=one.course) if one.course else "")


def _paid(one: Payment) -> str:
    """Say what is paid otherwise for a purpose."""
    yuan = number(abs(one.moved))
    text = (
        say("{yuan} yuan a day more for {purpose}", yuan=yuan, purpose=one.purpose)
        if one.moved > 0
        else say("{yuan} yuan a day less for {purpose}", yuan=yuan, purpose=one.purpose)
    )
    text += say(" ({change})", change=one.change) if one.default > 0 else ""
    return text + (say(", over {course}", course=one.course) if one.course else "")
