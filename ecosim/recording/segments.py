"""Segments of consumers: who they are by what they were given, and what each segment watched, felt and spent.

Membership is settled once and never moves: by traits of the first day, and by trust at the end of burn-in. Two
scenarios under one seed therefore have the same people in the same segment, whatever happens to them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from ecosim.config import REGIONS
from ecosim.state import World

Array = np.ndarray[Any, Any]

THIRDS = ("lowest third", "middle third", "highest third")

_SCHEMA = pa.schema(
    [
        ("day", pa.int32()),
        ("kind", pa.string()),
        ("segment", pa.string()),
        ("consumers", pa.int64()),
        ("active", pa.int64()),
        ("satisfaction", pa.float64()),
        ("watch_ms", pa.int64()),
        ("spent_fen", pa.int64()),
    ]
)


class Segments:
    """Sums over segments of consumers, noted on the days of snapshots.

    Parameters
    ----------
    world : World
        The world on its first morning.
    """

    def __init__(self, world: World) -> None:
        people = world.consumers
        self._kinds: dict[str, tuple[tuple[str, ...], Array]] = {
            "activity": (THIRDS, thirds(people.sessions.astype(np.float64) * people.slots)),
            "purse": (THIRDS, thirds(people.purse)),
            "taste": (THIRDS, thirds(commonness(people.taste))),
            "interest": (_numbered(world.verticals), people.interest.argmax(axis=1)),
            "region": (REGIONS, people.region.astype(np.int64)),
        }
        self._watch = np.zeros(people.size, np.int64)
        self._spent = np.zeros(people.size, np.int64)

    def add(self, world: World, day: int) -> None:
        """Add the day that has just ended; on the last of burn-in, part consumers by their trust in the platform."""
        trust = world.consumers.trust
        if day == -1 and np.ptp(trust) > 0:
            self._kinds["trust"] = THIRDS, thirds(trust)
        self._watch += world.today.consumer_watch
        orders = world.economy.orders
        new = orders.day == world.day - 1  # the recorder comes when the next day has begun
        np.add.at(self._spent, orders.consumer[new], orders.price[new])

    def take(self, world: World, day: int) -> pa.Table:
        """Return one row for each segment: its state on this day, and sums since the first day."""
        people = world.consumers
        blocks = []
        for kind, (names, member) in self._kinds.items():
            count = len(names)
            active = np.bincount(member[people.active], minlength=count)
            felt = np.bincount(member, people.satisfaction.astype(np.float64) * people.active, count)
            columns = {
                "day": np.full(count, day, np.int32),
                "kind": pa.array([kind] * count, pa.string()),
                "segment": pa.array(list(names), pa.string()),
                "consumers": np.bincount(member, minlength=count),
                "active": active,
                "satisfaction": pa.array(felt / np.maximum(active, 1), mask=active == 0),
                "watch_ms": _summed(member, self._watch, count),
                "spent_fen": _summed(member, self._spent, count),
            }
            blocks.append(pa.table(columns, schema=_SCHEMA))
        return pa.concat_tables(blocks)


def thirds(values: Array) -> Array:
    """Part people into thirds by a trait, as even as can be; of equals the lower row comes first (int64[n])."""
    rank = np.empty(values.size, np.int64)
    rank[np.argsort(values, kind="stable")] = np.arange(values.size)
    return rank * len(THIRDS) // max(1, values.size)


def commonness(taste: Array) -> Array:
    """Say how near each taste is to the mean of all: the inner product of both (float64[n])."""
    likeness: Array = np.einsum("nd,d->n", taste.astype(np.float64), taste.mean(axis=0, dtype=np.float64))
    return likeness


def _numbered(verticals: int) -> tuple[str, ...]:
    return tuple(f"vertical {number}" for number in range(verticals))


def _summed(member: Array, amount: Array, count: int) -> Array:
    out = np.zeros(count, np.int64)
    np.add.at(out, member, amount)
    return out
