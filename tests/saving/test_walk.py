"""Taking state apart and putting it together: nothing is lost, nothing is shared that was not, no code is carried."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from ecosim.saving import Packed, Unpackable, pack, unpack
from ecosim.state import Table, Ties, column
from ecosim.state.levers import Combine, Shape


def there_and_back(state: Any, **known: Any) -> Any:
    """Pack, write as JSON, read, unpack."""
    packed = pack(state, known)
    tree = json.loads(json.dumps(packed.tree))
    return unpack(Packed(tree, [array.copy(order="K") for array in packed.arrays]), known)


PLAIN: list[Any] = [
    None, True, 0, -(2**70), 0.1, "", "~same", [], {}, [[], {}], {"~array": 3}, {"a": {"~same": 1}},
    {1: 2, (3, "b"): [4]}, (), (1, (2, [3])), set(), {1, 2}, frozenset({("a", 1)}), {"one": [1, {"two": (3,)}]},
    -0.0, math.inf, Combine.MAX, {Shape.SCALAR: 1},
]  # fmt: skip


@pytest.mark.parametrize("value", PLAIN, ids=repr)
def test_plain_values_come_back_as_they_were(value: Any) -> None:
    found = there_and_back([value, "after"])
    assert found == [value, "after"]
    assert type(found[0]) is type(value)


def test_not_a_number_comes_back() -> None:
    assert math.isnan(there_and_back(math.nan))


@pytest.mark.parametrize("number", [np.float32(0.1), np.int64(-3), np.uint8(255), np.bool_(True), np.float64(1 / 3)])
def test_numpys_numbers_keep_their_type(number: Any) -> None:
    found = there_and_back(number)
    assert (found, type(found)) == (number, type(number))


def test_what_is_shared_stays_shared_and_what_is_not_does_not() -> None:
    array, other = np.arange(3), np.arange(3)
    found = there_and_back({"a": array, "b": [array], "c": other})
    assert found["a"] is found["b"][0]
    assert found["c"] is not found["a"]


def test_a_circle_comes_back_as_a_circle() -> None:
    circle: dict[str, Any] = {"ring": []}
    circle["ring"].append(circle)
    found = there_and_back(circle)
    assert found["ring"][0] is found


def test_objects_come_back_with_every_attribute_that_they_have() -> None:
    ties = Ties(np.array([0, 1, 2]), np.array([1, 0], np.int32), loops=3)
    ties.later = "added"  # type: ignore[attr-defined]
    found = there_and_back(ties)
    assert type(found) is Ties
    assert vars(found).keys() == {"start", "neighbour", "loops", "duplicates", "later"}
    assert (found.loops, found.neighbour.dtype, found.later) == (3, np.int32, "added")


def test_a_table_comes_back_without_the_room_it_had() -> None:
    table = pa.table({"a": pa.array([1, None, 3], pa.int16()), "b": ["x", "y", None]})
    assert there_and_back([table])[0].equals(table)


def test_what_is_known_is_not_saved() -> None:
    held = Path("/somewhere")
    found = there_and_back({"a": held, "b": held}, place=held)
    assert found["a"] is found["b"] is held


@pytest.mark.parametrize(
    "strange",
    [
        print,
        Path("x"),
        object(),
        lambda: 1,
        math,
        Path,
        np.array([object()]),
        np.array(["2020-01-01"], "datetime64[D]"),
    ],
    ids=lambda thing: type(thing).__name__,
)
def test_what_is_not_state_is_named(strange: Any) -> None:
    with pytest.raises(Unpackable, match=r"state\.here\[1\]"):
        pack({"here": [0, strange]}, {})


def test_a_class_of_somebody_elses_is_not_saved() -> None:
    class Own(Table):
        weight = column("int32", "g", "how heavy")

    with pytest.raises(Unpackable, match="Own"):
        pack(Own(1, {}), {})


@pytest.mark.parametrize("place", ["os:system", "ecosim.state.columns:np", "ecosim.errors:nearest", "ecosim.nowhere:X"])
def test_a_tree_cannot_call_anything_else(place: str) -> None:
    with pytest.raises((ValueError, ImportError, AttributeError)):
        unpack(Packed({"~object": [place, {}]}, []), {})


def test_a_tree_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown kind '~code'"):
        unpack(Packed({"~code": "import os"}, []), {})
