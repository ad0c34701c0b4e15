"""Deals of a creator lie side by side, and each takes its part of the week."""

from __future__ import annotations

import numpy as np
import pytest

from ecosim.state.economy import Deals


def test_parts_of_a_week_are_the_gaps_between_the_ends() -> None:
    deals = Deals(6, {})
    deals.creator[:] = [3, 3, 3, 5, 5, 5]
    deals.begins[:] = [7, 7, 7, 7, 14, 14]
    deals.end[:] = [0.25, 0.75, 1.0, 0.5, 0.1, 0.4]
    assert deals.parts() == pytest.approx([0.25, 0.5, 0.25, 0.5, 0.1, 0.3])
    assert Deals(0, {}).parts().shape == (0,)
    assert np.all(deals.end == [0.25, 0.75, 1.0, 0.5, 0.1, 0.4]), "read, not written"
