"""Arrays that begin where a line of the cache begins, so that a row of sixteen float32 lies in one line, not in two."""

import math

import numpy as np
from numpy.typing import DTypeLike

LINE = 64
"""Bytes in a line of the cache."""


def zeros(shape: int | tuple[int, ...], dtype: DTypeLike = np.float64) -> np.ndarray:
    """Return zeros of a shape, beginning at a line; pages that nobody writes cost no memory."""
    kind = np.dtype(dtype)
    sides = (shape,) if isinstance(shape, int) else tuple(shape)
    size = math.prod(sides) * kind.itemsize
    room = np.zeros(size + LINE, np.uint8)
    begin = -room.ctypes.data % LINE
    return room[begin : begin + size].view(kind).reshape(sides)


def copy(array: np.ndarray) -> np.ndarray:
    """Return a contiguous copy that begins at a line."""
    twin = zeros(array.shape, array.dtype)
    twin[...] = array
    return twin
