"""What ties carry: shares to friends, models of imitation and joint items between creators."""

import numpy as np

from ecosim.kernels import draws
from ecosim.kernels.jit import kernel, on_threads, released_kernel, scalar


@scalar
def share_priority(day, sharer, place, receiver):
    """Word of a share for one receiver, by which arrivals from equally many friends are ordered."""
    mixed = np.uint32(draws.scramble(np.uint32(sharer)) ^ np.uint32(day * 8 + place))
    return draws.scramble(np.uint32(draws.scramble(mixed) ^ np.uint32(receiver)))


@released_kernel
def deliver(first, last, day, shared, start, friend, desk, inbox, senders):
    """Deliver the day's shares to the receivers from `first` to before `last`; see :func:`diffuse`.

    Parameters
    ----------
    shared : int32[n, S]
        What each consumer shared, -1 for none.
    start, friend : int64[n + 1], int32[...]
        Friends of each consumer.
    desk : tuple of int32[room], int32[room], uint32[room]
        Working space for one consumer: what arrived, from how many, smallest word; room for S times the most friends.
    inbox, senders : int32[n, I], int32[n, I]
        Written: what each finds tomorrow, -1 for none, and how many friends shared it.
    """
    what, count, word = desk
    for receiver in range(first, last):
        arrived = 0
        for edge in range(start[receiver], start[receiver + 1]):
            for place in range(shared.shape[1]):
                if shared[friend[edge], place] == -1:
                    break
                mine = share_priority(day, friend[edge], place, receiver)
                arrived = note_arrival(shared[friend[edge], place], mine, what, count, word, arrived)
        for k in range(inbox.shape[1]):
            best = -1
            for j in range(arrived):
                if count[j] > 0 and (best < 0 or comes_first(count, word, j, best)):
                    best = j
            inbox[receiver, k] = what[best] if best >= 0 else -1
            senders[receiver, k] = count[best] if best >= 0 else 0
            if best >= 0:
                count[best] = 0


def diffuse(day, shared, start, friend, inbox, senders, threads):
    """Deliver the day's shares to friends for tomorrow: first what most friends shared, equals by word.

    Parameters
    ----------
    shared : int32[n, S]
        What each consumer shared, -1 for none.
    start, friend : int64[n + 1], int32[...]
        Friends of each consumer.
    inbox, senders : int32[n, I], int32[n, I]
        Written: what each finds tomorrow, -1 for none, and how many friends shared it.
    threads : int
        Threads, each with receivers of its own; changes no result.
    """
    room = int(np.diff(start).max(initial=0)) * shared.shape[1] + 1
    edges = np.linspace(0, inbox.shape[0], threads + 1).astype(np.int64)

    def work(thread):
        desk = (np.empty(room, np.int32), np.empty(room, np.int32), np.empty(room, np.uint32))
        deliver(edges[thread], edges[thread + 1], day, shared, start, friend, desk, inbox, senders)

    on_threads(work, threads)


@scalar
def note_arrival(thing, mine, what, count, word, arrived):
    """Note that one more friend shared a thing; return how many things have arrived."""
    for j in range(arrived):
        if what[j] == thing:
            count[j] += 1
            word[j] = min(word[j], mine)
            return arrived
    what[arrived], count[arrived], word[arrived] = thing, 1, mine
    return arrived + 1


@scalar
def comes_first(count, word, a, b):
    """Whether one arrival stands before another: shared by more friends, then the smaller word."""
    return count[a] > count[b] or (count[a] == count[b] and word[a] < word[b])


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
