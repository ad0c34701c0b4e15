"""Ties among equals: the growth of a graph whose hubs attract."""

import numpy as np

from ecosim.kernels.draws import NETWORK, draw, uniform64
from ecosim.kernels.jit import kernel


@kernel
def attach_newborns(seed, part, ties, a, b):
    """Grow a graph by preferential attachment (Barabasi and Albert 1999).

    It begins as a star of ``ties + 1`` nodes. Each further node is tied to as many different nodes, each chosen with a
    chance in proportion to its ties: an end of any earlier edge, drawn evenly.

    Parameters
    ----------
    part : int
        Part of the stream of draws.
    ties : int
        Ties that a node brings along; at least 1, and less than the number of nodes.
    a, b : int64[ties * (n - ties)]
        The edges: older and younger end, in the order of their making.
    """
    ends = np.empty(2 * a.size, np.int64)
    for k in range(ties):
        a[k], b[k] = 0, k + 1
        ends[2 * k], ends[2 * k + 1] = 0, k + 1
    made = ties
    for newborn in range(ties + 1, a.size // ties + ties):
        first, attempt = made, 0
        while made < first + ties:
            word = draw(seed, NETWORK, part, newborn, attempt, 0, 0)[0]
            attempt += 1
            chosen = ends[np.int64(uniform64(word) * 2 * first)]
            known = False
            for k in range(first, made):
                known = known or a[k] == chosen
            if not known:
                a[made], b[made] = chosen, newborn
                made += 1
        for k in range(first, made):
            ends[2 * k], ends[2 * k + 1] = a[k], b[k]
