"""Column tables grow, shrink and copy without mixing up rows; the schema says what every column means."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosim.state.columns import Column, Table, column
from ecosim.state.schema import Consumers, Creators, Items

ROOT = Path(__file__).resolve().parents[2]
TABLES = (Consumers, Creators, Items)
EVERY_COLUMN = [(table, declared) for table in TABLES for declared in table.columns()]
DECLARING = ("schema.py", "pipeline.py")  # where columns are declared, and where stages declare what they touch
SOURCES = {path: path.read_text(encoding="utf-8") for path in (ROOT / "ecosim").rglob("*.py")}


class Herd(Table):
    """A table for these tests."""

    number = column("int64", "1", "a number")
    mood = column("float32", "1", "a mood", default=0.5)
    spots = column("float32", "1", "spots", width="V")
    legs = column("int8", "legs", "legs", width=4, default=1)


def herd(size: int) -> Herd:
    table = Herd(size, {"V": 3})
    table.number[:] = np.arange(size)
    return table


def test_rows_begin_with_their_defaults() -> None:
    table = herd(2)
    assert table.mood.tolist() == [0.5, 0.5]
    assert table.spots.shape == (2, 3)
    assert table.legs.tolist() == [[1] * 4] * 2
    assert table.append(3) == slice(2, 5)
    assert table.mood.tolist() == [0.5] * 5


def test_columns_are_views_of_the_one_state() -> None:
    table = herd(3)
    table.mood[1] = 9
    assert table.mood[1] == 9
    assert table.spots.flags.c_contiguous


def test_class_attribute_is_the_declaration() -> None:
    assert isinstance(Herd.mood, Column)
    assert (Herd.mood.name, Herd.mood.dtype, Herd.mood.default) == ("mood", "float32", 0.5)
    assert [c.name for c in Herd.columns()] == ["number", "mood", "spots", "legs"]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.one_of(st.integers(0, 9), st.lists(st.booleans(), max_size=30)), max_size=12))
def test_growing_and_keeping_equal_a_list(steps: list[int | list[bool]]) -> None:
    table, plain, fresh = herd(0), [], 0
    for step in steps:
        if isinstance(step, int):
            rows = table.append(step)
            assert table.mood[rows].tolist() == [0.5] * step  # whatever stood there before
            assert not table.spots[rows].any()
            table.number[rows] = np.arange(fresh, fresh + step)
            table.mood[rows] = 7
            table.spots[rows] = 7
            plain += range(fresh, fresh + step)
            fresh += step
        else:
            mask = np.array([*step, *([True] * len(plain))][: len(plain)], bool)
            table.keep(mask)
            plain = [x for x, stays in zip(plain, mask, strict=True) if stays]
        assert table.number.tolist() == plain
        assert table.size == len(plain)


def test_copies_share_nothing() -> None:
    table = herd(5)
    twin = table.copy_rows(np.array([4, 0, 4]))
    assert isinstance(twin, Herd)
    assert twin.number.tolist() == [4, 0, 4]
    twin.number[:] = -1
    assert table.number.tolist() == [0, 1, 2, 3, 4]
    twin.append(10)
    assert twin.mood.tolist() == [0.5] * 13


def test_growth_is_by_half_so_that_appending_is_cheap() -> None:
    table, sizes = herd(1), set()
    for _ in range(1_000):
        table.append(1)
        sizes.add(table.nbytes())
    assert len(sizes) < 25


def test_check_finds_what_is_not_finite() -> None:
    table = herd(3)
    assert table.check() == []
    table.mood[1] = np.nan
    assert table.check() == ["Herd.mood holds numbers that are not finite"]


def test_access_is_noted_in_debug_mode() -> None:
    table = herd(1)
    table.accessed = set()
    assert table.mood[0] == 0.5
    assert table.accessed == {"mood"}


def label(value: object) -> str:
    return value.name if isinstance(value, Column) else getattr(value, "__name__", "")


@pytest.mark.parametrize(("table", "declared"), EVERY_COLUMN, ids=label)
def test_every_column_is_documented(table: type[Table], declared: Column) -> None:
    assert declared.unit
    assert len(declared.description) > 4
    np.dtype(declared.dtype)


@pytest.mark.parametrize(("table", "declared"), EVERY_COLUMN, ids=label)
def test_no_column_waits_for_a_use(table: type[Table], declared: Column) -> None:
    """Every column is read or written somewhere besides its declaration."""
    used = re.compile(rf"""\.{declared.name}\b|["']{declared.name}["']""")
    users = [path for path, text in SOURCES.items() if path.name not in DECLARING and used.search(text)]
    assert users, f"nobody uses {table.__name__}.{declared.name}"


@pytest.mark.parametrize("table", TABLES)
def test_names_of_columns_are_the_annotated_ones(table: type[Table]) -> None:
    assert [c.name for c in table.columns()] == [name for name in vars(table)["__annotations__"] if name != "accessed"]
