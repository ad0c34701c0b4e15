"""What the platform remembers of a consumer: what was shown, and which verticals were watched better than others."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosim.kernels import decisions
from ecosim.state.schema import SEEN_WORDS

f32 = np.float32
WORD = st.integers(0, 2**32 - 1)
BITS = 64 * SEEN_WORDS


def learned(known: float, watched: float, shown: float, mean: float = 0.4, rate: float = 0.1) -> float:
    return float(decisions.learned_interest(*(f32(x) for x in (known, rate, watched, shown, mean))))


def test_a_vertical_watched_as_well_as_the_mean_is_believed_as_before() -> None:
    for shown in (0, 1, 10, 100):
        assert learned(0.2, 0.4 * shown, shown) == pytest.approx(0.2, rel=1e-5)


def test_how_much_was_shown_is_no_evidence_but_makes_evidence_surer() -> None:
    assert learned(0.2, 0.6 * 2, 2) < learned(0.2, 0.6 * 20, 20) < learned(0.2, 0.6 * 2_000, 2_000)
    assert learned(0.2, 0.6 * 2_000, 2_000) == pytest.approx(0.2 + 0.1 * (0.2 * 0.6 / 0.4 - 0.2), rel=1e-2)
    assert learned(0.2, 0.2 * 20, 20) < 0.2


def test_no_vertical_is_given_up() -> None:
    assert learned(0.002, 0.0, 500) == f32(0.002)


@settings(deadline=None, max_examples=60)
@given(WORD, st.integers(0, 2**31))
def test_every_item_has_a_place_in_every_consumers_filter(word: int, consumer: int) -> None:
    salt = decisions.seen_salt(consumer)
    assert salt % 2 == 1
    assert decisions.seen_bit(word, salt) == (word * salt % 2**32) >> 21
    assert 0 <= decisions.seen_bit(word, salt) < BITS


def test_places_fill_evenly_and_collide_for_other_pairs_at_every_consumer() -> None:
    words = [int(w) for w in np.random.default_rng(1).integers(0, 2**32, 400)]

    def sharing(consumer: int) -> set[tuple[int, int]]:
        places = [decisions.seen_bit(word, decisions.seen_salt(consumer)) for word in words]
        return {(i, j) for j, p in enumerate(places) for i in range(j) if places[i] == p}

    pairs = 400 * 399 / 2
    shared = [sharing(consumer) for consumer in range(20)]
    assert np.mean([len(s) for s in shared]) == pytest.approx(pairs / BITS, rel=0.3)
    in_common = [len(shared[a] & shared[b]) for a in range(20) for b in range(a)]
    assert np.mean(in_common) < 0.05 * pairs / BITS
