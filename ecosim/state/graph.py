"""Follows: which consumer follows which creators, in compressed sparse rows."""

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

    def check(self, consumers: int, creators: int) -> None:
        """Raise an InputError unless the graph fits a world of this size and names nobody twice in a list."""
        if self.start.shape != (consumers + 1,) or self.start[0] != 0 or self.start[-1] != self.creator.size:
            raise InputError(f"the network does not fit {consumers} consumers: it has {self.start.size - 1} lists")
        if np.any(np.diff(self.start) < 0):
            raise InputError("the network's lists must begin in ascending order")
        if self.creator.size and (self.creator.min() < 0 or self.creator.max() >= creators):
            raise InputError(f"the network names creator {int(self.creator.max())}; there are {creators}, from 0")
        owner = np.repeat(np.arange(consumers, dtype=np.int64), np.diff(self.start))
        pairs = owner * creators + self.creator
        if np.unique(pairs).size != pairs.size:
            raise InputError("the network lets a consumer follow a creator twice; keep each pair once")
