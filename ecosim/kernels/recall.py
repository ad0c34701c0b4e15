"""Recall: the candidates of one session, from whom the consumer follows, from friends and from the cohort slates.

Every function works on one session and one thread's :class:`~ecosim.kernels.bundles.Desk`. What lies far off in memory
is asked for before it is needed: a session reads some two hundred entries of slates, and waiting for each would cost
more than all arithmetic.
"""

import numpy as np

from ecosim.kernels import decisions, lanes, words
from ecosim.kernels.jit import part
from ecosim.kernels.slates import ROW, UPPER_HALF

_NO_EDGE = np.uint32(0xFFFFFFFF)  # -1: not a follow
_ZERO = np.float32(0.0)


@part
def ask_for_near(person, audience, shelf, feed):
    """Have the list of new items of the creators whom a consumer follows brought close."""
    if audience.active[person] and feed.recall_followed > 0:
        for edge in range(audience.follow_start[person], audience.follow_start[person + 1]):
            lanes.fetch(shelf.latest, audience.follow[edge])


@part
def await_near(person, audience, shelf, feed):
    """Have what is needed of the new items of followed creators, and of what friends shared, brought close."""
    if not audience.active[person]:
        return
    base = shelf.base[audience.region[person]]
    if feed.recall_followed > 0:
        for edge in range(audience.follow_start[person], audience.follow_start[person + 1]):
            for live in range(2):
                await_item(shelf.latest[audience.follow[edge], live], base, shelf)
    if feed.sharing > 0:
        for k in range(audience.inbox.shape[1]):
            await_item(audience.inbox[person, k], base, shelf)


@part
def await_item(item, base, shelf):
    """Have what is needed of an item brought close; -1 is none, and what is below a creator."""
    if item >= 0:
        lanes.fetch(shelf.card, item)
        lanes.fetch(shelf.style, item)
        lanes.fetch(base, item)


@part
def collect_near(person, audience, shelf, feed, desk):
    """Score what is near a consumer today, for all sessions: newest items of followed creators, then friends' shares.

    What is shared is an item, or below -1 a creator, whose session of today it invites to.
    """
    n = 0
    if feed.recall_followed > 0:
        for edge in range(audience.follow_start[person], audience.follow_start[person + 1]):
            creator = audience.follow[edge]
            for live in range(2):
                item = shelf.latest[creator, live]
                if item >= 0:
                    put_near(person, item, edge, feed.followed, audience, shelf, desk, n)
                    n += 1
    desk.near[0] = n
    if feed.sharing > 0:
        for k in range(audience.inbox.shape[1]):
            item = np.int64(audience.inbox[person, k])
            if item < -1:
                item = np.int64(shelf.latest[-item - 2, 1])
            if item >= 0:
                senders = audience.senders[person, k]
                weight = feed.friend * decisions.weight_of_friends(senders)
                put_near(person, item, -1 - senders, weight, audience, shelf, desk, n)
                n += 1
    desk.near[1] = n


@part
def put_near(person, item, edge, weight, audience, shelf, desk, n):
    """Put an item on the list of what is near, with all of its score but the session's exploration."""
    card = shelf.card[item]
    desk.near_item[n] = item
    desk.near_edge[n] = edge
    desk.near_word[n] = card["word"]
    desk.near_bit[n] = card["half"] + decisions.seen_bit(card["word"], decisions.seen_salt(audience.identity[person]))
    desk.near_parts[n] = card["parts"]
    total = shelf.base[audience.region[person], item] + (desk.own[card["vertical"]] + weight)
    desk.near_score[n] = lanes.fold(total, lanes.load(desk.taste, 0) * lanes.load(shelf.style, item))


@part
def is_on(parts, daypart):
    """Whether an item can be watched now: a video always, a live session in its dayparts."""
    return parts == 0 or (parts >> daypart) & 1 == 1


@part
def recall_near(session_word, daypart, feed, desk):
    """Put what is near first among the candidates, followed creators' items thinned out; return their number."""
    n, fresh = 0, 0
    if desk.near[0] > feed.recall_followed:
        for k in range(desk.near[0]):
            fresh += is_on(desk.near_parts[k], daypart)
    for k in range(desk.near[1]):
        if not is_on(desk.near_parts[k], daypart):
            continue
        word = desk.near_word[k]
        if k < desk.near[0] and decisions.thinned(feed.recall_followed, fresh, word, session_word):
            continue
        desk.item[n] = desk.near_item[k]
        desk.word[n] = word
        desk.bit[n] = desk.near_bit[k]
        desk.place[n] = -1
        desk.edge[n] = desk.near_edge[k]
        desk.score[n] = desk.near_score[k]
        n += 1
    return n


@part
def open_window(number, slate, vertical, wanted, session_word, slates, desk):
    """Open a window of a cohort slate; ``vertical`` is that of all the slate's items, -1 where they are of several."""
    length = slates.length[slate]
    take = min(wanted, length)
    begin = slates.start[slate]
    if take > 0:
        begin += decisions.window_start(session_word, slate, length)
    desk.begin[number] = begin
    desk.take[number] = take
    desk.kind[number] = vertical


@part
def bring_window(number, slates, desk):
    """Have the entries of an open window brought close, to be scored by :func:`score_windows`."""
    begin, take = desk.begin[number], desk.take[number]
    if take > 0:
        for j in range(begin, begin + take):
            lanes.fetch(slates.style, j)
        for j in range(begin, begin + take + lanes.WIDTH, lanes.WIDTH):
            lanes.fetch(slates.marked, j)
            lanes.fetch(slates.word, j)
            lanes.fetch(slates.base, j)
            if desk.kind[number] < 0:
                lanes.fetch(slates.vertical, j)


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
    marked = words.load_words(slates.marked, begin)
    words.store_words(desk.item, at, marked & ROW)
    words.store_words(desk.word, at, word)
    half = (marked >> UPPER_HALF) << decisions.HALF_SHIFT
    words.store_words(desk.bit, at, half + ((word * salt) >> decisions.SEEN_SHIFT))
    words.store_words(desk.place, at, words.count_from(begin))
    words.store_words(desk.edge, at, words.spread_word(_NO_EDGE))
    if vertical >= 0:
        own = lanes.spread(desk.own[vertical])
    else:
        own = words.pick(desk.own, words.load_words(slates.vertical, begin))
    total = lanes.load_at(slates.base, begin) + own
    lanes.store_at(desk.score, at, lanes.match(total, slates.style, begin, lanes.load(desk.taste, 0)))


@part
def recall(person, session_word, daypart, audience, slates, feed, desk):
    """Collect all candidates of a session, with what is shared or estimated of their scores.

    What is near the consumer was collected in the morning (:func:`collect_near`); its windows are open.

    Returns
    -------
    total, fresh, reserved : int
        Number of candidates; where the fresh pool begins; where the reserved pool begins, which is the last.
    """
    salt = decisions.seen_salt(audience.identity[person])
    n = recall_near(session_word, daypart, feed, desk)
    fresh = score_windows(0, feed.verticals + 2, salt, slates, desk, n)
    reserved = score_windows(feed.verticals + 2, feed.verticals + 3, salt, slates, desk, fresh)
    return score_windows(feed.verticals + 3, feed.verticals + 4, salt, slates, desk, reserved), fresh, reserved
