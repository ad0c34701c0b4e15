"""When the policies of scenarios work: for charts, and in words beside horizons, phases and costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ecosim.config import PolicyConfig, SimulationConfig
from ecosim.language import say
from ecosim.reports.effects import Row, title_of
from ecosim.reports.levers import period
from ecosim.reports.numbers import clauses, enumerated, listed, named, several
from ecosim.results.differences import WINDOW
from ecosim.results.phases import dates_of


def in_words(config: SimulationConfig) -> str:
    """Name the policies of a scenario with the days on which they work."""
    return clauses(
        [
            say("{policy}, {period}", policy=named(name), period=period(policy, config.days))
            for name, policy in config.policies.items()
        ]
    )


def at_points(configs: Mapping[str, SimulationConfig]) -> str:
    """Say of a scenario when its policies work at each point of a sweep; once where that is the same at all of them.

    Parameters
    ----------
    configs : mapping of str to SimulationConfig
        What a run at each point was told.
    """
    points: dict[str, list[str]] = {}
    for point, config in configs.items():
        points.setdefault(in_words(config), []).append(point)
    if len(points) == 1:
        return next(iter(points))
    return clauses(
        [say("at {points}: {dates}", points=enumerated(there), dates=dates) for dates, there in points.items()]
    )


def horizons(rows: Sequence[Row], configs: Mapping[str, SimulationConfig]) -> list[str]:
    """Say of each scenario with dates which days its horizons cover, and which policies worked on them.

    Parameters
    ----------
    rows : sequence of rows
        Differences of the outcomes.
    configs : mapping of str to SimulationConfig
        What a run of each scenario was told, at each point of a sweep.
    """
    said: dict[str, list[str]] = {}
    for title, config in configs.items():
        ends = dict.fromkeys(
            (row["horizon"], row["start"] + row["horizon"])
            for row in rows
            if title_of(row) == title and row["horizon"] is not None
        )
        if not dates_of(config) or not ends:
            continue
        parts = []
        for horizon, end in ends:
            first = end - min(WINDOW, horizon)
            parts.append(
                say(
                    "“after {horizon} days” is days {first} to {last}, {working}",
                    horizon=horizon,
                    first=first,
                    last=end - 1,
                    working=_working(config, first, end - 1),
                )
            )
        said.setdefault(clauses(parts), []).append(title)
    return [say("{scenario}: {parts}.", scenario=listed(titles), parts=parts) for parts, titles in said.items()]


def _working(config: SimulationConfig, first: int, last: int) -> str:
    names = at_work(config, first, last)
    return say("when {policies} worked", policies=names) if names else say("when no policy worked")


def at_work(config: SimulationConfig, first: int, last: int) -> str:
    """Name the policies that work on any of the days from `first` to `last`, each with its part of them.

    Returns
    -------
    str
        Without days where a policy works on all of them at its full strength; empty where none works.
    """
    return several(
        [
            _on(name, policy, first, last)
            for name, policy in config.policies.items()
            if policy.strength > 0 and policy.start <= last and (policy.stop is None or policy.stop > first)
        ]
    )


def _on(name: str, policy: PolicyConfig, first: int, last: int) -> str:
    """Name a policy with the days between two on which it works, and on which it is not yet at full strength."""
    begins, ends = max(first, policy.start), last if policy.stop is None else min(last, policy.stop - 1)
    full = policy.start + policy.phase_in
    parts = []
    if begins > first and ends < last:
        parts.append(say("days {first} to {last}", first=begins, last=ends))
    elif begins > first:
        parts.append(say("from day {day}", day=begins))
    elif ends < last:
        parts.append(say("until day {day}", day=ends))
    if full > ends:
        parts.append(say("phasing in"))
    elif full > begins:
        parts.append(say("phasing in until day {day}", day=full - 1))
    return say("{policy} ({days})", policy=named(name), days=enumerated(parts)) if parts else named(name)
