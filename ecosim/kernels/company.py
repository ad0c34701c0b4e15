"""What ties carry: shares to friends, models of imitation and joint items between creators."""

import numpy as np

from ecosim.kernels import draws
from ecosim.kernels.jit import kernel, scalar


@scalar
def share_priority(day, sharer, place, receiver):
    """Word by which a friend's inbox is filled: the smallest ones stay."""
    mixed = np.uint32(draws.scramble(np.uint32(sharer)) ^ np.uint32(day * 8 + place))
    return draws.scramble(np.uint32(draws.scramble(mixed) ^ np.uint32(receiver)))


@kernel
def diffuse(day, shared, start, friend, priority, inbox):
    """Deliver the day's shares to friends for tomorrow.

    Parameters
    ----------
    shared : int32[n, S]
        What each consumer shared, -1 for none.
    start, friend : int64[n + 1], int32[...]
        Friends of each consumer.
    priority : uint32[n, I]
        Working space.
    inbox : int32[n, I]
        Written: what each finds tomorrow, -1 for none; the same thing shared by two friends counts once.
    """
    inbox[:] = -1
    for sharer in range(shared.shape[0]):
        for place in range(shared.shape[1]):
            what = shared[sharer, place]
            if what == -1:
                break
            for edge in range(start[sharer], start[sharer + 1]):
                receiver = friend[edge]
                put(what, share_priority(day, sharer, place, receiver), inbox[receiver], priority[receiver])


@scalar
def put(what, word, box, words):
    """Put a share into an inbox that keeps the smallest words, in ascending order."""
    size = box.size
    for k in range(size):
        if box[k] == what:
            if word >= words[k]:
                return
            for j in range(k, size - 1):
                box[j], words[j] = box[j + 1], words[j + 1]
            box[size - 1] = -1
            break
    place = size
    while place > 0 and (box[place - 1] == -1 or words[place - 1] > word):
        place -= 1
    if place == size:
        return
    for j in range(size - 1, place, -1):
        box[j], words[j] = box[j - 1], words[j - 1]
    box[place], words[place] = what, word


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
