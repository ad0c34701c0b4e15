"""Fixed strategy: creators who always do the same, the control of every finding about behaviour."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from ecosim.config import StrategyConfig
from ecosim.config.fields import between, schema
from ecosim.registry import strategies
from ecosim.strategies.base import Decisions, Observation


@schema
class FixedConfig(StrategyConfig):
    """Settings of the fixed strategy."""

    kind: str = "fixed"
    posts_a_day: Annotated[float, between(0, 8, "posts a day", unit="items")] = 0.5


@strategies.register("fixed", FixedConfig)
class Fixed:
    """Publish in one's own style at a constant rate and learn nothing."""

    learning = 0.0
    drift = 0.0
    chance = False

    def __init__(self, config: FixedConfig) -> None:
        self.config = config

    def decide(self, seen: Observation) -> Decisions:
        """Same effort for everyone, own style."""
        people = seen.serial.size
        return Decisions(np.full(people, self.config.posts_a_day, np.float32), np.zeros(people, np.int8))
