"""Exits: creators who cannot live from it stop, consumers lapse or return."""

from __future__ import annotations

import numpy as np

from ecosim.kernels import creators as rules
from ecosim.state.world import World


def leave(world: World) -> None:
    """Let creators stop, and consumers lapse or return."""
    stop_creators(world)
    lapse_consumers(world)


def stop_creators(world: World) -> None:
    """Creators below their reservation stop with a chance that rises as welfare falls."""
    creators, career = world.creators, world.config.creator
    stopping = np.empty(creators.size, np.bool_)
    rules.find_stops(
        world.seed, world.day, creators.serial, creators.alive, world.day - creators.entered, career.grace_days,
        creators.welfare, career.reservation, career.exit_hazard, career.exit_steepness, stopping,
    )  # fmt: skip
    creators.alive[stopping] = False
    creators.left[stopping] = world.day
    creators.effort[stopping] = 0.0
    world.today.left = np.flatnonzero(stopping)


def lapse_consumers(world: World) -> None:
    """Dissatisfied consumers lapse; lapsed ones may return."""
    people, behaviour = world.consumers, world.config.consumer
    identity = np.arange(people.size)
    rules.lapse(
        world.seed, world.day, identity, people.satisfaction, behaviour.lapse_rate, behaviour.lapse_slope,
        behaviour.return_rate, people.active,
    )  # fmt: skip
