"""Cohort slates: which items each cohort can be shown today, gathered into contiguous memory once a day."""

import numpy as np

from ecosim.kernels.draws import scramble
from ecosim.kernels.jit import kernel, parallel_kernel, prange


@kernel
def shuffled(members, word, salt):
    """Order items (int32[n]) by scrambled words: the same items always stand in the same order on one day."""
    keys = np.empty(members.size, np.uint32)
    for j in range(members.size):
        keys[j] = scramble(np.uint32(word[members[j]] ^ salt))
    return members[np.argsort(keys)]


@kernel
def shortlist(members, key, wanted):
    """Keep the `wanted` members with the highest key, in their order; ties go to those that stand first."""
    if wanted >= members.size:
        return members
    keys = np.empty(members.size, np.float32)
    for j in range(members.size):
        keys[j] = key[members[j]]
    threshold = np.partition(keys, members.size - wanted)[members.size - wanted]
    above = 0
    for j in range(members.size):
        if keys[j] > threshold:
            above += 1
    ties = wanted - above
    chosen = np.empty(wanted, np.int32)
    n = 0
    for j in range(members.size):
        if keys[j] > threshold:
            chosen[n] = members[j]
            n += 1
        elif keys[j] == threshold and ties > 0:
            chosen[n] = members[j]
            n += 1
            ties -= 1
    return chosen


@parallel_kernel
def fill_slates(start, length, room, member_start, members, key_row, keys, salts, region, shelf, slates):
    """Shortlist, shuffle and gather every slate.

    Parameters
    ----------
    start, length, room : int64[G]
        Where a slate stands, its entries, and its entries with the repeated beginning.
    member_start : int64[G, 2]
        Range of ``members`` (int32) that a slate may hold.
    key_row : int32[G]
        Row of ``keys`` (float32[rows, k]) to shortlist by.
    salts : uint32[G]
        Salt of each slate's shuffle, from the day and the cohort.
    region : int32[G]
        Region tier whose base goes into the slate.
    shelf, slates
        See :mod:`ecosim.kernels.bundles`; the entry arrays of ``slates`` are written.
    """
    for g in prange(start.size):
        if length[g] > 0:
            pool = shuffled(members[member_start[g, 0] : member_start[g, 1]], shelf.word, salts[g])
            gather(shortlist(pool, keys[key_row[g]], length[g]), start[g], room[g], region[g], shelf, slates)


@kernel
def gather(entries, begin, room, region, shelf, slates):
    """Copy what serving needs of each entry next to one another, the first entries once more at the end."""
    for j in range(room):
        item = entries[j % entries.size]
        place = begin + j
        slates.item[place] = item
        slates.word[place] = shelf.word[item]
        slates.bit[place] = shelf.bit[item]
        slates.base[place] = shelf.base[region, item]
        slates.vertical[place] = shelf.vertical[item]
        for d in range(shelf.style.shape[1]):
            slates.style[d, place] = shelf.style[item, d]


@kernel
def pool_entries(creators, copies, by_creator_start, by_creator, newest, out):
    """List a pool's entries: each creator's newest items in turn, as many as the creator has copies.

    Parameters
    ----------
    creators : int32[n]
        Creators in the pool, each with at least one live item.
    copies : int64[n]
        Entries of each.
    by_creator_start, by_creator : int64[m + 1], int32[k]
        Items by creator, newest first.
    newest : int
        How many of a creator's items take turns.
    out : int32[sum of copies]
        Item of each entry.
    """
    n = 0
    for j in range(creators.size):
        first, last = by_creator_start[creators[j]], by_creator_start[creators[j] + 1]
        turns = min(newest, last - first)
        for k in range(copies[j]):
            out[n] = by_creator[first + k % turns]
            n += 1
