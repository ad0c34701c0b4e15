"""Rewiring: the day's follows and unfollows are merged into the graph, and tiers are ranked once a week."""

from __future__ import annotations

import numpy as np

from ecosim.kernels import graph
from ecosim.stages.common import rank_tiers
from ecosim.state.graph import Follows
from ecosim.state.schema import WEEK
from ecosim.state.world import World


def rewire(world: World) -> None:
    """Merge follows gained and lost; follows of creators who left end too."""
    today, creators, old = world.today, world.creators, world.follows
    counts = np.empty(world.consumers.size, np.int64)
    edits = (old.start, old.creator, today.dropped, creators.alive | (creators.brand >= 0), today.added)
    graph.count_follows(*edits, counts)
    start = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    merged = np.empty(int(start[-1]), np.int32)
    graph.merge_follows(*edits, start, merged)
    world.follows = Follows(start, merged)
    graph.count_followers(merged, creators.followers)
    if world.day % WEEK == 0:
        creators.tier[:] = rank_tiers(creators)
