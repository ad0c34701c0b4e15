"""Trade behind the scenes: which product an item carries, which creators brands hire, how deliveries end."""

import math

import numpy as np

from ecosim.kernels import decisions, draws
from ecosim.kernels.jit import kernel, on_shares, on_threads, released_kernel, scalar, threads_for

_ZERO = np.float32(0.0)
_ROUNDED_UP = 1.0 + 1e-9  # more than logarithms and exponentials can be off by
_KEPT = np.float32(1.0)  # a kept promise feels like logistic(1), good rather than neutral


@scalar
def gumbel(word):
    """Turn a word into a standard Gumbel number: the highest of log weight + Gumbel is a draw by weight."""
    return -math.log(-math.log(draws.uniform64(np.uint64(word))))


@scalar
def brand_word(item_word, brand):
    """Word of an item and a brand, by which the item's creator chooses among brands."""
    return draws.scramble(np.uint32(np.uint32(item_word) ^ draws.scramble(np.uint32(brand))))


def choose_brands(vertical, word, start, by_vertical, log_size, out):
    """Choose a brand of its vertical for each item, by size: out int32[p], -1 where the vertical has none.

    Parameters
    ----------
    vertical, word : int32[p], uint32[p]
        The items.
    start, by_vertical : int64[V + 1], int32[B]
        Brands by vertical.
    log_size : float64[B]
        Logarithm of their sizes.
    """
    size = np.exp(log_size)
    on_shares(
        lambda first, last: choose_share(first, last, vertical, word, start, by_vertical, log_size, size, out),
        vertical.size,
    )


@released_kernel
def choose_share(first, last, vertical, word, start, by_vertical, log_size, size, out):
    """Choose brands for the items from `first` to before `last`; see :func:`choose_brands`.

    As ``-log(u) >= 1 - u``, most brands are seen to lose without a logarithm.
    """
    for i in range(first, last):
        best, top, bar = -1, -math.inf, math.inf
        for j in range(start[vertical[i]], start[vertical[i] + 1]):
            brand = by_vertical[j]
            drawn = brand_word(word[i], brand)
            if 1.0 - draws.uniform64(np.uint64(drawn)) > size[brand] * bar:
                continue
            value = log_size[brand] + gumbel(drawn)
            if value > top:
                best, top, bar = brand, value, math.exp(-value) * _ROUNDED_UP
        out[i] = best


@scalar
def choose_product(word, brand, on_sale):
    """Choose one of the products (int32[S], -1 for none) that a brand has on sale, each as likely, by smallest word."""
    best, least = -1, np.uint32(0)
    for s in range(on_sale.shape[1]):
        product = on_sale[brand, s]
        if product >= 0:
            priority = draws.scramble(np.uint32(np.uint32(word) ^ draws.scramble(np.uint32(~np.uint32(product)))))
            if best < 0 or priority < least:
                best, least = product, priority
    return best


@kernel
def choose_products(brand, word, on_sale, out):
    """Choose a product for each item from its brand's: out int32[p], -1 where there is no brand."""
    for i in range(brand.size):
        out[i] = choose_product(word[i], brand[i], on_sale) if brand[i] >= 0 else -1


@kernel
def make_deals(order, money, brand_vertical, begin, pools, week, unsold, limits, out):
    """Let brands hire creators for a week, or a part of it, one brand after another, within their money.

    Parameters
    ----------
    order : int64[B]
        Brands in the order in which they choose.
    money : int64[B, 3]
        What each may spend in each tier, fen; what is spent is taken off.
    brand_vertical : int32[B]
        Verticals of the brands.
    begin : uint32[B]
        Words that say where in a pool a brand starts to look.
    pools : tuple of int64[3 (V + 1) + 1], int32[...]
        Creators by tier and vertical, and of each tier as a whole after its verticals, in shuffled order.
    week : int64[m]
        Fee of a whole week, fen; 0 for who cannot be hired.
    unsold : int64[m]
        What of that is still for sale; written.
    limits : tuple of int, float
        Deals of a brand in a tier at most; least part of a week that a deal takes.
    out : int64[3 B limit, 3]
        Brand, creator and fee of each deal.

    Returns
    -------
    int
        Number of deals.
    """
    start, members = pools
    most, least = limits
    groups = (start.size - 1) // 3
    count = 0
    for k in range(order.size):
        brand = order[k]
        for tier in range(3):
            made = 0
            for pool in (tier * groups + brand_vertical[brand], tier * groups + groups - 1):
                first, length = start[pool], start[pool + 1] - start[pool]
                offset = np.int64((np.uint64(begin[brand]) * np.uint64(length)) >> np.uint64(32))
                for step in range(min(length, 8 * most)):
                    if made == most:
                        break
                    creator = members[first + (offset + step) % length]
                    fee = min(unsold[creator], money[brand, tier])
                    if fee > 0 and fee >= least * week[creator]:
                        unsold[creator] -= fee
                        money[brand, tier] -= fee
                        out[count, 0], out[count, 1], out[count, 2] = brand, creator, fee
                        count += 1
                        made += 1
    return count


@kernel
def find_deals(place, creator, deal, deals, end, out):
    """Find the deal into whose part of its creator's week each item falls: out int32[p], -1 where none does.

    Parameters
    ----------
    place : float64[p]
        Where in the week of promotion an item lies, from 0 to 1; beyond 1 it promotes nothing.
    creator : int32[p]
        Who made it.
    deal, deals : int32[m]
        First of a creator's running deals, which lie one after another, and their number.
    end : float64[d]
        Where the part of each deal ends.
    """
    for i in range(place.size):
        out[i] = -1
        first = deal[creator[i]]
        for k in range(first, first + deals[creator[i]]):
            if place[i] < end[k]:
                out[i] = k
                break


@scalar
def know(person, account, bought, ally, ally_trust, ally_orders, allies, trust):
    """Find or make room for an account among those a consumer knows; return its place, -1 if none is made.

    Accounts make room in turn; those from whom or through whom something came are passed over as long as there are
    others, and never make room for one that is only heard of (not ``bought`` from).
    """
    ring = ally.shape[1]
    for k in range(ring):
        if ally[person, k] == account:
            return k
    passed = 0
    while passed < ring and ally_orders[person, (allies[person] + passed) % ring] > 0:
        passed += 1
    if passed == ring:
        if not bought:
            return -1
        passed = 0
    k = (allies[person] + passed) % ring
    ally[person, k] = account
    ally_trust[person, k] = trust[person]
    ally_orders[person, k] = 0
    allies[person] += passed + 1
    return k


@scalar
def gap_of(promise, quality, noise, seed, day, consumer, product, seller):
    """What was promised less what was delivered (logits)."""
    w0, w1, _, _ = draws.draw(seed, draws.DELIVERY, day, consumer, product, seller, 0)
    delivered = np.float64(quality) + noise * draws.normals(w0, w1)[0]
    return np.float32(np.float64(promise) - delivered)


@scalar
def is_returned(gap, base, weight, seed, day, consumer, product, seller):
    """Whether a delivery is sent back."""
    _, _, w2, _ = draws.draw(seed, draws.DELIVERY, day, consumer, product, seller, 0)
    return draws.uniform(w2) < decisions.logistic(np.float32(base) + np.float32(weight) * np.float32(gap))


@scalar
def experience(gap, weight):
    """How good a delivery was, from 0 to 1."""
    return decisions.logistic(_KEPT - np.float32(weight) * np.float32(gap))


@scalar
def trust_after(trust, felt, gain, loss, part):
    """Trust after an experience: slowly up, quickly down; ``part`` scales the step."""
    rate = np.float32(gain) if np.float32(felt) > np.float32(trust) else np.float32(loss)
    return decisions.step(trust, rate * np.float32(part), felt)


def deliver(seed, day, orders, serial, goods, rules, minds, returned):
    """Deliver orders, let consumers send back what disappoints, and let trust follow.

    Parameters
    ----------
    orders : tuple of int32[o]
        Consumer, product and seller of each order that is due.
    serial : uint32[m]
        Who creators are, by whom luck is keyed.
    goods : tuple of float32[p], float32[p], int32[p]
        Promise and quality of each product, and its brand's own account.
    rules : tuple of float
        Noise, return base and weight (minus infinity: nothing is returned), trust weight, gain, loss, platform's part.
    minds : tuple of arrays
        ally, ally_trust, ally_orders, allies, trust of consumers; written.
    returned : bool[o]
        Written.
    """
    known = seed, day, orders, serial, goods, rules, minds, returned
    threads = threads_for(returned.size)
    on_threads(lambda thread: deliver_share(thread, threads, *known), threads)


@released_kernel
def deliver_share(share, shares, seed, day, orders, serial, goods, rules, minds, returned):
    """Deliver the orders of every so-many-th consumer, each consumer's in their order; see :func:`deliver`."""
    consumer, product, seller = orders
    promise, quality, account = goods
    noise, base, weight, feel, gain, loss, part = rules
    ally, ally_trust, ally_orders, allies, trust = minds
    for i in range(consumer.size):
        c, p = consumer[i], product[i]
        if c % shares != share:
            continue
        gap = gap_of(promise[p], quality[p], noise, seed, day, c, p, serial[seller[i]])
        returned[i] = is_returned(gap, base, weight, seed, day, c, p, serial[seller[i]])
        felt = experience(gap, feel)
        k = know(c, account[p], True, ally, ally_trust, ally_orders, allies, trust)
        ally_trust[c, k] = trust_after(ally_trust[c, k], felt, gain, loss, 1.0)
        ally_orders[c, k] += 1
        if seller[i] != account[p]:
            k = know(c, seller[i], True, ally, ally_trust, ally_orders, allies, trust)
            ally_trust[c, k] = trust_after(ally_trust[c, k], felt, gain, loss, 1.0)
            ally_orders[c, k] += 1
        trust[c] = trust_after(trust[c], felt, gain, loss, part)


@kernel
def learn_from_deals(rows, brand, tier, sold, fee, rate, believed, spread):
    """Let beliefs follow what each ended deal returned per fee, in the order of the deals.

    Parameters
    ----------
    rows : int64[e]
        Deals that ended.
    brand, tier, sold, fee : int32[d], int8[d], int64[d], int64[d]
        All deals.
    rate : float
        Weight of a deal.
    believed, spread : float64[B, 3]
        Mean and variance of sales per fee of each tier; written.
    """
    for row in rows:
        b, t = brand[row], tier[row]
        surprise = sold[row] / fee[row] - believed[b, t]
        believed[b, t] += rate * surprise
        spread[b, t] = (1 - rate) * (spread[b, t] + rate * surprise * surprise)


@kernel
def find_customers(consumer, account, ally, ally_orders, out):
    """Find orders of consumers who have had goods of the brand before, as far as they remember: out bool[o]."""
    for i in range(consumer.size):
        out[i] = False
        for k in range(ally.shape[1]):
            if ally[consumer[i], k] == account[i] and ally_orders[consumer[i], k] > 0:
                out[i] = True
