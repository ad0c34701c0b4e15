"""The line in which consumers are served: everyone once, hood by hood, by region and favourite vertical."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosim.kernels.queue import line_up


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 40), st.integers(1, 50), st.integers(0, 2**32 - 1))
def test_the_line_is_a_sorted_list(people: int, hood: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    region = rng.integers(0, 3, people).astype(np.int32)
    interest = rng.integers(0, 4, (people, 5)).astype(np.float32)
    out = line_up(region, interest, 3, hood)
    key = [(i // hood, region[i], int(np.argmax(interest[i])), i) for i in range(people)]
    assert out.tolist() == sorted(range(people), key=lambda i: key[i])
