"""Arrays that begin at a line of the cache."""

from __future__ import annotations

import numpy as np
import pytest

from ecosim.kernels import aligned


@pytest.mark.parametrize("shape", [0, 3, (5, 16), (0, 16), (40_000, 16)])
@pytest.mark.parametrize("kind", [np.float32, np.int8, np.int64])
def test_arrays_begin_at_a_line_and_hold_zeros(shape: int | tuple[int, ...], kind: type) -> None:
    array = aligned.zeros(shape, kind)
    assert array.size == 0 or array.ctypes.data % aligned.LINE == 0  # what is empty lies nowhere
    assert array.dtype == kind
    assert array.shape == np.zeros(shape).shape
    assert not array.any()


def test_copies_begin_at_a_line_and_stand_alone() -> None:
    array = np.arange(60, dtype=np.float32).reshape(3, 20)[:, 1::2]
    twin = aligned.copy(array)
    assert twin.ctypes.data % aligned.LINE == 0
    assert np.array_equal(twin, array)
    twin[0, 0] = -1
    assert array[0, 0] == 1
