"""Without compilation, for coverage and for a debugger, the kernels live the same days."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from ecosim.kernels.borrow import COMPILED

DAYS = """
import json
from ecosim.config import ScaleConfig, SimulationConfig
from ecosim.model import EcosystemModel
model = EcosystemModel(SimulationConfig(
    days=4, burn_in=0, threads=1, scale=ScaleConfig(name="tiny", consumers=40, creators=12)))
told = []
for _ in range(4):
    model.step()
    people, items = model.world.consumers, model.world.items
    told.append([items.impressions_today.tolist(), items.interactions_today.tolist(), items.orders_today.tolist(),
                 people.satisfaction.tolist()])
print(json.dumps(told))
"""


def told(**environment: str) -> list[list[list[float]]]:
    done = subprocess.run(
        [sys.executable, "-c", DAYS], env=os.environ | environment, capture_output=True, text=True, check=True
    )
    found: list[list[list[float]]] = json.loads(done.stdout)
    return found


@pytest.mark.skipif(not COMPILED, reason="nothing is compiled here either")
def test_the_same_days_are_lived_uncompiled() -> None:
    compiled, plain = told(), told(NUMBA_DISABLE_JIT="1")
    for day, other in zip(compiled, plain, strict=True):
        assert day[:3] == other[:3]
        assert day[3] == pytest.approx(other[3], rel=1e-5)
