"""What experiments take from a run beyond its measures: who earns what, who is shown, what policies move and pay.

Like a run's measures, all are means over its last 180 measured days; what policies move and pay is taken from day 28
on, when guarantees have caught up with what was lacking before.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

import ecosim
from ecosim.results.summary import WINDOW
from ecosim.state.schema import TIERS

SETTLED = 28
"""First day from which displacement and payments are averaged."""

LATER = "later"
"""Creators who entered after the first measured day."""

Take = Callable[[ecosim.RunResult], float]


def last_days(frame: pd.DataFrame) -> pd.DataFrame:
    """Keep the last 180 measured days."""
    return frame[(frame["day"] >= 0) & (frame["day"] > frame["day"].max() - WINDOW)]


def settled(frame: pd.DataFrame) -> pd.DataFrame:
    """Keep the days from `SETTLED` on; of a run that is shorter, all measured days."""
    late = frame[frame["day"] >= SETTLED]
    return late if len(late) else frame[frame["day"] >= 0]


def displaced_share(result: ecosim.RunResult) -> float:
    """Share of the panel's impressions by the default rules that the policies took away; 0 without policies.

    An impression is taken away when the default rules would have shown the item to that consumer on that day and the
    policies did not, whether something else stood there or nothing.
    """
    if "bite" not in result.tables:
        return 0.0
    rows = result.frame("bite")
    rows = settled(rows[rows["group"] == "all"])
    default = float(rows["slots_default"].sum())
    kept = float((rows["slots"] - rows["differing"]).sum())
    return 1 - kept / default if default else float("nan")


def paid_for_policies(result: ecosim.RunResult) -> float:
    """Yuan a day that policies paid beyond what the default rules would have paid for the same; 0 without policies."""
    if "payments" not in result.tables:
        return 0.0
    rows = settled(result.frame("payments"))
    days = len(settled(result.daily))
    return float((rows["fen"] - rows["fen_default"]).sum()) / 100 / days


def income_of(group: str) -> Take:
    """Yuan a day of all creators who were of a tier on the first measured day, or who entered later (`LATER`)."""

    def take(result: ecosim.RunResult) -> float:
        creators, first = result.creators, result.creators.query("day == 0")
        if group == LATER:
            member = ~creators["serial"].isin(first["serial"])
        else:
            member = creators["serial"].isin(first.loc[first["tier"] == TIERS.index(group), "serial"])
        snapshots = last_days(creators)
        income = snapshots.loc[member[snapshots.index], "income_28d_fen"].sum()
        return float(income) / 100 / 28 / snapshots["day"].nunique()

    return take


def income_of_tier(tier: str) -> Take:
    """Yuan a day of all creators who are of a tier at the time."""

    def take(result: ecosim.RunResult) -> float:
        snapshots = last_days(result.creators)
        members = snapshots[(snapshots["tier"] == TIERS.index(tier)) & snapshots["left"].isna()]
        return float(members["income_28d_fen"].sum()) / 100 / 28 / snapshots["day"].nunique()

    return take


def net(party: str) -> Take:
    """Yuan a day that a party took in, less what it paid."""

    def take(result: ecosim.RunResult) -> float:
        flows = last_days(result.flows)
        days = len(last_days(result.daily))
        taken, given = (float(flows.loc[flows[side] == party, "fen"].sum()) for side in ("target", "source"))
        return (taken - given) / 100 / days

    return take


def paid(source: str, purpose: str) -> Take:
    """Yuan a day that a party paid for a purpose."""

    def take(result: ecosim.RunResult) -> float:
        flows = last_days(result.flows)
        chosen = flows[(flows["source"] == source) & (flows["purpose"] == purpose)]
        return float(chosen["fen"].sum()) / 100 / len(last_days(result.daily))

    return take


def shown_share(tier: str) -> Take:
    """Share of all creators' impressions of 28 days that those of a tier had."""

    def take(result: ecosim.RunResult) -> float:
        snapshots = last_days(result.creators)
        whole = float(snapshots["impressions_28d"].sum())
        mine = float(snapshots.loc[snapshots["tier"] == TIERS.index(tier), "impressions_28d"].sum())
        return mine / whole if whole else float(np.nan)

    return take
