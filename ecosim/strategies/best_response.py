"""Best response: creators who do what they believe pays best, today."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from ecosim.config import StrategyConfig
from ecosim.config.fields import between, positive, schema, share
from ecosim.registry import strategies
from ecosim.strategies.base import Decisions, Observation


@schema
class BestResponseConfig(StrategyConfig):
    """Settings of the best response."""

    kind: str = "best_response"
    exploration: Annotated[float, share("chance of a day on which any mode is tried")] = 0.05
    learning: Annotated[float, share("step of a belief to a new reward")] = 0.2
    returns: Annotated[float, between(0.01, 1, "elasticity of income to posts that is expected", unit="1")] = 0.15
    toil: Annotated[float, positive("cost of effort, by half the square of posts a day", unit="mean incomes")] = 1.0


@strategies.register("best_response", BestResponseConfig)
class BestResponse:
    """Choose the mode believed to bring most, net of its cost, and the effort that maximises income less costs.

    A myopic best reply (Fudenberg and Levine 1998, *The theory of learning in games*): beliefs are what each mode has
    brought, nothing is invested in finding out. Without the small chance of a day of exploration only the first mode
    would ever be believed in. Income P is expected to change with e posts a day as ``P (1 + returns ln(e / present))``,
    costs are ``cost of the mode x e + toil e^2 / 2``; the best effort is

    ``e = (sqrt(cost^2 + 4 toil returns P) - cost) / (2 toil)``, between 0.1 and 8.
    """

    drift = 1.0

    def __init__(self, config: BestResponseConfig) -> None:
        self.config = config
        self.learning = config.learning

    def decide(self, seen: Observation) -> Decisions:
        """Mode from beliefs, effort from income and the mode's cost."""
        from ecosim.kernels import creators

        people, rule = seen.serial.size, self.config
        effort, mode = np.empty(people, np.float32), np.empty(people, np.int8)
        creators.reply_best(
            seen.seed, seen.day, seen.serial, seen.prosperity, seen.beliefs, seen.chart_heat, seen.noise,
            seen.costs,
            rule.exploration, rule.returns, rule.toil, effort, mode,
        )  # fmt: skip
        return Decisions(effort, mode)
