"""Shards that keep their consumers from day to day, elsewhere: what travels between them and the world, and when.

In the morning every shard gets the broadcast and what has changed in its consumers since it served them (friends'
shares, deliveries, who lapsed). In the evening it returns counts and what its consumers did. Columns that serving has
written stay with the shard until somebody here looks at them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, NamedTuple, Protocol

import numpy as np

from ecosim.kernels.bundles import Tally
from ecosim.stages.rewiring import merge
from ecosim.stages.serving import ADAPTING
from ecosim.stages.shards import SUMMED, Broadcast, Work, join, log_rows, ranges
from ecosim.state.columns import Array, Cells
from ecosim.state.graph import Follows
from ecosim.state.schema import Consumers
from ecosim.state.world import Allocation, World

Change = tuple[Array, Array]
"""Rows that have changed and what they hold now."""


class Sparse(NamedTuple):
    """An array of which little differs from one value."""

    shape: tuple[int, ...]
    usual: Array
    place: Array
    value: Array


@dataclass
class News:
    """What one shard must know besides the broadcast before it serves.

    Attributes
    ----------
    changes : dict of str to Change
        Columns that were changed elsewhere since it served last.
    lasting : bool[m], optional
        With it the shard merges yesterday's edits into its follows, as the world has done.
    follows : Follows, optional
        The follows themselves, where the world has got them in another way.
    log_row : int32[n]
        Rows of its consumers in the log, -1 for none; shortened.
    """

    changes: dict[str, Change]
    lasting: Array | None
    follows: Follows | None
    log_row: Array | Sparse


class Shard:
    """The home of some consumers: serves them, and gives out their columns when asked."""

    def __init__(self, people: Consumers, first: int) -> None:
        self._people = people
        self._identity = np.arange(first, first + people.size)
        self._follows = Follows.empty(people.size)
        self._edits: tuple[Array, Array] | None = None

    def serve(self, broadcast: Broadcast, work: Work, news: News) -> dict[str, Array | Sparse]:
        """Take up the news, serve, and return the tally in few bytes."""
        for name, (rows, values) in news.changes.items():
            self._people.cells[name][rows] = values
        if news.follows is not None:
            self._follows = owned(news.follows)
        elif news.lasting is not None:
            assert self._edits is not None, "edits are merged after a day was served"
            self._follows = merge(self._follows, *self._edits, owned(news.lasting))
        tally = work(owned(broadcast), self._people, self._follows, self._identity, restore(news.log_row))
        self._edits = tally.dropped, tally.added
        return {name: shorten(_summed(name, array)) for name, array in tally._asdict().items()}

    def read(self, name: str) -> Array:
        """Return a column."""
        return self._people.cells[name][: self._people.size]

    def rows(self, names: Sequence[str], rows: Array) -> dict[str, Array]:
        """Return some rows of some columns."""
        return {name: self._people.cells[name][rows] for name in names}


class Fleet(Protocol):
    """Where the shards are, and how they are asked."""

    def ask(self, method: str, news: Sequence[tuple[Any, ...]], common: tuple[Any, ...] = ()) -> list[Any]:
        """Call a method of every shard at once, with what is common first; return the answers in order."""

    def close(self) -> None:
        """Let the shards go."""


Start = Callable[[Sequence[tuple[Consumers, int]]], Fleet]
"""Makes the fleet: the consumers of each shard, and the id of the first of them."""


@dataclass
class Traffic:
    """Bytes of arrays that have travelled on one day.

    Attributes
    ----------
    broadcast : int
        What each shard was told alike, counted once.
    news, counts, columns : int
        What all shards were told besides, what they returned, and what was looked at here.
    """

    broadcast: int = 0
    news: int = 0
    counts: int = 0
    columns: dict[str, int] = field(default_factory=dict)


class Distant:
    """A crew of shards that keep their consumers between days.

    Parameters
    ----------
    world : World
        Its consumers move into the shards; their table here becomes a window on them.
    shards : int
        How many.
    start : Start
        Makes the fleet.

    Attributes
    ----------
    traffic : Traffic
        Of the day served last, up to now.
    """

    def __init__(self, world: World, shards: int, start: Start) -> None:
        people = world.consumers
        self._ranges = list(ranges(people.size, shards))
        self._fleet: Fleet | None = start([(people.part(rows), rows.start) for rows in self._ranges])
        self._window = Window({column.name: people.cells[column.name][: people.size] for column in people.columns()})
        self._window.crew = self
        people.cells = self._window
        self._merged: Follows | None = None
        self._lasting: Array | None = None
        self.traffic = Traffic()

    def serve(self, work: Work, broadcast: Broadcast, world: World, logged: Array) -> Tally:
        """Tell every shard the news, let all serve at once, and add up."""
        self.traffic = Traffic(broadcast=weight(broadcast))
        changes = self._window.changes()
        merged = world.follows is self._merged
        news = [
            News(
                {name: _within(change, rows) for name, change in changes.items()},
                self._lasting if merged else None,
                None if merged else world.follows.part(rows),
                shorten(log_rows(logged, rows)),
            )
            for rows in self._ranges
        ]
        self.traffic.news = sum(weight(told) for told in news)
        answers = self.ask("serve", [(work, told) for told in news], (broadcast,))
        self.traffic.counts = sum(weight(answer) for answer in answers)
        self._window.leave(ADAPTING)
        return join([Tally(**{name: restore(array) for name, array in answer.items()}) for answer in answers])

    def rewired(self, world: World, lasting: Array) -> None:
        """Note that the shards can make the world's follows themselves."""
        self._merged, self._lasting = world.follows, lasting

    def read(self, name: str) -> Array:
        """Return a column of all consumers, from all shards."""
        parts = self.ask("read", [(name,)] * len(self._ranges))
        column: Array = np.concatenate(parts)
        self.traffic.columns[name] = self.traffic.columns.get(name, 0) + column.nbytes
        return column

    def rows(self, names: Sequence[str], rows: Array) -> dict[str, Array]:
        """Return some rows (any order) of columns, from the shards that hold them."""
        starts = np.array([part.start for part in self._ranges])
        shard = np.searchsorted(starts, rows, side="right") - 1
        asked = [np.flatnonzero(shard == k) for k in range(starts.size)]
        answers = self.ask("rows", [(names, rows[mine] - starts[k]) for k, mine in enumerate(asked)])
        back = np.argsort(np.concatenate(asked))
        return {name: np.concatenate([answer[name] for answer in answers])[back] for name in names}

    def ask(self, method: str, news: Sequence[tuple[Any, ...]], common: tuple[Any, ...] = ()) -> list[Any]:
        """Ask every shard."""
        if self._fleet is None:
            raise RuntimeError("the shards of this world were closed; read what you need before model.close()")
        return self._fleet.ask(method, news, common)

    def close(self) -> None:
        """Let the shards go; what they hold can no longer be read."""
        if self._fleet is not None:
            self._fleet.close()
        self._fleet = None


class Window(Cells):
    """The consumers' columns as the world sees them: brought when looked at, and sent back where they were changed.

    A column that is held from one day to the next shows the day on which it was asked for; ask again for today's.
    """

    crew: Distant

    def __init__(self, cells: dict[str, Array]) -> None:
        super().__init__(cells)
        self._names = tuple(cells)
        self._away: set[str] = set()  # columns that only the shards know
        self._lent: dict[str, Array] = {}  # columns that were looked at here since the shards served, as they were

    def __getitem__(self, name: str) -> Array:
        """Return a column, and remember it as it is, because whoever asked may write to it."""
        if name in self._away:
            super().__setitem__(name, self.crew.read(name))
            self._away.discard(name)
        cells = super().__getitem__(name)
        if name not in self._lent:
            self._lent[name] = cells.copy()
        return cells

    def items(self) -> Any:
        """Return all columns, brought here."""
        return {name: self[name] for name in self._names}.items()

    def rows(self, rows: Array) -> dict[str, Array]:
        """Return copies of some rows of all columns; only these are brought."""
        away = [name for name in self._names if name in self._away]
        found = self.crew.rows(away, rows) if away else {}
        return {name: found[name] if name in found else super(Window, self).__getitem__(name)[rows]
                for name in self._names}  # fmt: skip

    def changes(self) -> dict[str, Change]:
        """Return what was changed here since the shards served, row by row, bit by bit."""
        found = {}
        for name, before in self._lent.items():
            now = super().__getitem__(name)
            differs = bits(now) != bits(before)
            rows = np.flatnonzero(differs.any(axis=1) if differs.ndim > 1 else differs)
            if rows.size:
                found[name] = rows, now[rows]
        self._lent.clear()
        return found

    def leave(self, names: Sequence[str]) -> None:
        """Forget columns that the shards have written."""
        for name in names:
            super().__setitem__(name, np.empty(0))
        self._away.update(names)


def bits(array: Array) -> Array:
    """Return numbers as whole numbers of the same bits, which compare exactly."""
    return array.view(f"u{array.dtype.itemsize}")


def _within(change: Change, rows: slice) -> Change:
    changed, values = change
    mine = slice(*np.searchsorted(changed, (rows.start, rows.stop)))
    return changed[mine] - rows.start, values[mine]


def _summed(name: str, array: Array) -> Array:
    total: Array = array.sum(axis=0, keepdims=True) if name in SUMMED else array
    return total


def shorten(array: Array) -> Array | Sparse:
    """Name only the places that differ from the usual value (-1 or 0), where that is shorter."""
    flat = array.reshape(-1)
    usual = np.array([0 if array.dtype == np.bool_ or not flat.size or flat[-1] != -1 else -1]).astype(array.dtype)
    place = np.flatnonzero(flat != usual[0]).astype(np.uint32 if flat.size < 2**32 else np.int64)
    if place.nbytes + place.size * array.itemsize >= array.nbytes:
        return array
    return Sparse(array.shape, usual, place, flat[place])


def restore(array: Array | Sparse) -> Array:
    """Return the array that was shortened."""
    if not isinstance(array, Sparse):
        return owned(array)  # type: ignore[no-any-return]
    full = np.full(int(np.prod(array.shape)), array.usual[0])
    full[array.place] = array.value
    return full.reshape(array.shape)


def owned(thing: Any) -> Any:
    """Return the same with arrays that can be written to: kernels are not compiled for what arrives read-only."""
    if isinstance(thing, np.ndarray):
        return thing if thing.flags.writeable else thing.copy()
    if isinstance(thing, dict):
        return {name: owned(part) for name, part in thing.items()}
    if isinstance(thing, tuple):
        parts = [owned(part) for part in thing]
        return type(thing)(*parts) if hasattr(thing, "_fields") else tuple(parts)
    if isinstance(thing, (Broadcast, Allocation, Follows)):
        return replace(thing, **{part.name: owned(getattr(thing, part.name)) for part in fields(thing)})
    return thing


def weight(thing: Any) -> int:
    """Return the bytes of all arrays in a message."""
    if isinstance(thing, np.ndarray):
        return thing.nbytes
    if isinstance(thing, dict):
        return sum(weight(part) for part in thing.values())
    if isinstance(thing, (tuple, list)):
        return sum(weight(part) for part in thing)
    parts = getattr(thing, "__dataclass_fields__", None)
    return sum(weight(getattr(thing, name)) for name in parts) if parts else 0
