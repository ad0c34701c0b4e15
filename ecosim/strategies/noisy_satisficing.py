"""Noisy satisficing: creators who keep to what is good enough, and else try something else."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from ecosim.config import StrategyConfig
from ecosim.config.fields import between, positive, schema, share
from ecosim.registry import strategies
from ecosim.strategies.base import Decisions, Observation


@schema
class NoisySatisficingConfig(StrategyConfig):
    """Settings of noisy satisficing."""

    kind: str = "noisy_satisficing"
    noise: Annotated[float, positive("shortfall at which most leave their mode in a day", unit="net reward")] = 1.0
    adjustment: Annotated[float, share("daily step of the aspiration to what one's mode has brought")] = 0.05
    learning: Annotated[float, share("step of a belief to a new reward")] = 0.2
    effort: Annotated[float, between(0, 8, "posts a day at mean income", unit="items", source="dynamics")] = 0.35
    elasticity: Annotated[float, between(0, 2, "response of effort to income", unit="1", source="dynamics")] = 0.5


@strategies.register("noisy_satisficing", NoisySatisficingConfig)
class NoisySatisficing:
    """Keep the mode while it reaches the aspiration, else take another at random; the aspiration follows experience.

    Satisficing (Simon 1955, *A behavioral model of rational choice*) with an aspiration that moves towards what one has
    got (Cyert and March 1963). Who falls short of it by s leaves the mode with chance ``1 - exp(-s / noise)`` a day:
    the more it lacks the likelier, but never surely (Karandikar, Mookherjee, Ray and Vega-Redondo 1998, *Evolving
    aspirations and cooperation*).
    """

    drift = 1.0

    def __init__(self, config: NoisySatisficingConfig) -> None:
        self.config = config
        self.learning = config.learning

    def decide(self, seen: Observation) -> Decisions:
        """Effort from income, as in reinforcement; mode from the aspiration."""
        from ecosim.kernels import creators

        people, rule = seen.serial.size, self.config
        effort, mode = np.empty(people, np.float32), np.empty(people, np.int8)
        aspiration = np.empty(people, np.float32)
        creators.efforts_from_income(seen.prosperity, rule.effort, rule.elasticity, effort)
        creators.satisfice(
            seen.seed, seen.day, seen.serial, seen.mode, seen.beliefs, seen.aspiration, seen.chart_heat, seen.noise,
            rule.noise, rule.adjustment, mode, aspiration,
        )  # fmt: skip
        return Decisions(effort, mode, aspiration)
