"""A creator of the twin: decides, publishes, lives from it, learns, and may stop."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from ecosim.kernels import craft, creators, draws
from ecosim.state.schema import IMITATE, INNOVATE, OWN, TAIL
from ecosim.strategies.base import EFFORT_BOUNDS
from tests.reference.chance import f32, uniform64, words
from tests.reference.item import Item

if TYPE_CHECKING:
    from tests.reference.model import ReferenceModel


class ReferenceCreator(mesa.Agent):  # type: ignore[misc]
    """One publishing account."""

    model: ReferenceModel
    learning = 0.0
    drift = 0.0

    def __init__(self, model: ReferenceModel, serial: int, entered: int, founder: bool, traits: dict[str, Any]) -> None:
        super().__init__(model)
        self.serial = serial
        self.entered = entered
        self.founder = founder
        self.left = -1
        self.alive = True
        self.vertical = int(traits["vertical"])
        self.region = int(traits["region"])
        self.talent = f32(traits["talent"])
        self.style = np.array(traits["style"], f32)
        self.skill = self.talent
        self.effort = f32(0)
        self.mode = OWN
        self.posts = 0
        self.beliefs = np.zeros(3, f32)
        self.aspiration = f32(0)
        self.followers = 0
        self.tier = TAIL
        self.impressions_on: dict[int, int] = {}  # by day
        self.income_on: dict[int, int] = {}  # fen, by day
        self.savings = 0  # fen
        reservation, attention = model.config.creator.reservation, model.config.creator.attention_value
        self.welfare = f32(reservation)
        self.prosperity = f32(reservation / (1.0 + attention))
        self.record = {"views": 0.0, "watch": 0.0, "interactions": 0.0, "follows": 0.0}

    # ------------------------------------------------------------------------------------------------- publishing

    def decide_effort(self) -> np.float32:
        """Posts a day to aim at."""
        raise NotImplementedError

    def decide_mode(self, hits: list[Item]) -> int:
        """Own style, imitation or innovation, for all posts of today."""
        raise NotImplementedError

    def publish(self, hits: list[Item]) -> list[Item]:
        """Decide, and return today's items.

        Parameters
        ----------
        hits : list of Item
            What the public chart lists for one's vertical, with its delay.
        """
        if not self.alive:
            return []
        self.effort = f32(np.clip(self.decide_effort(), *EFFORT_BOUNDS))
        self.mode = self.decide_mode(hits)
        if self.mode == IMITATE and not hits:
            self.mode = OWN
        count = creators.count_posts(self.model.seed, self.model.day, self.serial, self.effort)
        self.posts += count
        return [self.make_item((self.model.day << 8) + 1 + k, hits) for k in range(count)]

    def make_item(self, number: int, hits: list[Item]) -> Item:
        """Make one item: near one's own style, near a hit, or far from both."""
        career, seed = self.model.config.creator, self.model.seed
        hit = self.choose_hit(number, hits) if self.mode == IMITATE else None
        innovative = self.mode == INNOVATE
        word, how_long, z1, z2 = words(seed, draws.ITEM, 0, self.serial, number)
        noise, style = np.empty(self.style.size), np.empty(self.style.size, f32)
        craft.style_noise(seed, self.serial, number, noise)
        craft.blend(
            self.style,
            self.style if hit is None else hit.style,
            0.0 if hit is None else career.copy_fidelity,
            career.innovate_step if innovative else career.own_step,
            noise,
            style,
        )
        spread = career.innovate_spread if innovative else 1.0
        quality = craft.item_quality(self.skill, career.quality_noise, spread, draws.normals(z1, z2)[0])
        return Item(
            self, number, word, self.model.day, self.vertical, self.region, style, f32(quality),
            craft.item_duration(f32(draws.uniform(how_long))), self.mode, hit,
        )  # fmt: skip

    def choose_hit(self, number: int, hits: list[Item]) -> Item:
        """Choose which hit to imitate in one post."""
        u = uniform64(words(self.model.seed, draws.POSTS, self.model.day, self.serial, number)[1])
        return hits[math.floor(u * len(hits))]

    # --------------------------------------------------------------------------------------------- living from it

    def settle(self, impressions: int, income: int, production: int, living: int) -> None:
        """Take in the day's attention and pay, and spend on production and living; all money in fen."""
        self.impressions_on[self.model.day] = impressions
        self.income_on[self.model.day] = income
        self.savings += income - production - living

    def practise(self) -> None:
        """Welfare and prosperity follow the day; skill follows talent and what income can buy."""
        career, reference, day = self.model.config.creator, self.model.reference, self.model.day
        earned = self.income_on[day] / reference.income
        seen = self.impressions_on[day] / reference.impressions
        memory = career.welfare_memory
        self.welfare = f32(creators.running(self.welfare, memory, earned + career.attention_value * seen))
        self.prosperity = f32(creators.running(self.prosperity, memory, earned))
        self.skill = f32(
            creators.next_skill(self.skill, self.talent, self.prosperity, career.skill_investment, career.skill_rate)
        )

    def learn_from(self, item: Item, usual: float, cost: float) -> None:
        """Compare what an item brought with what was believed of its mode; drift to what surprised by reward.

        Parameters
        ----------
        item : Item
            One's own item that has just come of age.
        usual : float
            Mean interactions of all items of that age.
        cost : float
            Cost of such a post, in mean incomes.
        """
        reward = craft.reward(item.interactions, usual, cost)
        believed = float(self.beliefs[item.mode])
        self.beliefs[item.mode] = f32(believed + self.learning * (reward - believed))
        pull = self.drift * self.model.config.creator.style_drift * min(max(reward - believed, 0.0), 1.0)
        if pull > 0.0:
            craft.drift(self.style, item.style, pull)

    def stops(self) -> bool:
        """Whether to stop today: the less welfare, the likelier."""
        career, model = self.model.config.creator, self.model
        age = model.day - self.entered
        return self.alive and bool(
            creators.stops(
                model.seed, model.day, self.serial, age, career.grace_days, self.welfare, career.reservation,
                career.exit_hazard, career.exit_steepness,
            )
        )  # fmt: skip

    def stop(self) -> None:
        """Publish no more; the account stays on record."""
        self.alive = False
        self.left = self.model.day
        self.effort = f32(0)
