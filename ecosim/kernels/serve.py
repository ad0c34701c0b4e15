"""Serving: each consumer's sessions of the day, one after another, from recall to the day's end.

A block of consumers belongs to one thread, which counts into its own row of the tally. Counts are integers, so the sums
over threads are exact, and a consumer's draws depend on nobody else: threads and blocks cannot part results.
"""

import numpy as np

from ecosim.kernels import aligned, decisions, lanes, queue, shop, words
from ecosim.kernels.borrow import borrow
from ecosim.kernels.bundles import Desk
from ecosim.kernels.draws import CONSUME, HABIT, SESSION, draw, scramble, uniform
from ecosim.kernels.feed import NEVER, drop_seen, explore, pick_reserved, rerank, top
from ecosim.kernels.jit import on_threads, part, released_kernel
from ecosim.kernels.recall import await_near, collect_near, recall

IMPRESSIONS, WATCH, INTERACTIONS, FOLLOWS, SHARES = 0, 1, 2, 3, 4
INTERACTED, FOLLOWED, RESERVED, SHARED = 1, 2, 4, 8
_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)


def new_desk(candidates, verticals):
    """Allocate one thread's working space for at most `candidates` candidates."""
    room = (-(-candidates // lanes.WIDTH) + 1) * lanes.WIDTH  # windows are written by sixteens, the last one beyond
    kinds = dict.fromkeys(("item", "bit", "place", "edge", "order", "show", "kept", "seat"), np.int32)
    kinds |= dict.fromkeys(("near_item", "near_edge", "near_bit", "near_parts"), np.int32)
    kinds |= dict.fromkeys(("word", "near_word", "serial", "number", "fate"), np.uint32) | {"held": np.int8}
    kinds |= dict.fromkeys(("near", "begin", "take", "kind"), np.int64)
    shapes = {"near": 2, "style": (room, lanes.WIDTH), "fate": (4, room)}
    shapes |= dict.fromkeys(("begin", "take", "kind"), verticals + 4)
    shapes |= dict.fromkeys(("own", "gain", "watched", "shown"), verticals)
    shapes |= dict.fromkeys(("taste", "liked", "met"), lanes.WIDTH)
    return Desk(*(aligned.zeros(shapes.get(name, room), kinds.get(name, np.float32)) for name in Desk._fields))


@part
def fetch_consumer(person, audience):
    """Have the columns of a consumer brought close while the one before is served."""
    lanes.fetch(audience.follow, audience.follow_start[person])
    lanes.fetch(audience.seen, person)
    lanes.fetch(audience.interest, person)
    lanes.fetch(audience.taste, person)
    lanes.fetch(audience.satiation, person)
    lanes.fetch(audience.recent, person)
    lanes.fetch(audience.profile_interest, person)
    lanes.fetch(audience.profile_taste, person)
    lanes.fetch(audience.inbox, person)
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
def fetch_habits(person, audience, tally):
    """Have what the day begins with brought close two consumers ahead."""
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
def begin_day(person, audience, shelf, behaviour, feed, desk):
    """Open a consumer's day: what stays the same over its sessions, and room in the seen filter."""
    if audience.active[person] and feed.recall_followed > 0:
        await_near(person, audience, shelf)
    for v in range(feed.verticals):
        known = audience.profile_interest[person, v]
        desk.own[v] = feed.affinity * decisions.pull(behaviour, known, feed.verticals)
        desk.gain[v] = decisions.pull(behaviour, audience.interest[person, v], feed.verticals)
        desk.watched[v] = _ZERO
        desk.shown[v] = _ZERO
    weight = feed.affinity * behaviour.watch_taste
    lanes.store(desk.taste, 0, lanes.load(audience.profile_taste, person) * weight)
    lanes.store(desk.liked, 0, lanes.spread(_ZERO))
    lanes.store(desk.met, 0, lanes.spread(_ZERO))
    if feed.day % feed.period == 0:  # a new period of publishing: forget the one before last
        words = audience.seen.shape[1] // 2
        half = (feed.day // feed.period) % 2
        for w in range(half * words, (half + 1) * words):
            audience.seen[person, w] = np.uint64(0)
    if audience.active[person]:
        collect_near(person, audience, shelf, feed, desk)


@part
def compose(person, row, drawn, slots, audience, shelf, slates, feed, given, counts, desk):
    """Recall, rank and re-rank one session; return the number shown and how many were reserved.

    ``row`` is the session's row of given scores, -1 when the feed scores by weights; ``desk.show`` lists the ranked
    picks, ``desk.kept`` the reserved ones. Rows of ``counts`` are brought close for what will be watched.
    """
    session_word = np.uint32(drawn[0])
    daypart = decisions.daypart(shelf.dayparts, np.uint32(drawn[1]))
    n, fresh, reserved = recall(person, session_word, daypart, uniform(drawn[2]), audience, slates, feed, desk)
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
    shown = rerank(seen, person, shelf, slates, feed, counts, desk, found, need)
    return shown, picked


@part
def consume(person, place, audience, shelf, behaviour, feed, tally, thread, desk):
    """Let one consumer watch one item of the list, with all that follows from it; return the watch share."""
    item, edge = desk.item[desk.seat[place]], desk.edge[desk.seat[place]]
    card = shelf.card[item]
    vertical = card["vertical"]
    style = lanes.load(shelf.style, item)
    share = decisions.watch_share(
        behaviour,
        desk.gain[vertical],
        lanes.fold(_ZERO, lanes.load(audience.taste, person) * style),
        card["quality"],
        card["region"] == audience.region[person],
        audience.satiation[person, vertical],
        lanes.fold(_ZERO, lanes.load(audience.recent, person) * style),
        card["parts"] != 0,
        uniform(desk.fate[0, place]),
    )
    time = decisions.milliseconds(share, card["duration"])
    flags = RESERVED if desk.held[place] == 1 else 0
    tally.counts[thread, item, IMPRESSIONS] += 1
    tally.counts[thread, item, WATCH] += time
    if decisions.interacts(behaviour, share, uniform(desk.fate[1, place])):
        tally.counts[thread, item, INTERACTIONS] += 1
        flags |= INTERACTED
    if edge >= 0 and decisions.unfollows(behaviour, share, uniform(desk.fate[3, place])):
        tally.dropped[edge] = True
    if decisions.follows(behaviour, share, uniform(desk.fate[2, place])) and add_follow(
        person, card["creator"], audience, feed, tally
    ):
        tally.counts[thread, item, FOLLOWS] += 1
        flags |= FOLLOWED
    if feed.sharing > 0:
        if decisions.shares(behaviour, share, uniform(scramble(np.uint32(desk.fate[1, place])))) and add_share(
            person, item, card, tally
        ):
            tally.counts[thread, item, SHARES] += 1
            flags |= SHARED
        if edge < -1 and share >= shop.FULL_VIEW:
            shop.hear(person, card["creator"], audience, behaviour)
    if card["good"] >= 0:
        flags |= shop.offer(person, item, card, share, edge, flags & INTERACTED, audience, shelf, feed, tally, thread)
    log_view(person, item, time, flags, tally)
    remember(person, vertical, style, share, audience, behaviour, desk)
    tally.consumer_watch[person] += time
    return share


@part
def add_follow(person, creator, audience, feed, tally):
    """Note a new follow unless the creator is already followed or the consumer's list is full."""
    kept = 0
    for edge in range(audience.follow_start[person], audience.follow_start[person + 1]):
        if audience.follow[edge] == creator:
            return False
        if not tally.dropped[edge]:
            kept += 1
    for k in range(tally.added.shape[1]):
        if tally.added[person, k] == creator:
            return False
        if tally.added[person, k] < 0:
            if kept + k >= feed.follows_limit:
                return False
            tally.added[person, k] = creator
            return True
    return False


@part
def add_share(person, item, card, tally):
    """Note a share unless the consumer has shared enough today; a live session is shared as an invitation."""
    for k in range(tally.shared.shape[1]):
        if tally.shared[person, k] == -1:
            tally.shared[person, k] = -card["creator"] - 2 if card["parts"] != 0 else item
            return True
    return False


@part
def log_view(person, item, time, flags, tally):
    """Write an impression of a panel member to the log."""
    row = tally.log_row[person]
    if row >= 0:
        place = tally.log_count[row]
        if place < tally.log_item.shape[1]:
            tally.log_item[row, place] = item
            tally.log_watch[row, place] = time
            tally.log_flags[row, place] = flags
        tally.log_count[row] += 1


@part
def remember(person, vertical, style, share, audience, behaviour, desk):
    """Tire of what was watched, and note it for the day's end."""
    step = behaviour.satiation_gain * share
    audience.satiation[person, vertical] = decisions.step(audience.satiation[person, vertical], step, _ONE)
    recent = lanes.load(audience.recent, person)
    lanes.store(audience.recent, person, recent + (style - recent) * step)
    lanes.store(desk.liked, 0, lanes.load(desk.liked, 0) + style * share)
    lanes.store(desk.met, 0, lanes.load(desk.met, 0) + style)
    desk.watched[vertical] += share
    desk.shown[vertical] += _ONE


@part
def end_day(person, views, total, audience, behaviour, feed, desk):
    """Close a consumer's day: satisfaction, drift of interests, the platform's profile, decay of satiation."""
    for v in range(feed.verticals):
        audience.satiation[person, v] *= behaviour.satiation_decay
    lanes.store(audience.recent, person, lanes.load(audience.recent, person) * behaviour.satiation_decay)
    if feed.trusting > 0:
        shop.revert(person, audience, behaviour)
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
def seat(shown, picked, desk):
    """Bring a session's list into the order shown, reserved picks spread evenly among the ranked."""
    slots, r, k = shown + picked, 0, 0
    for place in range(slots):
        if r < picked and (2 * r + 1) * slots // (2 * picked) == place:
            desk.seat[place] = desk.kept[r]
            desk.held[place] = 1
            r += 1
        else:
            desk.seat[place] = desk.show[k]
            desk.held[place] = 0
            k += 1


@part
def draw_fates(person, slots, audience, shelf, feed, desk):
    """Draw what chance decides of each view of a session, and have the products on offer brought close meanwhile."""
    for place in range(slots):
        card = shelf.card[desk.item[desk.seat[place]]]
        desk.serial[place] = card["serial"]
        desk.number[place] = card["number"]
        if card["good"] >= 0:
            lanes.fetch(shelf.goods, card["good"])
    room = desk.fate.shape[1]
    for first in range(0, slots, lanes.WIDTH):
        serials, numbers = words.load_words(desk.serial, first), words.load_words(desk.number, first)
        drawn = words.draw_words(feed.seed, CONSUME, feed.day, audience.identity[person], serials, numbers)
        words.store_words(desk.fate, first, drawn[0])
        words.store_words(desk.fate, room + first, drawn[1])
        words.store_words(desk.fate, 2 * room + first, drawn[2])
        words.store_words(desk.fate, 3 * room + first, drawn[3])


@part
def show_session(person, slots, audience, shelf, behaviour, feed, tally, thread, desk):
    """Consume a session's list in its order; return the sum of watch shares."""
    draw_fates(person, slots, audience, shelf, feed, desk)
    total = np.float32(0.0)
    for place in range(slots):
        total += consume(person, place, audience, shelf, behaviour, feed, tally, thread, desk)
    return total


@part
def serve_consumer(person, audience, shelf, slates, behaviour, feed, given, tally, thread, desk):
    """Serve all of one consumer's sessions of the day."""
    begin_day(person, audience, shelf, behaviour, feed, desk)
    identity = audience.identity[person]
    total, views = np.float32(0.0), 0
    if audience.active[person]:
        day_words = draw(feed.seed, HABIT, feed.day, identity, 0, 0, 0)
        for session in range(decisions.habit(audience.sessions[person], uniform(day_words[0]))):
            drawn = draw(feed.seed, SESSION, feed.day, identity, session, 0, 0)
            slots = decisions.habit(audience.slots[person], uniform(drawn[1]))
            row = given.first[person] + session if given.first.size > 0 else -1
            counts = tally.counts[thread]
            shown, picked = compose(person, row, drawn, slots, audience, shelf, slates, feed, given, counts, desk)
            seat(shown, picked, desk)
            total += show_session(person, shown + picked, audience, shelf, behaviour, feed, tally, thread, desk)
            views += shown + picked
            tally.consumer_slots[person] += slots
    tally.consumer_impressions[person] = views
    end_day(person, views, total, audience, behaviour, feed, desk)


@released_kernel
def serve_share(thread, order, audience, shelf, slates, behaviour, feed, given, tally, desk, block):
    """Serve every so-many-th block of those in line; the caller owns all arrays until this returns."""
    audience, shelf, slates = borrow(audience), borrow(shelf), borrow(slates)
    given, tally, desk = borrow(given), borrow(tally), borrow(desk)
    people = audience.identity.size
    blocks = (people + block - 1) // block
    for number in range(thread, blocks, tally.counts.shape[0]):
        for k in range(number * block, min((number + 1) * block, people)):
            fetch_habits(order[min(k + 2, people - 1)], audience, tally)
            fetch_consumer(order[min(k + 1, people - 1)], audience)
            serve_consumer(order[k], audience, shelf, slates, behaviour, feed, given, tally, thread, desk)


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
