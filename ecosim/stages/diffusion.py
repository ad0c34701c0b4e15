"""Diffusion: what consumers shared today reaches their friends for tomorrow, never today."""

from __future__ import annotations

from ecosim.kernels import company
from ecosim.state.world import World


def diffuse(world: World) -> None:
    """Fill every inbox with what friends shared today; yesterday's is gone."""
    if not world.config.sharing.active:
        return
    people, friends, shared = world.consumers, world.friends, world.today.shared
    company.diffuse(world.day, shared, friends.start, friends.neighbour, people.inbox, people.senders)
