"""Imitate the top: creators who copy the chart for as long as copies pay."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from ecosim.config import StrategyConfig
from ecosim.config.fields import between, schema, share
from ecosim.registry import strategies
from ecosim.strategies.base import Decisions, Observation


@schema
class ImitateTopConfig(StrategyConfig):
    """Settings of imitating the top."""

    kind: str = "imitate_top"
    margin: Annotated[float, between(-10, 10, "how much less than one's own style a copy may pay", unit="reward")] = 0.0
    learning: Annotated[float, share("step of a belief to a new reward")] = 0.2
    effort: Annotated[float, between(0, 8, "posts a day at mean income", unit="items", source="dynamics")] = 0.35
    elasticity: Annotated[float, between(0, 2, "response of effort to income", unit="1", source="dynamics")] = 0.5


@strategies.register("imitate_top", ImitateTopConfig)
class ImitateTop:
    """Copy the vertical's hits whenever there are any and copies pay as well as one's own style, which is the fallback.

    The rule "imitate the best" of evolutionary economics (Vega-Redondo 1997, *The evolution of Walrasian behavior*),
    with a look at one's own results: who has found that copies bring less goes back to the own style. Creators of this
    kind never try anything new.
    """

    drift = 1.0
    chance = False

    def __init__(self, config: ImitateTopConfig) -> None:
        self.config = config
        self.learning = config.learning

    def decide(self, seen: Observation) -> Decisions:
        """Effort from income, as in reinforcement; mode from the chart."""
        from ecosim.kernels import creators

        people = seen.serial.size
        effort, mode = np.empty(people, np.float32), np.empty(people, np.int8)
        creators.efforts_from_income(seen.prosperity, self.config.effort, self.config.elasticity, effort)
        creators.imitate_top(seen.beliefs, seen.chart_heat, self.config.margin, mode)
        return Decisions(effort, mode)
