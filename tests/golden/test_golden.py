"""Results do not change unnoticed: the toy run equals its golden baseline."""

from __future__ import annotations

import json

import pytest

from tests.golden.renew import FILE, measures

COUNTS = (
    "day",
    "impressions",
    "creators_alive",
    "creators_entered",
    "creators_left",
    "consumers_active",
    "items_published",
)


def test_the_toy_run_equals_its_golden_baseline() -> None:
    golden, found = json.loads(FILE.read_text()), measures()
    missing = golden.keys() - found.keys()
    assert not missing, f"measures are gone: {missing}"
    for name, column in golden.items():
        if name in COUNTS:
            assert found[name] == column, name
        else:
            assert found[name] == pytest.approx(column, rel=1e-9, abs=1e-12), name
