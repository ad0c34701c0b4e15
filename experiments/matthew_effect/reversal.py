"""Popularity raised in the ranking for 30, 90 or 180 days and lifted: what the rule does, and what is left of it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from experiments.common import Array
from experiments.findings import Finding
from experiments.runs import BASELINE, Runs, interval, window

LENGTHS = (30, 90, 180)
"""Days for which the rule holds."""

IN_FORCE = 28
"""Last days of the rule over which its effect is taken."""

AFTER = (32, 60)
"""Days after it was lifted over which is taken what is left: measures of four weeks have forgotten the rule by then."""

MEASURES = ("impressions_gini", "followers_gini", "impressions_rank_correlation", "creators_alive")


def gap(runs: Runs, length: int, measure: str) -> pd.DataFrame:
    """Return by how much a daily measure differs from that of the world without the rule, by day and seed."""
    return runs.series(f"popularity_{length}", measure) - runs.series(BASELINE, measure)


def in_force(runs: Runs, length: int, measure: str) -> Array:
    """Return the effect of the rule in its last four weeks, one number a seed."""
    return window(gap(runs, length, measure), length - IN_FORCE, length)


def left(runs: Runs, length: int, measure: str) -> Array:
    """Return what is left of the effect in the second month after the rule was lifted, one number a seed."""
    return window(gap(runs, length, measure), length + AFTER[0], length + AFTER[1])


def table(runs: Runs) -> pd.DataFrame:
    """Return effect and what is left of it for every length and measure."""
    return pd.DataFrame(
        {"days": length, "measure": measure, "when": when, **interval(take(runs, length, measure))}
        for length in LENGTHS
        for measure in MEASURES
        for when, take in (("in force", in_force), ("after", left))
    )


def findings(runs: Runs) -> list[Finding]:
    """Hold the predictions about the rule and its end against the runs."""
    gini, longest = "impressions_gini", LENGTHS[-1]
    effect = {length: in_force(runs, length, gini) for length in LENGTHS}
    rest = {length: left(runs, length, gini) for length in LENGTHS}
    mobility = in_force(runs, longest, "impressions_rank_correlation")
    return [
        *(Finding("g", f"Gini of impressions after {n} days of the rule", 1, effect[n]) for n in LENGTHS),
        Finding("g", f"ranks move less after {longest} days (rank correlation)", 1, mobility),
        Finding("g", f"fewer creators after {longest} days", -1, in_force(runs, longest, "creators_alive")),
        *(
            Finding("h", f"Gini goes back by more than half, lifted after {n} days", 1, effect[n] / 2 - rest[n])
            for n in LENGTHS
        ),
        Finding("i", "Gini: longer rules leave more (180 days less 30)", 1, rest[longest] - rest[LENGTHS[0]]),
        Finding("i", "Gini of followers is still higher, lifted after 180 days", 1,
                left(runs, longest, "followers_gini")),
    ]  # fmt: skip


def smoothed(values: pd.DataFrame, days: int = 7) -> pd.DataFrame:
    """Return running means over a week, which is how a daily figure can be read."""
    return values.rolling(days, center=True, min_periods=1).mean()


def band(values: pd.DataFrame) -> pd.DataFrame:
    """Return mean, low and high over seeds, by day."""
    rows = [interval(values.loc[day].to_numpy(np.float64)) for day in values.index]
    return pd.DataFrame(rows, values.index)[["mean", "low", "high"]]
