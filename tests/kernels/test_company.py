"""What friends shared arrives as a plain count of friends says."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosim.kernels import company

PEOPLE = 45


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(0, 40), st.integers(1, 4), st.integers(0, 6))
def test_inboxes_hold_what_most_friends_shared(seed: int, day: int, room: int, things: int) -> None:
    """With more friends than are compared at once, and few things, so that many shared the same."""
    random = np.random.default_rng(seed)
    lists = [np.flatnonzero(random.random(PEOPLE) < random.choice([0.1, 0.9])) for _ in range(PEOPLE)]
    start = np.concatenate(([0], np.cumsum([row.size for row in lists]))).astype(np.int64)
    friend = np.concatenate(lists).astype(np.int32)
    shared = random.integers(-3, things + 1, (PEOPLE, 2)).astype(np.int32)
    shared[shared[:, 0] == -1, 1] = -1  # the first place is filled first
    inbox, senders = np.empty((2, PEOPLE, room), np.int32)
    company.diffuse(day, shared, start, friend, inbox, senders)
    for receiver in range(PEOPLE):
        found: dict[int, list[int]] = {}
        for one in lists[receiver]:
            for place, thing in enumerate(shared[one].tolist()):
                if thing != -1:
                    word = int(company.share_priority(day, one, place, receiver))
                    found.setdefault(thing, []).append(word)
        ranked = sorted(found, key=lambda thing: (-len(found[thing]), min(found[thing])))[:room]
        empty = room - len(ranked)
        assert inbox[receiver].tolist() == ranked + [-1] * empty
        assert senders[receiver].tolist() == [len(found[thing]) for thing in ranked] + [0] * empty
