"""Rewiring: the day's follows and unfollows are merged into the graph, and tiers are ranked once a week."""

from __future__ import annotations

import numpy as np

from ecosim.kernels import graph
from ecosim.kernels.jit import on_shares
from ecosim.stages.common import rank_tiers
from ecosim.stages.shards import crew_of
from ecosim.state.columns import Array
from ecosim.state.graph import Follows
from ecosim.state.schema import WEEK
from ecosim.state.world import World


def rewire(world: World) -> None:
    """Merge follows gained and lost; follows of creators who left end too."""
    today, creators = world.today, world.creators
    lasting = creators.alive | (creators.brand >= 0)
    world.follows = merge(world.follows, today.dropped, today.added, lasting)
    crew_of(world).rewired(world, lasting)
    graph.count_followers(world.follows.creator, creators.followers)
    if world.day % WEEK == 0:
        creators.tier[:] = rank_tiers(creators)


def merge(old: Follows, dropped: Array, added: Array, lasting: Array) -> Follows:
    """Return the follows after a day's edits.

    Parameters
    ----------
    dropped : bool[edges]
        Follows that ended.
    added : int32[n, A]
        Creators newly followed, -1 for none.
    lasting : bool[m]
        Creators whom one can still follow.
    """
    people = old.start.size - 1
    counts = np.empty(people, np.int64)
    edits = (old.start, old.creator, dropped, lasting, added)
    on_shares(lambda first, last: graph.count_follows(first, last, *edits, counts), people)
    start = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    merged = np.empty(int(start[-1]), np.int32)
    on_shares(lambda first, last: graph.merge_follows(first, last, *edits, start, merged), people)
    return Follows(start, merged)
