"""Ties: undirected, each in both lists, whatever order, direction and repetition the edges come in."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosim.errors import InputError
from ecosim.state.graph import Ties

NODES = 8
EDGES = st.lists(st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1)), max_size=30)


def ties(edges: list[tuple[int, int]], nodes: int = NODES) -> Ties:
    ends = np.array(edges, np.int64).reshape(-1, 2)
    return Ties.from_edges(nodes, ends[:, 0], ends[:, 1])


def alike(one: Ties, other: Ties) -> bool:
    return np.array_equal(one.start, other.start) and np.array_equal(one.neighbour, other.neighbour)


@settings(deadline=None, max_examples=80)
@given(EDGES)
def test_lists_hold_every_tie_twice_and_nothing_else(edges: list[tuple[int, int]]) -> None:
    graph = ties(edges)
    graph.check(NODES)
    expected = {frozenset(edge) for edge in edges if edge[0] != edge[1]}
    found = [(row, int(other)) for row in range(NODES) for other in graph.of(row)]
    assert sorted(found) == found
    assert {frozenset(edge) for edge in found} == expected
    assert graph.edges == len(expected) == len(found) / 2
    assert graph.degree.tolist() == [sum(row in edge for edge in expected) for row in range(NODES)]
    assert graph.start.dtype == np.int64
    assert graph.neighbour.dtype == np.int32
    assert graph.loops == sum(a == b for a, b in edges)
    assert graph.duplicates == len(edges) - graph.loops - len(expected)


@settings(deadline=None, max_examples=40)
@given(EDGES, st.randoms(use_true_random=False))
def test_order_and_direction_of_edges_do_not_matter(edges: list[tuple[int, int]], chance: object) -> None:
    turned = [(b, a) for a, b in edges]
    chance.shuffle(turned)  # type: ignore[attr-defined]
    assert alike(ties(edges), ties(turned))


@settings(deadline=None, max_examples=40)
@given(EDGES, EDGES)
def test_growing_is_building_with_more(first: list[tuple[int, int]], more: list[tuple[int, int]]) -> None:
    a, b = (np.array([edge[end] for edge in more], np.int64) + 3 for end in (0, 1))
    grown = ties(first).grown(3, a, b)
    assert alike(grown, ties([*first, *((x + 3, y + 3) for x, y in more)], NODES + 3))


@settings(deadline=None, max_examples=40)
@given(EDGES, st.permutations(range(NODES)))
def test_pairs_and_renumbering_keep_the_graph(edges: list[tuple[int, int]], row: list[int]) -> None:
    graph = ties(edges)
    low, high = graph.pairs()
    assert (low < high).all()
    assert alike(ties(list(zip(low.tolist(), high.tolist(), strict=True))), graph)
    assert alike(graph.renumbered(np.array(row)), ties([(row[a], row[b]) for a, b in edges]))


def test_an_empty_graph_has_no_ties() -> None:
    graph = Ties.empty(3)
    graph.check(3)
    assert (graph.nodes, graph.edges, graph.of(1).size) == (3, 0, 0)
    assert Ties.from_edges(0, np.empty(0, np.int64), np.empty(0, np.int64)).nodes == 0


@pytest.mark.parametrize("edge", [(0, 5), (-1, 2)])
def test_an_edge_of_nobody_is_refused(edge: tuple[int, int]) -> None:
    with pytest.raises(InputError, match=r"names row (5|-1); there are 5, from 0"):
        ties([edge], 5)


@pytest.mark.parametrize(
    ("start", "neighbour", "fault"),
    [
        ([0, 1, 2], [1, 0], "the graph of friends does not fit 3 rows: it has 2 lists"),
        ([0, 1, 2, 2], [1, 7], "names row 7; there are 3, from 0"),
        ([0, 1, 1, 1], [0], "ties row 0 to itself"),
        ([0, 2, 3, 3], [1, 1, 0], "ascending and name nobody twice"),
        ([0, 1, 1, 1], [1], "one list only"),
        ([0, 2, 1, 2], [1, 0], "does not fit"),
    ],
)
def test_what_does_not_fit_is_refused(start: list[int], neighbour: list[int], fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        Ties(np.array(start), np.array(neighbour, np.int32)).check(3, "graph of friends")
