"""When the policies of scenarios start and stop: for charts, and in words beside the scorecard's horizons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ecosim.config import SimulationConfig
from ecosim.language import say
from ecosim.reports.effects import Row
from ecosim.reports.levers import period
from ecosim.reports.numbers import clauses, named
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


def horizons(rows: Sequence[Row], configs: Mapping[str, SimulationConfig]) -> list[str]:
    """Say of each scenario with dates which days its horizons cover, and which policies worked on them.

    Parameters
    ----------
    rows : sequence of rows
        Differences of the outcomes.
    configs : mapping of str to SimulationConfig
        What a run of each scenario was told.
    """
    said = []
    for name, config in configs.items():
        if not dates_of(config):
            continue
        ends = dict.fromkeys(
            (row["horizon"], row["start"] + row["horizon"])
            for row in rows
            if row["scenario"] == name and row["horizon"] is not None
        )
        parts = []
        for horizon, end in ends:
            first = end - min(WINDOW, horizon)
            parts.append(
                say(
                    "“after {horizon} days” is days {first} to {last}, {working}",
                    horizon=horizon,
                    first=first,
                    last=end - 1,
                    working=_working(config, first, end),
                )
            )
        if parts:
            said.append(say("{scenario}: {parts}.", scenario=name, parts=clauses(parts)))
    return said


def _working(config: SimulationConfig, first: int, end: int) -> str:
    """Name the policies that work on any of the days from `first` to before `end`."""
    names = [
        named(name)
        for name, policy in config.policies.items()
        if policy.strength > 0 and policy.start < end and (policy.stop is None or policy.stop > first)
    ]
    if not names:
        return say("when no policy worked any more")
    return say("when {policies} worked", policies=say(" and ").join(names))
