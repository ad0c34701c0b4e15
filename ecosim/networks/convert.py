"""Between the world's graphs and networkx: what a user hands in, and what they get out to analyse."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np

from ecosim.config import REGIONS
from ecosim.errors import InputError
from ecosim.state.graph import Follows, Ties
from ecosim.state.schema import TIERS

if TYPE_CHECKING:
    import networkx as nx

    from ecosim.state.world import World

Kind = Literal["consumer", "creator"]


@overload
def to_networkx(source: World, which: Literal["friends", "collaborators"]) -> nx.Graph: ...
@overload
def to_networkx(source: World, which: Literal["follows"] = "follows") -> nx.DiGraph: ...
@overload
def to_networkx(source: Follows, which: int) -> nx.DiGraph: ...
@overload
def to_networkx(source: Ties) -> nx.Graph: ...


def to_networkx(source: World | Follows | Ties, which: str | int = "follows") -> Any:
    """Return a graph of the world for analysis.

    Meant for up to some 1e5 nodes; a networkx graph of a larger world takes minutes and gigabytes.

    Parameters
    ----------
    source : World, Follows or Ties
        The world, as ``model.world``; or one of its graphs alone, whose nodes then have no attribute but their kind.
    which : str or int
        Of a world: ``"follows"``, ``"friends"`` or ``"collaborators"``. Of follows alone: how many creators there are.

    Returns
    -------
    networkx.DiGraph or networkx.Graph
        Follows run from nodes ``("consumer", row)`` to nodes ``("creator", row)``. Friends and collaborators are an
        undirected graph of rows, numbered from 0. Node attributes of consumers: kind, region, vertical (the one that
        interests them most), active. Of creators: kind, region, vertical, tier, followers, alive, entered, serial.

    Raises
    ------
    InputError
        If `which` is not the name of a graph.
    """
    import networkx as nx  # here, so that lists and errors in the settings come back at once

    if isinstance(source, Ties):
        return _undirected(nx.empty_graph(source.nodes), source)
    if isinstance(source, Follows):
        return _directed(nx.DiGraph(), source, int(which))
    if which == "follows":
        graph = _directed(nx.DiGraph(), source.follows, source.creators.size)
        graph.add_nodes_from((("consumer", row), known) for row, known in _consumers(source))
        graph.add_nodes_from((("creator", row), known) for row, known in _creators(source))
        return graph
    if which not in ("friends", "collaborators"):
        raise InputError(f"there is no graph '{which}'. Known: follows, friends, collaborators.")
    graph = nx.Graph()
    graph.add_nodes_from(_consumers(source) if which == "friends" else _creators(source))
    return _undirected(graph, getattr(source, str(which)))


def _undirected(graph: nx.Graph, ties: Ties) -> nx.Graph:
    low, high = ties.pairs()
    graph.add_edges_from(zip(low.tolist(), high.tolist(), strict=True))
    return graph


def _directed(graph: nx.DiGraph, follows: Follows, creators: int) -> nx.DiGraph:
    consumers = follows.start.size - 1
    graph.add_nodes_from((("consumer", i) for i in range(consumers)), kind="consumer")
    graph.add_nodes_from((("creator", i) for i in range(creators)), kind="creator")
    owner = np.repeat(np.arange(consumers), np.diff(follows.start))
    pairs = zip(owner.tolist(), follows.creator.tolist(), strict=True)
    graph.add_edges_from((("consumer", a), ("creator", b)) for a, b in pairs)
    return graph


def _consumers(world: World) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield each consumer's row and attributes, as plain Python values that any file format can hold."""
    table = world.consumers
    columns = (table.region.tolist(), np.argmax(table.interest, axis=1).tolist(), table.active.tolist())
    for row, (region, vertical, active) in enumerate(zip(*columns, strict=True)):
        yield row, {"kind": "consumer", "region": REGIONS[region], "vertical": vertical, "active": active}


def _creators(world: World) -> Iterator[tuple[int, dict[str, Any]]]:
    table = world.creators
    names = ("region", "vertical", "tier", "followers", "alive", "entered", "serial")
    for row, values in enumerate(zip(*(getattr(table, name).tolist() for name in names), strict=True)):
        known = {"kind": "creator", **dict(zip(names, values, strict=True))}
        yield row, known | {"region": REGIONS[known["region"]], "tier": TIERS[known["tier"]]}


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


def ties_from_networkx(graph: Any, nodes: int, kind: Kind) -> Ties:
    """Return the ties of any graph of networkx; directions, weights, repetitions and self-loops are dropped.

    Which node is which row:

    - whole numbers from 0 to one less than the population are rows; rows without a node have no ties;
    - other nodes must be as many as the population. Whole numbers and texts are numbered in their order, anything else
      in the order in which the nodes were added to the graph.

    Parameters
    ----------
    graph : networkx graph
        Nodes may be anything hashable.
    nodes : int
        The population.
    kind : {'consumer', 'creator'}
        Who the nodes are, for messages.

    Raises
    ------
    InputError
        If the graph does not fit the population.
    """
    row = _rows(list(graph.nodes()), nodes, kind)
    ends = np.array([(row[edge[0]], row[edge[1]]) for edge in graph.edges()], np.int64).reshape(-1, 2)
    return Ties.from_edges(nodes, ends[:, 0], ends[:, 1])


def _rows(known: list[Any], nodes: int, kind: Kind) -> dict[Hashable, int]:
    whole = all(isinstance(node, int | np.integer) and not isinstance(node, bool) for node in known)
    if whole and all(0 <= node < nodes for node in known):
        return {node: int(node) for node in known}
    if len(known) != nodes:
        raise InputError(
            f"the graph has {len(known):,} nodes, the world {nodes:,} {kind}s. Set scale.{kind}s to {len(known)}, or "
            f"number the nodes from 0 to {nodes - 1}."
        )
    ordered = sorted(known) if whole or all(isinstance(node, str) for node in known) else known
    return {node: number for number, node in enumerate(ordered)}
