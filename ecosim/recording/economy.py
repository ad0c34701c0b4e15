"""Tables of the economy: the funnel week by week, snapshots of brands, and a sample of who is tied to whom."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from ecosim.config import REGIONS
from ecosim.kernels import draws
from ecosim.state import TIERS, World
from ecosim.state.economy import FUNNEL_STEPS, cell_names
from ecosim.state.schema import WEEK

Array = np.ndarray[Any, Any]

SAMPLE = 40
"""Consumers in the sample of the network."""
_SAMPLED = 1  # part of the stream of draws for panels, whose members are part 0
_CELL = ("seller", "format", "source", "region")


class Funnel:
    """Sums the day's funnel over weeks, which begin on multiples of seven days from the end of burn-in.

    Orders and their value count on the day of the order, returns on the day on which goods come back, in the cell of
    the order. Returns of a week are therefore of earlier orders, and may be more than the orders of their week.
    """

    def __init__(self) -> None:
        self._weeks: dict[int, Array] = {}

    def add(self, world: World, day: int) -> None:
        """Add the day that has just ended."""
        counts = world.today.funnel
        if not world.economy.brands.size:
            return
        steps = len(FUNNEL_STEPS)
        week = self._weeks.setdefault(day - day % WEEK, np.zeros((counts.shape[0], steps + 1), np.int64))
        week[:, :steps] += counts[:, :steps]
        orders = world.economy.orders
        new = orders.day == world.day - 1  # the recorder comes when the next day has begun
        np.add.at(week[:, steps], orders.cell[new], orders.price[new])

    def past(self) -> pa.Table:
        """Return one row for every cell in which anything happened in a week that is over."""
        return self._table(list(self._weeks)[:-1])

    def latest(self) -> pa.Table:
        """Return the rows of the week that has begun last."""
        return self._table(list(self._weeks)[-1:])

    def forget(self) -> None:
        """Drop the weeks that are over."""
        for day in list(self._weeks)[:-1]:
            del self._weeks[day]

    def _table(self, weeks: list[int]) -> pa.Table:
        names = cell_names(REGIONS)
        blocks = []
        for day in weeks:
            counts = self._weeks[day]
            rows = np.flatnonzero(counts.any(axis=1))
            columns: dict[str, Any] = {"day": np.full(rows.size, day, np.int32)}
            columns |= {
                part: pa.array([names[row][place] for row in rows], pa.string()) for place, part in enumerate(_CELL)
            }
            columns |= {step: counts[rows, number] for number, step in enumerate((*FUNNEL_STEPS, "gmv_fen"))}
            blocks.append(pa.table(columns))
        return pa.concat_tables(blocks) if blocks else _empty()


def _empty() -> pa.Table:
    texts = [(part, pa.string()) for part in _CELL]
    counts = [(step, pa.int64()) for step in (*FUNNEL_STEPS, "gmv_fen")]
    return pa.schema([("day", pa.int32()), *texts, *counts]).empty_table()


def brands(world: World, day: int) -> pa.Table:
    """Return one row a brand; what is not marked as this week's is summed since the first day."""
    table = world.economy.brands
    believed = {f"believed_return_{tier}": table.believed[:, k].copy() for k, tier in enumerate(TIERS)}
    fees = fees_by_tier(world)
    paid = {f"paid_fees_{tier}_fen": fees[:, k].copy() for k, tier in enumerate(TIERS)}
    return pa.table(
        {
            "day": np.full(table.size, day, np.int32),
            "brand": np.arange(table.size, dtype=np.int32),
            "vertical": table.vertical.copy(),
            "account": table.account.copy(),
            "weight": table.weight.copy(),
            "quality": table.quality.copy(),
            "honesty": table.honesty.copy(),
            "price_fen": table.price.copy(),
            "products": table.slots.copy(),
            "budget_week_fen": table.budget.copy(),
            "spent_week_fen": table.spent.copy(),
            "sales_week_fen": table.sales_week.copy(),
            "savings_fen": table.savings.copy(),
            **believed,
            "orders": table.orders.copy(),
            "sold_fen": table.sold.copy(),
            "returned_fen": table.returned.copy(),
            "paid_fees_fen": table.paid_fees.copy(),
            **paid,
            "paid_commission_fen": table.paid_commission.copy(),
            "reached": table.reached.copy(),
        }
    )


def fees_by_tier(world: World) -> Array:
    """Fees that each brand has paid so far to creators of each tier, by the tier at the time, fen (int64[B, 3])."""
    deals = world.economy.deals
    paid = np.zeros((world.economy.brands.size, len(TIERS)), np.int64)
    np.add.at(paid, (deals.brand, deals.tier), deals.fee)
    return paid


def network(world: World, day: int) -> pa.Table:
    """Return a sample of ties: some consumers who are friends of friends, whom they follow, and who is their friend.

    Whoever is drawn first brings along friends, then friends of these, until there are enough. With shares off nobody
    has use for friends, and the sample is drawn at random.
    """
    chosen = sample(world)
    blocks = [_follow_rows(world, day, chosen)]
    if world.config.sharing.active:
        friends = [np.intersect1d(world.friends.of(int(row)), chosen[chosen > row]) for row in chosen]
        one = np.repeat(chosen, [met.size for met in friends])
        blocks.append(_tie_rows(day, one, np.concatenate([*friends, np.empty(0, np.int64)])))
    return pa.concat_tables(blocks)


def sample(world: World) -> Array:
    """Rows of the consumers in the sample, ascending (int64[s])."""
    order = np.argsort(
        draws.uniforms(world.config.seed, draws.PANEL, _SAMPLED, np.arange(world.consumers.size))[:, 0], kind="stable"
    )
    if not world.config.sharing.active:
        return np.sort(order[:SAMPLE])
    chosen: dict[int, None] = {}
    waiting: list[int] = []
    for first in order.tolist():
        waiting.append(first)
        while waiting and len(chosen) < SAMPLE:
            row = waiting.pop(0)
            if row not in chosen:
                chosen[row] = None
                waiting += world.friends.of(row).tolist()
        if len(chosen) >= SAMPLE:
            break
    return np.sort(np.array(list(chosen), np.int64))


def _follow_rows(world: World, day: int, chosen: Array) -> pa.Table:
    lists = [world.follows.of(int(row)) for row in chosen]
    creator = np.concatenate([*lists, np.empty(0, np.int32)]).astype(np.int32)
    table = world.creators
    return pa.table(
        {
            "day": np.full(creator.size, day, np.int32),
            "kind": pa.array(["follow"] * creator.size, pa.string()),
            "consumer": np.repeat(chosen, [followed.size for followed in lists]).astype(np.int32),
            "other": creator,
            "brand": table.brand[creator],
            "tier": table.tier[creator],
            "vertical": table.vertical[creator],
            "followers": table.followers[creator],
        },
        schema=_NETWORK,
    )


def _tie_rows(day: int, one: Array, other: Array) -> pa.Table:
    count = one.size
    unknown: dict[str, Any] = {name: pa.nulls(count, _NETWORK.field(name).type) for name in _NETWORK.names[4:]}
    columns = {
        "day": np.full(count, day, np.int32),
        "kind": pa.array(["friend"] * count, pa.string()),
        "consumer": one.astype(np.int32),
        "other": other.astype(np.int32),
    }
    return pa.table(columns | unknown, schema=_NETWORK)


_NETWORK = pa.schema(
    [
        ("day", pa.int32()),
        ("kind", pa.string()),
        ("consumer", pa.int32()),
        ("other", pa.int32()),
        ("brand", pa.int32()),
        ("tier", pa.int8()),
        ("vertical", pa.int32()),
        ("followers", pa.int64()),
    ]
)
