"""A world that takes no time: the runner is tested without the engine."""

from __future__ import annotations

import signal
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from ecosim.config import SimulationConfig


class StubModel:
    """Lives as many days as it is told to; `hook` is called with each day before it is lived."""

    hook: Callable[[int], None] = staticmethod(lambda day: None)
    closed = 0

    def __init__(self, config: SimulationConfig) -> None:
        self.config = config
        self.world = types.SimpleNamespace(day=0, timings={"serving": 0.5})
        self.recorder = self
        self.impressions = 0

    @staticmethod
    def compile(config: SimulationConfig) -> None:
        """Nothing to compile."""

    def step(self) -> None:
        type(self).hook(self.world.day)
        self.world.day += 1
        self.impressions += 100

    def tables(self) -> dict[str, pa.Table]:
        days = range(-self.config.burn_in, self.world.day - self.config.burn_in)
        gini = [0.5 + self.config.seed / 100 for _ in days]
        return {"daily": pa.table({"day": pa.array(days, pa.int32()), "impressions_gini": gini})}

    def parts(self) -> dict[str, Iterator[pa.Table]]:
        return {name: iter([table]) for name, table in self.tables().items()}

    def table(self, name: str) -> pa.Table:
        return self.tables()[name]

    def keep_in(self, path: Path) -> None:
        """Everything is in memory."""

    def run_measures(self) -> dict[str, float]:
        return {"newcomer_survival_180d": float("nan")}

    def warnings(self) -> list[str]:
        return ["policies.nothing is inert"]

    def close(self) -> None:
        type(self).closed += 1


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> type[StubModel]:
    """Put the stub in the engine's place."""

    class Stub(StubModel):
        pass

    module: Any = types.ModuleType("ecosim.model")
    module.EcosystemModel = Stub
    monkeypatch.setitem(sys.modules, "ecosim.model", module)
    return Stub


@pytest.fixture(autouse=True)
def ctrl_c_counts() -> Iterator[None]:
    """Heed Ctrl-C as a terminal's process does, also where the tests run in the background, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
