"""Cohort slates: what serving needs of each shortlisted item, gathered into contiguous memory once a day."""

import numpy as np

from ecosim.kernels.draws import scramble
from ecosim.kernels.jit import kernel, parallel_kernel, prange


@kernel
def scrambled(members, word, salt, out):
    """Scramble the words of some items with a salt: out uint32[n], by which they are shuffled."""
    for j in range(members.size):
        out[j] = scramble(np.uint32(word[members[j]] ^ salt))


@parallel_kernel
def gather(start, length, room, region, entries, entry_start, shelf, slates):
    """Copy what serving needs of each entry next to one another, the first entries of a slate once more at its end.

    Parameters
    ----------
    start, length, room : int64[G]
        Where a slate stands, its entries, and its entries with the repeated beginning.
    region : int32[G]
        Region tier whose base goes into the slate.
    entries, entry_start : int32[sum of length], int64[G]
        Items of all slates, and where each slate's begin.
    shelf, slates
        See :mod:`ecosim.kernels.bundles`; the entry arrays of ``slates`` are written.
    """
    for g in prange(start.size):
        first = entry_start[g]
        gather_one(entries[first : first + length[g]], start[g], room[g], region[g], shelf, slates)


@kernel
def gather_one(entries, begin, room, region, shelf, slates):
    """Gather one slate."""
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
