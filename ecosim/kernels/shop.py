"""Commerce in serving: meeting a product, looking at it, buying it; and whom a consumer trusts.

A consumer remembers the products met last and the accounts known last in short rings; what falls out is forgotten.
"""

import numpy as np

from ecosim.kernels import decisions, lanes
from ecosim.kernels.draws import PURCHASE, draw, uniform
from ecosim.kernels.jit import part
from ecosim.kernels.trade import know

CLICKS, ORDERS, REACH = 5, 6, 7
EXPOSED, VIEWED, INTERACTED, CLICKED, ORDERED = 0, 1, 2, 3, 4
"""Columns of the funnel; see ``ecosim.state.economy.FUNNEL_STEPS``."""
FLAG_CLICKED, FLAG_ORDERED = 16, 32
RECOMMENDED, FOLLOWED, FRIENDS = 0, 1, 2
SOURCES = 3
FULL_VIEW = np.float32(0.5)
NO_LOOK = np.float32(2.0)
_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)


@part
def source_of(edge):
    """Where an impression came from: recommended, followed or friends."""
    if edge >= 0:
        return FOLLOWED
    return FRIENDS if edge < -1 else RECOMMENDED


@part
def meet(person, product, when, audience):
    """Find or note the first touch of a product: when it was met, and whether that was new."""
    ring = audience.touched.shape[1]
    for k in range(ring):
        if audience.touched[person, k] == product:
            return audience.touched_when[person, k], False
    k = audience.touches[person] % ring
    audience.touched[person, k] = product
    audience.touched_when[person, k] = when
    audience.touches[person] += 1
    return np.int32(when), True


@part
def trust_in(person, account, audience):
    """Trust of a consumer in an account: what was learned of it, else trust in the platform."""
    for k in range(audience.ally.shape[1]):
        if audience.ally[person, k] == account:
            return audience.ally_trust[person, k]
    return audience.trust[person]


@part
def hear(person, account, audience, behaviour):
    """Take a friend's word for a creator."""
    if behaviour.word_of_mouth > _ZERO:
        k = know(
            person, account, False,
            audience.ally, audience.ally_trust, audience.ally_orders, audience.allies, audience.trust,
        )  # fmt: skip
        if k >= 0:
            trust = audience.ally_trust[person, k]
            audience.ally_trust[person, k] = decisions.step(trust, behaviour.word_of_mouth, _ONE)


@part
def revert(person, audience, behaviour):
    """Let trust drift back to its mean by a day."""
    rate, mean = behaviour.trust_return, behaviour.trust_mean
    audience.trust[person] = decisions.step(audience.trust[person], rate, mean)
    for k in range(audience.ally_trust.shape[1]):
        audience.ally_trust[person, k] = decisions.step(audience.ally_trust[person, k], rate, mean)


@part
def look(person, place, audience, shelf, feed, desk):
    """Decide whether a consumer looks at the product of a view, which is then brought close.

    ``desk.wish`` is what chance says of buying it, above 1 when nobody looks.
    """
    words = draw(feed.seed, PURCHASE, feed.day, audience.identity[person], desk.serial[place], desk.number[place], 0)
    desk.wish[place] = NO_LOOK
    if decisions.clicks(feed.wallet, desk.share[place], uniform(words[0])):
        lanes.fetch(shelf.goods_style, desk.good[place])
        desk.wish[place] = uniform(words[1])


@part
def offer(person, item, card, share, edge, interacted, wish, audience, shelf, feed, tally, thread):
    """Offer the product of an item that has just been watched; return the flags of what came of it."""
    place = card["good"]
    good = shelf.goods[place]
    live = card["parts"] != 0
    source = source_of(edge)
    cell = (card["kind"] * SOURCES + source) * feed.regions + audience.region[person]
    steps = tally.funnel[thread, cell]
    steps[EXPOSED] += 1
    if share >= FULL_VIEW:
        steps[VIEWED] += 1
    if interacted != 0:
        steps[INTERACTED] += 1
    when, new = meet(person, good["product"], np.int32(2 * feed.day + (1 if live else 0)), audience)
    if new:
        tally.counts[thread, item, REACH] += 1
    if wish == NO_LOOK:
        return 0
    tally.counts[thread, item, CLICKS] += 1
    steps[CLICKED] += 1
    if not buys(person, card, place, when, source, live, wish, audience, shelf, feed):
        return FLAG_CLICKED
    for k in range(tally.ordered.shape[1]):
        if tally.ordered[person, k] < 0:
            tally.ordered[person, k] = item
            tally.order_source[person, k] = source
            tally.order_touch[person, k] = when
            audience.bought[person, good["vertical"]] = feed.day
            tally.counts[thread, item, ORDERS] += 1
            steps[ORDERED] += 1
            return FLAG_CLICKED | FLAG_ORDERED
    return FLAG_CLICKED  # the day's list of orders is full


@part
def buys(person, card, place, when, source, live, mood, audience, shelf, feed):
    """Decide whether a look at a product ends in an order."""
    good = shelf.goods[place]
    seller = decisions.credited(trust_in(person, card["creator"], audience), card["credit"])
    trust = decisions.joint_trust(seller, trust_in(person, good["account"], audience))
    logit = decisions.order_logit(
        feed.wallet,
        good["promise"],
        lanes.fold(_ZERO, lanes.load(audience.taste, person) * lanes.load(shelf.goods_style, place)),
        good["price"],
        audience.purse[person],
        audience.thrift[person],
        trust,
        feed.day - audience.bought[person, good["vertical"]],
    )
    familiar = when // 2 < feed.day
    return decisions.orders(feed.wallet, logit, audience.impulse[person], familiar, source == FRIENDS, live, mood)
