"""The exponential of our own, against that of the mathematical library in twice the precision."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ecosim.kernels.exponential import exp


@given(st.floats(-87, 88, width=32))
def test_exp_is_the_nearest_float32_or_its_neighbour(x: float) -> None:
    true = math.exp(x)
    assert abs(float(exp(np.float32(x))) - true) <= 0.51 * float(np.spacing(np.float32(true)))


def test_exp_of_zero_is_one_and_it_never_falls() -> None:
    assert exp(np.float32(0)) == 1
    x = np.linspace(-20, 20, 20_001, dtype=np.float32)
    assert (np.diff([exp(value) for value in x]) >= 0).all()


def test_exp_stays_finite_and_positive_beyond_its_range() -> None:
    assert exp(np.float32(1e9)) == exp(np.float32(88))
    assert 0 < exp(np.float32(-1e9)) == exp(np.float32(-87))
    assert np.isfinite(exp(np.float32(88)))
