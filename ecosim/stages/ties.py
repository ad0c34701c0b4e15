"""New ties: with whom creators who have just entered begin to work."""

from __future__ import annotations

import numpy as np

from ecosim.kernels import draws
from ecosim.kernels.jit import get_threads
from ecosim.kernels.ties import race
from ecosim.networks.base import ENTRANTS
from ecosim.state.columns import Array
from ecosim.state.world import World


def tie_entrants(world: World, rows: slice) -> None:
    """Tie each entrant to living creators, mostly of the same vertical, in proportion to the ties they have.

    Each of an entrant's ties stays within the vertical with chance ``collaborators.entrant_within``, else goes to
    another one; where there are too few, the other side steps in. Among those who come into question the entrant
    takes the first in a race: creator j arrives after an exponential time with rate 1 + ties of j, drawn for the pair
    of serials (the Gumbel-max trick). Who else lives or enters therefore changes no race of others. Those who enter on
    the same day are not tied to one another.

    Parameters
    ----------
    world : World
        Its graph of collaborators grows by the entrants' rows.
    rows : slice
        The entrants, at the end of the table of creators.
    """
    entrants = np.arange(rows.start, rows.stop)
    if not entrants.size:
        return
    living = np.flatnonzero(world.creators.alive[: rows.start])
    partners = _partners(world, entrants, living, min(world.config.collaborators.entrant_ties, living.size))
    tied = np.repeat(entrants, partners.shape[1])
    world.collaborators = world.collaborators.grown(entrants.size, tied, partners.reshape(-1))


def _partners(world: World, entrants: Array, living: Array, count: int) -> Array:
    """Return whom each entrant ties up with (int64[entrants, count])."""
    if not count:
        return np.empty((entrants.size, 0), np.int64)
    table, wish = world.creators, world.config.collaborators.entrant_within
    own, home, vertical = table.serial[entrants], table.vertical[entrants], table.vertical[living]
    ties = np.tile(np.arange(count), entrants.size)
    stays = draws.uniforms(world.seed, draws.NETWORK, ENTRANTS, np.repeat(own, count), ties)[:, 1] < wish
    same = np.bincount(vertical, minlength=world.verticals)[home]
    inside = np.minimum(stays.reshape(-1, count).sum(axis=1), same)
    inside = np.maximum(inside, count - (living.size - same))
    rate = 1.0 + world.collaborators.degree[living]
    among = table.serial[living], vertical, rate
    chosen: Array = living[race(world.seed, ENTRANTS, (own, home), among, inside, count, get_threads())]
    return chosen
