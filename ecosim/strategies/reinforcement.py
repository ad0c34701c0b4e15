"""Reinforcement: creators do more of what paid, in the mode that paid."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from ecosim.config import StrategyConfig
from ecosim.config.fields import between, positive, schema, share, text
from ecosim.registry import strategies
from ecosim.strategies.base import Decisions, Observation


@schema
class ReinforcementConfig(StrategyConfig):
    """Settings of reinforcement learning."""

    kind: str = "reinforcement"
    temperature: Annotated[float, positive("noise of the choice of mode", unit="net reward")] = 0.2
    learning: Annotated[float, share("step of a belief to a new reward")] = 0.2
    effort: Annotated[float, between(0, 8, "posts a day at mean income", unit="items", source="dynamics")] = 0.35
    elasticity: Annotated[float, between(0, 2, "response of effort to income", unit="1", source="dynamics")] = 0.5
    imitation: Annotated[bool, text("imitation is among the modes")] = True


@strategies.register("reinforcement", ReinforcementConfig)
class Reinforcement:
    """Choose the mode by softmax over what each has brought; put in more effort as income grows."""

    drift = 1.0

    def __init__(self, config: ReinforcementConfig) -> None:
        self.config = config
        self.learning = config.learning

    def decide(self, seen: Observation) -> Decisions:
        """Effort from income, mode from beliefs."""
        from ecosim.kernels import creators

        people = seen.serial.size
        effort, mode = np.empty(people, np.float32), np.empty(people, np.int8)
        creators.reinforce(
            seen.seed, seen.day, seen.serial, seen.prosperity, seen.beliefs, seen.chart_heat & self.config.imitation,
            seen.noise, self.config.temperature, self.config.effort, self.config.elasticity, effort, mode,
        )  # fmt: skip
        return Decisions(effort, mode)
