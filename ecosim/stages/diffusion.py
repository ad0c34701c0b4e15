"""Diffusion: what consumers shared today reaches their friends for tomorrow, never today."""

from __future__ import annotations

import numpy as np

from ecosim.kernels import company
from ecosim.state.world import World


def diffuse(world: World) -> None:
    """Fill every inbox with what friends shared today; yesterday's is gone."""
    if not world.config.sharing.active:
        return
    people, friends, shared = world.consumers, world.friends, world.today.shared
    room = int(friends.degree.max(initial=0)) * shared.shape[1] + 1
    desk = (np.empty(room, np.int32), np.empty(room, np.int32), np.empty(room, np.uint32))
    company.diffuse(world.day, shared, friends.start, friends.neighbour, desk, people.inbox, people.senders)
