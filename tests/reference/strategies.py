"""How the twin's creators decide: one class a strategy."""

from __future__ import annotations

import math

import numpy as np

from ecosim.kernels import creators, draws
from ecosim.state.schema import IMITATE, INNOVATE, OWN
from tests.reference.chance import f32, uniform64, words
from tests.reference.creator import ReferenceCreator
from tests.reference.item import Item


class FixedCreator(ReferenceCreator):
    """Always does the same and learns nothing."""

    def decide_effort(self) -> np.float32:
        """Return the constant of the config."""
        return f32(self.model.config.strategy.posts_a_day)

    def decide_mode(self, hits: list[Item]) -> int:
        """Keep to one's own style."""
        return OWN


class LearningCreator(ReferenceCreator):
    """Learns what each mode brings, and puts in more effort as income grows."""

    drift = 1.0

    @property
    def learning(self) -> float:  # type: ignore[override]
        """Step of a belief to a new reward."""
        return float(self.model.config.strategy.learning)

    def decide_effort(self) -> np.float32:
        """Put in more effort as income grows."""
        rule = self.model.config.strategy
        return f32(creators.effort_from_income(self.prosperity, rule.effort, rule.elasticity))

    def possible(self, hits: list[Item]) -> list[int]:
        """Modes that can be chosen today: nobody imitates nothing."""
        return [OWN, IMITATE, INNOVATE] if hits else [OWN, INNOVATE]

    def chance(self, usual: float) -> float:
        """How much the strategy leaves to chance, as far as no policy has taken it away."""
        return float(self.lever("choice_noise")) * usual

    def lots(self, stream: int) -> list[float]:
        """Draw four numbers for today's choice: one to decide by, then one for each mode."""
        return [uniform64(word) for word in words(self.model.seed, stream, self.model.day, self.serial)]


class ReinforcementCreator(LearningCreator):
    """Does more of what paid, in the mode that paid."""

    def decide_mode(self, hits: list[Item]) -> int:
        """Choose by softmax over what each mode has brought."""
        rule = self.model.config.strategy
        can_imitate = bool(hits) and rule.imitation
        return int(
            creators.mode_from_beliefs(
                self.model.seed, self.model.day, self.serial, self.beliefs, can_imitate, self.chance(rule.temperature)
            )
        )


class ImitatingCreator(LearningCreator):
    """Copies the chart for as long as copies pay."""

    def decide_mode(self, hits: list[Item]) -> int:
        """Copy, if there is a hit and copies have not brought less than one's own style by more than the margin."""
        enough = float(self.beliefs[OWN]) - self.model.config.strategy.margin
        return IMITATE if hits and float(self.beliefs[IMITATE]) >= enough else OWN


class BestReplyingCreator(LearningCreator):
    """Does what is believed to pay best, and as much of it as pays."""

    def publish(self, hits: list[Item]) -> list[Item]:
        """Look at the chart first: the effort depends on what the chosen mode costs."""
        self.visible = hits
        return super().publish(hits)

    def decide_mode(self, hits: list[Item]) -> int:
        """Choose the mode believed to bring most, on a day of exploration any; the first of equals."""
        chance, *lots = self.lots(draws.EXPLORE)
        if chance < self.chance(self.model.config.strategy.exploration):
            return max(self.possible(hits), key=lambda mode: lots[mode])
        return max(self.possible(hits), key=lambda mode: float(self.beliefs[mode]))

    def decide_effort(self) -> np.float32:
        """Set what one more post brings against what it costs."""
        rule, cost = self.model.config.strategy, self.model.mode_costs()[self.decide_mode(self.visible)]
        return f32(creators.best_effort(self.prosperity, cost, rule.returns, rule.toil))


class SatisficingCreator(LearningCreator):
    """Keeps to what is good enough."""

    def decide_mode(self, hits: list[Item]) -> int:
        """Keep the mode unless it falls short of the aspiration; the more it lacks, the likelier to take another."""
        rule, before = self.model.config.strategy, self.mode
        chance, *lots = self.lots(draws.RESTLESS)
        lacking = max(float(self.aspiration) - float(self.beliefs[before]), 0.0)
        self.aspiration = f32(creators.next_aspiration(self.aspiration, self.beliefs[before], rule.adjustment))
        if before in self.possible(hits) and chance >= 1.0 - math.exp(-lacking / self.chance(rule.noise)):
            return before
        return max((mode for mode in self.possible(hits) if mode != before), key=lambda mode: lots[mode])


CREATORS: dict[str, type[ReferenceCreator]] = {
    "fixed": FixedCreator,
    "reinforcement": ReinforcementCreator,
    "imitate_top": ImitatingCreator,
    "best_response": BestReplyingCreator,
    "noisy_satisficing": SatisficingCreator,
}
