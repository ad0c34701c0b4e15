"""Who is linked to whom, in compressed sparse rows: follows of creators, and ties among equals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecosim.errors import InputError
from ecosim.state.columns import Array


@dataclass
class Follows:
    """A directed graph from consumers to creators.

    Attributes
    ----------
    start : int64[n + 1]
        Where each consumer's list begins.
    creator : int32[edges]
        Creator rows, in the order in which they were followed.
    """

    start: Array
    creator: Array

    @classmethod
    def empty(cls, consumers: int) -> Follows:
        """Return the graph in which nobody follows anyone."""
        return cls(np.zeros(consumers + 1, np.int64), np.empty(0, np.int32))

    @classmethod
    def from_lists(cls, wanted_start: Array, found: Array) -> Follows:
        """Build the graph from lists padded with -1.

        Parameters
        ----------
        wanted_start : int64[n + 1]
            Where each padded list begins.
        found : int32[...]
            Creator rows, -1 for empty places.
        """
        kept = found >= 0
        running = np.concatenate(([0], np.cumsum(kept)))
        return cls(running[wanted_start].astype(np.int64), found[kept].astype(np.int32))

    def of(self, consumer: int) -> Array:
        """Return the creators whom a consumer follows (int32)."""
        return self.creator[self.start[consumer] : self.start[consumer + 1]]

    def rows(self, consumers: Array) -> Follows:
        """Return the graph of some consumers only, renumbered in the given order."""
        lists = [self.of(int(c)) for c in consumers]
        start = np.concatenate(([0], np.cumsum([len(x) for x in lists]))).astype(np.int64)
        return Follows(start, np.concatenate(lists).astype(np.int32) if lists else np.empty(0, np.int32))

    def part(self, rows: slice) -> Follows:
        """Return the graph of a range of consumers, renumbered from 0; it shares the lists."""
        first, last = self.start[rows.start], self.start[rows.stop]
        return Follows(self.start[rows.start : rows.stop + 1] - first, self.creator[first:last])

    def check(self, consumers: int, creators: int) -> None:
        """Raise an InputError unless the graph fits a world of this size and names nobody twice in a list."""
        if self.start.shape != (consumers + 1,) or self.start[0] != 0 or self.start[-1] != self.creator.size:
            raise InputError(f"the network does not fit {consumers} consumers: it has {self.start.size - 1} lists")
        if np.any(np.diff(self.start) < 0):
            raise InputError("the network's lists must begin in ascending order")
        if self.creator.size and (self.creator.min() < 0 or self.creator.max() >= creators):
            raise InputError(f"the network names creator {int(self.creator.max())}; there are {creators}, from 0")
        owner = np.repeat(np.arange(consumers, dtype=np.int64), np.diff(self.start))
        pairs = np.sort(owner * creators + self.creator)  # owners ascend already, so that sorting is quick
        if np.any(pairs[1:] == pairs[:-1]):
            raise InputError("the network lets a consumer follow a creator twice; keep each pair once")


@dataclass
class Ties:
    """An undirected graph among people of one kind: friends among consumers, or collaborators among creators.

    Attributes
    ----------
    start : int64[n + 1]
        Where each row's list begins.
    neighbour : int32[2 * edges]
        The rows that each is tied to, ascending; every tie stands in both lists.
    loops, duplicates : int
        Edges that were dropped when the graph was made: from a row to itself, and repeated in either direction.
    """

    start: Array
    neighbour: Array
    loops: int = 0
    duplicates: int = 0

    @classmethod
    def empty(cls, nodes: int) -> Ties:
        """Return the graph in which nobody is tied to anyone."""
        return cls(np.zeros(nodes + 1, np.int64), np.empty(0, np.int32))

    @classmethod
    def from_edges(cls, nodes: int, a: Array, b: Array) -> Ties:
        """Build the graph from its edges, in any order and direction; self-loops and repetitions are dropped.

        Parameters
        ----------
        nodes : int
            How many rows there are.
        a, b : int[edges]
            Both ends of each edge.

        Raises
        ------
        InputError
            If an edge names a row that does not exist.
        """
        one, other = np.asarray(a, np.int64), np.asarray(b, np.int64)
        if one.size and (min(one.min(), other.min()) < 0 or max(one.max(), other.max()) >= nodes):
            worst = int(one.min() if one.min() < 0 else max(one.max(), other.max()))
            raise InputError(f"an edge names row {worst}; there are {nodes}, from 0")
        proper = one != other
        low, high = np.minimum(one, other)[proper], np.maximum(one, other)[proper]
        pairs = np.sort(low * nodes + high)  # a pair as one number: sorting those is the cheapest way to merge
        pairs = pairs[np.diff(pairs, prepend=-1) > 0]
        low, high = pairs // max(nodes, 1), pairs % max(nodes, 1)
        both = np.sort(np.concatenate((pairs, high * nodes + low)))
        owner = both // max(nodes, 1)
        start = np.concatenate(([0], np.cumsum(np.bincount(owner, minlength=nodes)))).astype(np.int64)
        loops = int(one.size - np.count_nonzero(proper))
        return cls(start, (both - owner * nodes).astype(np.int32), loops, int(one.size - loops - pairs.size))

    @property
    def nodes(self) -> int:
        """How many rows there are, tied or not."""
        return int(self.start.size - 1)

    @property
    def edges(self) -> int:
        """How many ties there are."""
        return int(self.neighbour.size // 2)

    @property
    def degree(self) -> Array:
        """How many ties each row has (int64[n])."""
        counts: Array = np.diff(self.start)
        return counts

    def of(self, row: int) -> Array:
        """Return the rows that one is tied to, ascending (int32)."""
        return self.neighbour[self.start[row] : self.start[row + 1]]

    def pairs(self) -> tuple[Array, Array]:
        """Return both ends of every tie once, the lower row first (int64, int64)."""
        owner = np.repeat(np.arange(self.nodes, dtype=np.int64), self.degree)
        once = owner < self.neighbour
        return owner[once], self.neighbour[once].astype(np.int64)

    def copy(self) -> Ties:
        """Return a graph that shares nothing with this one."""
        return Ties(self.start.copy(), self.neighbour.copy(), self.loops, self.duplicates)

    def grown(self, nodes: int, a: Array, b: Array) -> Ties:
        """Return the graph with so many more rows at its end, and with more edges."""
        low, high = self.pairs()
        return Ties.from_edges(self.nodes + nodes, np.concatenate((low, a)), np.concatenate((high, b)))

    def renumbered(self, row: Array) -> Ties:
        """Return the same graph with each old row's new number as given (int[n], a permutation)."""
        low, high = self.pairs()
        return Ties.from_edges(self.nodes, row[low], row[high])

    def check(self, nodes: int, what: str = "graph of ties") -> None:
        """Raise an InputError unless the graph fits so many rows and holds every tie once in both lists.

        Parameters
        ----------
        nodes : int
            How many rows there must be.
        what : str
            What to call the graph in the message.
        """
        fits = self.start.shape == (nodes + 1,) and self.start[0] == 0 and self.start[-1] == self.neighbour.size
        if not fits or np.any(np.diff(self.start) < 0):
            raise InputError(f"the {what} does not fit {nodes} rows: it has {self.start.size - 1} lists")
        if self.neighbour.size and (self.neighbour.min() < 0 or self.neighbour.max() >= nodes):
            raise InputError(f"the {what} names row {int(self.neighbour.max())}; there are {nodes}, from 0")
        owner = np.repeat(np.arange(nodes, dtype=np.int64), self.degree)
        if np.any(owner == self.neighbour):
            raise InputError(f"the {what} ties row {int(owner[owner == self.neighbour][0])} to itself; leave that out")
        there, back = owner * nodes + self.neighbour, self.neighbour.astype(np.int64) * nodes + owner
        if np.any(np.diff(there) <= 0):
            raise InputError(f"the lists of the {what} must be ascending and name nobody twice")
        if not np.array_equal(there, np.sort(back)):
            raise InputError(f"the {what} has ties that stand in one list only; put each into both")
