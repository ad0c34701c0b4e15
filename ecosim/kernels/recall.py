"""Recall: the candidates of one session, from whom the consumer follows, from friends and from the cohort slates.

Every function works on one session and one thread's :class:`~ecosim.kernels.bundles.Desk`. What lies far off in memory
is asked for before it is needed: a session reads some two hundred entries of slates, and waiting for each would cost
more than all arithmetic.
"""

import numpy as np

from ecosim.kernels import decisions, lanes, words
from ecosim.kernels.jit import part

_NO_EDGE = np.uint32(0xFFFFFFFF)  # -1: not a follow
_ZERO = np.float32(0.0)


@part
def is_on(item, daypart, shelf):
    """Whether there is such an item and it can be watched now: a video always, a live session in its dayparts."""
    return item >= 0 and (shelf.card[item]["parts"] == 0 or (shelf.card[item]["parts"] >> daypart) & 1 == 1)


@part
def put_personal(item, edge, weight, region, salt, shelf, desk, n):
    """Append an item of the personal slate to the candidates."""
    card = shelf.card[item]
    desk.item[n] = item
    desk.word[n] = card["word"]
    desk.bit[n] = card["half"] + decisions.seen_bit(card["word"], salt)
    desk.place[n] = -1
    desk.edge[n] = edge
    total = shelf.base[region, item] + (desk.own[card["vertical"]] + weight)
    desk.score[n] = lanes.fold(total, lanes.load(desk.taste, 0) * lanes.load(shelf.style, item))


@part
def await_followed(person, daypart, audience, shelf):
    """Count the new items of followed creators, and have what is needed of them brought close meanwhile."""
    base = shelf.base[audience.region[person]]
    fresh = 0
    for edge in range(audience.follow_start[person], audience.follow_start[person + 1]):
        creator = audience.follow[edge]
        for live in range(2):
            item = shelf.latest[creator, live]
            if item >= 0 and (live == 0 or (shelf.latest[creator, 2] >> daypart) & 1 == 1):
                fresh += 1
                lanes.fetch(shelf.card, item)
                lanes.fetch(shelf.style, item)
                lanes.fetch(base, item)
    return fresh


@part
def recall_followed(person, fresh, session_word, daypart, salt, audience, shelf, feed, desk):
    """Put the newest items of followed creators first among the candidates; return their number."""
    region, n = audience.region[person], 0
    for edge in range(audience.follow_start[person], audience.follow_start[person + 1]):
        creator = audience.follow[edge]
        for live in range(2):
            item = shelf.latest[creator, live]
            if item < 0 or (live == 1 and (shelf.latest[creator, 2] >> daypart) & 1 == 0):
                continue
            if decisions.thinned(feed.recall_followed, fresh, shelf.card[item]["word"], session_word):
                continue
            put_personal(item, edge, feed.followed, region, salt, shelf, desk, n)
            n += 1
    return n


@part
def recall_shared(person, daypart, salt, audience, shelf, feed, desk, n):
    """Append what friends shared yesterday: items, and sessions of creators who are live again."""
    for k in range(audience.inbox.shape[1]):
        item = np.int64(audience.inbox[person, k])
        if item < -1:
            item = np.int64(shelf.latest[-item - 2, 1])
        if is_on(item, daypart, shelf):
            senders = audience.senders[person, k]
            weight = feed.friend * decisions.weight_of_friends(senders)
            put_personal(item, -1 - senders, weight, audience.region[person], salt, shelf, desk, n)
            n += 1
    return n


@part
def open_window(number, slate, vertical, wanted, session_word, slates, desk):
    """Open a window of a cohort slate and have its entries brought close, to be scored by :func:`score_windows`.

    ``vertical`` is the vertical of all the slate's items, -1 where they are of several.
    """
    length = slates.length[slate]
    take = min(wanted, length)
    begin = slates.start[slate]
    if take > 0:
        begin += decisions.window_start(session_word, slate, length)
        for j in range(begin, begin + take):
            lanes.fetch(slates.style, j)
        for j in range(begin, begin + take + lanes.WIDTH, lanes.WIDTH):
            lanes.fetch(slates.item, j)
            lanes.fetch(slates.word, j)
            lanes.fetch(slates.half, j)
            lanes.fetch(slates.base, j)
            if vertical < 0:
                lanes.fetch(slates.vertical, j)
    desk.begin[number] = begin
    desk.take[number] = take
    desk.kind[number] = vertical


@part
def open_windows(person, session_word, daypart, u, audience, slates, feed, desk):
    """Open a session's windows: verticals by estimated interest, the hot list, live sessions, fresh and reserved."""
    region, before, last = audience.region[person], _ZERO, feed.verticals
    for v in range(last):
        share = audience.profile_interest[person, v]
        wanted, before = decisions.quota(feed.recall_interest, feed.recall_breadth, share, before, feed.verticals, u)
        open_window(v, v * feed.regions + region, v, wanted, session_word, slates, desk)
    hot, fresh, reserved, on_air = last, last + 1, last + 2, last + 3 + daypart
    open_window(last, hot * feed.regions + region, -1, feed.recall_hot, session_word, slates, desk)
    open_window(last + 1, on_air * feed.regions + region, -1, feed.recall_live, session_word, slates, desk)
    open_window(last + 2, fresh * feed.regions + region, -1, feed.recall_fresh, session_word, slates, desk)
    open_window(last + 3, reserved * feed.regions + region, -1, feed.recall_reserved, session_word, slates, desk)


@part
def score_windows(first, last, salt, slates, desk, n):
    """Score the windows from `first` to before `last` and append them to the candidates; return their new number.

    Entries are scored sixteen at a time. What is written beyond a window is overwritten by the next one, and in the
    end ruled out by :func:`drop_seen`.
    """
    for number in range(first, last):
        begin, take = desk.begin[number], desk.take[number]
        for j in range(0, take, lanes.WIDTH):
            score_sixteen(desk.kind[number], begin + j, n + j, salt, slates, desk)
        n += take
    return n


@part
def score_sixteen(vertical, begin, at, salt, slates, desk):
    """Score sixteen entries of a slate from ``begin`` on, and write them among the candidates from ``at`` on."""
    word = words.load_words(slates.word, begin)
    words.store_words(desk.item, at, words.load_words(slates.item, begin))
    words.store_words(desk.word, at, word)
    place = (word * salt) >> decisions.SEEN_SHIFT
    words.store_words(desk.bit, at, words.load_words(slates.half, begin) + place)
    words.store_words(desk.place, at, words.count_from(begin))
    words.store_words(desk.edge, at, words.spread_word(_NO_EDGE))
    if vertical >= 0:
        own = lanes.spread(desk.own[vertical])
    else:
        own = words.pick(desk.own, words.load_words(slates.vertical, begin))
    total = lanes.load_at(slates.base, begin) + own
    lanes.store_at(desk.score, at, lanes.match(total, slates.style, begin, lanes.load(desk.taste, 0)))


@part
def recall(person, session_word, daypart, u, audience, shelf, slates, feed, desk):
    """Collect all candidates of a session, with what is shared or estimated of their scores.

    Returns
    -------
    total, fresh, reserved : int
        Number of candidates; where the fresh pool begins; where the reserved pool begins, which is the last.
    """
    salt = decisions.seen_salt(audience.identity[person])
    n, coming = 0, 0
    if feed.recall_followed > 0:
        coming = await_followed(person, daypart, audience, shelf)
    open_windows(person, session_word, daypart, u, audience, slates, feed, desk)
    if feed.recall_followed > 0:
        n = recall_followed(person, coming, session_word, daypart, salt, audience, shelf, feed, desk)
    if feed.sharing > 0:
        n = recall_shared(person, daypart, salt, audience, shelf, feed, desk, n)
    fresh = score_windows(0, feed.verticals + 2, salt, slates, desk, n)
    reserved = score_windows(feed.verticals + 2, feed.verticals + 3, salt, slates, desk, fresh)
    return score_windows(feed.verticals + 3, feed.verticals + 4, salt, slates, desk, reserved), fresh, reserved
