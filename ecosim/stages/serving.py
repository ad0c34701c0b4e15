"""Serving: every active consumer's sessions, from recall to consumption, in blocks of consumers."""

from __future__ import annotations

import numpy as np

from ecosim.config import REGIONS
from ecosim.kernels import decisions
from ecosim.kernels import serve as kernels
from ecosim.kernels.bundles import Audience, Behaviour, Feed, Tally, Wallet
from ecosim.kernels.jit import get_threads
from ecosim.stages.allocation import recall_live
from ecosim.stages.ranking import given_scores
from ecosim.stages.shards import Broadcast, crew_of
from ecosim.state.columns import Array
from ecosim.state.economy import cell_count
from ecosim.state.graph import Follows
from ecosim.state.plan import Plan
from ecosim.state.schema import INBOX, STYLE_DIMENSIONS, Consumers
from ecosim.state.world import Allocation, World

COUNTED = ("impressions", "watch", "interactions", "follows", "shares", "clicks", "orders", "reach")
"""What is counted of each item, in the order of the tally."""
FOLLOWS_A_DAY, SHARES_A_DAY, ORDERS_A_DAY = 4, 2, 4
"""A consumer follows, shares and orders at most so often in one day."""
_FUNNEL_ROOM = 8

ADAPTING = (
    "satiation", "recent", "satisfaction", "interest", "profile_interest", "profile_taste", "seen", "trust", "touched",
    "touched_when", "touches", "ally", "ally_trust", "ally_orders", "allies", "bought",
)  # fmt: skip
"""Columns of consumers that serving writes."""

STEPS = (
    "recall: cohort slates by vertical and region, hot list, fresh and reserved pools, followed creators",
    "ranking: item and cohort terms plus estimated interest and taste; top of the slate",
    "re-ranking: reserved slots, then likeness within the session",
    "consumption: watch, interact, share, follow, unfollow; tire of verticals and styles",
    "commerce: meet the product, look at it, order it",
    "the consumer's evening: satisfaction, drift of interests, the platform's profile of them",
)
"""What happens inside serving, in order."""


def serve(world: World) -> None:
    """Serve the day under today's allocation and count what happened."""
    allocation = world.today.allocation
    assert allocation is not None, "allocation comes before serving"
    logged = world.panel if world.is_recording_day() or world.config.engine.debug else world.panel[:0]
    tally = crew_of(world).serve(serve_people, announce(world, allocation, world.plan), world, logged)
    count(world, tally)
    if logged.size:
        world.today.panel = panel_log(world, tally, logged)


def announce(world: World, allocation: Allocation, plan: Plan) -> Broadcast:
    """Put together what all consumers are served with today, under a plan and its allocation."""
    return Broadcast(
        allocation, plan.weights.value, behaviour_of(world), feed_of(world, plan, allocation), world.ranker,
        world.config.ranker.kind, world.date, world.items.size, world.config.engine.block,
    )  # fmt: skip


def serve_people(broadcast: Broadcast, people: Consumers, follows: Follows, identity: Array, log_row: Array) -> Tally:
    """Serve some consumers, whose columns are written, and return what was counted.

    Parameters
    ----------
    broadcast : Broadcast
        What they are served with.
    people, follows : Consumers, Follows
        The consumers and their follows, row by row.
    identity : int64[n]
        Their ids in the world, which key all draws.
    log_row : int32[n]
        Row of the log, -1 for consumers who are not logged.
    """
    audience = Audience(
        identity.astype(np.int64), people.region, people.sessions, people.slots, people.active, people.interest,
        people.taste, people.satiation, people.recent, people.satisfaction, people.profile_interest,
        people.profile_taste, people.seen, follows.start, follows.creator, people.inbox, people.senders,
        people.purse, people.thrift,
        people.impulse, people.trust, people.touched, people.touched_when, people.touches, people.ally,
        people.ally_trust, people.ally_orders, people.allies, people.bought,
    )  # fmt: skip
    allocation, behaviour, feed = broadcast.allocation, broadcast.behaviour, broadcast.feed
    tally = new_tally(get_threads(), broadcast.items, people, follows.creator.size, log_row)
    room = int(2 * feed.follows_limit + feed.verticals) + INBOX
    room += int(feed.recall_interest + feed.recall_hot + feed.recall_live + feed.recall_fresh + feed.recall_reserved)
    given = given_scores(broadcast, audience, room)
    kernels.serve(audience, allocation.shelf, allocation.slates, behaviour, feed, given, tally, room, broadcast.block)
    return tally


def behaviour_of(world: World) -> Behaviour:
    """Bundle the consumers' behaviour for the kernels."""
    consumer, platform, config = world.config.consumer, world.config.platform, world.config
    own = {name: getattr(consumer, name) for name in Behaviour._fields if hasattr(consumer, name)}
    # One view's information on taste: share ~ b_taste p (1 - p) x taste . style, and styles have variance 1 / D.
    gain = STYLE_DIMENSIONS / (0.25 * max(consumer.watch_taste, 0.1))
    values = own | {
        "interest_rate": platform.interest_rate,
        "profile_rate": platform.profile_rate,
        "profile_gain": gain,
        "live_hold": config.live.hold,
        "share_base": config.sharing.share_base,
        "share_watch": config.sharing.share_watch,
        "word_of_mouth": config.sharing.word_of_mouth,
        "trust_mean": config.commerce.trust_mean,
        "trust_return": config.commerce.trust_return,
    }
    for act in ("interact", "follow", "share"):
        values[f"{act}_most"] = decisions.most(values[f"{act}_base"], values[f"{act}_watch"])
    return Behaviour(**{name: np.float32(value) for name, value in values.items()})


def wallet_of(world: World) -> Wallet:
    """Bundle the consumers' buying for the kernels."""
    rules = world.config.commerce
    values = {name: getattr(rules, name) for name in Wallet._fields if hasattr(rules, name)}
    values["click_most"] = decisions.most(rules.click_base, rules.click_watch)
    return Wallet(**{name: np.float32(value) for name, value in values.items()})


def feed_of(world: World, plan: Plan, allocation: Allocation) -> Feed:
    """Bundle the plan and the platform's settings for the kernels."""
    platform = world.config.platform
    return Feed(
        seed=np.int64(world.seed),
        day=np.int64(world.day),
        verticals=np.int64(world.verticals),
        regions=np.int64(len(REGIONS)),
        period=np.int64(platform.item_life),
        follows_limit=np.int64(world.config.consumer.follows_limit),
        recall_interest=np.int64(platform.recall_interest),
        recall_hot=np.int64(platform.recall_hot),
        recall_fresh=np.int64(platform.recall_fresh),
        recall_reserved=np.int64(platform.recall_reserved),
        recall_followed=np.int64(platform.recall_followed),
        recall_live=np.int64(recall_live(world)),
        sharing=np.int64(world.config.sharing.active),
        trusting=np.int64(world.config.sharing.active or world.config.brand.active),
        wallet=wallet_of(world),
        recall_breadth=np.float32(platform.recall_breadth),
        fresh_slots=np.float32(plan.fresh_slots.value),
        reserved_slots=np.float32(allocation.reserved_slots),
        slate_ratio=np.float32(platform.slate_ratio),
        diversity=np.float32(plan.diversity.value),
        affinity=plan.weight("affinity"),
        followed=plan.weight("followed"),
        friend=plan.weight("friend"),
        exploration=plan.weight("exploration"),
    )


def new_tally(threads: int, items: int, people: Consumers, edges: int, log_row: Array) -> Tally:
    """Allocate empty counters, and a log as long as the longest day that anyone logged can have."""
    logged = int(log_row.max(initial=-1)) + 1
    sessions, slots = (np.floor(habit[log_row >= 0]) + 2 for habit in (people.sessions, people.slots))  # at most
    log_length = min(int((sessions * slots).max(initial=0)), items)  # nobody is shown an item twice
    return Tally(
        np.zeros((threads, items, len(COUNTED)), np.int64),
        np.zeros((threads, cell_count(len(REGIONS)), _FUNNEL_ROOM), np.int64),
        np.zeros(people.size, np.int32),
        np.zeros(people.size, np.int32),
        np.zeros(people.size, np.int64),
        np.full((people.size, FOLLOWS_A_DAY), -1, np.int32),
        np.zeros(edges, np.bool_),
        np.full((people.size, SHARES_A_DAY), -1, np.int32),
        np.full((people.size, ORDERS_A_DAY), -1, np.int32),
        np.zeros((people.size, ORDERS_A_DAY), np.int8),
        np.zeros((people.size, ORDERS_A_DAY), np.int32),
        log_row,
        np.full((logged, log_length), -1, np.int32),
        np.zeros((logged, log_length), np.int32),
        np.zeros((logged, log_length), np.int8),
        np.zeros(logged, np.int32),
    )


def count(world: World, tally: Tally) -> None:
    """Add the day's counts to the items and note the totals."""
    items, today = world.items, world.today
    counted = tally.counts.sum(axis=0)
    for k, name in enumerate(COUNTED):
        getattr(items, name)[:] += counted[:, k]
        getattr(items, f"{name}_today")[:] = counted[:, k]
    today.impressions = int(items.impressions_today.sum())
    today.watch = int(items.watch_today.sum())
    today.interactions = int(items.interactions_today.sum())
    today.slots = int(tally.consumer_slots.sum())
    today.consumers_served = int(world.consumers.active.sum())
    today.consumer_impressions = tally.consumer_impressions
    today.consumer_watch = tally.consumer_watch
    today.added, today.dropped = tally.added, tally.dropped
    today.shared, today.ordered = tally.shared, tally.ordered
    today.order_source, today.order_touch = tally.order_source, tally.order_touch
    today.funnel = tally.funnel.sum(axis=0)


def panel_log(world: World, tally: Tally, logged: Array) -> dict[str, Array]:
    """Return the panel's impressions of the day, one entry each, in the order shown."""
    filled = tally.log_count
    slots = np.arange(tally.log_item.shape[1], dtype=np.int32)
    mask = slots < filled[:, None]
    item = tally.log_item[mask]
    return {
        "consumer": np.repeat(logged, filled).astype(np.int32),
        "slot": np.broadcast_to(slots, mask.shape)[mask],
        "item": item,
        "serial": world.items.serial[item],
        "number": world.items.number[item],
        "watch": tally.log_watch[mask],
        "flags": tally.log_flags[mask],
    }
