"""An experiment in plain sentences: what was asked, what was found and how sure, what it costs, who gains and loses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ecosim.config import SimulationConfig
from ecosim.reports.costs import Bite, Payment, at_once
from ecosim.reports.effects import FEW, Row, by_size, cell, label, last, only_alone, seeds, title_of
from ecosim.reports.numbers import percent
from ecosim.reports.winners import by_scenario, sentence, stands
from ecosim.results.inference import FEWEST
from ecosim.results.summary import WINDOW

MOST = 8
"""Clear outcomes that a sentence names, the largest first; the scorecard has all."""

NAMES = ("Gini", "Herfindahl", "Theil", "GMV")
"""First words of labels that keep their capital within a sentence."""


@dataclass(frozen=True)
class Finding:
    """What the page says of one scenario."""

    title: str
    sentences: list[str]


def asked(scenarios: Sequence[str], baseline: str, seeds: Sequence[int], config: SimulationConfig) -> str:
    """Say what was compared with what."""
    others = [name for name in scenarios if name != baseline]
    named = ", ".join(others[:-1]) + (" and " if len(others) > 1 else "") + others[-1]
    same = "seed" if len(seeds) == 1 else f"{len(seeds)} seeds"
    return (
        f"What follows from {named}, in place of {baseline}? Each ran under the same {same}, with the same people, "
        f"entrants and luck: {config.scale.consumers:,} consumers, at first {config.scale.creators:,} creators, "
        f"{config.burn_in:,} days of burn-in and {config.days:,} measured days. Compared are always two runs of one "
        "seed."
    )


def whole(days: int) -> str:
    """Say over which days the summary of a run is taken."""
    return f"its last {WINDOW} measured days" if days > WINDOW else f"all of its {days:,} measured days"


def how_sure(rows: Sequence[Row], strategies: Sequence[str]) -> str:
    """Say what the intervals rest on, and that one or two seeds are none.

    Parameters
    ----------
    rows : sequence of rows
        Differences of the outcomes.
    strategies : sequence of str
        By which creators of any run decide.
    """
    most = [pairs_of(own) for own in by_scenario(rows).values()]
    least, pairs = min(most, default=0), max(most, default=0)
    if pairs < FEW:
        return (
            f"{'One pair' if pairs == 1 else 'Two pairs'} of runs cannot tell an effect from luck: no interval here "
            "can be trusted, and nothing below is a finding. Run five seeds or more, as in seeds=5."
        )
    over = f"{pairs} pairs of runs" if least == pairs else f"{least} to {pairs} pairs of runs, as some failed"
    how = (
        "a studentised bootstrap"
        if least >= FEWEST
        else "Student's t below five, where heavy tails are not allowed for"
    )
    outcomes = len({row["outcome"] for row in rows})
    named = ", ".join(f"“{name}”" for name in strategies)
    return (
        f"Intervals are of 95%, over {over} ({how}). A difference is told as found when it stands after correction for "
        f"{outcomes} outcomes; “unclear” means that these seeds cannot tell, not that there is no effect. All of it "
        f"holds for creators who decide by {named}, and for parameters that are plausible, not fitted."
    )


def pairs_of(rows: Sequence[Row]) -> int:
    """Return how many pairs a scenario has; some measures are not known in all of them."""
    return max((row["pairs"] for row in rows), default=0)


def findings(
    rows: Sequence[Row], groups: Sequence[Row], bites: Sequence[Bite], paid: Sequence[Payment]
) -> list[Finding]:
    """Say for each scenario what was found, what it costs, who gains and loses, and what turns around with time."""
    grouped = by_scenario(groups)
    made = []
    for title in dict.fromkeys(title_of(row) for row in rows):
        own = [row for row in rows if title_of(row) == title]
        said = [_found(own), _turned(own), at_once(title, bites, paid), sentence(grouped.get(title, []))]
        made.append(Finding(title, [part for part in said if part]))
    return made


def _found(rows: Sequence[Row]) -> str:
    """Name the outcomes that stand, good or bad, the largest relative difference first, and count the rest."""
    at = last(rows)
    horizon = max((row["horizon"] for row in rows if row["horizon"] is not None), default=None)
    when = "Over the whole run" if horizon is None else f"After {horizon} days"
    if pairs_of(list(at.values())) < FEW:
        return f"{when}: too few pairs to say anything of {len(at)} outcome{'' if len(at) == 1 else 's'}."
    clear = sorted((row for row in at.values() if stands(row)), key=by_size)
    unclear = sum(row["verdict"] not in ("equal", "higher", "lower") or row["pairs"] < FEW for row in at.values())
    equal = sum(row["verdict"] == "equal" and row["pairs"] >= FEW for row in at.values())
    told = []
    for verdict in dict.fromkeys(row["verdict"] for row in clear):
        names = [f"{_named(row['outcome'])} ({_size(row)})" for row in clear[:MOST] if row["verdict"] == verdict]
        told += [f"{verdict}: {'; '.join(names)}"] if names else []
    more = f", and {len(clear) - MOST} more differ, by less" if len(clear) > MOST else ""
    text = f"{when}, {', and '.join(told)}{more}." if told else f"{when}, no difference stands."
    text += f" Of {len(at)} outcomes {unclear} {'is' if unclear == 1 else 'are'} unclear"
    return text + (f", {equal} equal." if equal else ".") + _nearly(list(at.values()))


def _nearly(rows: Sequence[Row]) -> str:
    """Name what is unclear only because many outcomes are compared."""
    near = [row for row in sorted(rows, key=by_size) if only_alone(row)]
    if not near:
        return ""
    named = "; ".join(f"{_named(row['outcome'])} ({_size(row)}{seeds(row)})" for row in near[:MOST])
    more = f"; and {len(near) - MOST} more" if len(near) > MOST else ""
    return (
        f" Unclear only after correction for {len(rows)} outcomes, with an interval that excludes zero: {named}{more}."
    )


def _named(outcome: str) -> str:
    """Name an outcome within a sentence: small but for names such as Gini."""
    name = label(outcome)
    return name if name.split()[0] in NAMES else name[:1].lower() + name[1:]


def _size(row: Row) -> str:
    """Write size and interval, as parts of the baseline's level where that is not zero."""
    one = cell(row)
    return f"{one.size}, 95%: {one.interval}"


def _turned(rows: Sequence[Row]) -> str:
    """Name outcomes whose difference stands at two horizons with opposite signs."""
    told = []
    for outcome in dict.fromkeys(row["outcome"] for row in rows):
        over = [row for row in rows if row["outcome"] == outcome and row["horizon"] is not None and stands(row)]
        if over and over[0]["verdict"] != over[-1]["verdict"]:
            told.append(
                f"{_named(outcome)} is {over[0]['verdict']} after {over[0]['horizon']} days and {over[-1]['verdict']} "
                f"after {over[-1]['horizon']}"
            )
    return f"With time it turns: {'; '.join(told)}." if told else ""


def agreement(rows: Sequence[Row]) -> str:
    """Say how many of the differences that stand have the same sign under every seed."""
    clear = [row for row in rows if stands(row)]
    if not clear:
        return ""
    same = sum(row["agree"] == 1 for row in clear)
    return (
        f"Of {len(clear)} differences that stand, over all scenarios and horizons, {same} "
        f"({percent(same / len(clear))}) have the same sign under every seed."
    )
