"""Borrowed arrays: read and written as any array, without counts and without a look at the sign of an index."""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
import pytest

from ecosim.kernels.borrow import COMPILED, borrow
from ecosim.kernels.vectors import align_stack


class Bundle(NamedTuple):
    """A list, a table and a number."""

    place: np.ndarray
    table: np.ndarray
    rate: np.float32


@numba.njit
def add_rows(bundle, rows):  # type: ignore[no-untyped-def]
    """Add to some rows of the table, by whole numbers of several kinds and by a part of the table."""
    lent = borrow(bundle)
    for k in range(rows.size):
        row = lent.place[rows[k]]
        lent.table[row, np.uint8(1)] += lent.rate
        part = lent.table[row]
        part[0] = k
    return lent.table[lent.place[np.int64(0)], 1]


def bundle() -> Bundle:
    return Bundle(np.array([2, 0, 1], np.int32), np.zeros((3, 2), np.float32), np.float32(0.5))


def test_a_borrowed_bundle_is_read_and_written_in_place() -> None:
    given = bundle()
    found = add_rows(given, np.array([0, 2], np.int64))
    assert given.table.tolist() == [[0, 0], [1, 0.5], [0, 0.5]]
    assert found == np.float32(0.5)


@pytest.mark.skipif(not COMPILED, reason="nothing is compiled")
def test_no_reference_is_counted_and_no_index_is_turned_round() -> None:
    @numba.njit
    def read(given, row):  # type: ignore[no-untyped-def]
        return borrow(given).table[row, row]

    @numba.njit
    def read_plain(given, row):  # type: ignore[no-untyped-def]
        return given.table[row, row]

    for kernel, looks in ((read, False), (read_plain, True)):
        kernel(bundle(), 1)
        code = kernel.inspect_llvm(kernel.signatures[0])
        body = code[code.index("define") : code.index("\n}", code.index("define"))]
        assert ("i64 63" in body or "icmp slt" in body) is looks, body
        assert "NRT_incref" not in body


@pytest.mark.skipif(not COMPILED, reason="nothing is compiled")
def test_vectors_on_the_stack_lie_on_lines_of_the_cache() -> None:
    @numba.njit
    def kernel(x):  # type: ignore[no-untyped-def]
        align_stack()
        return x + 1

    assert kernel(1) == 2
    assert "alignstack=64" in kernel.inspect_llvm(kernel.signatures[0])
