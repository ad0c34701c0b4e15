"""Where to draw the nodes of a small graph, so that those who are tied stand together."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, TypeVar

import numpy as np

Array = np.ndarray[Any, Any]
Node = TypeVar("Node", bound=Hashable)

STEPS = 200
"""Steps of the springs; some two hundred nodes have settled by then."""


def spread(nodes: Sequence[Node], edges: Sequence[tuple[Node, Node]]) -> dict[Node, Array]:
    """Place nodes on a plane by springs along the edges (Fruchterman and Reingold 1991).

    The same nodes and edges, in the same order, stand in the same places. Meant for up to some 400 nodes.

    Parameters
    ----------
    nodes : sequence
        All nodes, tied or not.
    edges : sequence of pairs
        Between these.

    Returns
    -------
    dict
        x and y of every node (float64[2]), between -1 and 1.
    """
    import networkx as nx  # here, so that lists and errors in the settings come back at once

    graph = nx.Graph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(edges)
    if not nodes:
        return {}
    placed = nx.spring_layout(graph, k=1.6 / np.sqrt(len(nodes)), iterations=STEPS, seed=1)
    return {node: np.asarray(place, np.float64) for node, place in placed.items()}
