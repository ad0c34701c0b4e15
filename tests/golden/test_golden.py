"""Results do not change unnoticed: the toy run equals its golden baseline."""

from __future__ import annotations

import json

import pytest

from tests.golden.renew import FOLDER, WORLDS, measures

COUNTS = (
    "day",
    "impressions",
    "creators_alive",
    "creators_entered",
    "creators_left",
    "consumers_active",
    "items_published",
)


@pytest.mark.parametrize("name", WORLDS)
def test_a_toy_run_equals_its_golden_baseline(name: str) -> None:
    golden, found = json.loads((FOLDER / f"{name}.json").read_text()), measures(WORLDS[name])
    missing = golden.keys() - found.keys()
    assert not missing, f"measures are gone: {missing}"
    for name, column in golden.items():
        if name in COUNTS:
            assert found[name] == column, name
        else:
            assert defined(found[name]) == defined(column), name
            assert filled(found[name]) == pytest.approx(filled(column), rel=1e-9, abs=1e-12), name


def defined(column: list[float | None]) -> list[bool]:
    """On which days a measure is defined."""
    return [x is not None for x in column]


def filled(column: list[float | None]) -> list[float]:
    """The days on which it is."""
    return [x for x in column if x is not None]
