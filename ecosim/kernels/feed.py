"""Ranking and re-ranking: from the candidates of one session to the list that it is shown.

Every function works on one session and one thread's :class:`~ecosim.kernels.bundles.Desk`.
"""

import numpy as np

from ecosim.kernels import lanes, words
from ecosim.kernels.jit import part

NEVER = np.float32(-np.inf)
_LEAST = np.finfo(np.float32).min
_ZERO = np.float32(0.0)
_HALF = np.float32(0.5)
_AT_ONCE = 4  # rows whose flags fit into one word


@part
def is_seen(seen, person, bit):
    """Whether the consumer's filter knows the item of this bit."""
    place = np.uint64(bit)
    return (seen[person, place >> np.uint64(6)] >> (place & np.uint64(63))) & np.uint64(1) != np.uint64(0)


@part
def mark_seen(seen, person, bit):
    """Enter an item in the consumer's filter."""
    place = np.uint64(bit)
    seen[person, place >> np.uint64(6)] |= np.uint64(1) << (place & np.uint64(63))


@part
def explore(session_word, feed, desk, n):
    """Add each candidate's exploration noise, the last term of its score (see decisions.exploration_noise)."""
    if feed.exploration != _ZERO:
        for row in range(rounded(n) // lanes.WIDTH):
            turn = words.scramble_words(words.load_words(desk.word, row * lanes.WIDTH) ^ session_word)
            noise = words.uniform_words(turn) * feed.exploration
            lanes.store(desk.score, row, lanes.load(desk.score, row) + noise)


@part
def drop_seen(seen, person, desk, n):
    """Rule out what the consumer has already been shown, and fill up the last sixteen candidates with nothing."""
    nothing = lanes.spread(NEVER)
    for j in range(n, rounded(n)):
        desk.bit[j] = 0
        desk.score[j] = NEVER
    for row in range(rounded(n) // lanes.WIDTH):
        known = words.are_set(seen, person, words.load_words(desk.bit, row * lanes.WIDTH))
        lanes.store(desk.score, row, lanes.choose(known, nothing, lanes.load(desk.score, row)))


@part
def rounded(n):
    """Round up to whole rows of sixteen."""
    return (n + lanes.WIDTH - 1) // lanes.WIDTH * lanes.WIDTH


@part
def ranks_before(desk, a, b):
    """Whether candidate `a` ranks before `b`: score, then the item's word, then the order of recall."""
    if desk.score[a] != desk.score[b]:
        return desk.score[a] > desk.score[b]
    if desk.word[a] != desk.word[b]:
        return desk.word[a] < desk.word[b]
    return a < b


@part
def count_from(desk, n, bound):
    """Count the candidates whose score reaches a bound."""
    found = 0
    for row in range(rounded(n) // lanes.WIDTH):
        found += lanes.bits_set(lanes.at_least(lanes.load(desk.score, row), bound))
    return found


@part
def find_threshold(desk, n, wanted):
    """Find a score that at least `wanted` candidates reach, and hardly more; if there are fewer, all reach it."""
    if count_from(desk, n, _LEAST) <= wanted:
        return _LEAST
    best = lanes.load(desk.score, 0)
    for row in range(1, rounded(n) // lanes.WIDTH):
        best = lanes.larger(best, lanes.load(desk.score, row))
    high, reach = lanes.highest(best), _HALF
    low = max(high - reach, _LEAST)
    found = count_from(desk, n, low)
    while found < wanted:
        high, reach = low, reach + reach
        low = max(high - reach, _LEAST)
        found = count_from(desk, n, low)
    while found > wanted:
        middle = low + (high - low) * _HALF
        if middle <= low or middle >= high:
            break
        count = count_from(desk, n, middle)
        if count >= wanted:
            low, found = middle, count
        else:
            high = middle
    return low


@part
def reaching(array, first, rows, bound):
    """Return which of up to 64 numbers, from row `first` on, reach a bound, as bits."""
    bits = np.uint64(0)
    for row in range(first, min(first + _AT_ONCE, rows)):
        bits |= lanes.at_least(lanes.load(array, row), bound) << np.uint64((row - first) * lanes.WIDTH)
    return bits


@part
def top(desk, n, wanted):
    """Put the best `wanted` candidates into ``desk.order``, in no order; return how many there are."""
    threshold = find_threshold(desk, n, wanted)
    rows, m = rounded(n) // lanes.WIDTH, 0
    for first in range(0, rows, _AT_ONCE):
        bits = reaching(desk.score, first, rows, threshold)
        while bits != np.uint64(0):
            desk.order[m] = first * lanes.WIDTH + lanes.first_bit(bits)
            bits &= bits - np.uint64(1)
            m += 1
    if m > wanted:
        part_best(desk, m, wanted)
    return min(m, wanted)


@part
def part_best(desk, m, wanted):
    """Bring the best `wanted` of the first `m` in ``desk.order`` to its front (quickselect)."""
    order = desk.order
    first, last = 0, m - 1
    while first < last:
        pivot = order[(first + last) // 2]
        i, j = first, last
        while i <= j:
            while ranks_before(desk, order[i], pivot):
                i += 1
            while ranks_before(desk, pivot, order[j]):
                j -= 1
            if i <= j:
                order[i], order[j] = order[j], order[i]
                i += 1
                j -= 1
        if wanted - 1 <= j:
            last = j
        elif wanted - 1 >= i:
            first = i
        else:
            break


@part
def pick_reserved(seen, person, desk, begin, end, wanted, picked):
    """Take the best `wanted` unseen candidates of a pool for its reserved slots; return the new number of picks."""
    for _ in range(wanted):
        best = -1
        for j in range(begin, end):
            if desk.score[j] == NEVER or is_seen(seen, person, desk.bit[j]):
                continue
            if best < 0 or ranks_before(desk, j, best):
                best = j
        if best < 0:
            break
        mark_seen(seen, person, desk.bit[best])
        desk.kept[picked] = best
        picked += 1
    return picked


@part
def style_of(j, shelf, slates, desk):
    """Return the style of a candidate: from the slates if it stands there, as it was read there a moment ago."""
    if desk.place[j] >= 0:
        return lanes.load(slates.style, desk.place[j])
    return lanes.load(shelf.style, desk.item[j])


@part
def lay_out(seen, person, shelf, slates, desk, found):
    """Lay the unseen of the top of the slate out in rows of sixteen, dimension by dimension; return their number."""
    m = 0
    for k in range(found):
        j = desk.order[k]
        if not is_seen(seen, person, desk.bit[j]):
            desk.order[m] = j
            m += 1
    taken = rounded(m)
    for k in range(taken):
        j = desk.order[k] if k < m else 0
        score = desk.score[j] if k < m else NEVER
        desk.plain[k] = score
        desk.value[k] = score
        desk.likeness[k] = _ZERO
        lanes.store(desk.style, k, style_of(j, shelf, slates, desk))
    for square in range(taken // lanes.WIDTH):
        lanes.turn(desk.style, square)
    return m


@part
def highest_value(desk, rows):
    """Return the highest value of the waiting candidates, -inf when nobody waits."""
    highest = lanes.load(desk.value, 0)
    for row in range(1, rows):
        highest = lanes.larger(highest, lanes.load(desk.value, row))
    return lanes.highest(highest)


@part
def find_best(desk, rows, highest):
    """Find the waiting candidate of the highest value, ties by rank: its place in ``desk.order``."""
    best = -1
    for first in range(0, rows, _AT_ONCE):
        bits = reaching(desk.value, first, rows, highest)
        while bits != np.uint64(0):
            k = first * lanes.WIDTH + lanes.first_bit(bits)
            bits &= bits - np.uint64(1)
            if best < 0 or ranks_before(desk, desk.order[k], desk.order[best]):
                best = k
    return best


@part
def open_top(seen, person, shelf, slates, desk, found):
    """Lay the top of the slate out for re-ranking; return its rows and the highest value, -inf when nobody waits."""
    m = lay_out(seen, person, shelf, slates, desk, found)
    rows = rounded(m) // lanes.WIDTH
    return rows, highest_value(desk, rows) if rows > 0 else NEVER


@part
def strike(array, k):
    """Rule an entry out, by writing its whole row: a row that is read soon after one entry of it would have to wait."""
    row = k // lanes.WIDTH
    place = np.uint64(1) << np.uint64(k % lanes.WIDTH)
    lanes.store(array, row, lanes.choose(place, lanes.spread(NEVER), lanes.load(array, row)))


@part
def pick_next(seen, person, shelf, feed, counts, desk, rows, shown, highest):
    """Fill one more slot from the top of the slate: the best score less likeness to what was just picked.

    The likeness is a running mean over the session (a fifth of it is the last pick). What is picked will be watched,
    so that its card and its row of ``counts`` are brought close. Returns the number shown, and the highest value that
    is left.
    """
    best = find_best(desk, rows, highest)
    j = desk.order[best]
    strike(desk.plain, best)
    strike(desk.value, best)
    if is_seen(seen, person, desk.bit[j]):  # the same item, recalled twice
        return shown, highest_value(desk, rows)
    mark_seen(seen, person, desk.bit[j])
    desk.show[shown] = j
    lanes.fetch(shelf.card, desk.item[j])
    lanes.fetch(counts, desk.item[j])
    left = add_likeness(feed, desk, best, rows) if feed.diversity != _ZERO else highest_value(desk, rows)
    return shown + 1, left


@part
def _term(desk, row, picked, best):
    """One dimension of sixteen candidates' likeness to the pick."""
    return lanes.load(desk.style, row) * desk.style[picked, best % lanes.WIDTH]


@part
def add_likeness(feed, desk, best, rows):
    """Update every waiting candidate's likeness to the session after a pick, and value; return the highest value."""
    picked = best // lanes.WIDTH * lanes.WIDTH
    highest = lanes.spread(NEVER)
    for row in range(rows):
        first = row * lanes.WIDTH
        product = lanes.spread(_ZERO)
        for d in range(0, lanes.WIDTH, 4):
            product = product + (
                (_term(desk, first + d, picked + d, best) + _term(desk, first + d + 1, picked + d + 1, best))
                + (_term(desk, first + d + 2, picked + d + 2, best) + _term(desk, first + d + 3, picked + d + 3, best))
            )
        likeness = lanes.load(desk.likeness, row)
        likeness = likeness + (product - likeness) * np.float32(0.2)
        lanes.store(desk.likeness, row, likeness)
        value = lanes.load(desk.plain, row) - likeness * feed.diversity
        lanes.store(desk.value, row, value)
        highest = lanes.larger(highest, value)
    return lanes.highest(highest)
