"""Viewing: a consumer watches a list from top to bottom, and acts on what was watched.

Only satiation runs from one view to the next; what chance decides of a view is drawn before the first, sixteen at a
time. And no act changes what is watched in the same session. So a list is first watched, and then the few views that
end in an act are found by comparing sixteen draws at once with the highest chance that any view has. What comes of it
is what comes of acting after every view, as the plain twin does.
"""

import numpy as np

from ecosim.kernels import decisions, lanes, shop, words
from ecosim.kernels.draws import CONSUME
from ecosim.kernels.feed import style_of
from ecosim.kernels.jit import part

IMPRESSIONS, WATCH, INTERACTIONS, FOLLOWS, SHARES = 0, 1, 2, 3, 4
INTERACTED, FOLLOWED, RESERVED, SHARED = 1, 2, 4, 8
_INTERACT, _FOLLOW, _UNFOLLOW, _SHARE = 0, 1, 2, 3
"""Rows of a desk's chances."""
_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)
_SIXTEEN = np.uint64(0xFFFF)
_NOBODY = np.uint64(0)
_FIRST = np.uint64(1)


@part
def take_seats(shown, picked, shelf, slates, desk):
    """Make what was chosen the list to be watched, reserved picks spread evenly among the ranked; return its length."""
    slots, place = shown + picked, 0
    for r in range(picked + 1):
        until = (2 * r + 1) * slots // (2 * picked) if r < picked else slots
        while place < until:
            take_seat(place, desk.show[place - r], 0, shelf, slates, desk)
            place += 1
        if r < picked:
            take_seat(place, desk.kept[r], RESERVED, shelf, slates, desk)
            place += 1
    return slots


@part
def take_seat(place, j, flags, shelf, slates, desk):
    """Put a candidate on the list."""
    desk.seat[place] = desk.item[j]
    desk.source[place] = desk.edge[j]
    desk.flags[place] = flags
    lanes.store(desk.looks, place, style_of(j, shelf, slates, desk))


@part
def prepare_views(person, slots, audience, shelf, feed, desk):
    """Read the cards of the list, have the products on offer brought close, and draw what chance decides."""
    for place in range(slots):
        card = shelf.card[desk.seat[place]]
        desk.serial[place] = card["serial"]
        desk.number[place] = card["number"]
        desk.good[place] = card["good"]
        if card["good"] >= 0:
            lanes.fetch(shelf.goods, card["good"])
    draw_fates(person, slots, audience, feed, desk)


@part
def draw_fates(person, slots, audience, feed, desk):
    """Draw what chance decides of each view of the list."""
    room, identity = desk.item.size, audience.identity[person]
    for first in range(0, slots, lanes.WIDTH):
        serials, numbers = words.load_words(desk.serial, first), words.load_words(desk.number, first)
        mood, like, join, leave = words.draw_words(feed.seed, CONSUME, feed.day, identity, serials, numbers)
        lanes.store_at(desk.mood, first, words.uniform_words(mood))
        lanes.store_at(desk.chance, _INTERACT * room + first, words.uniform_words(like))
        lanes.store_at(desk.chance, _FOLLOW * room + first, words.uniform_words(join))
        lanes.store_at(desk.chance, _UNFOLLOW * room + first, words.uniform_words(leave))
        lanes.store_at(desk.chance, _SHARE * room + first, words.uniform_words(words.scramble_words(like)))


@part
def watch(person, place, taste, recent, style, audience, shelf, behaviour, counts, desk):
    """Let a consumer watch one item of the list and tire of its vertical; return the watch share."""
    item = desk.seat[place]
    card = shelf.card[item]
    vertical, live = card["vertical"], card["parts"] != 0
    match, local = lanes.fold(_ZERO, taste * style), card["region"] == audience.region[person]
    appeal = decisions.appeal(behaviour, desk.gain[vertical], match, card["quality"], local)
    tired, dull = audience.satiation[person, vertical], lanes.fold(_ZERO, recent * style)
    share = decisions.watched(behaviour, appeal, tired, dull, live, desk.mood[place])
    audience.satiation[person, vertical] = decisions.step(tired, behaviour.satiation_gain * share, _ONE)
    desk.watched[vertical] += share
    desk.shown[vertical] += _ONE
    desk.share[place] = share
    desk.time[place] = decisions.milliseconds(share, card["duration"])
    counts[item, IMPRESSIONS] += 1
    counts[item, WATCH] += desk.time[place]
    return share


@part
def react(person, slots, audience, shelf, behaviour, feed, tally, thread, desk):
    """Let each view of a list that was watched end in what it ends in."""
    counts = tally.counts[thread]
    for place in range(slots):
        if desk.good[place] >= 0:
            shop.look(person, place, audience, shelf, feed, desk)
    for first in range(0, slots, lanes.WIDTH):
        mask = _SIXTEEN >> np.uint64(lanes.WIDTH - min(slots - first, lanes.WIDTH))
        interact(first, mask, behaviour, counts, desk)
        change_follows(person, first, mask, audience, shelf, behaviour, feed, tally, counts, desk)
        if feed.sharing > 0:
            share_on(person, first, mask, shelf, behaviour, tally, counts, desk)
        for place in range(first, min(slots, first + lanes.WIDTH)):
            trade(person, place, audience, shelf, behaviour, feed, tally, thread, desk)
    for place in range(slots):
        tally.consumer_watch[person] += desk.time[place]
    log_views(person, slots, tally, desk)


@part
def under(kind, first, bound, mask, desk):
    """Return which of sixteen views drew a chance of this kind below a bound, as bits."""
    row = lanes.load_at(desk.chance, kind * desk.item.size + first)
    return mask ^ (lanes.at_least(row, bound) & mask)


@part
def interact(first, mask, behaviour, counts, desk):
    """Let views end in a like or comment."""
    bits = under(_INTERACT, first, behaviour.interact_most, mask, desk)
    while bits != _NOBODY:
        place = first + lanes.first_bit(bits)
        bits &= bits - _FIRST
        if decisions.interacts(behaviour, desk.share[place], desk.chance[_INTERACT, place]):
            counts[desk.seat[place], INTERACTIONS] += 1
            desk.flags[place] |= INTERACTED


@part
def share_on(person, first, mask, shelf, behaviour, tally, counts, desk):
    """Let views end in a share with friends."""
    bits = under(_SHARE, first, behaviour.share_most, mask, desk)
    while bits != _NOBODY:
        place = first + lanes.first_bit(bits)
        bits &= bits - _FIRST
        item = desk.seat[place]
        if decisions.shares(behaviour, desk.share[place], desk.chance[_SHARE, place]) and add_share(
            person, item, shelf.card[item], tally
        ):
            counts[item, SHARES] += 1
            desk.flags[place] |= SHARED


@part
def change_follows(person, first, mask, audience, shelf, behaviour, feed, tally, counts, desk):
    """Let views end a follow that disappointed, or begin one."""
    bits = under(_FOLLOW, first, behaviour.follow_most, mask, desk)
    bits |= under(_UNFOLLOW, first, behaviour.unfollow_chance, mask, desk)
    while bits != _NOBODY:
        place = first + lanes.first_bit(bits)
        bits &= bits - _FIRST
        item, edge, share = desk.seat[place], desk.source[place], desk.share[place]
        if edge >= 0 and decisions.unfollows(behaviour, share, desk.chance[_UNFOLLOW, place]):
            tally.dropped[edge] = True
        if decisions.follows(behaviour, share, desk.chance[_FOLLOW, place]) and add_follow(
            person, shelf.card[item]["creator"], audience, feed, tally
        ):
            counts[item, FOLLOWS] += 1
            desk.flags[place] |= FOLLOWED


@part
def trade(person, place, audience, shelf, behaviour, feed, tally, thread, desk):
    """Take a friend's word for a creator, and look at the product on offer."""
    item, edge, share = desk.seat[place], desk.source[place], desk.share[place]
    if feed.sharing > 0 and edge < -1 and share >= shop.FULL_VIEW:
        shop.hear(person, shelf.card[item]["creator"], audience, behaviour)
    if desk.good[place] >= 0:
        desk.flags[place] |= shop.offer(
            person, item, shelf.card[item], share, edge, desk.flags[place] & INTERACTED, desk.wish[place], audience,
            shelf, feed, tally, thread,
        )  # fmt: skip


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
def log_views(person, slots, tally, desk):
    """Write a session's impressions of a panel member to the log."""
    row = tally.log_row[person]
    if row >= 0:
        for place in range(slots):
            at = tally.log_count[row]
            if at < tally.log_item.shape[1]:
                tally.log_item[row, at] = desk.seat[place]
                tally.log_watch[row, at] = desk.time[place]
                tally.log_flags[row, at] = desk.flags[place]
            tally.log_count[row] += 1
