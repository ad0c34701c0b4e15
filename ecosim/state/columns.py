"""Column tables: a population is a set of equally long numpy arrays, declared once with unit and meaning.

The declaration is the schema: it allocates, documents, and is what snapshots and tests read. Reading a column gives a
plain ndarray view of the rows in use; there is one index world, the row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from ecosim.kernels import aligned

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Column:
    """One declared column.

    Attributes
    ----------
    dtype : str
        numpy dtype of a cell.
    width : str or int or None
        None for one number a row; else the length of a row's vector, as a number or as the name of a dimension.
    unit : str
        Unit of the numbers.
    description : str
        What it means in the model.
    default : float
        Value of a row that nobody has written to.
    """

    dtype: str
    unit: str
    description: str
    width: str | int | None = None
    default: float = 0

    name: str = ""

    def __set_name__(self, owner: type, name: str) -> None:
        object.__setattr__(self, "name", name)

    def __get__(self, table: Any, owner: type | None = None) -> Any:
        if table is None:
            return self
        if table.accessed is not None:
            table.accessed.add(self.name)
        return table.cells[self.name][: table.size]


def column(dtype: str, unit: str, description: str, *, width: str | int | None = None, default: float = 0) -> Any:
    """Declare a column of a :class:`Table`; see :class:`Column` for the parameters."""
    return Column(dtype, unit, description, width, default)


class Cells(dict[str, Array]):
    """A table's columns by name, in memory; whoever keeps them elsewhere says here how they are reached."""

    def rows(self, rows: Array) -> dict[str, Array]:
        """Return copies of some rows of all columns."""
        return {name: cells[rows] for name, cells in self.items()}


class Table:
    """Rows of one kind of entity, stored column by column.

    Parameters
    ----------
    size : int
        Rows in use at the start, filled with the columns' defaults.
    dimensions : mapping of str to int
        Lengths of the named widths, such as ``{"V": 12, "D": 16}``.
    """

    def __init__(self, size: int, dimensions: Mapping[str, int]) -> None:
        self.size = 0
        self.accessed: set[str] | None = None  # in debug mode, the columns that the present stage has touched
        self._dimensions = dict(dimensions)
        self.cells = Cells({c.name: self._allocate(c, max(size, 1)) for c in self.columns()})
        self.size = size

    @classmethod
    def columns(cls) -> Iterator[Column]:
        """Iterate over the declared columns, in order of declaration."""
        for base in reversed(cls.__mro__):
            for value in vars(base).values():
                if isinstance(value, Column):
                    yield value

    def _allocate(self, declared: Column, rows: int) -> Array:
        if declared.width is None:
            shape: tuple[int, ...] = (rows,)
        elif isinstance(declared.width, int):
            shape = (rows, declared.width)
        else:
            shape = (rows, self._dimensions[declared.width])
        cells = aligned.zeros(shape, declared.dtype)
        if declared.default != 0:
            cells[:] = declared.default
        return cells

    def append(self, count: int) -> slice:
        """Add `count` rows with default values and return where they are; grows by half when full."""
        start, self_size = self.size, self.size + count
        capacity = next(iter(self.cells.values())).shape[0]
        if self_size > capacity:
            grown = max(self_size, capacity + capacity // 2)
            for declared in self.columns():
                bigger = self._allocate(declared, grown)
                bigger[:start] = self.cells[declared.name][:start]
                self.cells[declared.name] = bigger
        self.size = self_size
        return slice(start, self_size)

    def keep(self, mask: Array) -> None:
        """Drop the rows outside `mask` (bool[size]), keeping the order of the others."""
        rows = np.flatnonzero(mask)
        if rows.size == self.size:
            return
        for declared in self.columns():
            cells = self.cells[declared.name]
            cells[: rows.size] = cells[rows]
            if declared.default == 0:
                cells[rows.size : self.size] = 0
            else:
                cells[rows.size : self.size] = declared.default
        self.size = int(rows.size)

    def copy_rows(self, rows: Array) -> Self:
        """Return a new table of the same kind that holds copies of the given rows."""
        twin = type(self)(0, self._dimensions)
        twin.cells = Cells({name: aligned.copy(cells) for name, cells in self.cells.rows(np.asarray(rows)).items()})
        twin.size = int(np.asarray(rows).size)
        return twin

    def part(self, rows: slice) -> Self:
        """Return a range of rows as a table of its own that shares the cells; it cannot grow."""
        part = type(self)(0, self._dimensions)
        part.cells = Cells({name: cells[rows] for name, cells in self.cells.items()})
        part.size = rows.stop - rows.start
        return part

    def __getstate__(self) -> dict[str, Any]:
        """Return what has to be saved of the table: the rows in use, without the room kept for more."""
        cells = {name: cells[: self.size] for name, cells in self.cells.items()}
        return {**vars(self), "cells": cells, "accessed": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take over what was saved, column by column, where kernels read it best."""
        cells = {name: aligned.copy(cells) for name, cells in state["cells"].items()}
        vars(self).update(state, cells=Cells(cells))

    def nbytes(self) -> int:
        """Bytes allocated for all columns."""
        return sum(cells.nbytes for cells in self.cells.values())

    def check(self) -> list[str]:
        """Return what is wrong with the numbers: not finite, or of another type than declared."""
        faults = []
        for declared in self.columns():
            cells = self.cells[declared.name][: self.size]
            if cells.dtype != np.dtype(declared.dtype):
                faults.append(f"{type(self).__name__}.{declared.name} is {cells.dtype}, declared {declared.dtype}")
            if cells.dtype.kind == "f" and not np.isfinite(cells).all():
                faults.append(f"{type(self).__name__}.{declared.name} holds numbers that are not finite")
        return faults
