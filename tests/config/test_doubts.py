"""Settings that are allowed and hardly meant are told of, and others are not."""

from __future__ import annotations

import pytest

from ecosim.config.compose import compose
from ecosim.config.doubts import doubts

FLOOR = "policy=exposure_floor"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], ""),
        (["brand.commission=0.6"], "exceed brand.margin"),
        (["brand.commission=0.6", "brand.active=false"], ""),
        (
            [FLOOR, "policies.exposure_floor.stop=500"],
            "stop (500) lies beyond the last day (179)",
        ),
        ([FLOOR, "policies.exposure_floor.stop=180"], ""),
    ],
)
def test_doubts(words: list[str], expected: str) -> None:
    told = doubts(compose(words))
    assert len(told) == bool(expected)
    assert all(expected in line for line in told)
