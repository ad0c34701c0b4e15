"""The race for ties: the earliest of each group, drawn pair by pair, whoever else runs and on however many threads."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosim.kernels import draws
from ecosim.kernels.ties import race

SEED, PART = 3, 6


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 60), st.integers(1, 4), st.integers(1, 5), st.integers(1, 3), st.integers(0, 2**32 - 1))
def test_a_race_is_won_by_the_earliest(living: int, verticals: int, count: int, threads: int, seed: int) -> None:
    """Against a sort of all arrivals; rates differ by a factor of a thousand."""
    rng = np.random.default_rng(seed)
    count = min(count, living)
    serial = rng.permutation(4 * living)[:living].astype(np.int64)
    vertical = rng.integers(0, verticals, living).astype(np.int32)
    rate = 10.0 ** rng.uniform(0, 3, living)
    own = np.array([1 << 21, (1 << 21) + 1, 1 << 30])
    home = rng.integers(0, verticals, own.size).astype(np.int32)
    same = np.array([(vertical == v).sum() for v in home])
    inside = np.array([rng.integers(max(0, count - (living - n)), min(n, count) + 1) for n in same])
    found = race(SEED, PART, (own, home), (serial, vertical, rate), inside, count, threads)
    for k in range(own.size):
        u = [draws.uniforms(SEED, draws.NETWORK, PART, np.array([own[k]]), np.array([j]))[0, 0] for j in serial]
        ranked = sorted(range(living), key=lambda j: (-math.log(u[j]) / rate[j], serial[j]))
        within = [j for j in ranked if vertical[j] == home[k]][: inside[k]]
        others = [j for j in ranked if vertical[j] != home[k]][: count - inside[k]]
        assert found[k].tolist() == within + others


def test_who_arrives_at_once_is_ranked_by_seniority() -> None:
    """Rates beyond all bounds: everyone arrives at time zero."""
    serial = np.array([7, 3, 9, 1, 5])
    everyone = serial, np.zeros(5, np.int32), np.full(5, math.inf)
    found = race(SEED, PART, (np.array([99]), np.zeros(1, np.int32)), everyone, np.array([3]), 3, 1)
    assert serial[found[0]].tolist() == [1, 3, 5]
