"""Friends and collaborators have the shape that each graph promises, whoever draws them."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pytest

from ecosim import registry
from ecosim.networks.base import Crowd
from ecosim.state.graph import Ties

NODES = 3_000
LIBRARIES = ["native", "networkx"]
libraries = pytest.mark.parametrize("library", LIBRARIES)


def crowd(nodes: int = NODES, verticals: int = 6) -> Crowd:
    """People of even regions and verticals, who entered one after another, the last row first."""
    number = np.arange(nodes, dtype=np.int32)
    return Crowd(number % 4, number // 4 % verticals, -number)


def build(family: str, kind: str, who: Crowd, seed: int = 1, **settings: Any) -> Ties:
    members = registry.FAMILIES[family]
    made: Ties = members.create(members[kind].config(**settings)).build(who, seed)
    made.check(who.size)
    return made


def as_networkx(ties: Ties) -> nx.Graph:
    graph = nx.empty_graph(ties.nodes)
    graph.add_edges_from(zip(*(ends.tolist() for ends in ties.pairs()), strict=True))
    return graph


def tail_exponent(degree: np.ndarray, least: int) -> float:
    """Estimate the exponent of a discrete power law by maximum likelihood (Clauset et al. 2009)."""
    tail = degree[degree >= least]
    return 1 + tail.size / np.log(tail / (least - 0.5)).sum()


# ------------------------------------------------------------------------------------------------------- small world


@libraries
@pytest.mark.parametrize("rewiring", [0.0, 0.1, 1.0])
def test_small_world_has_the_clustering_of_watts_and_strogatz(library: str, rewiring: float) -> None:
    """C(p) is about C(0) (1 - p)^3, where C(0) = 3 (k - 2) / (4 (k - 1)) (Barrat and Weigt 2000)."""
    ties = build("friends", "small_world", crowd(), reach=4, rewiring=rewiring, drawn_by=library)
    assert ties.edges == NODES * 4
    expected = 3 * (8 - 2) / (4 * (8 - 1)) * (1 - rewiring) ** 3
    assert nx.average_clustering(as_networkx(ties)) == pytest.approx(expected, abs=0.02)


@libraries
def test_small_world_has_the_degrees_of_watts_and_strogatz(library: str) -> None:
    """Each keeps its own k/2 ties; of the others' it loses a share p and gains as many: variance k/2 p (2 - p)."""
    degree = build("friends", "small_world", crowd(), reach=4, rewiring=0.3, drawn_by=library).degree
    assert degree.min() >= 4
    assert degree.var() == pytest.approx(4 * 0.3 * (2 - 0.3), rel=0.12)


@libraries
def test_shortcuts_make_the_world_small(library: str) -> None:
    far = [
        nx.single_source_shortest_path_length(
            as_networkx(build("friends", "small_world", crowd(), rewiring=rewiring, drawn_by=library)), 0
        )
        for rewiring in (0.0, 0.1)
    ]
    assert max(far[0].values()) == NODES / 2 / 4
    assert max(far[1].values()) < 12


@pytest.mark.parametrize("nodes", [1, 2, 3, 9, 20])
@libraries
def test_small_worlds_of_few_tie_whom_there_is(library: str, nodes: int) -> None:
    ties = build("friends", "small_world", crowd(nodes), reach=4, rewiring=0.5, drawn_by=library)
    assert ties.edges == nodes * min(4, (nodes - 1) // 2)


# ------------------------------------------------------------------------------------------------------------ blocks


@libraries
@pytest.mark.parametrize(("family", "kind", "name"), [("friends", "blocks", "homophily"),
                                                      ("collaborators", "collaboration", "within")])  # fmt: skip
def test_blocks_have_the_mean_the_spread_and_the_homophily_asked_for(
    family: str, kind: str, name: str, library: str
) -> None:
    who = crowd()
    ties = build(family, kind, who, mean_degree=6.0, drawn_by=library, **{name: 0.75})
    block = who.vertical if family == "collaborators" else who.region * 6 + who.vertical
    a, b = ties.pairs()
    by_chance = 0.25 * np.mean(np.bincount(block)[block]) / NODES
    assert (block[a] == block[b]).mean() == pytest.approx(0.75 + by_chance, abs=0.02)
    assert ties.degree.mean() == pytest.approx(6.0, rel=0.03)
    assert ties.degree.var() == pytest.approx(6.0, rel=0.1)


@libraries
def test_homophily_of_zero_mixes_everyone(library: str) -> None:
    who = crowd()
    a, b = build("friends", "blocks", who, homophily=0.0, drawn_by=library).pairs()
    assert (who.vertical[a] == who.vertical[b]).mean() == pytest.approx(1 / 6, abs=0.02)


@libraries
def test_blocks_too_small_for_their_share_keep_the_mean(library: str) -> None:
    """300 consumers in 24 blocks have 12 of their kind; with 20 friends, all of whom should be, the rest are others."""
    degree = np.concatenate(
        [build("friends", "blocks", crowd(300), seed, mean_degree=20, homophily=1.0, drawn_by=library).degree
         for seed in range(5)]
    )  # fmt: skip
    assert degree.mean() == pytest.approx(20, rel=0.04)


@pytest.mark.parametrize("nodes", [1, 2, 5])
def test_blocks_of_few_tie_whom_there_is(nodes: int) -> None:
    assert build("friends", "blocks", crowd(nodes), mean_degree=200).degree.max(initial=0) <= nodes - 1


# -------------------------------------------------------------------------------------------------------- scale free


@libraries
def test_preferential_attachment_has_the_tail_of_barabasi_and_albert(library: str) -> None:
    """P(k) = 2 m (m + 1) / (k (k + 1) (k + 2)) (Bollobas et al. 2001): exponent 3, and half of all have m ties only."""
    ties = build("collaborators", "scale_free", crowd(20_000), ties=2, drawn_by=library)
    assert ties.edges == 2 * (20_000 - 2)
    share = np.bincount(ties.degree)[2:8] / 20_000
    k = np.arange(2, 8)
    np.testing.assert_allclose(share, 2 * 2 * 3 / (k * (k + 1) * (k + 2)), atol=0.01)
    assert tail_exponent(ties.degree, 12) == pytest.approx(3.0, abs=0.2)


@libraries
def test_who_came_early_works_with_most(library: str) -> None:
    degree = build("collaborators", "scale_free", crowd(), drawn_by=library).degree
    assert degree[-NODES // 10 :].mean() > 4 * degree[: NODES // 10].mean()  # the last rows entered first


@pytest.mark.parametrize("nodes", [1, 2, 3, 4])
@libraries
def test_hubs_among_few(library: str, nodes: int) -> None:
    edges = build("collaborators", "scale_free", crowd(nodes), ties=3, drawn_by=library).edges
    assert edges == nodes - 1  # a star, until there are more than four


@pytest.mark.parametrize("family", ["friends", "collaborators"])
def test_none_means_none(family: str) -> None:
    assert build(family, "none", crowd(50)).edges == 0
