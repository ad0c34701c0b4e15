"""An experiment in plain sentences: what was asked, what was found and how sure, what it costs, who gains and loses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ecosim.config import SimulationConfig
from ecosim.language import say
from ecosim.reports.costs import Bite, Payment, at_once, brought_about, in_phase
from ecosim.reports.effects import (
    FEW,
    Row,
    by_size,
    in_sentence,
    last,
    only_alone,
    seeds,
    sized,
    title_of,
    unknown_when,
)
from ecosim.reports.numbers import clauses, enumerated, listed, percent
from ecosim.reports.phases import Period
from ecosim.reports.purposes import served_in
from ecosim.reports.winners import by_scenario, sentence, snapshots, stands
from ecosim.results.differences import OUTCOMES
from ecosim.results.inference import FEWEST
from ecosim.results.summary import WINDOW

MOST_PARTS = 6
"""Phases of a scenario up to which all is told at once."""

MOST = 8
"""Clear outcomes that a sentence names, the largest first; the scorecard has all."""


@dataclass(frozen=True)
class Part:
    """What the page says of one phase of a scenario, and in few words beside its heading."""

    heading: str
    sentences: list[str]
    briefly: str = ""


@dataclass(frozen=True)
class Finding:
    """What the page says of one scenario, and of each of its phases where it has several."""

    title: str
    sentences: list[str]
    parts: list[Part]

    @property
    def folded(self) -> bool:
        """Whether its phases are so many that each is opened by whoever wants to read it."""
        return len(self.parts) > MOST_PARTS


def asked(scenarios: Sequence[str], baseline: str, seeds: Sequence[int], config: SimulationConfig) -> str:
    """Say what was compared with what."""
    others = [name for name in scenarios if name != baseline]
    return say(
        "What follows from {others}, in place of {baseline}? Each ran under {seeds}, with the same people, "
        "entrants and luck: {consumers:,} consumers, at first {creators:,} creators, {burn_in:,} days of burn-in and "
        "{days:,} measured days. Compared are always two runs of one seed.",
        others=listed(others),
        baseline=baseline,
        seeds=say("the same seed") if len(seeds) == 1 else say("the same {count} seeds", count=len(seeds)),
        consumers=config.scale.consumers,
        creators=config.scale.creators,
        burn_in=config.burn_in,
        days=config.days,
    )


def whole(days: int) -> str:
    """Say over which days the summary of a run is taken."""
    if days > WINDOW:
        return say("its last {days} measured days", days=WINDOW)
    return say("all of its {days:,} measured days", days=days)


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
        return say(
            "{few} of runs cannot tell an effect from luck: no interval here can be trusted, and nothing below is a "
            "finding. Run five seeds or more, as in seeds=5.",
            few=say("One pair") if pairs == 1 else say("Two pairs"),
        )
    over = (
        say("{pairs} pairs of runs", pairs=pairs)
        if least == pairs
        else say("{least} to {pairs} pairs of runs, as some failed", least=least, pairs=pairs)
    )
    how = (
        say("a studentised bootstrap, never narrower than Student's t and at most twice as wide")
        if least >= FEWEST
        else say("Student's t below five, where heavy tails are not allowed for")
    )
    return say(
        "Intervals are of 95%, over {over} ({how}). A difference is told as found when it stands after correction for "
        "{outcomes} outcomes; what a policy is for is declared before any run, and corrected for the number of a "
        "scenario's purposes alone; “unclear” means that these seeds cannot tell, not that there is no effect. All of "
        "it holds for creators who decide by {strategies}, and for parameters that are plausible, not fitted.",
        over=over,
        how=how,
        outcomes=len({row["outcome"] for row in rows}),
        strategies=enumerated([say("“{strategy}”", strategy=say(name)) for name in strategies]),
    )


def not_known(rows: Sequence[Row], chosen: Sequence[str]) -> str:
    """Name the outcomes that were asked for, or are the usual ones, and that no pair of runs has; and say why.

    Parameters
    ----------
    rows : sequence of rows
        Differences of the outcomes.
    chosen : sequence of str
        Outcomes that the experiment names; empty for the usual ones.
    """
    asked, there = tuple(chosen) or OUTCOMES, {row["outcome"] for row in rows}
    missing = [
        say("{outcome} ({why})", outcome=in_sentence(name), why=say(unknown_when(name)))
        for name in asked
        if name not in there
    ]
    if not missing:
        return ""
    count, names = len(asked), clauses(missing)
    if chosen:
        return say("Of the {count} outcomes named, not known in these runs: {names}.", count=count, names=names)
    return say("Of the {count} usual outcomes, not known in these runs: {names}.", count=count, names=names)


def pairs_of(rows: Sequence[Row]) -> int:
    """Return how many pairs a scenario has; some measures are not known in all of them."""
    return max((row["pairs"] for row in rows), default=0)


def findings(
    rows: Sequence[Row],
    groups: Sequence[Row],
    bites: Sequence[Bite],
    paid: Sequence[Payment],
    periods: Sequence[Period] = (),
    served: Mapping[str, str] | None = None,
) -> list[Finding]:
    """Say for each scenario what was found, what it costs, who gains and loses, and what turns around with time.

    A scenario with several phases is told phase by phase, in order of date.

    Parameters
    ----------
    rows, groups : sequences of rows
        Differences of the outcomes, and of groups.
    bites, paid : sequences of Bite and Payment
        What policies showed and paid otherwise.
    periods : sequence of Period
        Phases of the scenarios that have several.
    served : mapping of str to str, optional
        Whether policies did what they are for, by scenario.
    """
    grouped = by_scenario(groups)
    made = []
    for title in dict.fromkeys(title_of(row) for row in rows):
        own = [row for row in rows if title_of(row) == title]
        phases = [one for one in periods if one.title == title]
        if phases:
            made.append(Finding(title, _apart(own, phases), [_part(one) for one in phases]))
            continue
        said = [
            (served or {}).get(title, ""),
            _found(own),
            _turned(own),
            at_once(title, bites, paid),
            sentence(grouped.get(title, [])),
        ]
        made.append(Finding(title, [part for part in said if part], []))
    return made


def _apart(rows: Sequence[Row], phases: Sequence[Period]) -> list[str]:
    """Say that phases are told one by one, and what is known of whole runs alone."""
    daily = {row["outcome"] for one in phases for row in one.outcomes}
    whole = [row for row in rows if row["horizon"] is None and row["outcome"] not in daily]
    text = say("Policies start or stop on several days; what was found stands phase by phase, in order of date.")
    return [text, *([_found(whole)] if whole else [])]


def _part(one: Period) -> Part:
    """Tell one phase: what was found, who gained and lost, and the cost of the policies at work in both currencies."""
    said = [served_in(one), _found(one.outcomes, say("On these days")), snapshots(one)]
    if one.phase.policies:
        said.append(in_phase(one.bite, one.paid, one.reckoned, one.every))
    said.append(brought_about(one.outcomes))
    if one.before:
        said.append(
            say(
                "Differences on these days hold what {before} left behind as well; only the cost at once is of the "
                "policies at work alone. To tell the two apart, compare a scenario without {before} too.",
                before=one.before,
            )
        )
    clear = sum(stands(row) for row in one.outcomes)
    briefly = say("{count} of {all} outcomes differ", count=clear, all=len(one.outcomes))
    return Part(one.heading, [part for part in said if part], briefly)


def _found(rows: Sequence[Row], phase: str = "") -> str:
    """Name the outcomes that stand, good or bad, the largest relative difference first, and count the rest.

    In a phase, which is named, the table alone says how many seeds it would take to know more.
    """
    at = last(rows)
    horizon = max((row["horizon"] for row in rows if row["horizon"] is not None), default=None)
    when = phase or (say("Over the whole run") if horizon is None else say("After {days} days", days=horizon))
    if pairs_of(list(at.values())) < FEW:
        if len(at) == 1:
            return say("{when}: too few pairs to say anything of 1 outcome.", when=when)
        return say("{when}: too few pairs to say anything of {count} outcomes.", when=when, count=len(at))
    clear = sorted((row for row in at.values() if stands(row)), key=by_size)
    unclear = sum(row["verdict"] not in ("equal", "higher", "lower") or row["pairs"] < FEW for row in at.values())
    equal = sum(row["verdict"] == "equal" and row["pairs"] >= FEW for row in at.values())
    told = []
    for verdict in dict.fromkeys(row["verdict"] for row in clear):
        names = [
            say("{outcome} ({size})", outcome=in_sentence(row["outcome"]), size=sized(row))
            for row in clear[:MOST]
            if row["verdict"] == verdict
        ]
        told += [say("{verdict}: {outcomes}", verdict=say(verdict), outcomes=clauses(names))] if names else []
    more = say(", and {count} more differ, by less", count=len(clear) - MOST) if len(clear) > MOST else ""
    text = (
        say("{when}, {told}{more}.", when=when, told=say(", and ").join(told), more=more)
        if told
        else say("{when}, no difference stands.", when=when)
    )
    text += (
        say(" Of {count} outcomes 1 is unclear", count=len(at))
        if unclear == 1
        else say(" Of {count} outcomes {unclear} are unclear", count=len(at), unclear=unclear)
    )
    text = say("{text}, {equal} equal.", text=text, equal=equal) if equal else say("{text}.", text=text)
    return text + _nearly(list(at.values()), with_seeds=not phase)


def _nearly(rows: Sequence[Row], with_seeds: bool) -> str:
    """Name what is unclear only because many outcomes are compared, and how many seeds it would take."""
    near = [row for row in sorted(rows, key=by_size) if only_alone(row)]
    if not near:
        return ""
    named = clauses(
        [
            say(
                "{outcome} ({size})",
                outcome=in_sentence(row["outcome"]),
                size=f"{sized(row)}{seeds(row) if with_seeds else ''}",
            )
            for row in near[:MOST]
        ]
    )
    more = say("; and {count} more", count=len(near) - MOST) if len(near) > MOST else ""
    return say(
        " Unclear only after correction for {count} outcomes, with an interval that excludes zero: {named}{more}.",
        count=len(rows), named=named, more=more,
    )  # fmt: skip


def _turned(rows: Sequence[Row]) -> str:
    """Name outcomes whose difference stands at two horizons with opposite signs."""
    told = []
    for outcome in dict.fromkeys(row["outcome"] for row in rows):
        over = [row for row in rows if row["outcome"] == outcome and row["horizon"] is not None and stands(row)]
        if over and over[0]["verdict"] != over[-1]["verdict"]:
            told.append(
                say(
                    "{outcome} is {first} after {days} days and {last} after {later}",
                    outcome=in_sentence(outcome),
                    first=say(over[0]["verdict"]),
                    days=over[0]["horizon"],
                    last=say(over[-1]["verdict"]),
                    later=over[-1]["horizon"],
                )
            )
    return say("With time it turns: {told}.", told=clauses(told)) if told else ""


def agreement(rows: Sequence[Row]) -> str:
    """Say how many of the differences that stand have the same sign under every seed."""
    clear = [row for row in rows if stands(row)]
    if not clear:
        return ""
    same = sum(row["agree"] == 1 for row in clear)
    return say(
        "Of {count} differences that stand, over all scenarios and horizons, {same} ({share}) have the same sign under "
        "every seed.",
        count=len(clear), same=same, share=percent(same / len(clear)),
    )  # fmt: skip
