"""Slates: shuffles depend on words alone, shortlists are sorted lists, pools take turns."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosim.kernels import draws, slates
from ecosim.stages.allocation import shortlist, shuffled

WORDS = st.lists(st.integers(0, 2**32 - 1), unique=True, min_size=1, max_size=40)


@settings(deadline=None, max_examples=40)
@given(WORDS, st.integers(0, 2**32 - 1))
def test_shuffling_is_sorting_by_scrambled_words(words: list[int], salt: int) -> None:
    members = np.arange(len(words), dtype=np.int32)
    got = shuffled(members, np.array(words, np.uint32), salt / 2**32)
    assert got.tolist() == sorted(members.tolist(), key=lambda i: draws.scramble(words[i] ^ salt))


@settings(deadline=None, max_examples=40)
@given(WORDS, st.randoms(use_true_random=False))
def test_one_item_more_or_less_moves_no_other(words: list[int], shuffle: object) -> None:
    """Two worlds that differ by an item shuffle all others alike."""
    members = np.arange(len(words), dtype=np.int32)
    whole = shuffled(members, np.array(words, np.uint32), 0.3).tolist()
    without = shuffled(members[1:], np.array(words, np.uint32), 0.3).tolist()
    assert without == [item for item in whole if item != 0]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from([-1.0, 0.0, 0.5, 2.0]), min_size=1, max_size=40), st.integers(1, 45))
def test_shortlist_keeps_the_best_in_their_order(keys: list[float], wanted: int) -> None:
    members = np.arange(len(keys), dtype=np.int32)[::-1].copy()
    got = shortlist(members, np.array(keys, np.float32), wanted).tolist()
    places = sorted(range(members.size), key=lambda p: -keys[members[p]])[:wanted]
    assert got == [int(members[p]) for p in sorted(places)]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 6)), min_size=1, max_size=5), st.integers(1, 3))
def test_pool_entries_take_turns(creators: list[tuple[int, int]], newest: int) -> None:
    """Each creator has some items, newest first, and so many copies in the pool."""
    start = np.concatenate(([0], np.cumsum([n for n, _ in creators]))).astype(np.int64)
    items = np.arange(start[-1], dtype=np.int32)[::-1].copy()
    copies = np.array([c for _, c in creators], np.int64)
    out = np.empty(int(copies.sum()), np.int32)
    slates.pool_entries(np.arange(len(creators), dtype=np.int32), copies, start, items, newest, out)
    expected = []
    for row, (count, wanted) in enumerate(creators):
        mine = items[start[row] : start[row + 1]].tolist()[: min(newest, count)]
        expected += [mine[k % len(mine)] for k in range(wanted)]
    assert out.tolist() == expected
