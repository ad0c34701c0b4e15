"""Channels of concentration switched off one by one and together, each world lived twice with other luck.

A creator's share is the impressions of the last four weeks in units of the mean, in a world that nobody enters or
leaves. The concentration C of a world is the variance of the shares (the number of creators times the
Herfindahl index, less one: 0 when all have the same). Between two replays of one world C parts without rest into what
comes again, the covariance of a creator's two shares, and luck, half the mean square of their difference. What comes
again is divided among the channels by Shapley's value: a channel's part is the change it makes when it is switched on,
averaged over all orders in which the channels can be. What comes again with all of them off (places, ties and styles of
the first day, effort) is the rest.
"""

from __future__ import annotations

from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd

import ecosim
from experiments.common import Array
from experiments.findings import Finding
from experiments.runs import Runs, interval

QUALITY, POPULARITY, PERSONAL, FRIENDS = "quality", "popularity", "personalisation", "friends"
CHANNELS = (QUALITY, POPULARITY, PERSONAL, FRIENDS)
ALL, NONE = frozenset(CHANNELS), frozenset[str]()
World = frozenset[str]
"""A world is named by the channels that are on."""

WORLDS: tuple[World, ...] = tuple(
    frozenset(chosen) for size in range(len(CHANNELS) + 1) for chosen in combinations(CHANNELS, size)
)
SCENARIOS = {
    (True, True): "baseline",
    (True, False): "no_popularity",
    (False, True): "equal_quality",
    (False, False): "equal_quality_no_popularity",
}
"""Scenario by whether quality and popularity are on."""

MOBILITY = "impressions_rank_correlation"
QUANTITIES = ("gini", "unpredictability", "concentration", "lasting", "luck", "mobility")


def cell(world: World) -> tuple[str, dict[str, object]]:
    """Return the scenario of a world and its swept settings."""
    settings = {"ranker.affinity": 2.0 if PERSONAL in world else 0.0, "sharing.active": FRIENDS in world}
    return SCENARIOS[QUALITY in world, POPULARITY in world], settings


def shares(result: ecosim.RunResult) -> pd.Series:
    """Return impressions of the last four weeks by creator's serial, in means."""
    creators = result.creators
    last = creators[creators["day"] == creators["day"].max()].set_index("serial")["impressions_28d"].astype(float)
    return last / last.mean()


def replayed(first: pd.Series, second: pd.Series) -> dict[str, float]:
    """Measure inequality and unpredictability of two replays of a world (Salganik, Dodds and Watts 2006)."""
    from ecosim.metrics.base import gini

    if set(first.index) != set(second.index):
        raise AssertionError("the replays do not hold the same creators")
    a, b = first.to_numpy(), second.loc[first.index].to_numpy()
    lasting = float(np.mean((a - 1) * (b - 1)))
    luck = float(np.mean((a - b) ** 2)) / 2
    return {
        "gini": (gini(a) + gini(b)) / 2,
        "unpredictability": float(np.abs(a - b).mean()),
        "concentration": lasting + luck,
        "lasting": lasting,
        "luck": luck,
    }


def measured(runs: Runs) -> dict[World, pd.DataFrame]:
    """Return the quantities of every world (columns), one row a seed."""
    found = {}
    for world in WORLDS:
        scenario, settings = cell(world)
        lived = (runs.at({**settings, "replay": replay}).results(scenario) for replay in (0, 1))
        rows: list[dict[str, float]] = []
        for first, second in zip(*lived, strict=True):
            if first is None or second is None:
                rows.append({})
                continue
            mobility = np.mean([run.summary.get(MOBILITY, np.nan) for run in (first, second)])
            rows.append({**replayed(shares(first), shares(second)), "mobility": float(mobility)})
        found[world] = pd.DataFrame(rows, runs.seeds, list(QUANTITIES), dtype=float)
    return found


def shapley(worlds: dict[World, Array]) -> dict[str, Array]:
    """Divide what the worlds' value gains from none to all among the channels, whatever the order of switching.

    Parameters
    ----------
    worlds : dict of frozenset to float64[seeds]
        Value of the world with these channels on, for every subset of the channels.

    Returns
    -------
    dict of str to float64[seeds]
        Part of each channel; they add up to the value of all less the value of none.
    """
    channels = sorted(max(worlds, key=len))
    n = len(channels)
    parts: dict[str, Array] = {}
    for channel in channels:
        total = np.zeros_like(worlds[NONE], dtype=float)
        for world, value in worlds.items():
            if channel not in world:
                weight = factorial(len(world)) * factorial(n - len(world) - 1) / factorial(n)
                total = total + weight * (worlds[world | {channel}] - value)
        parts[channel] = total
    return parts


def divided(found: dict[World, pd.DataFrame], quantity: str) -> dict[str, Array]:
    """Return each channel's part of a quantity, one number a seed."""
    return shapley({world: frame[quantity].to_numpy() for world, frame in found.items()})


def decomposition(found: dict[World, pd.DataFrame]) -> dict[str, Array]:
    """Return the parts of the concentration of the world with everything on, as shares of it, one number a seed."""
    whole = found[ALL]["concentration"].to_numpy()
    parts = {name: part / whole for name, part in divided(found, "lasting").items()}
    parts["rest"] = found[NONE]["lasting"].to_numpy() / whole
    parts["luck"] = found[ALL]["luck"].to_numpy() / whole
    return parts


def named(world: World) -> str:
    """Name a world by the channels that are on."""
    return " + ".join(channel for channel in CHANNELS if channel in world) or "none"


def tables(found: dict[World, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return every world's quantities, and each channel's part of them, as rows."""
    worlds = [
        {"on": named(world), "quantity": quantity, **interval(frame[quantity].to_numpy())}
        for world, frame in found.items()
        for quantity in QUANTITIES
    ]
    parts = [
        {"quantity": "share of concentration", "part": name, **interval(values)}
        for name, values in decomposition(found).items()
    ]
    for quantity in QUANTITIES[:-1]:
        parts += [
            {"quantity": quantity, "part": name, **interval(values)}
            for name, values in divided(found, quantity).items()
        ]
        parts.append({"quantity": quantity, "part": "all off", **interval(found[NONE][quantity].to_numpy())})
        parts.append({"quantity": quantity, "part": "all on", **interval(found[ALL][quantity].to_numpy())})
    return {"worlds": pd.DataFrame(worlds), "decomposition": pd.DataFrame(parts)}


def findings(found: dict[World, pd.DataFrame]) -> list[Finding]:
    """Hold the predictions about worlds and channels against them."""

    def change(quantity: str, channel: str, world: World = ALL) -> Array:
        """What a channel does when it is the last to be switched on in a world."""
        values: Array = (found[world][quantity] - found[world - {channel}][quantity]).to_numpy()
        return values

    whole, parts = found[ALL], decomposition(found)
    blind = ALL - {POPULARITY}
    levelled = found[ALL - {QUALITY}]["gini"] - found[NONE]["gini"]
    again = whole["lasting"] - whole["luck"]
    return [
        Finding("a", "popularity: Gini of impressions rises", 1, change("gini", POPULARITY)),
        Finding("a", "popularity: success is harder to foretell", 1, change("unpredictability", POPULARITY)),
        Finding("a", "popularity: ranks move less (rank correlation rises)", 1, change("mobility", POPULARITY)),
        Finding("b", "personalisation: Gini of impressions falls", -1, change("gini", PERSONAL)),
        Finding("b", "personalisation: success is easier to foretell", -1, change("unpredictability", PERSONAL)),
        Finding("c", "friends, popularity off: Gini rises", 1, change("gini", FRIENDS, blind)),
        Finding("c", "friends, popularity off: harder to foretell", 1, change("unpredictability", FRIENDS, blind)),
        Finding("d", "equals become unequal: Gini with all but quality, less all off", 1, levelled.to_numpy()),
        Finding("e", "quality's part of concentration", 1, parts[QUALITY], percent=True),
        Finding("e", "popularity's part of concentration, in what comes again", 1, parts[POPULARITY], percent=True),
        Finding("e", "personalisation's part of concentration", -1, parts[PERSONAL], percent=True),
        Finding("f", "popularity's part of luck", 1, divided(found, "luck")[POPULARITY]),
        Finding("f", "luck's part of concentration", 1, parts["luck"], percent=True),
        Finding("f", "more comes again than is luck", 1, again.to_numpy()),
    ]
