"""Serving: each consumer's sessions of the day, one after another, from recall to the day's end.

A block of consumers belongs to one thread, which counts into its own row of the tally. Counts are integers, so the sums
over threads are exact, and a consumer's draws depend on nobody else: threads and blocks cannot part results.
"""

import numpy as np

from ecosim.kernels import aligned, decisions, lanes, queue, shop
from ecosim.kernels.borrow import borrow
from ecosim.kernels.bundles import Desk
from ecosim.kernels.draws import HABIT, SESSION, draw, scramble, uniform
from ecosim.kernels.feed import NEVER, drop_seen, explore, open_top, pick_next, pick_reserved, top
from ecosim.kernels.jit import on_threads, part, released_kernel
from ecosim.kernels.recall import ask_for_near, await_near, bring_window, collect_near, open_windows, recall
from ecosim.kernels.vectors import align_stack
from ecosim.kernels.viewing import prepare_views, react, take_seats, watch

NOBODY = np.int64(-1)
_WHOSE, _NUMBER, _WAITING = 0, 1, 2
"""Places of ``desk.ahead``."""
_ZERO = np.float32(0.0)


def new_desk(candidates, verticals):
    """Allocate one thread's working space for at most `candidates` candidates."""
    room = (-(-candidates // lanes.WIDTH) + 1) * lanes.WIDTH  # windows are written by sixteens, the last one beyond
    kinds = dict.fromkeys(("item", "bit", "place", "edge", "order", "show", "kept", "seat", "source"), np.int32)
    kinds |= {"good": np.int32, "time": np.int64}
    kinds |= dict.fromkeys(("near_item", "near_edge", "near_bit", "near_parts"), np.int32)
    kinds |= dict.fromkeys(("word", "near_word", "serial", "number"), np.uint32) | {"flags": np.int8}
    kinds |= dict.fromkeys(("near", "ahead", "begin", "take", "kind"), np.int64) | {"drawn": np.uint64}
    shapes = {
        "near": 2,
        "ahead": 3,
        "drawn": 4,
        "style": (room, lanes.WIDTH),
        "looks": (room, lanes.WIDTH),
        "chance": (4, room),
    }
    shapes |= dict.fromkeys(("begin", "take", "kind"), verticals + 4)
    shapes |= dict.fromkeys(("own", "gain", "watched", "shown"), verticals)
    shapes |= dict.fromkeys(("taste", "liked", "met"), lanes.WIDTH)
    return Desk(*(aligned.zeros(shapes.get(name, room), kinds.get(name, np.float32)) for name in Desk._fields))


@part
def fetch_consumer(person, audience):
    """Have the columns of a consumer brought close while the one before is served."""
    lanes.fetch(audience.seen, person)
    lanes.fetch(audience.interest, person)
    lanes.fetch(audience.taste, person)
    lanes.fetch(audience.satiation, person)
    lanes.fetch(audience.recent, person)
    lanes.fetch(audience.profile_interest, person)
    lanes.fetch(audience.profile_taste, person)
    lanes.fetch(audience.senders, person)
    lanes.fetch(audience.touched, person)
    lanes.fetch(audience.touched_when, person)
    lanes.fetch(audience.ally, person)
    lanes.fetch(audience.ally_trust, person)
    lanes.fetch(audience.ally_orders, person)
    lanes.fetch(audience.bought, person)
    lanes.fetch(audience.satisfaction, person)
    lanes.fetch(audience.purse, person)
    lanes.fetch(audience.thrift, person)
    lanes.fetch(audience.impulse, person)
    lanes.fetch(audience.trust, person)
    lanes.fetch(audience.touches, person)
    lanes.fetch(audience.allies, person)


@part
def fetch_follows(person, audience):
    """Have a consumer's list of follows, and of what friends shared, brought close three consumers ahead."""
    lanes.fetch(audience.inbox, person)
    for edge in range(audience.follow_start[person], audience.follow_start[person + 1], lanes.WIDTH):
        lanes.fetch(audience.follow, edge)


@part
def fetch_habits(person, audience, tally):
    """Have what the day begins with brought close four consumers ahead."""
    lanes.fetch(audience.follow_start, person)
    lanes.fetch(audience.identity, person)
    lanes.fetch(audience.region, person)
    lanes.fetch(audience.sessions, person)
    lanes.fetch(audience.slots, person)
    lanes.fetch(audience.active, person)
    lanes.fetch(tally.log_row, person)
    lanes.fetch(tally.added, person)
    lanes.fetch(tally.shared, person)
    lanes.fetch(tally.consumer_watch, person)
    lanes.fetch(tally.consumer_slots, person)
    lanes.fetch(tally.consumer_impressions, person)


@part
def fetch_in_line(k, people, order, audience, shelf, feed, tally):
    """Have what is needed of the consumers after the k-th in line brought close, in the order of its use."""
    fetch_habits(order[min(k + 4, people - 1)], audience, tally)
    fetch_follows(order[min(k + 3, people - 1)], audience)
    ask_for_near(order[min(k + 2, people - 1)], audience, shelf, feed)
    fetch_consumer(order[min(k + 1, people - 1)], audience)
    await_near(order[min(k + 1, people - 1)], audience, shelf, feed)


@part
def get_ready(person, audience, shelf, behaviour, feed, desk):
    """Begin the feed's day with a consumer: what stays the same over the sessions, and room in the seen filter."""
    for v in range(feed.verticals):
        desk.own[v] = feed.affinity * decisions.pull(behaviour, audience.profile_interest[person, v], feed.verticals)
    weight = feed.affinity * behaviour.watch_taste
    lanes.store(desk.taste, 0, lanes.load(audience.profile_taste, person) * weight)
    if feed.day % feed.period == 0:  # a new period of publishing: forget the one before last
        words = audience.seen.shape[1] // 2
        half = (feed.day // feed.period) % 2
        for w in range(half * words, (half + 1) * words):
            audience.seen[person, w] = np.uint64(0)
    if audience.active[person]:
        collect_near(person, audience, shelf, feed, desk)


@part
def wake(person, audience, behaviour, feed, desk):
    """Begin a consumer's own day, in which nothing has been watched."""
    for v in range(feed.verticals):
        desk.gain[v] = decisions.pull(behaviour, audience.interest[person, v], feed.verticals)
        desk.watched[v] = _ZERO
        desk.shown[v] = _ZERO
    lanes.store(desk.liked, 0, lanes.spread(_ZERO))
    lanes.store(desk.met, 0, lanes.spread(_ZERO))


@part
def shortlist(person, row, drawn, slots, audience, shelf, slates, feed, given, desk):
    """Recall and rank a session, and take its reserved picks, which ``desk.kept`` lists.

    ``row`` is the session's row of given scores, -1 when the feed scores by weights. Returns rows and highest value of
    the top of the slate, the slots to be filled from it, and how many are reserved.
    """
    session_word = np.uint32(drawn[0])
    daypart = decisions.daypart(shelf.dayparts, np.uint32(drawn[1]))
    n, fresh, reserved = recall(person, session_word, daypart, audience, slates, feed, desk)
    if row < 0:
        explore(session_word, feed, desk, n)
    else:
        for j in range(n):
            desk.score[j] = given.score[row, j]
    seen = audience.seen
    drop_seen(seen, person, desk, n)
    for_fresh = decisions.habit(feed.fresh_slots * np.float32(slots), uniform(drawn[3]))
    spin = scramble(np.uint32(drawn[3]))
    for_reserved = decisions.habit(feed.reserved_slots * np.float32(slots), uniform(np.uint64(spin)))
    picked = pick_reserved(seen, person, desk, fresh, reserved, min(for_fresh, slots), 0)
    picked = pick_reserved(seen, person, desk, reserved, n, min(for_reserved, slots - picked), picked)
    for j in range(reserved, n):  # a pool lists an item many times; its copies must not crowd out the rest of the slate
        desk.score[j] = NEVER
    need = slots - picked
    found = top(desk, n, decisions.top_length(need, feed.slate_ratio, reserved))
    rows, highest = open_top(seen, person, shelf, slates, desk, found)
    return rows, highest, need, picked


@part
def rest(person, audience, behaviour, feed):
    """Recover overnight: satiation decays, and trust drifts back."""
    for v in range(feed.verticals):
        audience.satiation[person, v] *= behaviour.satiation_decay
    lanes.store(audience.recent, person, lanes.load(audience.recent, person) * behaviour.satiation_decay)
    if feed.trusting > 0:
        shop.revert(person, audience, behaviour)


@part
def end_day(person, views, total, audience, behaviour, feed, desk):
    """Close a consumer's day: satisfaction, drift of interests, the platform's profile, decay of satiation."""
    rest(person, audience, behaviour, feed)
    if views == 0 or total <= np.float32(0.0):
        return
    mean = total / np.float32(views)
    memory = np.float32(1.0) - behaviour.satisfaction_memory
    audience.satisfaction[person] = decisions.step(audience.satisfaction[person], memory, mean)
    even = np.float32(1.0) / np.float32(feed.verticals)
    believed = _ZERO
    for v in range(feed.verticals):
        part = desk.watched[v] / total
        drifted = decisions.step(audience.interest[person, v], behaviour.interest_drift, part)
        audience.interest[person, v] = decisions.step(drifted, behaviour.interest_drift * np.float32(0.5), even)
        audience.profile_interest[person, v] = decisions.learned_interest(
            audience.profile_interest[person, v], behaviour.interest_rate, desk.watched[v], desk.shown[v], mean
        )
        believed += audience.profile_interest[person, v]
    for v in range(feed.verticals):
        audience.profile_interest[person, v] /= believed
    liked = (lanes.load(desk.liked, 0) - lanes.load(desk.met, 0) * mean) * behaviour.profile_gain / np.float32(views)
    known = lanes.load(audience.profile_taste, person)
    lanes.store(audience.profile_taste, person, known + (liked - known) * behaviour.profile_rate)


@part
def sessions_of(person, audience, feed):
    """Draw how many sessions a consumer has today."""
    if not audience.active[person]:
        return np.int64(0)
    drawn = draw(feed.seed, HABIT, feed.day, audience.identity[person], 0, 0, 0)
    return decisions.habit(audience.sessions[person], uniform(drawn[0]))


@part
def look_ahead(person, session, audience, shelf, slates, feed, desk):
    """Draw a session that is to come and open its windows, whose entries wait to be brought close."""
    drawn = draw(feed.seed, SESSION, feed.day, audience.identity[person], session, 0, 0)
    for k in range(4):
        desk.drawn[k] = drawn[k]
    daypart = decisions.daypart(shelf.dayparts, np.uint32(drawn[1]))
    open_windows(person, np.uint32(drawn[0]), daypart, uniform(drawn[2]), audience, slates, feed, desk)
    desk.ahead[_WHOSE] = person
    desk.ahead[_NUMBER] = session
    desk.ahead[_WAITING] = desk.begin.size


@part
def turn_to(person, session, audience, shelf, slates, feed, desk):
    """Return the words drawn for a session that begins, its windows open."""
    if desk.ahead[_WHOSE] != person or desk.ahead[_NUMBER] != session:
        look_ahead(person, session, audience, shelf, slates, feed, desk)
        for number in range(desk.begin.size):
            bring_window(number, slates, desk)
        desk.ahead[_WAITING] = 0
    return desk.drawn[0], desk.drawn[1], desk.drawn[2], desk.drawn[3]


@part
def begin_list(person, session, sessions, follower, audience, shelf, slates, feed, given, desk):
    """Shortlist a session, see :func:`shortlist`, and look ahead to the next: this consumer's or the follower's."""
    drawn = turn_to(person, session, audience, shelf, slates, feed, desk)
    slots = decisions.habit(audience.slots[person], uniform(drawn[1]))
    row = given.first[person] + session if given.first.size > 0 else -1
    found = shortlist(person, row, drawn, slots, audience, shelf, slates, feed, given, desk)
    whose, number = person, session + 1
    if number >= sessions:
        whose, number = follower, np.int64(0)
    if whose == person or sessions_of(follower, audience, feed) > 0:
        look_ahead(whose, number, audience, shelf, slates, feed, desk)
    return found


@part
def watch_and_choose(
    viewer, slots, person, rows, highest, need, audience, shelf, slates, behaviour, feed, tally, thread, desk
):
    """Let a consumer watch a list while the next one is chosen, for the same consumer or for the next in line.

    Each view waits for the one before, as does each choice; neither waits for the other, and meanwhile windows of the
    session ahead are brought close.

    Returns
    -------
    total, shown : float32, int
        Sum of watch shares of the list of ``slots`` items; how many items were chosen for `person`, of ``need``.
    """
    taste, recent = lanes.load(audience.taste, viewer), lanes.load(audience.recent, viewer)
    liked, met = lanes.load(desk.liked, 0), lanes.load(desk.met, 0)
    counts, waiting, place, shown, total = tally.counts[thread], desk.ahead[_WAITING], 0, 0, _ZERO
    while place < slots or (shown < need and highest != NEVER) or waiting > 0:
        if place < slots:
            style = lanes.load(desk.looks, place)
            share = watch(viewer, place, taste, recent, style, audience, shelf, behaviour, counts, desk)
            recent = recent + (style - recent) * (behaviour.satiation_gain * share)
            liked = liked + style * share
            met = met + style
            total += share
            place += 1
        if shown < need and highest != NEVER:
            shown, highest = pick_next(audience.seen, person, shelf, feed, counts, desk, rows, shown, highest)
        if waiting > 0:
            waiting -= 1
            bring_window(waiting, slates, desk)
    if slots > 0:
        lanes.store(audience.recent, viewer, recent)
        lanes.store(desk.liked, 0, liked)
        lanes.store(desk.met, 0, met)
    desk.ahead[_WAITING] = 0
    return total, shown


@released_kernel
def serve_share(thread, order, audience, shelf, slates, behaviour, feed, given, tally, desk, block):
    """Serve every so-many-th block of those in line; the caller owns all arrays until this returns.

    While the `viewer` watches a session's list, the next session's is chosen, the viewer's own or that of whoever is
    next in line: a consumer's day is closed once the first list of the next is chosen. After the last consumer comes
    nobody, for whom nothing is chosen. (Each part is called in one place, as it is merged wherever it is called.)
    """
    align_stack()
    audience, shelf, slates = borrow(audience), borrow(shelf), borrow(slates)
    given, tally, desk = borrow(given), borrow(tally), borrow(desk)
    people, threads = audience.identity.size, tally.counts.shape[0]
    viewer, slots, views, total = NOBODY, np.int64(0), np.int64(0), _ZERO
    desk.ahead[_WHOSE] = NOBODY
    for number in range(thread, (people + block - 1) // block, threads):
        end = min((number + 1) * block, people)
        is_last = (number + threads) * block >= people
        for k in range(number * block, end + is_last):
            sessions, rows, highest, need, picked = np.int64(1), np.int64(0), NEVER, np.int64(0), np.int64(0)
            person, follower = np.int64(order[min(k, people - 1)]), np.int64(order[min(k + 1, people - 1)])
            if k < end:
                fetch_in_line(k, people, order, audience, shelf, feed, tally)
                get_ready(person, audience, shelf, behaviour, feed, desk)
                sessions = sessions_of(person, audience, feed)
                if sessions == 0:
                    rest(person, audience, behaviour, feed)
            for session in range(sessions):
                if k < end:
                    rows, highest, need, picked = begin_list(
                        person, session, sessions, follower, audience, shelf, slates, feed, given, desk
                    )
                    tally.consumer_slots[person] += need + picked
                prepare_views(max(viewer, 0), slots, audience, shelf, feed, desk)
                watched, shown = watch_and_choose(
                    max(viewer, 0), slots, person, rows, highest, need, audience, shelf, slates, behaviour, feed,
                    tally, thread, desk,
                )  # fmt: skip
                total, views = total + watched, views + slots
                if viewer >= 0:
                    react(viewer, slots, audience, shelf, behaviour, feed, tally, thread, desk)
                    if session == 0:
                        tally.consumer_impressions[viewer] = views
                        end_day(viewer, views, total, audience, behaviour, feed, desk)
                if session == 0:
                    wake(person, audience, behaviour, feed, desk)
                    viewer, total, views = person, _ZERO, np.int64(0)
                slots = take_seats(shown, picked, shelf, slates, desk)


def serve(audience, shelf, slates, behaviour, feed, given, tally, candidates, block):
    """Serve every consumer's day, block by block, on as many threads as the tally counts for.

    Parameters
    ----------
    audience, shelf, slates, behaviour, feed, given, tally
        See :mod:`ecosim.kernels.bundles`; audience and tally are written to.
    candidates : int
        Upper bound on the candidates of one session.
    block : int
        Consumers in a block; changes no result.
    """
    threads = tally.counts.shape[0]
    order = queue.line_up(audience.region, audience.profile_interest, feed.regions)

    def work(thread):
        desk = new_desk(candidates, audience.interest.shape[1])
        serve_share(thread, order, audience, shelf, slates, behaviour, feed, given, tally, desk, block)

    on_threads(work, threads)
