"""Arrivals: potential creators look at what newcomers have lately earned, and some enter."""

from __future__ import annotations

import math

import numpy as np

from ecosim.kernels import decisions, draws
from ecosim.stages.common import newcomers
from ecosim.stages.genesis import SERIAL_BITS, creator_traits, settle
from ecosim.stages.ties import tie_entrants
from ecosim.state.columns import Array
from ecosim.state.world import World

_NOBODY = 0xFFFFFFFF  # identity of draws that belong to the day as a whole


def potential_entrants(world: World) -> Array:
    """Return the serials of today's potential entrants: a fixed stream of the seed, whatever happened so far."""
    config = world.config
    expected = max(config.creator.entrants * config.scale.creators / 500, 1.0 / 500 * config.scale.creators)
    base = math.floor(expected)
    extra = draws.uniforms(world.config.seed, draws.ENTRY, world.day, np.array([_NOBODY]))[0, 0] < expected - base
    count = base + int(extra)
    serials: Array = (np.int64(world.day + 1) << SERIAL_BITS) + np.arange(count)
    return serials


def newcomers_welfare(world: World) -> float:
    """Mean welfare of newcomers; of all creators while there are none."""
    creators = world.creators
    chosen = newcomers(world)
    if not chosen.any():
        chosen = creators.alive
    return float(creators.welfare[chosen].astype(np.float64).mean()) if chosen.any() else 0.0


def welcome(world: World) -> None:
    """Let potential entrants enter with a chance that follows newcomers' welfare."""
    career = world.config.creator
    serials = potential_entrants(world)
    chance = decisions.entry_chance(
        newcomers_welfare(world), career.reservation, career.entry_chance, career.entry_elasticity
    )
    u = draws.uniforms(world.seed, draws.ENTRY, world.day, serials)[:, 0]
    entering = serials[u < chance]
    world.today.potential_entrants = serials.size
    rows = world.creators.append(entering.size)
    table = world.creators
    table.serial[rows] = entering
    table.entered[rows] = world.day
    traits = creator_traits(world.config.seed, world.config, world.centres, world.vertical_share, entering)
    settle(table, rows, traits, world.config)
    world.today.entered = np.arange(rows.start, rows.stop)
    tie_entrants(world, rows)
