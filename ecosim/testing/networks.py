"""The contracts of networks, friends and collaborators."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecosim.config import SimulationConfig
from ecosim.networks.base import Crowd, Parties
from ecosim.pipeline import DAY, run_day
from ecosim.registry import Entry
from ecosim.reordering import other_order
from ecosim.stages.genesis import create_world
from ecosim.state.graph import Follows, Ties
from ecosim.state.schema import Creators
from ecosim.state.world import World
from ecosim.testing.worlds import documented, require, run_world, sealed, small_config


def check_network(entry: Entry, **settings: Any) -> None:
    """Check that a network is valid, a function of the seed, and that its edges matter in the world."""
    documented(entry)
    generator = entry.cls(entry.config(**settings))
    config = small_config(network=entry.config(**settings))
    first = create_world(config)
    people, limit, founders = first.consumers, config.consumer.follows_limit, _own_creators(first)
    parties = Parties(sealed(people.interest.copy()), sealed(founders.vertical), sealed(founders.entered), limit)
    follows: Follows = generator.build(parties, 1)
    follows.check(people.size, founders.size)
    types = follows.start.dtype == np.int64 and follows.creator.dtype == np.int32
    require(bool(types), entry, "must return start as int64 and creator as int32")
    longest = int(np.diff(follows.start).max(initial=0))
    require(longest <= limit, entry, f"lets a consumer follow {longest} creators; the limit is {limit}")
    require(_same(follows, generator.build(parties, 1)), entry, "makes two networks from one seed")
    if follows.creator.size == 0:
        return
    require(not _same(follows, generator.build(parties, 2)), entry, "makes one network from two seeds")
    turned = Follows(follows.start, ((follows.creator + 1) % founders.size).astype(np.int32))
    as_built, rewired = run_world(config, 3, follows), run_world(config, 3, turned)
    differ = not np.array_equal(as_built.consumers.satisfaction, rewired.consumers.satisfaction)
    require(differ, entry, "does not matter: with other edges everyone watches the same")


def check_friends(entry: Entry, **settings: Any) -> None:
    """Check that a graph of friends is valid, a function of the seed, and that its edges matter in the world."""
    config = small_config(friends=entry.config(**settings))
    people = create_world(config).consumers
    crowd = Crowd(people.region, np.argmax(people.interest, axis=1).astype(np.int32), np.zeros(people.size, np.int32))
    _check_ties(entry, settings, "friends", config, crowd)


def check_collaborators(entry: Entry, **settings: Any) -> None:
    """Check that a graph of collaborators is valid, a function of the seed, and that its edges matter in the world."""
    config = small_config(collaborators=entry.config(**settings))
    table = _own_creators(create_world(config))
    _check_ties(entry, settings, "collaborators", config, Crowd(table.region, table.vertical, table.entered))


def _own_creators(world: World) -> Creators:
    """Return the rows of creators of their own; networks do not connect the accounts that brands run."""
    rows = world.creators.copy_rows(np.flatnonzero(world.creators.brand < 0))
    assert isinstance(rows, Creators)
    return rows


def _check_ties(entry: Entry, settings: dict[str, Any], family: str, config: SimulationConfig, crowd: Crowd) -> None:
    documented(entry)
    generator = entry.cls(entry.config(**settings))
    crowd = Crowd(*(sealed(column.copy()) for column in crowd))
    ties: Ties = generator.build(crowd, 1)
    ties.check(crowd.size, f"graph of {family}")
    types = ties.start.dtype == np.int64 and ties.neighbour.dtype == np.int32
    require(bool(types), entry, "must return start as int64 and neighbour as int32")
    require(_same(ties, generator.build(crowd, 1)), entry, "makes two graphs from one seed")
    if ties.edges == 0:
        return
    require(not _same(ties, generator.build(crowd, 2)), entry, "makes one graph from two seeds")
    rewired = ties.renumbered(other_order(crowd.size))
    if any(family in stage.reads.split() for stage in DAY):  # there is a stage to which ties make a difference
        graphs: list[dict[str, Any]] = [{family: graph} for graph in (ties, rewired)]
        worlds = [create_world(config, **graph) for graph in graphs]
        for world in worlds:
            for _ in range(8):
                run_day(world)
        as_built, otherwise = (world.consumers.satisfaction for world in worlds)
        differ = not np.array_equal(as_built, otherwise)
        require(differ, entry, "does not matter: with other edges everyone watches the same")


def _same(a: Follows | Ties, b: Follows | Ties) -> bool:
    return all(np.array_equal(one, other) for one, other in zip(vars(a).values(), vars(b).values(), strict=True))
