"""One world in shards: consumers are served in parts that need nothing of each other, and what they counted is added.

A shard is a range of consumers with their follows. Every shard hears the same broadcast: creators' items, slates and
levers. What friends shared yesterday lies in each consumer's inbox already, so that no shard asks another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from ecosim.config import Place
from ecosim.kernels.bundles import Behaviour, Feed, Tally
from ecosim.state.columns import Array
from ecosim.state.graph import Follows
from ecosim.state.schema import Consumers
from ecosim.state.world import Allocation, World

SUMMED = ("counts", "funnel")
"""What of a tally is counted for all consumers together, by thread; all else is by consumer, follow or log."""


@dataclass(frozen=True)
class Broadcast:
    """What every shard must know of a day to serve its consumers; the same for all.

    Attributes
    ----------
    allocation : Allocation
        The shelf of live items and the slates.
    weights : float32[t]
        The plan's weights of the score.
    behaviour, feed : Behaviour, Feed
        Numbers for the kernels.
    ranker, ranker_name : object, str
        Asked for scores when it is more than its weights.
    date, items, block : int
        The day counted from the end of burn-in, live items, and consumers served as one block.
    """

    allocation: Allocation
    weights: Array
    behaviour: Behaviour
    feed: Feed
    ranker: Any
    ranker_name: str
    date: int
    items: int
    block: int


Work = Callable[[Broadcast, Consumers, Follows, Array, Array], Tally]
"""Serves some consumers: broadcast, their columns and follows, their ids, and their rows in the log (-1 for none)."""


class Crew(Protocol):
    """Who serves a world's consumers, wherever they are kept."""

    def serve(self, work: Work, broadcast: Broadcast, world: World, logged: Array) -> Tally:
        """Serve everyone and return what was counted; `logged` consumers (ascending) have a row each in the log."""

    def rewired(self, world: World, lasting: Array) -> None:
        """Hear that the day's edits have been merged into the follows, and whom one can still follow (bool[m])."""

    def close(self) -> None:
        """Let go of whatever was kept between days."""


class Here:
    """Shards that are views of the world's own consumers; served one after another, nothing is copied or kept."""

    def __init__(self, shards: int) -> None:
        self._shards = shards

    def serve(self, work: Work, broadcast: Broadcast, world: World, logged: Array) -> Tally:
        """Serve shard by shard."""
        parts = [
            work(
                broadcast,
                world.consumers.part(rows),
                world.follows.part(rows),
                np.arange(rows.start, rows.stop),
                log_rows(logged, rows),
            )
            for rows in ranges(world.consumers.size, self._shards)
        ]
        return join(parts)

    def rewired(self, world: World, lasting: Array) -> None:
        """Nothing to do: the follows are read from the world."""

    def close(self) -> None:
        """Nothing is kept."""


def crew_of(world: World) -> Crew:
    """Return who serves this world, as ``engine.shards`` and ``engine.place`` say."""
    engine = world.config.engine
    if engine.place is Place.PROCESS:
        return Here(engine.shards)
    if world.crew is None:
        from ecosim.stages.actors import summon  # knows Ray, which is an extra

        world.crew = summon(world)
    crew: Crew = world.crew
    return crew


def ranges(people: int, shards: int) -> Iterator[slice]:
    """Cut consumers into contiguous ranges that differ by one in size at most; none is empty."""
    shards = max(min(shards, people), 1)
    for k in range(shards):
        yield slice(people * k // shards, people * (k + 1) // shards)


def log_rows(logged: Array, rows: slice) -> Array:
    """Number the logged consumers (ascending) of a range, -1 for the others (int32)."""
    out = np.full(rows.stop - rows.start, -1, np.int32)
    mine = logged[np.searchsorted(logged, rows.start) : np.searchsorted(logged, rows.stop)] - rows.start
    out[mine] = np.arange(mine.size)
    return out


def join(parts: Sequence[Tally]) -> Tally:
    """Make one tally of those of consecutive ranges: counts are added, rows follow one another."""
    if len(parts) == 1:
        return parts[0]
    longest = max(part.log_item.shape[1] for part in parts)
    logs = [part.log_item.shape[0] for part in parts]
    joined = {}
    for name in Tally._fields:
        arrays = [getattr(part, name) for part in parts]
        if name in SUMMED:
            joined[name] = sum(array.sum(axis=0, keepdims=True) for array in arrays)
        elif name == "log_row":
            before = np.cumsum([0, *logs[:-1]]).astype(np.int32)
            joined[name] = np.concatenate([np.where(a < 0, a, a + b) for a, b in zip(arrays, before, strict=True)])
        elif name.startswith("log_") and arrays[0].ndim == 2:
            joined[name] = np.concatenate([_widened(array, longest) for array in arrays])
        else:
            joined[name] = np.concatenate(arrays)
    return Tally(**joined)


def _widened(log: Array, length: int) -> Array:
    """Return a log with room for so many slots a consumer; -1 and 0 alike are never read beyond ``log_count``."""
    return np.pad(log, ((0, 0), (0, length - log.shape[1])), constant_values=-1)
