"""How graphs of ties are drawn: rings with shortcuts, blocks of the like-minded, and hubs that attract.

Each is drawn by ecosim's own loops (``drawn_by=native``: a million nodes in some seconds) or by networkx
(``drawn_by=networkx``, for comparison; up to some 1e5 nodes in reasonable time). Both draw from the same distribution,
neither draws the other's graph, so the setting says which; it is never changed silently by the size of the world.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ecosim.config import Library
from ecosim.networks.base import BLOCKS, HUBS, LIBRARY, RING, Array
from ecosim.state.graph import Ties

if TYPE_CHECKING:
    import networkx as nx

_ROUNDS = 50
"""Times that a shortcut may be drawn anew because the two are tied already."""
_SURE = 0.999
"""Chance of a tie that counts as certain."""


def small_world(nodes: int, reach: int, rewiring: float, seed: int, library: Library) -> Ties:
    """Tie each node to `reach` neighbours on either side of a ring, then let ties lead anywhere with some chance.

    Watts and Strogatz (1998). Where there are fewer nodes than that, each is tied to as many as there are; a
    shortcut that finds no place among a handful of nodes is left out.
    """
    reach = min(reach, (nodes - 1) // 2)
    if library is Library.NETWORKX:
        import networkx as nx

        return _from_library(nx.watts_strogatz_graph(nodes, 2 * reach, rewiring, seed=_library_seed(seed)), nodes)
    from ecosim.kernels import draws

    begin = np.tile(np.arange(nodes, dtype=np.int64), reach)
    step = np.repeat(np.arange(1, reach + 1, dtype=np.int64), nodes)
    end = (begin + step) % nodes
    u = draws.uniforms(seed, draws.NETWORK, RING, begin, step)[:, 0]
    # Who is tied to nearly everyone has no place for a shortcut.
    astray = (u < rewiring) & (2 * reach < nodes - 1)
    shortcuts = waiting = np.flatnonzero(astray)
    for attempt in range(1, _ROUNDS + 1):
        w = draws.uniforms(seed, draws.NETWORK, RING, begin[waiting], step[waiting] + (attempt << 16))[:, 1]
        other = np.floor(w * (nodes - 1)).astype(np.int64)
        end[waiting] = other + (other >= begin[waiting])  # anyone but oneself
        waiting = shortcuts[_repeats(nodes, begin[shortcuts], end[shortcuts], astray.reshape(reach, nodes))]
        if waiting.size == 0:
            break
    return Ties.from_edges(nodes, begin, end)


def _repeats(nodes: int, begin: Array, end: Array, astray: Array) -> Array:
    """Say which shortcuts repeat a tie that is left of the ring, or an earlier shortcut (bool[shortcuts])."""
    repeats = np.ones(begin.size, np.bool_)
    repeats[np.unique(np.minimum(begin, end) * nodes + np.maximum(begin, end), return_index=True)[1]] = False
    for one, other in ((begin, end), (end, begin)):
        step = (other - one) % nodes
        near = np.flatnonzero(step <= astray.shape[0])
        repeats[near] |= ~astray[step[near] - 1, one[near]]
    return repeats


def blocks(block: Array, mean_degree: float, within: float, seed: int, library: Library) -> Ties:
    """Tie pairs by chance, those of one block more often: a stochastic block model (Holland et al. 1983).

    Parameters
    ----------
    block : int[n]
        Which block each node belongs to, counted from 0.
    mean_degree : float
        Ties a node has on average; as many as there can be in a world too small for them.
    within : float
        Share of its ties that a node has within its block; the others lead anywhere, the block included. In a block too
        small for its share the rest lead anywhere, too.
    seed : int
        Seed of the draws.
    library : Library
        Who draws.
    """
    nodes = block.size
    _, block = np.unique(block, return_inverse=True)
    size = np.bincount(block)
    degree = min(mean_degree, nodes - 1.0)
    certain = np.minimum(degree * within / np.maximum(size - 1, 1), _SURE) * (size > 1)
    inside = -np.log1p(-certain)  # tries of a pair of one block: at least one succeeds with the chance above
    abroad = degree - certain * (size - 1)
    if library is Library.NETWORKX:
        return _library_blocks(block, size, inside, abroad, seed)
    owner, partner = _proposals(block, size, inside, abroad, seed)
    return Ties.from_edges(nodes, owner, partner)


def _proposals(block: Array, size: Array, inside: Array, abroad: Array, seed: int) -> tuple[Array, Array]:
    """Draw who proposes a tie to whom; each pair gets a Poisson number of proposals, so that pairs are independent."""
    from ecosim.kernels import draws

    nodes = block.size
    u = draws.uniforms(seed, draws.NETWORK, BLOCKS, np.arange(nodes))
    near = _poisson((inside * (size - 1) / 2)[block], u[:, 0])
    far = _poisson((abroad / 2)[block], u[:, 1])
    owner = np.repeat(np.arange(nodes, dtype=np.int64), near + far)
    number = np.arange(owner.size) - np.repeat(np.cumsum(near + far) - near - far, near + far)
    at_home = number < np.repeat(near, near + far)
    w = draws.uniforms(seed, draws.NETWORK, BLOCKS, owner, number + 1)[:, 0]
    members = np.argsort(block, kind="stable")
    begin = np.cumsum(size) - size
    place = np.empty(nodes, np.int64)
    place[members] = np.arange(nodes) - np.repeat(begin, size)
    home = block[owner]
    room = np.where(at_home, size[home], nodes)
    mine = np.where(at_home, place[owner], owner)
    drawn = np.floor(w * (room - 1)).astype(np.int64)
    drawn += drawn >= mine  # anyone but oneself
    partner = np.where(at_home, members[np.where(at_home, begin[home] + drawn, 0)], drawn)
    return owner, partner


def _poisson(mean: Array, u: Array) -> Array:
    """Turn uniforms into Poisson numbers (int64), by inversion; means repeat, so each is tabulated once."""
    means, which = np.unique(mean, return_inverse=True)
    drawn = np.zeros(u.size, np.int64)
    longest = int(means.max(initial=0) + 12 * np.sqrt(means.max(initial=0)) + 20)
    count = np.arange(1, longest + 1)
    for number, value in enumerate(means):
        if value <= 0:
            continue
        logs = np.concatenate(([0.0], np.cumsum(np.log(value) - np.log(count)))) - value
        mine = which == number
        drawn[mine] = np.minimum(np.searchsorted(np.cumsum(np.exp(logs)), u[mine], side="right"), longest)
    return drawn


def _library_blocks(block: Array, size: Array, inside: Array, abroad: Array, seed: int) -> Ties:
    import networkx as nx

    tries = (abroad[:, None] + abroad[None, :]) / 2 / max(block.size - 1, 1) + np.diag(inside)
    members = np.argsort(block, kind="stable")
    graph = nx.stochastic_block_model(size.tolist(), (-np.expm1(-tries)).tolist(), seed=_library_seed(seed))
    return _from_library(graph, block.size, members)


def scale_free(order: Array, ties: int, seed: int, library: Library) -> Ties:
    """Let nodes appear one by one, each tied to `ties` others in proportion to the ties they have.

    Barabasi and Albert (1999): the number of ties has a power-law tail of exponent 3, and who came early has most.

    Parameters
    ----------
    order : int64[n]
        The nodes in the order of their appearance.
    ties : int
        Ties that each brings along.
    seed : int
        Seed of the draws.
    library : Library
        Who draws.
    """
    nodes = order.size
    ties = min(ties, nodes - 1)
    if ties < 1:
        return Ties.empty(nodes)
    if library is Library.NETWORKX:
        import networkx as nx

        return _from_library(nx.barabasi_albert_graph(nodes, ties, seed=_library_seed(seed)), nodes, order)
    from ecosim.kernels.ties import attach_newborns

    older, younger = np.empty(ties * (nodes - ties), np.int64), np.empty(ties * (nodes - ties), np.int64)
    attach_newborns(seed, HUBS, ties, older, younger)
    return Ties.from_edges(nodes, order[older], order[younger])


def _from_library(graph: nx.Graph, nodes: int, row: Array | None = None) -> Ties:
    """Return a graph of networkx whose nodes are numbered from 0, under other numbers if these are given."""
    ends = np.array(list(graph.edges()), np.int64).reshape(-1, 2)
    ends = ends if row is None else row[ends]
    return Ties.from_edges(nodes, ends[:, 0], ends[:, 1])


def _library_seed(seed: int) -> int:
    """Return a seed for networkx, which draws from a stream of its own."""
    from ecosim.kernels import draws

    return int(draws.uniforms(seed, draws.NETWORK, LIBRARY, np.array([0]))[0, 0] * 2**32)
