"""What ties carry: shares to friends, models of imitation and joint items between creators."""

import numpy as np

from ecosim.kernels import draws, lanes, words
from ecosim.kernels.jit import kernel, on_shares, part, released_kernel, scalar

_COUNT = np.uint64(32)  # a rank: how many friends, then the word turned round, so that the smallest comes first
_ALL = np.uint32(0xFFFFFFFF)
_ONE = np.uint64(1)
_AHEAD = 4  # receivers for whom what their friends shared is brought close in advance


@scalar
def share_priority(day, sharer, place, receiver):
    """Word of a share for one receiver, by which arrivals from equally many friends are ordered."""
    mixed = np.uint32(draws.scramble(np.uint32(sharer)) ^ np.uint32(day * 8 + place))
    return draws.scramble(np.uint32(draws.scramble(mixed) ^ np.uint32(receiver)))


@released_kernel
def deliver(first, last, day, shared, start, friend, desk, inbox, senders):
    """Deliver the day's shares to the receivers from `first` to before `last`; see :func:`diffuse`.

    ``desk`` is working space for one receiver (:func:`new_desk`).
    """
    for receiver in range(first, last):
        ahead = min(receiver + _AHEAD, last - 1)
        for edge in range(start[ahead], start[ahead + 1]):
            lanes.fetch(shared, friend[edge])
        arrived = collect(receiver, day, shared, start, friend, desk)
        rank_arrivals(arrived, desk)
        take_best(receiver, arrived, desk, inbox, senders)


def diffuse(day, shared, start, friend, inbox, senders):
    """Deliver the day's shares to friends for tomorrow: first what most friends shared, equals by word.

    Parameters
    ----------
    shared : int32[n, S]
        What each consumer shared, -1 for none.
    start, friend : int64[n + 1], int32[...]
        Friends of each consumer.
    inbox, senders : int32[n, I], int32[n, I]
        Written: what each finds tomorrow, -1 for none, and how many friends shared it.
    """
    most = int(np.diff(start).max(initial=0)) * shared.shape[1] + 1

    def work(first, last):
        deliver(first, last, day, shared, start, friend, new_desk(most), inbox, senders)

    on_shares(work, inbox.shape[0])


def new_desk(most):
    """Allocate working space for what arrives at one receiver, at most so many things.

    Returns
    -------
    thing, word, rank : int32[room], uint32[room], uint64[room]
        What a friend shared; by what it is ordered; how many friends shared it, above the smallest word. Room is a
        multiple of sixteen.
    """
    room = -(-most // lanes.WIDTH) * lanes.WIDTH
    return np.zeros(room, np.int32), np.zeros(room, np.uint32), np.zeros(room, np.uint64)


@part
def collect(receiver, day, shared, start, friend, desk):
    """List what the friends of a receiver shared today, and return how much it is.

    Each thing has its word, that of :func:`share_priority` turned round: mixed friend by friend, finished by sixteens.
    """
    thing, word, _ = desk
    arrived = 0
    for edge in range(start[receiver], start[receiver + 1]):
        mixed = draws.scramble(np.uint32(friend[edge]))
        for place in range(shared.shape[1]):
            thing[arrived] = shared[friend[edge], place]
            word[arrived] = mixed ^ np.uint32(day * 8 + place)
            arrived += thing[arrived] != -1  # without a jump, as half of all friends share a second thing
    for first in range(0, arrived, lanes.WIDTH):
        mine = words.scramble_words(words.load_words(word, first)) ^ np.uint32(receiver)
        words.store_words(word, first, words.scramble_words(mine) ^ _ALL)  # the smallest word comes first
    return arrived


@part
def rank_arrivals(arrived, desk):
    """Rank each thing that arrived where it is listed first, and where it is listed again not at all."""
    thing, word, rank = desk
    for j in range(arrived):
        count, before, highest = np.int64(0), False, np.uint64(word[j])
        for first in range(0, arrived, lanes.WIDTH):
            same = words.equal(words.load_words(thing, first), np.uint32(thing[j]))
            if arrived - first < lanes.WIDTH:
                same &= (_ONE << np.uint64(arrived - first)) - _ONE
            count += lanes.bits_set(same)
            if lanes.bits_set(same) > (first <= j < first + lanes.WIDTH):
                before |= first + lanes.first_bit(same) < j
                while same != np.uint64(0):
                    highest = max(highest, np.uint64(word[first + lanes.first_bit(same)]))
                    same &= same - _ONE
        rank[j] = np.uint64(0) if before else (np.uint64(count) << _COUNT) | highest


@part
def take_best(receiver, arrived, desk, inbox, senders):
    """Put what ranks highest into a receiver's inbox."""
    thing, _, rank = desk
    for k in range(inbox.shape[1]):
        best, highest = -1, np.uint64(0)
        for j in range(arrived):
            better = rank[j] > highest
            best = j if better else best
            highest = rank[j] if better else highest
        inbox[receiver, k] = thing[best] if best >= 0 else -1
        senders[receiver, k] = highest >> _COUNT
        if best >= 0:
            rank[best] = np.uint64(0)


def forward(row, inbox):
    """Let inboxes name items by their rows of tomorrow.

    Parameters
    ----------
    row : int32[k]
        Tomorrow's row of each item, -1 for what leaves.
    inbox : int32[n, I]
        Written; -1 and below stays, which is no item.
    """
    on_shares(lambda first, last: forward_share(first, last, row, inbox), inbox.shape[0])


@released_kernel
def forward_share(first, last, row, inbox):
    """Forward the inboxes from `first` to before `last`; see :func:`forward`."""
    for receiver in range(first, last):
        for k in range(inbox.shape[1]):
            if inbox[receiver, k] >= 0:
                inbox[receiver, k] = row[inbox[receiver, k]]


@kernel
def hottest_of_creators(creator, day, parts, heat, word, newest, out):
    """Find each creator's hottest video published by day `newest`: out int32[m], -1 for none; equals by word."""
    out[:] = -1
    for i in range(creator.size):
        if day[i] > newest or parts[i] != 0 or heat[i] <= np.float32(0.0):
            continue
        known = out[creator[i]]
        if known < 0 or heat[i] > heat[known] or (heat[i] == heat[known] and word[i] < word[known]):
            out[creator[i]] = i


@kernel
def models_of_ties(creator, start, tie, hottest, heat, word, least, out):
    """Find the hottest item of a creator's ties, if it is hot enough: out int32[p], -1 for none; ties by word."""
    for i in range(creator.size):
        best = -1
        for edge in range(start[creator[i]], start[creator[i] + 1]):
            item = hottest[tie[edge]]
            if item < 0 or heat[item] < least:
                continue
            if best < 0 or heat[item] > heat[best] or (heat[item] == heat[best] and word[item] < word[best]):
                best = item
        out[i] = best


@kernel
def choose_partners(seed, day, creator, number, serial, alive, start, tie, chance, out):
    """Choose the tie with whom an item is made, if any: out int32[p], -1 for none; each living tie as likely."""
    for i in range(creator.size):
        own = creator[i]
        w0, w1, _, _ = draws.draw(seed, draws.JOINT, day, serial[own], number[i], 0, 0)
        out[i] = -1
        if draws.uniform64(w0) >= chance:
            continue
        least = np.uint32(0)
        for edge in range(start[own], start[own + 1]):
            other = tie[edge]
            if alive[other]:
                word = draws.scramble(np.uint32(np.uint32(w1) ^ np.uint32(serial[other])))
                if out[i] < 0 or word < least:
                    out[i], least = other, word
