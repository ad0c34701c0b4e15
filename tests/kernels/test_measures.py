"""Passes over large tables give what array expressions give."""

from __future__ import annotations

import numpy as np
import pytest

from ecosim.kernels.measures import add_moments, pick_known


@pytest.mark.parametrize("entries", [0, 1, 7, 1000])
def test_moments_are_those_of_the_array_expression(entries: int) -> None:
    random = np.random.default_rng(3)
    styles = random.normal(size=(entries, 16)).astype(np.float32)
    weights = random.random(entries)
    moments = np.zeros((16, 16))
    add_moments(styles, weights, moments)
    whole = styles.astype(np.float64)
    assert np.allclose(moments, (whole * weights[:, None]).T @ whole, rtol=1e-12, atol=1e-12)


def test_values_of_known_accounts_come_row_by_row() -> None:
    account = np.array([[4, -1, 9], [-1, -1, -1], [-1, 2, -1]], np.int32)
    value = np.arange(9, dtype=np.float32).reshape(3, 3)
    out = np.empty(9)
    found = pick_known(account, value, -1, out)
    assert out[:found].tolist() == [0.0, 2.0, 7.0]
