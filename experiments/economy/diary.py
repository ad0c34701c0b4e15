"""Live through a run day by day, intervene where the arm demands it, and keep a diary as small tables.

Stepping the model from Python reaches what the recorded tables do not hold: every item at the same age, the deals, and
what consumers think of those they have bought from.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import ecosim
from ecosim.model import EcosystemModel
from experiments.common import Array, model_version
from experiments.economy.arms import ARMS, COMMON, OVERPROMISE, PERIOD

AGE = 6
"""Days that an item has been on the shelf when its impressions are compared with those of its equals."""
TABLES = ("daily", "items", "deals")


class Overpromising:
    """Let all products promise more than they hold for some days, and take the extra promise back afterwards."""

    def __init__(self) -> None:
        self.raised = 0

    def __call__(self, world: Any) -> None:
        """Intervene in the morning; products launched in the period follow on their second day."""
        promise = world.economy.products.promise
        if world.date in PERIOD:
            promise[self.raised :] += np.float32(OVERPROMISE)
            self.raised = promise.size
        elif self.raised:
            promise[: self.raised] -= np.float32(OVERPROMISE)
            self.raised = 0


def nothing(_: Any) -> None:
    """Let the day take its course."""


def live(name: str, seed: int) -> dict[str, pd.DataFrame]:
    """Live through one replication of an arm and return its diary.

    Returns
    -------
    dict of str to DataFrame
        ``daily``: measures by day. ``items``: creators' videos of each measured day and their impressions,
        all at the same age. ``deals``: fees by tier.
    """
    model = EcosystemModel(ecosim.compose(ARMS[name].command(seed, COMMON)))
    world, intervene = model.world, Overpromising() if name == "overpromise" else nothing
    days: list[dict[str, float]] = []
    vintages: list[pd.DataFrame] = []
    for _ in range(model.config.total_days):
        intervene(world)
        date = world.date
        model.step()
        if date >= 0:
            days.append({"day": date, **world.today.measures, **economy(world)})
            vintages.append(grown_up(world, date))
    deals = world.economy.deals
    fees = pd.DataFrame({"day": deals.begins - model.config.burn_in, "tier": deals.tier, "fee": deals.fee})
    model.close()
    return {"daily": pd.DataFrame(days), "items": pd.concat(vintages), "deals": fees}


def economy(world: Any) -> dict[str, float]:
    """What no measure holds: trust of consumers in brands whose goods they have had, and what came through friends."""
    people = world.consumers
    trust = people.ally_trust[people.ally_orders > 0].astype(np.float64)
    return {
        "customer_trust": float(trust.mean()) if trust.size else np.nan,
        "from_friends": friends_part(world.today.funnel),
    }


def friends_part(funnel: Array) -> float:
    """Part of the day's exposures to products that came through friends."""
    from ecosim.config import REGIONS
    from ecosim.state.economy import cell_names

    source = np.array([name[2] for name in cell_names(REGIONS)])
    shown = funnel[:, 0]
    return float(shown[source == "friends"].sum() / max(shown.sum(), 1))


def grown_up(world: Any, date: int) -> pd.DataFrame:
    """Return creators' videos that have been on the shelf for `AGE` days, and what they were shown."""
    items, creators = world.items, world.creators
    day = date + world.config.burn_in - (AGE - 1)
    rows = np.flatnonzero((items.day == day) & (items.parts == 0) & (creators.brand[items.creator] < 0))
    columns = {name: getattr(items, name)[rows] for name in ("serial", "number", "quality", "impressions")}
    return pd.DataFrame({"day": date, **columns})


def keep(name: str, seed: int, folder: Path) -> None:
    """Live through a replication of an arm and write its diary, unless it is there already."""
    if all(page(folder, name, seed, part).exists() for part in TABLES):
        return
    for part, frame in live(name, seed).items():
        path = page(folder, name, seed, part)
        path.parent.mkdir(parents=True, exist_ok=True)
        frame.to_parquet(path, index=False)


def page(folder: Path, name: str, seed: int, part: str) -> Path:
    """Return where a table of a diary is kept: diaries of another state of the model are not looked at."""
    return folder / model_version() / f"{name}-{seed}-{part}.parquet"
