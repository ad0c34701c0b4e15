"""A real graph arrives as it is: its nodes, its ties and its audiences, whatever the order of the lines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecosim import registry
from ecosim.config import BrandConfig, PopulationConfig, ScaleConfig, SimulationConfig
from ecosim.model import EcosystemModel
from ecosim.networks import edges, populated
from ecosim.networks.population import remarks
from ecosim.stages.genesis import create_world
from ecosim.testing import digest, run_world, small_config

Write = Callable[[str, str], str]
RING = [(n, (n + 1) % 10) for n in range(10)]


def config(path: str, **settings: Any) -> SimulationConfig:
    own = BrandConfig(own_accounts=False)
    return small_config(network=registry.networks["edgelist"].config(path=path, **settings), brand=own)


def lines(pairs: list[tuple[Any, Any]], head: str = "", separator: str = ",") -> str:
    return head + "".join(f"{a}{separator}{b}\n" for a, b in pairs)


def graph(path: str, **settings: Any) -> Any:
    """Read a file: the ids in order, and the ties as pairs of ids."""
    read = registry.networks.create(config(path, **settings).network).graph
    return list(read.ids), {(read.ids[a], read.ids[b]) for a, b in zip(*read.ties.pairs(), strict=True)}


# ----------------------------------------------------------------------------------------------------- how it is read

PATH_OF_THREE = (["1", "2", "10"], {("1", "2"), ("2", "10")})


@pytest.mark.parametrize(
    ("name", "text", "settings"),
    [
        ("e.csv", "1,2\n10,2\n", {}),
        ("e.csv", "from,to\n1,2\n10,2\n", {}),
        ("e.csv", "\ufefffrom,to\r\n1,2\r\n10,2\r\n", {}),
        ("e.csv", "# a graph\n\n1, 2\n# more\n2 ,10", {}),
        ("e.csv", '"1","2"\n"10","2"\n', {}),
        ("e.csv", "01,2\n10,02\n1,2\n", {}),
        ("e.tsv", "1\t2\n10\t2\n", {}),
        ("e.txt", "1 2\n10   2\n", {}),
        ("e.txt", "# FromNodeId\tToNodeId\n1\t2\n10\t2\n", {}),
        ("e.txt", "1,2\n10,2\n", {}),
        ("e.edges", "1 2 0.5\n10 2 0.5\n", {}),
        ("e.csv", "1;2\n10;2\n", {"delimiter": ";"}),
        ("e.csv", "1\t2\n10\t2\n", {"delimiter": "tab"}),
        ("e.csv", "1  2\n10 2\n", {"delimiter": "space"}),
        ("e.csv", "1||2\n10||2\n", {"delimiter": "||"}),
        ("e.csv", "% a graph\n1,2\n10,2\n", {"comment": "%"}),
        ("e.csv", "weight,a,b\n5,1,2\n6,10,2\n", {"source": "a", "target": "b"}),
        ("e.csv", "weight,a,b\n5,1,2\n6,10,2\n", {"source": 1, "target": 2}),
        ("e.csv", "5,1,2\n6,10,2\n", {"source": "2", "target": 1}),
        ("e.csv", "7,8\n1,2\n10,2\n", {"header": True}),
    ],
)
def test_ways_to_write_a_graph(write: Write, name: str, text: str, settings: dict[str, Any]) -> None:
    assert graph(write(name, text), **settings) == PATH_OF_THREE


@pytest.mark.parametrize(
    ("text", "settings", "nodes"),
    [
        ("bo,al\nal,cy\n", {}, ["al", "bo", "cy"]),
        ("source,target\nbo,al\nal,cy\n", {}, ["al", "bo", "cy"]),
        ("who,whom\nbo,al\nal,cy\n", {"header": True}, ["al", "bo", "cy"]),
        ("who,whom\nbo,al\nal,cy\n", {"source": "who"}, ["al", "bo", "cy"]),
        ("from,to\nto,from\nal,to\n", {}, ["al", "from", "to"]),
        ("al,1\n1,2\n", {}, ["1", "2", "al"]),
        ("user_1,user_2\nuser_2,user_3\n", {"header": False}, ["user_1", "user_2", "user_3"]),
        ("小美,阿宝\n阿宝,10\n", {}, ["10", "小美", "阿宝"]),
    ],
)
def test_ids_may_be_anything(write: Write, text: str, settings: dict[str, Any], nodes: list[str]) -> None:
    assert graph(write("e.csv", text), **settings)[0] == nodes


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("who,whom\nbo,al\nal,cy\n", "neither name stands in another line"),
        ("weight,who,whom\n1.5,bo,al\n1.5,al,cy\n", "edges are read from the first two"),
        ("bo,al\nal,cy\n", None),
        ("source,target\nbo,al\nal,cy\n", None),
    ],
)
def test_what_a_file_leaves_open_is_said(write: Write, text: str, said: str | None) -> None:
    told = registry.networks.create(config(write("e.csv", text)).network).remarks()
    assert any(said in remark for remark in told) if said else told == []


def test_the_table_of_nodes_adds_those_without_edges(write: Write) -> None:
    nodes = write("n.csv", "name,number\nbo,2\nal,1\ncy,10\ndi,3\n")
    ids, pairs = graph(write("e.csv", lines([(1, 2), (2, 10)])), attributes=nodes)
    assert ids == ["1", "2", "3", "10"]  # the column with every node is `number`
    assert pairs == {("1", "2"), ("2", "10")}


@pytest.mark.parametrize("column", ["number", 1, "1"])
def test_the_column_of_ids_may_be_named(write: Write, column: str | int) -> None:
    nodes = write("n.csv", "old,number\n1,2\n2,1\n3,3\n")
    read = registry.networks.create(
        config(write("e.csv", "1,2\n"), attributes=nodes, id=column, audience="old").network
    ).graph
    assert read.ids == ("1", "2", "3")
    assert read.audience.tolist() == [2, 1, 3]


def test_a_table_of_nodes_needs_no_header(write: Write) -> None:
    nodes = write("n.csv", "1,50\n2,0\n3,7\n")
    read = registry.networks.create(config(write("e.csv", "1,2\n"), attributes=nodes, audience=1).network).graph
    assert read.audience.tolist() == [50, 0, 7]


def test_a_file_is_read_once_for_many_worlds_and_again_when_it_changes(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    reading = edges._read_edges
    monkeypatch.setattr(edges, "_read_edges", lambda source: calls.append(source) or reading(source))
    settings = config(write("once.csv", lines(RING)))
    for seed in range(3):
        settings.seed = seed
        create_world(settings)
    assert len(calls) == 1
    write("once.csv", lines([*RING, (3, 700)]))
    assert create_world(settings).creators.size == 11
    assert len(calls) == 2


# ------------------------------------------------------------------------------------------------- the population

BIG = [(n, (n + 7) % 60) for n in range(60)]


@pytest.mark.parametrize(("nodes", "consumers", "creators"), [("creators", 1200, 60), ("consumers", 60, 3 + 2)])
def test_the_graph_sets_its_side_and_the_scale_keeps_its_ratio(
    write: Write, nodes: str, consumers: int, creators: int
) -> None:
    settings = config(write("big.csv", lines(BIG)), nodes=nodes)
    settings.scale = ScaleConfig(consumers=10_000, creators=500 if nodes == "creators" else 833)
    scale = populated(settings).scale
    assert (scale.consumers, scale.creators, scale.name) == (consumers, creators, "big")
    assert populated(populated(settings)) == populated(settings)
    world = create_world(settings)
    assert (world.consumers.size, world.creators.size) == (consumers, creators)
    ties = world.collaborators if nodes == "creators" else world.friends
    assert ties.edges == 60
    assert (ties.degree == 2).all()


def test_other_networks_leave_the_scale_alone() -> None:
    assert populated(small_config()) == small_config()


def test_the_other_ties_come_from_the_settings(write: Write) -> None:
    world = create_world(config(write("e.csv", lines(BIG)), nodes="consumers"))
    drawn = create_world(
        small_config(consumers=60, creators=world.creators.size, brand=BrandConfig(own_accounts=False))
    )
    np.testing.assert_array_equal(world.collaborators.neighbour, drawn.collaborators.neighbour)
    assert not np.array_equal(world.friends.neighbour, drawn.friends.neighbour)


def test_without_audiences_follows_are_those_of_preferential_attachment(write: Write) -> None:
    world = create_world(config(write("e.csv", lines(BIG)), mean_follows=4.0))
    settings = small_config(
        network=registry.networks["preferential"].config(mean_follows=4.0), creators=60, consumers=200
    )
    np.testing.assert_array_equal(world.follows.creator, create_world(settings).follows.creator)


def test_entrants_tie_up_with_real_creators(write: Write) -> None:
    world = run_world(config(write("e.csv", lines(BIG))), 8)
    assert world.creators.size > 60
    world.collaborators.check(world.creators.size)
    assert (world.collaborators.degree[60:] >= 2).all()
    real = world.collaborators.pairs()
    assert sum(bool(a < 60 and b < 60) for a, b in zip(*real, strict=True)) == 60


# -------------------------------------------------------------------------------------- what order means, and what not


@pytest.mark.parametrize("nodes", ["creators", "consumers"])
def test_order_of_lines_and_direction_of_edges_mean_nothing(write: Write, nodes: str) -> None:
    ids = [f"id{n * 37 % 60}" for n in range(60)]
    pairs = [(ids[a], ids[b]) for a, b in BIG]
    turned = [(b, a) for a, b in reversed(pairs)]
    one, other = (
        digest(run_world(config(write(name, lines(order, "from,to\n")), nodes=nodes), 6))
        for name, order in (("one.csv", pairs), ("other.csv", turned))
    )
    assert one == other


@pytest.mark.parametrize("nodes", ["creators", "consumers"])
def test_who_is_tied_to_whom_means_something(write: Write, nodes: str) -> None:
    rewired = [(a, (b + 11) % 60) for a, b in BIG]
    one, other = (
        digest(run_world(config(write(name, lines(order)), nodes=nodes), 6))
        for name, order in (("one.csv", BIG), ("other.csv", rewired))
    )
    assert one != other


def test_self_loops_and_repetitions_are_counted_dropped_and_said(write: Write) -> None:
    path = write("e.csv", lines([*RING, (3, 3), (4, 4), (1, 0)]))
    settings = config(path)
    assert create_world(settings).collaborators.edges == 10
    said = remarks(settings)
    assert said == [
        f"network.path: left out of '{path}': 2 edges from a node to itself and 1 edge given more than once"
    ]
    model = EcosystemModel(settings)
    assert said[0] in model.warnings()
    assert remarks(config(write("clean.csv", lines(RING)))) == []


# --------------------------------------------------------------------------------------------------------- audiences


def with_audience(write: Write, audience: list[float], mean_follows: float = 4.0, limit: int = 48) -> Any:
    nodes = write("n.csv", "id,views\n" + lines([(n, audience[n]) for n in reversed(range(len(audience)))]))
    settings = config(
        write("e.csv", lines([(0, len(audience) - 1)])), attributes=nodes, audience="views", mean_follows=mean_follows
    )
    settings.consumer.follows_limit = limit
    settings.population = PopulationConfig(verticals=4)
    settings.scale = ScaleConfig(consumers=2000, creators=100)
    return create_world(settings)


def test_audiences_are_scaled_to_the_follows_of_the_settings(write: Write) -> None:
    views = [float(n**2) for n in range(40)]
    world = with_audience(write, views)
    followers = world.creators.followers
    assert followers.sum() == 4 * 800
    np.testing.assert_allclose(followers, np.array(views) / sum(views) * 3200, atol=1)
    world.follows.check(800, 40)


def test_nobody_has_more_followers_than_there_are_consumers(write: Write) -> None:
    world = with_audience(write, [1e9, 5e8, *[1.0] * 38])
    followers = world.creators.followers
    assert followers[:2].tolist() == [800, 800]
    assert followers.sum() == 3200
    assert np.ptp(followers[2:]) <= 1


def test_consumers_follow_what_interests_them(write: Write) -> None:
    world = with_audience(write, [1.0] * 40)
    fan = np.repeat(np.arange(800), np.diff(world.follows.start))
    interest = world.consumers.interest[fan, world.creators.vertical[world.follows.creator]]
    assert interest.mean() > 1.5 * world.consumers.interest.mean()


@pytest.mark.parametrize("mean_follows", [5.0, 6.0, 20.0])
def test_numbers_hold_where_consumers_have_little_room(write: Write, mean_follows: float) -> None:
    world = with_audience(write, [float(n + 1) for n in range(40)], mean_follows, limit=6)
    assert world.creators.followers.sum() == 800 * min(mean_follows, 6)
    assert np.diff(world.follows.start).max() <= 6
    world.follows.check(800, 40)


def test_no_follows_means_none(write: Write) -> None:
    assert with_audience(write, [1.0] * 40, mean_follows=0).follows.creator.size == 0


def test_whom_the_audience_is_made_of_depends_on_the_seed_alone(write: Write) -> None:
    nodes = write("n.csv", "id,views\n" + lines([(n, n + 1) for n in range(10)]))
    settings = config(write("e.csv", lines(RING)), attributes=nodes, audience="views")
    first = create_world(settings).follows
    np.testing.assert_array_equal(first.creator, create_world(settings).follows.creator)
    settings.seed = 2
    other = create_world(settings)
    np.testing.assert_array_equal(np.bincount(first.creator), other.creators.followers)
    assert not np.array_equal(first.creator, other.follows.creator)


# --------------------------------------------------------------------------------------------------------- real graphs


def test_twitch_begins_as_unequal_as_it_is(data: Path) -> None:
    folder = data / "twitch_zhtw_mit"
    if not folder.is_dir():
        pytest.skip("the graph is not there")
    settings = SimulationConfig(
        network=registry.networks["edgelist"].config(
            path=str(folder / "ZHTW_edges.csv"), attributes=str(folder / "ZHTW_target.csv"), audience="views"
        )
    )
    world = create_world(settings)
    assert (world.consumers.size, int((world.creators.brand < 0).sum()), world.collaborators.edges) == (
        55_440,
        2_772,
        63_462,
    )
    followers = np.sort(world.creators.followers)
    assert followers.sum() == 12 * 55_440
    assert followers[-277:].sum() / followers.sum() > 0.8  # views: 94%; the largest cannot have more than everyone
    assert remarks(settings) == []


def test_lastfm_begins_with_its_friends(data: Path) -> None:
    folder = data / "lastfm_asia_mit"
    if not folder.is_dir():
        pytest.skip("the graph is not there")
    path = str(folder / "lastfm_asia_edges.csv")
    world = create_world(SimulationConfig(network=registry.networks["edgelist"].config(path=path, nodes="consumers")))
    assert (world.consumers.size, int((world.creators.brand < 0).sum()), world.friends.edges) == (7_624, 381, 27_806)
    assert world.friends.degree.max() == 216
