"""Between the world's follows and networkx: what a user hands in, and what they get out to analyse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ecosim.errors import InputError
from ecosim.state.graph import Follows

if TYPE_CHECKING:
    import networkx as nx


def to_networkx(follows: Follows, creators: int) -> nx.DiGraph:
    """Return the follows as a bipartite directed graph.

    Nodes are ``("consumer", row)`` and ``("creator", row)``, with the node attribute ``kind``. Meant for up to some 1e5
    nodes; a networkx graph of a larger world takes minutes and gigabytes.
    """
    import networkx as nx  # here, so that lists and errors in the settings come back at once

    graph: nx.DiGraph = nx.DiGraph()
    consumers = follows.start.size - 1
    graph.add_nodes_from((("consumer", i) for i in range(consumers)), kind="consumer")
    graph.add_nodes_from((("creator", i) for i in range(creators)), kind="creator")
    owner = np.repeat(np.arange(consumers), np.diff(follows.start))
    pairs = zip(owner.tolist(), follows.creator.tolist(), strict=True)
    graph.add_edges_from((("consumer", a), ("creator", b)) for a, b in pairs)
    return graph


def from_networkx(graph: Any, consumers: int, creators: int) -> Follows:
    """Return the follows of a graph shaped like that of :func:`to_networkx`.

    Raises
    ------
    InputError
        If an edge does not run from a consumer to a creator of a world of this size.
    """
    lists: list[list[int]] = [[] for _ in range(consumers)]
    for source, target in graph.edges():
        if not (_is_node(source, "consumer", consumers) and _is_node(target, "creator", creators)):
            raise InputError(
                f"edge {source!r} -> {target!r} does not run from ('consumer', 0..{consumers - 1}) "
                f"to ('creator', 0..{creators - 1}); rename the nodes"
            )
        lists[source[1]].append(target[1])
    start = np.concatenate(([0], np.cumsum([len(x) for x in lists]))).astype(np.int64)
    follows = Follows(start, np.array([c for row in lists for c in row], np.int32))
    follows.check(consumers, creators)
    return follows


def _is_node(node: Any, kind: str, count: int) -> bool:
    return isinstance(node, tuple) and len(node) == 2 and node[0] == kind and 0 <= node[1] < count
