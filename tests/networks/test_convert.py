"""Graphs go in from networkx and come out again, with what is known of their nodes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest

from ecosim.config import BrandConfig
from ecosim.errors import InputError
from ecosim.model import EcosystemModel
from ecosim.networks.convert import from_networkx, ties_from_networkx, to_networkx
from ecosim.state.graph import Ties
from ecosim.state.schema import TIERS
from ecosim.testing import run_world, small_config

CONFIG = small_config(consumers=50, creators=12, brand=BrandConfig(own_accounts=False))


def alike(one: Ties, other: Ties) -> bool:
    return np.array_equal(one.start, other.start) and np.array_equal(one.neighbour, other.neighbour)


def test_ties_go_out_and_in_again() -> None:
    world = run_world(CONFIG, 6)
    for name, kind, size in (("friends", "consumer", 50), ("collaborators", "creator", world.creators.size)):
        graph = to_networkx(world, name)  # type: ignore[call-overload]
        assert list(graph) == list(range(size))
        assert graph.number_of_edges() == getattr(world, name).edges
        assert alike(ties_from_networkx(graph, size, kind), getattr(world, name))  # type: ignore[arg-type]
        assert nx.utils.graphs_equal(nx.Graph(to_networkx(getattr(world, name)).edges), nx.Graph(graph.edges))


def test_follows_go_out_and_in_again() -> None:
    world = run_world(CONFIG, 6)
    back = from_networkx(to_networkx(world), 50, world.creators.size)
    for row in range(50):
        assert sorted(back.of(row)) == sorted(world.follows.of(row))


def test_nodes_say_who_they_are() -> None:
    world = run_world(CONFIG, 6)
    creators, follows = to_networkx(world, "collaborators"), to_networkx(world)
    for row in range(world.creators.size):
        node = creators.nodes[row]
        assert node == follows.nodes["creator", row]
        assert node["kind"] == "creator"
        assert node["followers"] == world.creators.followers[row] == follows.in_degree(("creator", row))
        assert node["tier"] == TIERS[world.creators.tier[row]]
        assert node["vertical"] == world.creators.vertical[row]
        assert (node["alive"], node["serial"]) == (world.creators.alive[row], world.creators.serial[row])
        assert node["region"] in ("first", "second", "third", "county")
    friends = to_networkx(world, "friends")
    assert {friends.nodes[row]["kind"] for row in friends} == {"consumer"}
    assert [friends.nodes[row]["vertical"] for row in friends] == np.argmax(world.consumers.interest, axis=1).tolist()
    assert friends.nodes[7] == follows.nodes["consumer", 7]


def test_graphs_can_be_written_to_files(tmp_path: Path) -> None:
    """Attributes are plain Python values; numpy's would be refused by most formats."""
    nx.write_graphml(to_networkx(run_world(CONFIG, 2), "collaborators"), tmp_path / "graph.xml")
    assert "followers" in (tmp_path / "graph.xml").read_text()


def test_there_are_three_graphs() -> None:
    with pytest.raises(InputError, match="no graph 'enemies'"):
        to_networkx(run_world(CONFIG, 0), "enemies")  # type: ignore[call-overload]


NAMED: list[tuple[list[Any], list[int]]] = [
    ([0, 1, 2, 3], [0, 1, 2, 3]),
    ([3, 1, 0, 2], [3, 1, 0, 2]),
    ([40, 7, 20, 100], [2, 0, 1, 3]),
    (["d", "b", "c", "a"], [3, 1, 2, 0]),
    ([("x", 1), "a", 7, None], [0, 1, 2, 3]),
    ([1.5, 0.5, "z", (2,)], [0, 1, 2, 3]),
]


@pytest.mark.parametrize(("nodes", "rows"), NAMED, ids=[str(nodes) for nodes, _ in NAMED])
def test_any_node_finds_its_row(nodes: list[Any], rows: list[int]) -> None:
    graph: nx.Graph = nx.Graph()
    graph.add_nodes_from(node for node in nodes if node is not None)
    graph.add_nodes_from([4] if None in nodes else [])  # networkx has no node None
    first, second = nodes[0], nodes[2]
    graph.add_edge(first, second)
    assert alike(ties_from_networkx(graph, 4, "consumer"), Ties.from_edges(4, np.array(rows[:1]), np.array(rows[2:3])))


def test_numbered_nodes_may_be_fewer_than_the_population() -> None:
    ties = ties_from_networkx(nx.Graph([(1, 4)]), 6, "creator")
    assert ties.degree.tolist() == [0, 1, 0, 0, 1, 0]


def test_other_kinds_of_graphs_are_taken_as_ties() -> None:
    plain = Ties.from_edges(4, np.array([0, 1]), np.array([1, 2]))
    assert alike(ties_from_networkx(nx.DiGraph([(0, 1), (1, 0), (2, 1)]), 4, "creator"), plain)
    many = ties_from_networkx(nx.MultiGraph([(0, 1), (0, 1), (1, 2), (3, 3)]), 4, "creator")
    assert alike(many, plain)
    assert (many.loops, many.duplicates) == (1, 1)


@pytest.mark.parametrize("nodes", [["a", "b"], [0, 1, 2, 3, 4, 5], [-1, 0, 1]])
def test_a_graph_that_does_not_fit_is_refused(nodes: list[Any]) -> None:
    graph: nx.Graph = nx.Graph()
    graph.add_nodes_from(nodes)
    said = f"{len(nodes)} nodes, the world 5 consumers. Set scale.consumers to {len(nodes)}, or number the nodes from 0"
    with pytest.raises(InputError, match=re.escape(said)):
        ties_from_networkx(graph, 5, "consumer")


def test_a_model_takes_ties_from_python() -> None:
    friends = nx.relabel_nodes(nx.star_graph(49), lambda n: f"person {n:02}")
    pair = nx.Graph([(3, 8)])
    model = EcosystemModel(CONFIG, friends=friends, collaborators=pair)
    assert model.world.friends.degree.tolist() == [49, *[1] * 49]
    assert model.world.collaborators.of(8).tolist() == [3]
    again = EcosystemModel(
        CONFIG, friends=to_networkx(model.world, "friends"), collaborators=to_networkx(model.world, "collaborators")
    )
    for name in ("friends", "collaborators"):
        assert alike(getattr(again.world, name), getattr(model.world, name))
    for _ in range(6):
        model.step()
    model.world.collaborators.check(model.world.creators.size)


def test_a_model_refuses_ties_that_do_not_fit() -> None:
    with pytest.raises(InputError, match="51 nodes, the world 50 consumers"):
        EcosystemModel(CONFIG, friends=nx.path_graph(51))
    with pytest.raises(InputError, match="13 nodes, the world 12 creators"):
        EcosystemModel(CONFIG, collaborators=nx.path_graph(13))
