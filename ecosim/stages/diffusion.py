"""Diffusion: what consumers shared today reaches their friends for tomorrow, never today."""

from __future__ import annotations

import numpy as np

from ecosim.kernels import company
from ecosim.state.world import World


def diffuse(world: World) -> None:
    """Fill every inbox with what friends shared today; yesterday's is gone."""
    if not world.config.sharing.active:
        return
    inbox = world.consumers.inbox
    company.diffuse(
        world.day, world.today.shared, world.friends.start, world.friends.neighbour,
        np.zeros(inbox.shape, np.uint32), inbox,
    )  # fmt: skip
