"""The day before the first: the population, the founders and their follows, near where a long run would settle."""

from __future__ import annotations

import numpy as np

from ecosim import registry
from ecosim.config import REGIONS, SimulationConfig
from ecosim.kernels import draws
from ecosim.networks.base import Crowd, Parties
from ecosim.networks.population import given_collaborators, given_friends, populated
from ecosim.stages.common import lognormal, pick, rank_tiers, unit
from ecosim.stages.merchants import fund, make_economy, open_accounts
from ecosim.state.columns import Array
from ecosim.state.economy import Economy
from ecosim.state.graph import Follows, Ties
from ecosim.state.ledger import Ledger
from ecosim.state.schema import STYLE_DIMENSIONS, Consumers, Creators, Items
from ecosim.state.world import CHART_DAYS, Knowledge, Reference, World, vertical_shares

SERIAL_BITS = 20
"""Bits of a serial that number the entrants of one day."""
FOUNDERS_AGE = 360
"""Founders have been there for up to so many days."""
_FIRST_POSTS = 0.4
"""Posts a creator and day at the start; in very small worlds a consumer sees them all before the habit is filled."""
_FIRST_WATCH, _FIRST_INTERACTION, _FIRST_FOLLOW = 0.4, 0.05, 0.003


def make_consumers(config: SimulationConfig, centres: Array, shares: Array) -> Consumers:
    """Draw the population: region, habits, interests, taste, and what the platform knows of them."""
    population, n, seed = config.population, config.scale.consumers, config.seed
    verticals = population.verticals
    people = Consumers(n, {"V": verticals, "D": STYLE_DIMENSIONS})
    ids = np.arange(n)
    u = draws.uniforms(seed, draws.POPULATION, 0, ids)
    z = draws.gaussians(seed, draws.POPULATION, 1, ids, 2 + verticals + 2 * STYLE_DIMENSIONS)
    regions = np.array(population.region_shares)
    people.region[:] = pick(regions, u[:, 0])
    watch = np.array(population.region_watch)
    watch = watch / (watch * regions / regions.sum()).sum()
    people.sessions[:] = lognormal(population.sessions, population.sessions_spread, z[:, 0])
    people.slots[:] = np.clip(
        lognormal(population.slots, population.slots_spread, z[:, 1]) * watch[people.region], 4, 40
    )
    drive = population.interest_spread * z[:, 2 : 2 + verticals] + np.log(shares)
    drive = np.exp(drive - drive.max(axis=1, keepdims=True))
    interest = drive / drive.sum(axis=1, keepdims=True)
    people.interest[:] = interest
    own = z[:, 2 + verticals : 2 + verticals + STYLE_DIMENSIONS] / np.sqrt(STYLE_DIMENSIONS)
    taste = unit(population.taste_cohesion * interest @ centres + own)
    people.taste[:] = taste
    known = config.platform.profile_start
    blur = z[:, -STYLE_DIMENSIONS:] / np.sqrt(STYLE_DIMENSIONS)
    people.profile_taste[:] = known * taste + known * (1 - known) * blur
    people.profile_interest[:] = known * interest + (1 - known) * shares
    people.satisfaction[:] = _FIRST_WATCH
    give_purses(config, people)
    return people


def give_purses(config: SimulationConfig, people: Consumers) -> None:
    """Draw what matters in buying: budget, price sensitivity, impulsiveness."""
    rules = config.commerce
    z = draws.gaussians(config.seed, draws.PURSE, 0, np.arange(people.size), 3)
    people.purse[:] = lognormal(rules.purse, rules.purse_spread, z[:, 0])
    people.thrift[:] = lognormal(rules.thrift, rules.thrift_spread, z[:, 1])
    people.impulse[:] = lognormal(1.0, rules.impulse_spread, z[:, 2])
    people.trust[:] = people.ally_trust[:] = rules.trust_mean


def creator_traits(
    world_seed: int, config: SimulationConfig, centres: Array, shares: Array, serial: Array
) -> dict[str, Array]:
    """Draw what a creator brings along, as a function of the serial alone.

    Returns
    -------
    dict
        vertical, region int32[n]; talent float32[n]; style float32[n, D]; age int32[n] (used for founders);
        live_propensity, live_skill float32[n].
    """
    u = draws.uniforms(world_seed, draws.TRAITS, 0, serial)
    z = draws.gaussians(world_seed, draws.TRAITS, 1, serial, 1 + STYLE_DIMENSIONS)
    vertical = pick(shares, u[:, 0])
    own = z[:, 1:] / np.sqrt(STYLE_DIMENSIONS)
    style = unit(config.population.style_cohesion * centres[vertical] + own)
    on_air = draws.gaussians(world_seed, draws.LIVE, 0, serial, 2)
    return {
        "vertical": vertical,
        "region": pick(np.array(config.population.region_shares), u[:, 1]),
        "talent": (config.creator.skill_mean + config.creator.skill_spread * z[:, 0]).astype(np.float32),
        "style": style.astype(np.float32),
        "age": (u[:, 2] * FOUNDERS_AGE).astype(np.int32),
        "live_propensity": lognormal(1.0, config.live.propensity_spread, on_air[:, 0]).astype(np.float32),
        "live_skill": (config.live.skill_spread * on_air[:, 1]).astype(np.float32),
    }


def make_founders(config: SimulationConfig, centres: Array, shares: Array) -> Creators:
    """Draw the creators of the first day."""
    m = config.scale.creators
    table = Creators(m, {"V": config.population.verticals, "D": STYLE_DIMENSIONS})
    serial = np.arange(m)
    traits = creator_traits(config.seed, config, centres, shares, serial)
    table.serial[:] = serial
    table.founder[:] = True
    table.entered[:] = -config.creator.grace_days - traits["age"]
    settle(table, slice(0, m), traits, config)
    return table


def add_brand_accounts(
    config: SimulationConfig, economy: Economy, table: Creators, centres: Array, shares: Array
) -> None:
    """Append the accounts that brands run themselves; each follows its brand's vertical."""
    account = open_accounts(config, economy)
    brand, serial = account["brand"], account["serial"]
    rows = table.append(serial.size)
    traits = creator_traits(config.seed, config, centres, shares, serial)
    own = traits["style"] - config.population.style_cohesion * centres[traits["vertical"]]
    traits["vertical"] = account["vertical"]
    traits["style"] = unit(own + config.population.style_cohesion * centres[account["vertical"]]).astype(np.float32)
    table.serial[rows], table.brand[rows], table.founder[rows] = serial, brand, True
    table.alive[rows] = False
    table.entered[rows] = -config.creator.grace_days - traits["age"]
    settle(table, rows, traits, config)
    economy.brands.account[brand] = np.arange(rows.start, rows.stop)


def settle(table: Creators, rows: slice, traits: dict[str, Array], config: SimulationConfig) -> None:
    """Write drawn traits into rows of the creator table."""
    for name in ("vertical", "region", "talent", "style", "live_propensity", "live_skill"):
        getattr(table, name)[rows] = traits[name]
    table.skill[rows] = traits["talent"]
    welfare = 1.0 + config.creator.attention_value
    table.welfare[rows] = np.where(table.founder[rows], welfare, config.creator.reservation)
    table.prosperity[rows] = np.where(table.founder[rows], 1.0, config.creator.reservation / welfare)


def first_knowledge(config: SimulationConfig, impressions: float) -> Knowledge:
    """What the platform believes before it has seen anything: flat means, no hits."""
    verticals = config.population.verticals
    size = max(config.creator.chart_size, config.platform.hits)
    views = config.platform.prior_views
    sums = np.tile(np.array([1.0, _FIRST_WATCH, _FIRST_INTERACTION, _FIRST_FOLLOW]) * views, (verticals, 1))
    return Knowledge(
        sums=sums,
        hits=np.zeros((verticals, STYLE_DIMENSIONS), np.float32),
        chart_style=np.zeros((CHART_DAYS, verticals, size, STYLE_DIMENSIONS), np.float32),
        chart_key=np.zeros((CHART_DAYS, verticals, size, 2), np.uint32),
        item_impressions=2.0 * impressions,
        set_aside=np.zeros(verticals + len(REGIONS)),
    )


def first_follows(config: SimulationConfig, people: Consumers, creators: Creators) -> Follows:
    """Let the configured network connect consumers with creators."""
    parties = Parties(people.interest, creators.vertical, creators.entered, config.consumer.follows_limit)
    made: Follows = registry.networks.create(config.network).build(parties, config.seed)
    return made


def first_friends(config: SimulationConfig, people: Consumers) -> Ties:
    """Let the network, or else the configured graph of friends, connect consumers with each other."""
    given = given_friends(config)
    if given is not None:
        return given
    crowd = Crowd(people.region, np.argmax(people.interest, axis=1).astype(np.int32), np.zeros(people.size, np.int32))
    made: Ties = registry.friends.create(config.friends).build(crowd, config.seed)
    return made


def first_collaborators(config: SimulationConfig, creators: Creators) -> Ties:
    """Let the network, or else the configured graph of collaborators, connect creators with each other."""
    given = given_collaborators(config)
    if given is not None:
        return given
    crowd = Crowd(creators.region, creators.vertical, creators.entered)
    made: Ties = registry.collaborators.create(config.collaborators).build(crowd, config.seed)
    return made


def create_world(
    config: SimulationConfig,
    follows: Follows | None = None,
    friends: Ties | None = None,
    collaborators: Ties | None = None,
) -> World:
    """Create the world of the first morning.

    Parameters
    ----------
    config : SimulationConfig
        The run.
    follows : Follows, optional
        A network of the user's own; by default the one that ``config.network`` generates.
    friends, collaborators : Ties, optional
        Ties of the user's own among consumers and among creators; by default those that ``config.friends`` and
        ``config.collaborators`` generate.
    """
    config = populated(config)
    shares = vertical_shares(config)
    centres = unit(draws.gaussians(config.seed, draws.CENTRES, 0, np.arange(shares.size), STYLE_DIMENSIONS))
    people = make_consumers(config, centres, shares)
    creators = make_founders(config, centres, shares)
    collaborators = first_collaborators(config, creators) if collaborators is None else collaborators
    collaborators.check(creators.size, "graph of collaborators")
    follows = first_follows(config, people, creators) if follows is None else follows
    follows.check(people.size, creators.size)
    economy = make_economy(config, shares)
    add_brand_accounts(config, economy, creators, centres, shares)  # nobody follows them yet
    collaborators = collaborators.grown(creators.size - collaborators.nodes, *2 * (np.empty(0, np.int64),))
    friends = first_friends(config, people) if friends is None else friends
    friends.check(people.size, "graph of friends")
    habit = float(np.mean(people.sessions.astype(np.float64) * people.slots))
    founders = config.scale.creators
    impressions = min(habit, _FIRST_POSTS * founders) * people.size / founders
    chosen = np.argsort(draws.uniforms(config.seed, draws.PANEL, 0, np.arange(people.size))[:, 0], kind="stable")
    names = config.recording.metrics or registry.metrics.names()
    world = World(
        config=config,
        consumers=people,
        creators=creators,
        items=Items(0, {"V": config.population.verticals, "D": STYLE_DIMENSIONS}),
        follows=follows,
        friends=friends,
        collaborators=collaborators,
        ledger=Ledger(),
        economy=economy,
        knowledge=first_knowledge(config, impressions),
        reference=Reference(impressions, max(impressions * config.market.ad_share / 1000, 1.0)),
        centres=centres,
        vertical_share=shares,
        panel=np.sort(chosen[: min(config.recording.panel, people.size)]),
        ranker=registry.rankers.create(config.ranker),
        strategy=registry.strategies.create(config.strategy),
        policies={name: registry.policies.create(policy) for name, policy in config.policies.items()},
        metrics={name: registry.metrics[name].cls() for name in names},
        first_follows=int(np.diff(follows.start).max(initial=0)),
    )
    creators.followers[:] = np.bincount(follows.creator, minlength=creators.size)
    creators.tier[:] = rank_tiers(creators)
    fund(world)
    return world
