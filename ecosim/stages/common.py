"""What several stages need: tiers by followers, and newcomers."""

from __future__ import annotations

import numpy as np

from ecosim.state.columns import Array
from ecosim.state.schema import HEAD, TAIL, WAIST, Creators
from ecosim.state.world import NEWCOMER_DAYS, World

HEAD_SHARE, WAIST_SHARE = 0.01, 0.10


def rank_tiers(creators: Creators) -> Array:
    """Return every creator's tier (int8[m]): head the top 1% by followers, waist the next 9%, tail the rest.

    Ties go to the older serial. Creators who left are tail.
    """
    tier = np.full(creators.size, TAIL, np.int8)
    alive = np.flatnonzero(creators.alive)
    ranked = alive[np.lexsort((creators.serial[alive], -creators.followers[alive]))]
    head = max(1, round(HEAD_SHARE * alive.size))
    tier[ranked[: max(head, round(WAIST_SHARE * alive.size))]] = WAIST
    tier[ranked[:head]] = HEAD
    return tier


def newcomers(world: World) -> Array:
    """Return who entered during the last month and still publishes (bool[m])."""
    creators = world.creators
    chosen: Array = creators.alive & ~creators.founder & (world.day - creators.entered < NEWCOMER_DAYS)
    return chosen
