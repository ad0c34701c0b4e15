"""Cohort slates: what serving needs of each shortlisted item, gathered into contiguous memory once a day."""

import numpy as np

from ecosim.kernels import lanes
from ecosim.kernels.draws import scramble
from ecosim.kernels.jit import kernel, on_shares, released_kernel

ROW, UPPER_HALF = np.uint32(0x7FFFFFFF), np.uint32(31)
"""Of an entry's mark: the bits that are the item's row; the place of the bit for the upper half of the seen filter."""
_AHEAD = 8  # entries whose items are brought close in advance


@kernel
def scrambled(members, word, salt, out):
    """Scramble the words of some items with a salt: out uint64[n], the scrambled word above the place in the list."""
    for j in range(members.size):
        out[j] = (np.uint64(scramble(np.uint32(word[members[j]] ^ salt))) << np.uint64(32)) | np.uint64(j)


def gather(entries, entry_start, start, region, shelf, slates):
    """Copy what serving needs of each entry next to one another, the first entries of a slate once more at its end.

    Parameters
    ----------
    entries, entry_start : int32[sum of lengths], int64[G]
        Items of all slates, and where each slate's begin.
    start : int64[G + 1]
        Where the slates stand, each with its repeated beginning.
    region : int32[G]
        Region tier whose base goes into the slate.
    shelf, slates
        See :mod:`ecosim.kernels.bundles`; the entries of ``slates`` are written.
    """
    known = entries, entry_start, start, region, shelf, slates
    on_shares(lambda first, last: gather_share(first, last, *known), region.size, 1)


@released_kernel
def gather_share(begin, end, entries, entry_start, start, region, shelf, slates):
    """Gather the slates from `begin` to before `end`; see :func:`gather`."""
    for g in range(begin, end):
        last = entry_start[g] + slates.length[g] - 1
        for j in range(start[g + 1] - start[g]):
            coming = entries[min(entry_start[g] + j + _AHEAD, last)]
            lanes.fetch(shelf.card, coming)
            lanes.fetch(shelf.style, coming)
            item, at = entries[entry_start[g] + j % slates.length[g]], start[g] + j
            card = shelf.card[item]
            slates.marked[at] = np.uint32(item) | (np.uint32(card["half"] != 0) << UPPER_HALF)
            slates.word[at] = card["word"]
            slates.vertical[at] = card["vertical"]
            slates.base[at] = shelf.base[region[g], item]
            lanes.store(slates.style, at, lanes.load(shelf.style, item))


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
