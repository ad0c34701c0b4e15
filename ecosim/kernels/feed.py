"""Recall, ranking and re-ranking: from the cohort slates to the list that one session is shown.

Every function works on one session and one thread's :class:`~ecosim.kernels.bundles.Desk`.
"""

import numpy as np

from ecosim.kernels import decisions
from ecosim.kernels.draws import scramble, uniform
from ecosim.kernels.jit import kernel

NEVER = np.float32(-np.inf)
_NONE = np.int64(-1)


@kernel
def is_seen(filter_row, bit):
    """Whether the consumer's filter knows the item of this bit."""
    return (filter_row[bit >> 6] >> np.uint64(bit & 63)) & np.uint64(1) != np.uint64(0)


@kernel
def mark_seen(filter_row, bit):
    """Enter an item in the consumer's filter."""
    filter_row[bit >> 6] |= np.uint64(1) << np.uint64(bit & 63)


@kernel
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
            shelf.style[item],
            decisions.exploration_noise(feed.exploration, shelf.word[item], session_word),
        )
        n += 1
    return n


@kernel
def recall_window(slate, wanted, session_word, slates, feed, desk, n):
    """Score a window of a cohort slate and append it to the candidates; return their new number.

    Written dimension by dimension over contiguous rows, so that the compiler uses vector instructions; the sum of each
    candidate runs in the order of :func:`ecosim.kernels.decisions.score`.
    """
    length = slates.length[slate]
    take = min(wanted, length)
    if take <= 0:
        return n
    begin = slates.start[slate] + decisions.window_start(session_word, slate, length)
    end = begin + take
    out = desk.score[n : n + take]
    base, vertical = slates.base[begin:end], slates.vertical[begin:end]
    for j in range(take):
        out[j] = base[j] + desk.own[vertical[j]]
    for d in range(0, desk.taste.size, 4):
        t0, t1, t2, t3 = desk.taste[d], desk.taste[d + 1], desk.taste[d + 2], desk.taste[d + 3]
        s0, s1 = slates.style[d, begin:end], slates.style[d + 1, begin:end]
        s2, s3 = slates.style[d + 2, begin:end], slates.style[d + 3, begin:end]
        for j in range(take):
            out[j] = out[j] + ((t0 * s0[j] + t1 * s1[j]) + (t2 * s2[j] + t3 * s3[j]))
    word = slates.word[begin:end]
    if feed.exploration != np.float32(0.0):
        for j in range(take):
            out[j] = out[j] + feed.exploration * uniform(scramble(np.uint32(word[j] ^ np.uint32(session_word))))
    desk.word[n : n + take] = word
    desk.item[n : n + take] = slates.item[begin:end]
    desk.bit[n : n + take] = slates.bit[begin:end]
    desk.edge[n : n + take] = _NONE
    return n + take


@kernel
def recall(person, session_word, u, audience, shelf, slates, feed, desk):
    """Collect and score all candidates of a session.

    Returns
    -------
    total, fresh, reserved, end : int
        Number of candidates; where the fresh pool begins; where the reserved pool begins and ends.
    """
    region = audience.region[person]
    n = 0
    if feed.recall_followed > 0:
        n = recall_followed(person, session_word, audience, shelf, feed, desk)
    before = np.float32(0.0)
    for v in range(feed.verticals):
        share = audience.profile_interest[person, v]
        wanted, before = decisions.quota(feed.recall_interest, feed.recall_breadth, share, before, feed.verticals, u)
        n = recall_window(v * feed.regions + region, wanted, session_word, slates, feed, desk, n)
    cohort = feed.verticals * feed.regions + region
    n = recall_window(cohort, feed.recall_hot, session_word, slates, feed, desk, n)
    fresh = n
    n = recall_window(cohort + feed.regions, feed.recall_fresh, session_word, slates, feed, desk, n)
    reserved = n
    n = recall_window(cohort + 2 * feed.regions, feed.recall_reserved, session_word, slates, feed, desk, n)
    return n, fresh, reserved, n


@kernel
def drop_seen(filter_row, desk, n):
    """Rule out what the consumer has already been shown."""
    for j in range(n):
        if is_seen(filter_row, desk.bit[j]):
            desk.score[j] = NEVER


@kernel
def _before(desk, a, b):
    """Whether candidate `a` ranks before `b`: score, then the item's word, then the order of recall."""
    if desk.score[a] != desk.score[b]:
        return desk.score[a] > desk.score[b]
    if desk.word[a] != desk.word[b]:
        return desk.word[a] < desk.word[b]
    return a < b


@kernel
def top(desk, n, wanted):
    """Put the best `wanted` candidates into ``desk.order``, best first; return how many there are.

    A histogram of 256 bins finds the few that can be among the best, and only those are sorted.
    """
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
def pick_reserved(filter_row, desk, begin, end, wanted, picked):
    """Take the best `wanted` unseen candidates of a pool for its reserved slots; return the new number of picks."""
    for _ in range(wanted):
        best = -1
        for j in range(begin, end):
            if desk.score[j] == NEVER or is_seen(filter_row, desk.bit[j]):
                continue
            if best < 0 or _before(desk, j, best):
                best = j
        if best < 0:
            break
        mark_seen(filter_row, desk.bit[best])
        desk.kept[picked] = best
        picked += 1
    return picked


@kernel
def rerank(filter_row, shelf, feed, desk, found, need, shown):
    """Fill `need` slots from the top of the slate, each time the best score less likeness to what was just picked.

    The likeness is a running mean over the session (a fifth of it is the last pick). Returns the new number shown.
    """
    dims = desk.taste.size
    m = 0
    for k in range(found):
        j = desk.order[k]
        if not is_seen(filter_row, desk.bit[j]):
            desk.order[m] = j
            m += 1
    for k in range(m):
        style = shelf.style[desk.item[desk.order[k]]]
        for d in range(dims):
            desk.style[d, k] = style[d]
        desk.likeness[k] = np.float32(0.0)
        desk.value[k] = desk.score[desk.order[k]]
    last = shown + need
    while shown < last:
        best = -1
        for k in range(m):
            if desk.value[k] != NEVER and (best < 0 or desk.value[k] > desk.value[best]):
                best = k
        if best < 0:
            break
        j = desk.order[best]
        desk.value[best] = NEVER
        if is_seen(filter_row, desk.bit[j]):  # the same item, recalled twice
            continue
        mark_seen(filter_row, desk.bit[j])
        desk.show[shown] = j
        shown += 1
        if feed.diversity != np.float32(0.0):
            _add_likeness(feed, desk, best, m, dims)
    return shown


@kernel
def _add_likeness(feed, desk, best, m, dims):
    """Update every waiting candidate's likeness to the session after a pick, and with it their values."""
    similar = desk.likeness[:m]
    product = desk.product[:m]
    product[:] = np.float32(0.0)
    for d in range(0, dims, 4):
        t0, t1, t2, t3 = desk.style[d, best], desk.style[d + 1, best], desk.style[d + 2, best], desk.style[d + 3, best]
        s0, s1, s2, s3 = desk.style[d, :m], desk.style[d + 1, :m], desk.style[d + 2, :m], desk.style[d + 3, :m]
        for k in range(m):
            product[k] = product[k] + ((t0 * s0[k] + t1 * s1[k]) + (t2 * s2[k] + t3 * s3[k]))
    for k in range(m):
        similar[k] = decisions.step(similar[k], np.float32(0.2), product[k])
        if desk.value[k] != NEVER:
            desk.value[k] = desk.score[desk.order[k]] - feed.diversity * similar[k]
