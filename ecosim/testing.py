"""Contracts that every plug-in keeps, as checks that its author can run.

One function a family: it takes a registered plug-in and raises an AssertionError that says in words what would be wrong
with the world if the plug-in were used. From a test of one's own::

    from ecosim import registry
    from ecosim.testing import check_policy

    def test_my_policy():
        check_policy(registry.policies["my_policy"], share_of_mean=0.5)
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from ecosim import registry
from ecosim.config import (
    Aim,
    ConsumerConfig,
    CreatorConfig,
    EngineConfig,
    PlatformConfig,
    PopulationConfig,
    RecordingConfig,
    ScaleConfig,
    SimulationConfig,
)
from ecosim.kernels import draws
from ecosim.metrics.base import Direction, Scope
from ecosim.networks.base import Crowd, Parties
from ecosim.pipeline import DAY, fingerprint, parts, run_day
from ecosim.rankers.base import Batch
from ecosim.registry import Entry
from ecosim.reordering import other_order, reordered
from ecosim.stages.genesis import create_world
from ecosim.state.columns import Array
from ecosim.state.graph import Follows, Ties
from ecosim.state.plan import LEVERS, TERMS, Plan, Shape
from ecosim.state.schema import Creators
from ecosim.state.world import World
from ecosim.strategies.base import EFFORT_BOUNDS, Decisions, Observation

__all__ = [
    "check_collaborators",
    "check_friends",
    "check_metric",
    "check_network",
    "check_policy",
    "check_ranker",
    "check_strategy",
    "digest",
    "run_world",
    "small_config",
]

CREATORS, CONSUMERS = 12, 40


def small_config(
    seed: int = 1, days: int = 20, consumers: int = CONSUMERS, creators: int = CREATORS, **changes: Any
) -> SimulationConfig:
    """Return the settings of a small and hectic world, in which much happens in few days.

    Creators post several times a day, enter and stop within days; consumers follow, unfollow, lapse and return. Every
    invariant is checked every day.

    Parameters
    ----------
    seed, days, consumers, creators : int
        Size and seed.
    **changes
        Sections of the config that replace those of this world.
    """
    sections: dict[str, Any] = {
        "scale": ScaleConfig(name="small_and_hectic", consumers=consumers, creators=creators),
        "population": PopulationConfig(verticals=2, slots=12),
        "consumer": ConsumerConfig(
            follow_base=-5, unfollow_below=0.3, unfollow_chance=0.3, follows_limit=6, lapse_rate=0.3, return_rate=0.2
        ),
        "creator": CreatorConfig(grace_days=4, exit_hazard=0.3, reservation=1.5, entrants=60),
        "platform": PlatformConfig(
            recall_interest=40, recall_hot=12, recall_fresh=12, recall_reserved=12, recall_followed=4, diversity=0.5
        ),
        "network": registry.networks["preferential"].config(mean_follows=5),
        "strategy": registry.strategies["reinforcement"].config(effort=3.5),
        "recording": RecordingConfig(panel=consumers, panel_every=4, metrics=["impressions"]),
        "engine": EngineConfig(debug=True, block=7),
    }
    return SimulationConfig(seed=seed, days=days, burn_in=0, **(sections | changes))


def run_world(config: SimulationConfig, days: int, follows: Follows | None = None) -> World:
    """Create a world and run some of its days."""
    world = create_world(config, follows)
    for _ in range(days):
        run_day(world)
    return world


def digest(world: World) -> str:
    """Return a checksum (SHA-256) of all state: equal for worlds that are equal to the bit."""
    summary = hashlib.sha256()
    for name, array in parts(world):
        summary.update(name.encode() + str(array.shape).encode() + np.ascontiguousarray(array).tobytes())
    return summary.hexdigest()


def _require(holds: bool, entry: Entry, fault: str) -> None:
    if not holds:
        raise AssertionError(f"'{entry.name}' ({entry.cls.__module__}.{entry.cls.__qualname__}) {fault}")


def _documented(entry: Entry) -> None:
    _require(len(entry.summary) > 10, entry, "has no docstring whose first line says what it means")


def _sealed(array: Array) -> Array:
    """Return the array closed for writing."""
    array.setflags(write=False)
    return array


# ------------------------------------------------------------------------------------------------------------- rankers


def check_ranker(entry: Entry, **settings: Any) -> None:
    """Check that a ranker scores each candidate by itself and writes nothing but its output.

    A linear ranker must also be what its weights say, because the feed then reads the weights and calls nothing.
    """
    _documented(entry)
    config = entry.config(**settings)
    ranker = entry.cls(config)
    weights = np.array([getattr(config, term) for term in TERMS], np.float32)
    drawn = draws.gaussians(1, draws.USER, 0, np.arange(150), len(TERMS))
    terms = drawn.reshape(5, 30, len(TERMS)).astype(np.float32)
    item = np.arange(150, dtype=np.int32).reshape(5, 30)

    def score(chosen: Array, sessions: Any) -> Array:
        chosen_terms = np.ascontiguousarray(terms[sessions][:, chosen])
        chosen_item = np.ascontiguousarray(item[sessions][:, chosen])
        consumer = np.arange(5)[sessions]
        out = np.full(chosen_item.shape, np.nan, np.float32)
        ranker.score(
            Batch(_sealed(consumer), _sealed(chosen_terms), _sealed(chosen_item), _sealed(weights.copy())), out
        )
        return out

    every, all_of_them = np.arange(30), slice(None)
    scores = score(every, all_of_them)
    _require(bool(np.isfinite(scores).all()), entry, "leaves candidates without a finite score")
    _require(np.array_equal(scores, score(every, all_of_them)), entry, "scores the same candidates differently")
    order = other_order(30)
    same = np.allclose(score(order, all_of_them), scores[:, order], rtol=1e-5, atol=1e-5)
    _require(same, entry, "scores a candidate by its place among the others")
    alone = np.allclose(score(every, slice(2, 3)), scores[2:3], rtol=1e-5, atol=1e-5)
    _require(alone, entry, "scores a session by the other sessions of the block")
    if getattr(ranker, "linear", False):
        plain = (terms.astype(np.float64) * weights).sum(axis=2)
        _require(
            np.allclose(scores, plain, rtol=1e-4, atol=1e-4), entry, "says it is linear, but is not weights . terms"
        )
        plan = Plan.default(small_config(ranker=config), 1)
        _require(np.array_equal(plan.weights.value, weights), entry, "has other weights in the plan than in its config")


# ------------------------------------------------------------------------------------------------------------ networks


def check_network(entry: Entry, **settings: Any) -> None:
    """Check that a network is valid, a function of the seed, and that its edges matter in the world."""
    _documented(entry)
    generator = entry.cls(entry.config(**settings))
    config = small_config(network=entry.config(**settings))
    first = create_world(config)
    people, limit, founders = first.consumers, config.consumer.follows_limit, _own_creators(first)
    parties = Parties(_sealed(people.interest.copy()), _sealed(founders.vertical), _sealed(founders.entered), limit)
    follows: Follows = generator.build(parties, 1)
    follows.check(people.size, founders.size)
    types = follows.start.dtype == np.int64 and follows.creator.dtype == np.int32
    _require(bool(types), entry, "must return start as int64 and creator as int32")
    longest = int(np.diff(follows.start).max(initial=0))
    _require(longest <= limit, entry, f"lets a consumer follow {longest} creators; the limit is {limit}")
    _require(_same(follows, generator.build(parties, 1)), entry, "makes two networks from one seed")
    if follows.creator.size == 0:
        return
    _require(not _same(follows, generator.build(parties, 2)), entry, "makes one network from two seeds")
    turned = Follows(follows.start, ((follows.creator + 1) % founders.size).astype(np.int32))
    as_built, rewired = run_world(config, 3, follows), run_world(config, 3, turned)
    differ = not np.array_equal(as_built.consumers.satisfaction, rewired.consumers.satisfaction)
    _require(differ, entry, "does not matter: with other edges everyone watches the same")


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
    _documented(entry)
    generator = entry.cls(entry.config(**settings))
    crowd = Crowd(*(_sealed(column.copy()) for column in crowd))
    ties: Ties = generator.build(crowd, 1)
    ties.check(crowd.size, f"graph of {family}")
    types = ties.start.dtype == np.int64 and ties.neighbour.dtype == np.int32
    _require(bool(types), entry, "must return start as int64 and neighbour as int32")
    _require(_same(ties, generator.build(crowd, 1)), entry, "makes two graphs from one seed")
    if ties.edges == 0:
        return
    _require(not _same(ties, generator.build(crowd, 2)), entry, "makes one graph from two seeds")
    rewired = ties.renumbered(other_order(crowd.size))
    if any(family in stage.reads.split() for stage in DAY):  # there is a stage to which ties make a difference
        graphs: list[dict[str, Any]] = [{family: graph} for graph in (ties, rewired)]
        worlds = [create_world(config, **graph) for graph in graphs]
        for world in worlds:
            for _ in range(8):
                run_day(world)
        as_built, otherwise = (world.consumers.satisfaction for world in worlds)
        differ = not np.array_equal(as_built, otherwise)
        _require(differ, entry, "does not matter: with other edges everyone watches the same")


def _same(a: Follows | Ties, b: Follows | Ties) -> bool:
    return all(np.array_equal(one, other) for one, other in zip(vars(a).values(), vars(b).values(), strict=True))


# ---------------------------------------------------------------------------------------------------------- strategies


def check_strategy(entry: Entry, **settings: Any) -> None:
    """Check that a strategy decides within bounds, alike for the same sight, and each creator by what that one sees."""
    _documented(entry)
    strategy = entry.cls(entry.config(**settings))
    _require(
        0.0 <= strategy.learning <= 1.0, entry, f"has a learning rate of {strategy.learning}; it must be in [0, 1]"
    )
    _require(strategy.drift >= 0.0, entry, f"has a style drift of {strategy.drift}; it must be at least 0")
    everyone = np.arange(200)
    decided = strategy.decide(_sight(everyone))
    effort, mode, aspiration = decided.effort, decided.mode, decided.aspiration
    _require(effort.shape == mode.shape == (200,), entry, "must return one effort and one mode a creator")
    _require(effort.dtype == np.float32 and mode.dtype == np.int8, entry, "must return float32 efforts and int8 modes")
    low, high = EFFORT_BOUNDS
    within = bool(np.isfinite(effort).all() and effort.min() >= low and effort.max() <= high)
    _require(within, entry, f"decides on efforts outside {low:g} to {high:g} posts a day")
    _require(bool(np.isin(mode, (0, 1, 2)).all()), entry, "chooses modes other than 0, 1 and 2")
    if aspiration is not None:
        sound = aspiration.dtype == np.float32 and aspiration.shape == (200,) and bool(np.isfinite(aspiration).all())
        _require(sound, entry, "must return one finite float32 aspiration a creator, or None")
    again = strategy.decide(_sight(everyone))
    _require(
        _alike(decided, again), entry, "decides differently on the same sight: use draws keyed by seed, day and serial"
    )
    some = everyone[::-3]
    fewer = strategy.decide(_sight(some))
    of_some = Decisions(effort[some], mode[some], None if aspiration is None else aspiration[some])
    _require(_alike(of_some, fewer), entry, "lets a creator's decision depend on who else decides")


def _alike(a: Decisions, b: Decisions) -> bool:
    pairs = zip(a, b, strict=True)
    return all(x is y if x is None or y is None else np.array_equal(x, y) for x, y in pairs)


def _sight(rows: Array) -> Observation:
    """What some of 200 creators see, from the poorest to the richest, closed for writing."""
    u = draws.uniforms(2, draws.USER, 0, np.arange(200))
    z = draws.gaussians(2, draws.USER, 1, np.arange(200), 5)
    wealth = np.concatenate(([0.0, -1.0, 1e4], np.exp(z[3:, 0])))
    columns: dict[str, Array] = {
        "serial": np.arange(200) * 7,
        "age": (500 * u[:, 0]).astype(np.int32),
        "effort": (8 * u[:, 1]).astype(np.float32),
        "skill": z[:, 1].astype(np.float32),
        "posts": (900 * u[:, 0]).astype(np.int32),
        "followers": (10_000 * u[:, 2]).astype(np.int64),
        "tier": (3 * u[:, 1]).astype(np.int8),
        "prosperity": wealth.astype(np.float32),
        "welfare": (2 * wealth).astype(np.float32),
        "savings": (20_000 * u[:, 2] - 10_000).astype(np.int64),
        "mode": (3 * u[:, 0]).astype(np.int8),
        "beliefs": z[:, 2:].astype(np.float32),
        "aspiration": z[:, 1].astype(np.float32),
        "chart_heat": u[:, 3] < 0.8,
    }
    seen = {name: _sealed(np.ascontiguousarray(values[rows])) for name, values in columns.items()}
    return Observation(day=11, seed=1, costs=_sealed(np.array([0.1, 0.06, 0.25])), **seen)


# ------------------------------------------------------------------------------------------------------------ policies


def check_policy(entry: Entry, **settings: Any) -> None:
    """Check that a policy keeps its dates, strength and aim, changes levers only, and bites.

    Parameters
    ----------
    entry : Entry
        The registered policy.
    **settings
        Settings under which it should bite in a small world; the defaults where they do.
    """
    _documented(entry)
    days, start, stop = 12, 3, 9
    dated = entry.config(**({"start": start, "stop": stop} | settings))
    start, stop = dated.start, dated.stop if dated.stop is not None else days
    without = run_world(small_config(days=days), days)
    inert = run_world(small_config(days=days, policies={"p": entry.config(**(settings | {"strength": 0.0}))}), days)
    _require(digest(without) == digest(inert), entry, "changes the world at strength 0")
    world, ever_moved = create_world(small_config(days=days, policies={"p": dated})), False
    for day in range(days):
        run_day(world)
        moved = not world.plan.equals(Plan.default(world.config, world.plan.boost.value.size))
        ever_moved = ever_moved or moved
        on = start <= day < stop
        _require(on or not moved, entry, f"moves levers on day {day}; its dates are {start} to {stop}")
    _require(ever_moved, entry, "moves no lever at full strength, in a small world with newcomers and many in the tail")
    _require(digest(world) != digest(without), entry, "moves levers without any effect on the world: it does not bite")
    _check_on_the_spot(entry, settings, world)


def _check_on_the_spot(entry: Entry, settings: dict[str, Any], world: World) -> None:
    """Apply a policy to a plan by hand, at several strengths and with an aim."""

    def plan_under(**changes: Any) -> Plan:
        plan = Plan.default(world.config, world.creators.size)
        config = entry.config(**(settings | {"start": 0, "stop": None, "strength": 1.0} | changes))
        entry.cls(config).apply(plan, world, 0)
        return plan

    before = fingerprint(world)
    full, half, none = plan_under(), plan_under(strength=0.5), plan_under(strength=0.0)
    _require(
        fingerprint(world) == before, entry, "changes the world itself; a policy may only change levers of the plan"
    )
    default = Plan.default(world.config, world.creators.size)
    _require(none.equals(default), entry, "moves levers at strength 0")
    slow = plan_under(phase_in=1)
    _require(slow.equals(half), entry, "does not phase in: on the first of two days it must work at half its strength")
    aimed = plan_under(aim=Aim(verticals=[0]))
    outside = (world.creators.vertical != 0) | ~world.creators.alive
    for name, lever in LEVERS.items():
        default_value = default.levers[name].value
        to_half = np.abs(half.levers[name].value - default_value)
        to_full = np.abs(full.levers[name].value - default_value)
        _require(bool(np.all(to_half <= to_full + 1e-6)), entry, f"moves lever '{name}' further at half strength")
        if lever.shape is Shape.CREATOR:
            spared = np.array_equal(aimed.levers[name].value[outside], default_value[outside])
            _require(spared, entry, f"moves lever '{name}' of creators it is not aimed at")


# ------------------------------------------------------------------------------------------------------------- metrics


def check_metric(entry: Entry, world: World | None = None) -> None:
    """Check that a metric declares itself, changes nothing, and does not depend on the order of rows.

    Parameters
    ----------
    entry : Entry
        The registered metric.
    world : World, optional
        A world after some days; one is run if it is left out.
    """
    _documented(entry)
    metric = entry.cls()
    declared = all(isinstance(getattr(metric, name, None), str) for name in ("label", "unit"))
    _require(declared, entry, "must declare a label and a unit")
    _require(isinstance(metric.direction, Direction), entry, "must declare its direction as a Direction")
    _require(isinstance(metric.scope, Scope), entry, "must declare its scope as a Scope")
    world = world or run_world(small_config(days=12), 12)
    before = fingerprint(world)
    value = float(metric.measure(world))
    _require(fingerprint(world) == before, entry, "changes the world that it measures")
    other = float(metric.measure(reordered(world)))
    same = np.isclose(value, other, rtol=1e-9, atol=1e-12, equal_nan=True)
    _require(bool(same), entry, f"depends on the order of rows: {value!r}, and in another order {other!r}")
