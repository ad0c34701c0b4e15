"""Follows: lists in rows, refused when they do not fit the world, and the same through networkx and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosim.errors import InputError
from ecosim.networks.convert import from_networkx, to_networkx
from ecosim.state.graph import Follows

CREATORS = 7
LISTS = st.lists(st.lists(st.integers(0, CREATORS - 1), unique=True, max_size=CREATORS), min_size=1, max_size=9)


def follows(lists: list[list[int]]) -> Follows:
    start = np.concatenate(([0], np.cumsum([len(x) for x in lists]))).astype(np.int64)
    return Follows(start, np.array([c for row in lists for c in row], np.int32))


def lists_of(graph: Follows) -> list[list[int]]:
    return [graph.of(row).tolist() for row in range(graph.start.size - 1)]


@settings(deadline=None, max_examples=60)
@given(LISTS)
def test_rows_hold_the_lists(lists: list[list[int]]) -> None:
    graph = follows(lists)
    graph.check(len(lists), CREATORS)
    assert lists_of(graph) == lists
    turned = np.arange(len(lists))[::-1]
    assert lists_of(graph.rows(turned)) == lists[::-1]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(st.integers(-1, CREATORS - 1), max_size=6), min_size=1, max_size=6))
def test_padding_is_left_out(lists: list[list[int]]) -> None:
    padded = follows(lists)
    graph = Follows.from_lists(padded.start, padded.creator)
    assert lists_of(graph) == [[c for c in row if c >= 0] for row in lists]
    assert graph.creator.dtype == np.int32


@settings(deadline=None, max_examples=30)
@given(LISTS)
def test_networkx_and_back(lists: list[list[int]]) -> None:
    there = to_networkx(follows(lists), CREATORS)
    assert there.number_of_edges() == sum(len(x) for x in lists)
    back = from_networkx(there, len(lists), CREATORS)
    assert [sorted(x) for x in lists_of(back)] == [sorted(x) for x in lists]


@pytest.mark.parametrize(
    ("lists", "consumers", "creators", "fault"),
    [
        ([[0], [1]], 3, 7, "does not fit 3 consumers: it has 2 lists"),
        ([[0], [9]], 2, 7, "names creator 9; there are 7, from 0"),
        ([[0, 1, 0]], 1, 7, "follow a creator twice"),
    ],
)
def test_what_does_not_fit_is_refused(lists: list[list[int]], consumers: int, creators: int, fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        follows(lists).check(consumers, creators)


def test_lists_must_begin_in_order() -> None:
    with pytest.raises(InputError, match="ascending"):
        Follows(np.array([0, 2, 1, 3]), np.array([0, 1, 2], np.int32)).check(3, 5)


def test_edges_of_other_nodes_are_refused() -> None:
    graph = to_networkx(follows([[0]]), 2)
    graph.add_edge(("creator", 0), ("consumer", 0))
    with pytest.raises(InputError, match="rename the nodes"):
        from_networkx(graph, 1, 2)


def test_an_empty_graph_has_no_follows() -> None:
    graph = Follows.empty(3)
    graph.check(3, 1)
    assert lists_of(graph) == [[], [], []]
