"""An error in a lever says which policy made it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ecosim.errors import InputError
from ecosim.policies.exposure_floor import ExposureFloor, ExposureFloorConfig
from ecosim.stages.policies import apply_policies
from ecosim.state.plan import Plan
from ecosim.testing.worlds import run_world, small_config


class Wrong(ExposureFloor):
    """Adds where the lever can only be raised."""

    def apply(self, plan: Plan, world: Any, day: int) -> None:
        plan.reserved_share.add(0.1)


def test_a_wrong_verb_names_the_policy() -> None:
    world = run_world(small_config(), 1)
    world.policies["mine"] = Wrong(replace(ExposureFloorConfig()))
    with pytest.raises(InputError, match=r"^policies\.mine \(kind exposure_floor\): lever 'reserved_share'.*raise_to"):
        apply_policies(world)
