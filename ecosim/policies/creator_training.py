"""Creator training: courses that raise the skill creators grow towards, paid by the platform."""

from __future__ import annotations

from dataclasses import field
from typing import Annotated

from ecosim.config import Aim, PolicyConfig, SimulationConfig, Tier
from ecosim.config.fields import between, schema
from ecosim.policies.base import Purpose, meant_for, select, strength
from ecosim.registry import policies
from ecosim.state.plan import Plan
from ecosim.state.world import World


@schema
class CreatorTrainingConfig(PolicyConfig):
    """Settings of the training."""

    kind: str = "creator_training"
    lift: Annotated[float, between(0, 5, "added to the skill that a creator grows towards", unit="logit")] = 0.5
    cost: Annotated[float, between(0, 10, "spent on a creator and day", unit="mean incomes")] = 0.02
    aim: Aim = field(default_factory=lambda: Aim(tiers=[Tier.TAIL]))


@policies.register("creator_training", CreatorTrainingConfig)
class CreatorTraining:
    """Raise the skill that creators grow towards; they get there by `creator.skill_rate` a day, and forget as slowly.

    The counterpart of creator academies. Levers: `training`, and `training_cost`, which the platform pays to the
    outside. Skill is the mean quality of videos; live sessions gain half of it. Uncertain: how much courses teach;
    completion rates of online courses are low, and what is published on academies counts participants.
    """

    def __init__(self, config: CreatorTrainingConfig) -> None:
        self.config = config

    def purposes(self, config: SimulationConfig) -> list[Purpose]:
        """Let videos be better, and who is taught earn more."""
        return [Purpose("watch_seconds_per_consumer_day"), *meant_for(self.config.aim, "income")]

    def apply(self, plan: Plan, world: World, day: int) -> None:
        """Add lift and cost for the creators aimed at."""
        now, selected = strength(self.config, day), select(self.config.aim, world.creators, world.day)
        plan.training.add(now * self.config.lift, selected)
        plan.training_cost.add(now * self.config.cost, selected)
