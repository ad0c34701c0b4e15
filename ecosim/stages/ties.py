"""New ties: with whom creators who have just entered begin to work."""

from __future__ import annotations

import numpy as np

from ecosim.kernels import draws
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
    table = world.creators
    chosen = np.empty((entrants.size, count), np.int64)
    if not count:
        return chosen
    serial, rate = table.serial[living], 1.0 + world.collaborators.degree[living]
    for number, row in enumerate(entrants):
        own = np.full(living.size, table.serial[row])
        u = draws.uniforms(world.seed, draws.NETWORK, ENTRANTS, own, serial)[:, 0]
        stays = draws.uniforms(world.seed, draws.NETWORK, ENTRANTS, own[:count], np.arange(count))[:, 1]
        inside = int((stays < world.config.collaborators.entrant_within).sum())
        same = table.vertical[living] == table.vertical[row]
        chosen[number] = living[_winners(-np.log(u) / rate, serial, same, inside, count)]
    return chosen


def _winners(arrival: Array, serial: Array, same: Array, inside: int, count: int) -> Array:
    """Return the places of who comes first: `inside` of the same vertical if there are so many, the rest of others."""
    inside = min(inside, int(same.sum()))
    inside = max(inside, count - int((~same).sum()))
    return np.concatenate((_first(arrival, serial, same, inside), _first(arrival, serial, ~same, count - inside)))


def _first(arrival: Array, serial: Array, among: Array, count: int) -> Array:
    """Return the places of the `count` earliest among some; equal times go to the older serial."""
    places = np.flatnonzero(among)
    if count == 0:
        return places[:0]
    latest = np.partition(arrival[places], count - 1)[count - 1]
    places = places[arrival[places] <= latest]
    ranked: Array = places[np.lexsort((serial[places], arrival[places]))][:count]
    return ranked
