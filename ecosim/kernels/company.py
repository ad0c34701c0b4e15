"""What ties carry: shares to friends, models of imitation and joint items between creators."""

import numpy as np

from ecosim.kernels import draws, lanes, words
from ecosim.kernels.jit import kernel, on_shares, part, released_kernel, scalar

_COUNT = np.uint64(32)  # a rank: how many friends, then the word turned round, so that the smallest comes first
_WORD = np.uint64(0xFFFFFFFF)
_AHEAD = 4  # receivers for whom what their friends shared is brought close in advance


@scalar
def share_priority(day, sharer, place, receiver):
    """Word of a share for one receiver, by which arrivals from equally many friends are ordered."""
    mixed = np.uint32(draws.scramble(np.uint32(sharer)) ^ np.uint32(day * 8 + place))
    return draws.scramble(np.uint32(draws.scramble(mixed) ^ np.uint32(receiver)))


@released_kernel
def deliver(first, last, day, shared, start, friend, what, rank, inbox, senders):
    """Deliver the day's shares to the receivers from `first` to before `last`; see :func:`diffuse`.

    ``what`` (int32[room]) and ``rank`` (uint64[room]) are working space for one receiver: the things that arrived, and
    by what they are ordered, from how many friends before the smallest word. Room is a multiple of sixteen.
    """
    for receiver in range(first, last):
        ahead = min(receiver + _AHEAD, last - 1)
        for edge in range(start[ahead], start[ahead + 1]):
            lanes.fetch(shared, friend[edge])
        arrived = 0
        for edge in range(start[receiver], start[receiver + 1]):
            for place in range(shared.shape[1]):
                thing = shared[friend[edge], place]
                if thing == -1:
                    break
                mine = share_priority(day, friend[edge], place, receiver)
                arrived = note_arrival(thing, mine, what, rank, arrived)
        for k in range(inbox.shape[1]):
            best, highest = -1, np.uint64(0)
            for j in range(arrived):
                if rank[j] > highest:
                    best, highest = j, rank[j]
            inbox[receiver, k] = what[best] if best >= 0 else -1
            senders[receiver, k] = highest >> _COUNT
            if best >= 0:
                rank[best] = np.uint64(0)


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
    room = -(-most // lanes.WIDTH) * lanes.WIDTH

    def work(first, last):
        desk = np.empty(room, np.int32), np.empty(room, np.uint64)
        deliver(first, last, day, shared, start, friend, *desk, inbox, senders)

    on_shares(work, inbox.shape[0])


@part
def note_arrival(thing, mine, what, rank, arrived):
    """Note that one more friend shared a thing; return how many things have arrived."""
    order = np.uint64(np.uint32(~np.uint32(mine)))
    for first in range(0, arrived, lanes.WIDTH):
        same = words.equal(words.load_words(what, first), np.uint32(thing))
        if same != np.uint64(0):
            j = first + lanes.first_bit(same)
            if j < arrived:
                rank[j] = (((rank[j] >> _COUNT) + np.uint64(1)) << _COUNT) | max(rank[j] & _WORD, order)
                return arrived
    what[arrived], rank[arrived] = thing, (np.uint64(1) << _COUNT) | order
    return arrived + 1


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
