"""Recall, ranking and re-ranking: from the cohort slates to the list that one session is shown.

Every function works on one session and one thread's :class:`~ecosim.kernels.bundles.Desk`.
"""

import numpy as np

from ecosim.kernels import decisions
from ecosim.kernels.borrow import borrow
from ecosim.kernels.draws import scramble, uniform
from ecosim.kernels.jit import inlined, kernel

NEVER = np.float32(-np.inf)
_NONE = np.int64(-1)


@inlined
def is_seen(seen, person, bit):
    """Whether the consumer's filter knows the item of this bit."""
    return (seen[person, bit >> 6] >> np.uint64(bit & 63)) & np.uint64(1) != np.uint64(0)


@inlined
def mark_seen(seen, person, bit):
    """Enter an item in the consumer's filter."""
    seen[person, bit >> 6] |= np.uint64(1) << np.uint64(bit & 63)


@inlined
def recall_followed(person, session_word, audience, shelf, feed, desk):
    """Put the newest items of followed creators first among the candidates; return their number."""
    region = audience.region[person]
    first, last = audience.follow_start[person], audience.follow_start[person + 1]
    fresh = 0
    for edge in range(first, last):
        if shelf.latest[audience.follow[edge]] >= 0:
            fresh += 1
    n = 0
    for edge in range(first, last):
        item = shelf.latest[audience.follow[edge]]
        if item < 0 or decisions.thinned(feed.recall_followed, fresh, shelf.word[item], session_word):
            continue
        desk.item[n] = item
        desk.word[n] = shelf.word[item]
        desk.bit[n] = shelf.bit[item]
        desk.edge[n] = edge
        desk.score[n] = decisions.score(
            shelf.base[region, item],
            desk.own[shelf.vertical[item]] + feed.followed,
            desk.taste,
            shelf.style,
            item,
            decisions.exploration_noise(feed.exploration, shelf.word[item], session_word),
        )
        n += 1
    return n


@inlined
def recall_window(slate, wanted, session_word, slates, feed, desk, n):
    """Score a window of a cohort slate and append it to the candidates; return their new number.

    Written dimension by dimension over contiguous rows and with unsigned indices, so that the compiler uses vector
    instructions; the sum of each candidate runs in the order of :func:`ecosim.kernels.decisions.score`.
    """
    length = slates.length[slate]
    take = min(wanted, length)
    if take > 0:
        begin = np.uint64(slates.start[slate] + decisions.window_start(session_word, slate, length))
        at, count = np.uint64(n), np.uint64(take)
        for j in range(count):
            desk.score[at + j] = slates.base[begin + j] + desk.own[slates.vertical[begin + j]]
        for d in range(0, desk.taste.size, 4):
            t0, t1, t2, t3 = desk.taste[d], desk.taste[d + 1], desk.taste[d + 2], desk.taste[d + 3]
            for j in range(count):
                k = begin + j
                desk.score[at + j] = desk.score[at + j] + (
                    (t0 * slates.style[d, k] + t1 * slates.style[d + 1, k])
                    + (t2 * slates.style[d + 2, k] + t3 * slates.style[d + 3, k])
                )
        if feed.exploration != np.float32(0.0):
            for j in range(count):
                turn = scramble(np.uint32(slates.word[begin + j] ^ np.uint32(session_word)))
                desk.score[at + j] = desk.score[at + j] + feed.exploration * uniform(turn)
        for j in range(count):
            desk.word[at + j] = slates.word[begin + j]
            desk.item[at + j] = slates.item[begin + j]
            desk.bit[at + j] = slates.bit[begin + j]
            desk.edge[at + j] = _NONE
        n += take
    return n


@kernel
def recall(person, session_word, u, lent_audience, lent_shelf, lent_slates, feed, lent_desk):
    """Collect and score all candidates of a session.

    Returns
    -------
    total, fresh, reserved : int
        Number of candidates; where the fresh pool begins; where the reserved pool begins, which is the last.
    """
    audience, shelf, slates, desk = borrow(lent_audience), borrow(lent_shelf), borrow(lent_slates), borrow(lent_desk)
    region = audience.region[person]
    n = 0
    if feed.recall_followed > 0:
        n = recall_followed(person, session_word, audience, shelf, feed, desk)
    before = np.float32(0.0)
    fresh, reserved = 0, 0
    for v in range(feed.verticals + 3):
        slate, wanted = v * feed.regions + region, feed.recall_hot
        if v < feed.verticals:
            share = audience.profile_interest[person, v]
            wanted, before = decisions.quota(feed.recall_interest, feed.recall_breadth, share, before, feed.verticals, u)
        elif v == feed.verticals + 1:
            fresh, wanted = n, feed.recall_fresh
        elif v == feed.verticals + 2:
            reserved, wanted = n, feed.recall_reserved
        n = recall_window(slate, wanted, session_word, slates, feed, desk, n)
    return n, fresh, reserved


@kernel
def drop_seen(seen, person, desk, n):
    """Rule out what the consumer has already been shown."""
    for j in range(n):
        if is_seen(seen, person, desk.bit[j]):
            desk.score[j] = NEVER


@inlined
def _before(desk, a, b):
    """Whether candidate `a` ranks before `b`: score, then the item's word, then the order of recall."""
    if desk.score[a] != desk.score[b]:
        return desk.score[a] > desk.score[b]
    if desk.word[a] != desk.word[b]:
        return desk.word[a] < desk.word[b]
    return a < b


@kernel
def top(lent_desk, n, wanted):
    """Put the best `wanted` candidates into ``desk.order``, best first; return how many there are.

    A histogram of 256 bins finds the few that can be among the best, and only those are sorted.
    """
    desk = borrow(lent_desk)
    low, high = np.float32(np.inf), NEVER
    for j in range(n):
        value = desk.score[j]
        if value != NEVER:
            low = min(low, value)
            high = max(high, value)
    if high == NEVER:
        return 0
    scale = np.float32(255.0) / (high - low) if high > low else np.float32(0.0)
    desk.count[:] = 0
    for j in range(n):
        value = desk.score[j]
        place = np.int32((value - low) * scale) if value != NEVER else np.int32(-1)
        desk.bin[j] = place
        if place >= 0:
            desk.count[place] += 1
    threshold, found = 256, 0
    while threshold > 0 and found < wanted:
        threshold -= 1
        found += desk.count[threshold]
    m = 0
    for j in range(n):
        if desk.bin[j] >= threshold:
            place = m
            while place > 0 and _before(desk, j, desk.order[place - 1]):
                desk.order[place] = desk.order[place - 1]
                place -= 1
            desk.order[place] = j
            m += 1
    return min(m, wanted)


@kernel
def pick_reserved(seen, person, desk, begin, end, wanted, picked):
    """Take the best `wanted` unseen candidates of a pool for its reserved slots; return the new number of picks."""
    for _ in range(wanted):
        best = -1
        for j in range(begin, end):
            if desk.score[j] == NEVER or is_seen(seen, person, desk.bit[j]):
                continue
            if best < 0 or _before(desk, j, best):
                best = j
        if best < 0:
            break
        mark_seen(seen, person, desk.bit[best])
        desk.kept[picked] = best
        picked += 1
    return picked


@kernel
def rerank(seen, person, lent_shelf, feed, lent_desk, found, need, shown):
    """Fill `need` slots from the top of the slate, each time the best score less likeness to what was just picked.

    The likeness is a running mean over the session (a fifth of it is the last pick). Returns the new number shown.
    """
    shelf, desk = borrow(lent_shelf), borrow(lent_desk)
    dims = desk.taste.size
    m = 0
    for k in range(found):
        j = desk.order[k]
        if not is_seen(seen, person, desk.bit[j]):
            desk.order[m] = j
            m += 1
    for k in range(m):
        item = desk.item[desk.order[k]]
        for d in range(dims):
            desk.style[d, k] = shelf.style[item, d]
        desk.likeness[k] = np.float32(0.0)
        desk.plain[k] = desk.score[desk.order[k]]
        desk.value[k] = desk.plain[k]
    last = shown + need
    while shown < last:
        best, most = -1, NEVER
        for k in range(m):
            if desk.value[k] > most:
                best, most = k, desk.value[k]
        if best < 0:
            break
        j = desk.order[best]
        desk.plain[best] = NEVER
        desk.value[best] = NEVER
        if is_seen(seen, person, desk.bit[j]):  # the same item, recalled twice
            continue
        mark_seen(seen, person, desk.bit[j])
        desk.show[shown] = j
        shown += 1
        if feed.diversity != np.float32(0.0):
            _add_likeness(feed, desk, best, m, dims)
    return shown


@inlined
def _add_likeness(feed, desk, best, m, dims):
    """Update every waiting candidate's likeness to the session after a pick, and with it their values."""
    count = np.uint64(m)
    for k in range(count):
        desk.product[k] = np.float32(0.0)
    for d in range(0, dims, 4):
        t0, t1, t2, t3 = desk.style[d, best], desk.style[d + 1, best], desk.style[d + 2, best], desk.style[d + 3, best]
        for k in range(count):
            desk.product[k] = desk.product[k] + (
                (t0 * desk.style[d, k] + t1 * desk.style[d + 1, k])
                + (t2 * desk.style[d + 2, k] + t3 * desk.style[d + 3, k])
            )
    for k in range(count):
        desk.likeness[k] = decisions.step(desk.likeness[k], np.float32(0.2), desk.product[k])
        desk.value[k] = desk.plain[k] - feed.diversity * desk.likeness[k]
