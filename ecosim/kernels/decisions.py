"""One consumer's and one creator's decisions as composed scalars.

The engine's loops and the plain twin call the same functions, one call a decision, so that both round alike. All
arithmetic on consumers is float32, in the order written.
"""

import math

import numpy as np

from ecosim.kernels.draws import scramble, uniform
from ecosim.kernels.exponential import exp
from ecosim.kernels.jit import scalar

_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)
_TWO = np.float32(2.0)
_HALF = np.float32(0.5)
_LEAST_INTEREST = np.float32(0.002)
_CAUTION = np.float32(4.0)
HALF_SHIFT = np.uint32(11)  # a half of the seen filter has 2^11 bits
SEEN_SHIFT = np.uint32(32 - 11)


@scalar
def logistic(x):
    """Logistic function in float32."""
    return np.float32(_ONE / (_ONE + exp(-np.float32(x))))


@scalar
def dot(a, i, b, j):
    """Inner product of row `i` of `a` and row `j` of `b` (float32[., D]); the one order of all style products.

    Four terms at a time: ((x0 + x1) + (x2 + x3)) + ...
    """
    total = _ZERO
    for d in range(0, a.shape[1], 4):
        total = total + (
            (a[i, d] * b[j, d] + a[i, d + 1] * b[j, d + 1]) + (a[i, d + 2] * b[j, d + 2] + a[i, d + 3] * b[j, d + 3])
        )
    return total


@scalar
def pull(behaviour, interest, verticals):
    """Gain of the watch logit from interest in a vertical (a share): b log(1 + V x interest)."""
    return np.float32(
        behaviour.watch_interest * np.float32(math.log(_ONE + np.float32(verticals) * np.float32(interest)))
    )


@scalar
def score(base, own, taste, style, item, noise):
    """Score of one candidate: item and cohort terms, the consumer's own terms, estimated taste, exploration.

    The sum runs in this order: base + own, then ``taste . style[item]`` four dimensions at a time, then noise.
    ``taste`` (float32[D]) is the platform's estimate, already multiplied by the affinity weight.
    """
    total = np.float32(base) + np.float32(own)
    for d in range(0, taste.size, 4):
        total = total + (
            (taste[d] * style[item, d] + taste[d + 1] * style[item, d + 1])
            + (taste[d + 2] * style[item, d + 2] + taste[d + 3] * style[item, d + 3])
        )
    return total + np.float32(noise)


@scalar
def watch_share(behaviour, gain, match, quality, local, tired, dull, live, mood):
    """Share of an item that is watched.

    Parameters
    ----------
    gain : float32
        :func:`pull` of the item's vertical.
    match : float32
        taste . style.
    quality : float32
        Quality of the item, logits.
    local : bool
        Creator and consumer share a region.
    tired : float32
        Satiation of the vertical.
    dull : float32
        style . recent, the likeness to what was just watched.
    live : bool
        Whether it is a live session.
    mood : float32
        Uniform draw in [0, 1).
    """
    return watched(behaviour, appeal(behaviour, gain, match, quality, local), tired, dull, live, mood)


@scalar
def appeal(behaviour, gain, match, quality, local):
    """What an item offers a consumer: the terms of the watch logit that no other view changes (see watch_share)."""
    logit = behaviour.watch_base + np.float32(gain)
    logit = logit + behaviour.watch_taste * np.float32(match)
    logit = logit + behaviour.watch_quality * np.float32(quality)
    return logit + (behaviour.watch_locality if local else _ZERO)


@scalar
def watched(behaviour, offered, tired, dull, live, mood):
    """Share of an item that is watched, from its :func:`appeal` and the rest of what :func:`watch_share` takes."""
    logit = np.float32(offered) - behaviour.satiation_vertical * np.float32(tired)
    logit = logit - behaviour.satiation_style * max(np.float32(dull), _ZERO)
    logit = logit + (behaviour.live_hold if live else _ZERO)
    return logistic(logit + behaviour.watch_noise * (_TWO * np.float32(mood) - _ONE))


@scalar
def milliseconds(share, duration):
    """Time watched (int64 ms) for a watch share and a duration in ms."""
    return np.int64(np.float32(share) * np.float32(duration))


@scalar
def most(base, weight):
    """Upper bound of ``logistic(base + weight x share)`` over all shares, with room for rounding.

    Most draws lie above it, and then nobody needs to compute the logistic.
    """
    return logistic(max(np.float32(base), np.float32(base) + np.float32(weight))) * np.float32(1.001)


@scalar
def interacts(behaviour, share, u):
    """Whether a view ends in a like or comment."""
    if np.float32(u) >= behaviour.interact_most:
        return False
    return np.float32(u) < logistic(behaviour.interact_base + behaviour.interact_watch * np.float32(share))


@scalar
def follows(behaviour, share, u):
    """Whether a view of a creator who is not yet followed ends in a follow."""
    if np.float32(u) >= behaviour.follow_most:
        return False
    return np.float32(u) < logistic(behaviour.follow_base + behaviour.follow_watch * np.float32(share))


@scalar
def unfollows(behaviour, share, u):
    """Whether a disappointing view ends a follow."""
    return np.float32(share) < behaviour.unfollow_below and np.float32(u) < behaviour.unfollow_chance


@scalar
def shares(behaviour, share, u):
    """Whether a view ends in a share with friends."""
    if np.float32(u) >= behaviour.share_most:
        return False
    return np.float32(u) < logistic(behaviour.share_base + behaviour.share_watch * np.float32(share))


@scalar
def weight_of_friends(friends):
    """How much a share counts that comes from so many friends: log2(1 + friends), 1 for one."""
    return np.float32(math.log(1.0 + friends) / math.log(2.0))


@scalar
def clicks(wallet, share, u):
    """Whether a view of an item with a product ends in a look at the product."""
    if np.float32(u) >= wallet.click_most:
        return False
    return np.float32(u) < logistic(wallet.click_base + wallet.click_watch * np.float32(share))


@scalar
def credited(trust, credit):
    """Trust in an account that wears a badge: higher by the credit of the badge, and at most one."""
    return min(np.float32(trust) + np.float32(credit), _ONE)


@scalar
def joint_trust(seller, brand):
    """Trust in an offer: the mean of trust in the account that sells and in the brand's own account."""
    return (np.float32(seller) + np.float32(brand)) * _HALF


@scalar
def order_logit(wallet, promise, fit, price, purse, thrift, trust, since):
    """Logit of buying a product after a click, before mood, acquaintance and company.

    Parameters
    ----------
    promise : float32
        Promised quality, logits; it counts as far as it is trusted.
    fit : float32
        taste . style of the product.
    price, purse : float32
        Price and daily spending budget, fen.
    thrift : float32
        Price sensitivity.
    trust : float32
        :func:`joint_trust`.
    since : int
        Days since the last purchase in the vertical.
    """
    trusted = np.float32(trust)
    logit = wallet.order_base + wallet.order_value * (trusted * np.float32(promise))
    logit = logit + wallet.order_fit * np.float32(fit)
    logit = logit - np.float32(thrift) * np.float32(math.log(np.float32(price) / np.float32(purse)))
    logit = logit + wallet.order_trust * (trusted - wallet.trust_mean)
    return np.float32(logit - wallet.need * exp(-np.float32(since) / wallet.need_days))


@scalar
def orders(wallet, logit, impulse, familiar, proof, live, u):
    """Whether a click ends in an order: familiarity, a friend's word and the urge of a live session come on top."""
    total = np.float32(logit)
    if familiar:
        total = total + wallet.familiarity
    if proof:
        total = total + wallet.social_proof
    if live:
        total = total + wallet.live_urgency * np.float32(impulse)
    return np.float32(u) < logistic(total)


@scalar
def daypart(edges, word):
    """Daypart (0 to 5) of a session, from the cumulative shares of sessions."""
    u = uniform(scramble(np.uint32(word)))
    part = 0
    while part < edges.size - 1 and u >= edges[part]:
        part += 1
    return part


@scalar
def step(value, rate, target):
    """Move a float32 towards a target by a rate."""
    return np.float32(np.float32(value) + np.float32(rate) * (np.float32(target) - np.float32(value)))


@scalar
def habit(mean, u):
    """Whole number whose mean over u is `mean`: a day's sessions, a session's slots, a day's posts."""
    return np.int64(np.float32(mean) + np.float32(u))  # to cut off is to round down, of what is not negative


@scalar
def exit_hazard(welfare, reservation, highest, steepness):
    """Daily chance that a creator stops: highest / (1 + (welfare / reservation)^steepness)."""
    return highest / (1.0 + (max(welfare, 0.0) / reservation) ** steepness)


@scalar
def entry_chance(welfare, reservation, chance, elasticity):
    """Chance that a potential entrant enters, from what newcomers have lately earned."""
    return min(1.0, chance * (max(welfare, 0.0) / reservation) ** elasticity)


@scalar
def lapse_chance(satisfaction, rate, slope):
    """Daily chance that a consumer lapses."""
    return rate * math.exp(-slope * satisfaction)


@scalar
def window_start(session_word, slate, length):
    """Where a session's window opens in a shuffled slate: a keyed position, not an index drawn anew.

    The slate is in shuffled order of stable words, so one item more or less moves a window by one entry at most.
    """
    turn = scramble(np.uint32(np.uint64(session_word) + np.uint64(slate) * np.uint64(0x9E3779B9)))
    return np.int64((np.uint64(turn) * np.uint64(length)) >> np.uint64(32))


@scalar
def exploration_noise(weight, item_word, session_word):
    """Exploration of one candidate by one session: weight x uniform in [0, 1)."""
    turn = scramble(np.uint32(np.uint32(item_word) ^ np.uint32(session_word)))
    return np.float32(weight) * uniform(turn)


@scalar
def quota(recall, breadth, share, before, verticals, u):
    """Candidates taken from one vertical, and the running total, by systematic rounding.

    The share of a vertical is ``breadth / V + (1 - breadth) x profile``. The quotas of a session sum to `recall` within
    one.
    """
    wanted = np.float32(recall) * (
        np.float32(breadth) / np.float32(verticals) + (_ONE - np.float32(breadth)) * np.float32(share)
    )
    after = np.float32(before) + wanted
    count = np.int64(after + np.float32(u)) - np.int64(np.float32(before) + np.float32(u))  # rounded down
    return count, after


@scalar
def thinned(limit, count, item_word, session_word):
    """Whether an item of a followed creator is left out because more than `limit` are fresh."""
    if count <= limit:
        return False
    turn = scramble(np.uint32(np.uint32(~np.uint32(item_word)) ^ np.uint32(session_word)))
    return uniform(turn) * np.float32(count) >= np.float32(limit)


@scalar
def top_length(need, ratio, available):
    """Length of the top of the slate that is re-ranked for `need` slots."""
    return min(available, max(np.int64(math.ceil(np.float32(need) * np.float32(ratio))), need + 8))


@scalar
def learned_interest(known, rate, watched, shown, mean):
    """What the platform believes of a vertical (not yet rescaled to sum to one) after a day.

    The belief grows with the vertical's mean watch share relative to the consumer's mean, not with how much of it was
    shown: what the feed itself chose is no evidence. A day's rate counts as much as four views at the mean are against
    it, and no vertical is ever given up for good.
    """
    share = (np.float32(watched) + _CAUTION * np.float32(mean)) / (np.float32(shown) + _CAUTION)
    believed = step(known, rate, np.float32(known) * (share / np.float32(mean)))
    return max(believed, _LEAST_INTEREST)


@scalar
def seen_salt(identity):
    """A consumer's own odd multiplier, so that two items that share a bit for one consumer do not for another."""
    return np.uint32(scramble(np.uint32(identity)) | np.uint32(1))


@scalar
def seen_bit(word, salt):
    """Place of an item in a half of a consumer's seen filter (multiply-shift hashing of the item's word)."""
    return np.int32(np.uint32(np.uint32(word) * np.uint32(salt)) >> SEEN_SHIFT)
