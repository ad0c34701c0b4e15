"""A creator of the twin: decides, publishes, goes live, sells, lives from it, learns, and may stop.

An account that a brand runs is a creator, too, but nobody's living: it publishes by the size of the brand.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from ecosim.kernels import craft, creators, draws
from ecosim.state.economy import DAYPART_SHARES, DAYPARTS
from ecosim.state.schema import IMITATE, INNOVATE, MONTH, OWN, TAIL
from ecosim.strategies.base import EFFORT_BOUNDS
from tests.reference.chance import f32, scramble, uniform64, words
from tests.reference.item import Item

if TYPE_CHECKING:
    from tests.reference.brand import Deal, Product, ReferenceBrand
    from tests.reference.model import ReferenceModel

LAST_NUMBER = 255
"""Number of the day that a live session bears; videos stay below."""
MOST_CHANCE = 0.95
"""Nobody is surer to go live on a day."""


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
        self.alive = True  # a creator of their own who still publishes
        self.brand: ReferenceBrand | None = None  # who runs the account
        self.vertical = int(traits["vertical"])
        self.region = int(traits["region"])
        self.talent = f32(traits["talent"])
        self.style = np.array(traits["style"], f32)
        self.skill = self.talent
        self.live_propensity = f32(traits["live_propensity"])
        self.live_skill = f32(traits["live_skill"])
        self.on_air = False
        self.ties: list[ReferenceCreator] = []
        self.deals: list[Deal] = []  # that run now
        self.effort = f32(0)
        self.mode = OWN
        self.posts = 0
        self.beliefs = np.zeros(3, f32)
        self.aspiration = f32(0)
        self.badge = f32(0)
        self.followers = 0
        self.tier = TAIL
        self.impressions_on: dict[int, int] = {}  # by day
        self.income_on: dict[int, int] = {}  # fen, by day
        self.sales_on: dict[int, int] = {}  # orders taken in by the account, fen, by day
        self.commission_today = self.fee_today = 0  # fen
        self.earned = {"ads": 0, "video": 0, "live": 0, "fees": 0, "grants": 0}  # fen, so far
        self.savings = 0  # fen
        reservation, attention = model.config.creator.reservation, model.config.creator.attention_value
        self.welfare = f32(reservation)
        self.prosperity = f32(reservation / (1.0 + attention))
        self.record = {"views": 0.0, "watch": 0.0, "interactions": 0.0, "follows": 0.0}

    @property
    def publishes(self) -> bool:
        """Whether there is anything to follow here."""
        return self.alive or self.brand is not None

    # ------------------------------------------------------------------------------------------------- publishing

    def decide_effort(self) -> np.float32:
        """Posts a day to aim at."""
        raise NotImplementedError

    def decide_mode(self, hits: list[Item]) -> int:
        """Own style, imitation or innovation, for all posts of today."""
        raise NotImplementedError

    def publish(self, hits: list[Item]) -> list[Item]:
        """Decide, and return today's videos.

        Parameters
        ----------
        hits : list of Item
            What the public chart lists for one's vertical, with its delay.
        """
        self.on_air = self.goes_live()
        self.badge = f32(self.lever("badge"))
        if self.brand:
            self.effort = self.brand.effort()
        elif self.alive:
            self.effort = f32(np.clip(self.decide_effort(), *EFFORT_BOUNDS))
            self.mode = self.decide_mode(hits)
            if self.mode == IMITATE and not hits:
                self.mode = OWN
        else:
            return []
        session = f32(self.model.config.live.effort) if self.on_air else f32(0)
        left = max(f32(self.motivated() - session), f32(0))
        count = creators.count_posts(self.model.seed, self.model.day, self.serial, left)
        self.posts += count
        return [self.make_video((self.model.day << 8) + 1 + k, hits) for k in range(count)]

    def motivated(self) -> np.float32:
        """Posts a day that come of the effort: who wears a badge posts more."""
        gain = f32(self.model.config.creator.badge_effort) - f32(1)
        return f32(np.clip(f32(self.effort * f32(f32(1) + f32(self.badge * gain))), *EFFORT_BOUNDS))

    def lever(self, name: str) -> Any:
        """Return what the platform's plan says of this creator today."""
        return self.model.platform.lever_of(name, self)

    def make_video(self, number: int, hits: list[Item]) -> Item:
        """Make one video: near one's own style, near a hit, or far from both."""
        career = self.model.config.creator
        hit = self.choose_model(number, hits) if self.mode == IMITATE else None
        innovative = self.mode == INNOVATE
        step = career.innovate_step if innovative else career.own_step
        spread = career.innovate_spread if innovative else 1.0
        item = self.craft(number, self.skill, hit, step, spread)
        item.mode = self.mode
        return item

    def craft(self, number: int, skill: np.float32, hit: Item | None, step: float, spread: float) -> Item:
        """Make an item: style, quality, length.

        Parameters
        ----------
        number : int
            Second half of the item's key.
        skill : float32
            Mean quality.
        hit : Item or None
            What is imitated.
        step, spread : float
            Noise of the style; noise of the quality, relative.
        """
        career, seed = self.model.config.creator, self.model.seed
        word, how_long, z1, z2 = words(seed, draws.ITEM, 0, self.serial, number)
        noise, style = np.empty(self.style.size), np.empty(self.style.size, f32)
        craft.style_noise(seed, self.serial, number, noise)
        fidelity = career.copy_fidelity if hit else 0.0
        craft.blend(self.style, hit.style if hit else self.style, fidelity, step, noise, style)
        quality = craft.item_quality(skill, career.quality_noise, spread, draws.normals(z1, z2)[0])
        return Item(
            self, number, word, self.model.day, self.vertical, self.region, style, f32(quality),
            craft.item_duration(f32(draws.uniform(how_long))), OWN, hit,
        )  # fmt: skip

    def choose_model(self, number: int, hits: list[Item]) -> Item:
        """Choose what to imitate in one post: the hottest item of one's ties if it is hot enough, else a hit."""
        return self.hit_of_ties() or self.choose_hit(number, hits)

    def hit_of_ties(self) -> Item | None:
        """Return the hottest video of one's ties, unless it is too cool to be copied."""
        platform = self.model.platform
        if not self.model.config.collaboration.active:
            return None
        known = [platform.hottest_of(tie) for tie in self.ties]
        hot = [item for item in known if item is not None and item.heat >= platform.least_heat]
        return min(hot, key=lambda item: (-float(item.heat), item.word), default=None)

    def choose_hit(self, number: int, hits: list[Item]) -> Item:
        """Choose which hit to imitate in one post."""
        u = uniform64(words(self.model.seed, draws.POSTS, self.model.day, self.serial, number)[1])
        return hits[math.floor(u * len(hits))]

    # ----------------------------------------------------------------------------------------- live, company, products

    def goes_live(self) -> bool:
        """Whether to open a live session today: the richer and the keener, the likelier."""
        rules, model = self.model.config.live, self.model
        if not rules.active or not self.publishes:
            return False
        if self.brand:
            chance = self.brand.chance_of_session()
        else:
            wealth = max(float(self.prosperity), 0.0) + 0.05
            chance = float(f32(rules.chance) * self.live_propensity) * wealth**rules.elasticity
        u = uniform64(words(model.seed, draws.LIVE, 1 + model.day, self.serial)[0])
        return u < min(chance, MOST_CHANCE)

    def make_session(self) -> Item:
        """Make today's live session; it starts when many watch, and lasts for two dayparts, a brand's for three."""
        model, rules = self.model, self.model.config
        skill = f32(self.skill * f32(0.5) + self.live_skill)
        item = self.craft((model.day << 8) + LAST_NUMBER, skill, None, rules.creator.own_step, 1.0)
        item.duration = rules.live.length * 1000
        u = uniform64(words(model.seed, draws.LIVE, 1 + model.day, self.serial)[1])
        first = min(int(np.searchsorted(np.cumsum(DAYPART_SHARES), u, side="right")), len(DAYPARTS) - 1)
        item.dayparts = tuple(range(first, min(first + (3 if self.brand else 2), len(DAYPARTS))))
        return item

    def prepare(self, item: Item) -> None:
        """Choose with whom an item of one's own is made, and what it sells."""
        if self.model.config.collaboration.active:
            item.partner = self.choose_partner(item)
        item.deal, item.product = self.choose_product(item)

    def choose_partner(self, item: Item) -> ReferenceCreator | None:
        """Choose the tie with whom an item is made, if any; each living tie as likely."""
        whether, who, _, _ = words(self.model.seed, draws.JOINT, self.model.day, *item.key)
        if uniform64(whether) >= self.model.config.collaboration.chance:
            return None
        living = [tie for tie in self.ties if tie.alive]
        return min(living, key=lambda tie: scramble(who ^ tie.serial), default=None)

    def choose_product(self, item: Item) -> tuple[Deal | None, Product | None]:
        """Choose what an item sells: a brand's own, that of one's deal, or one on commission."""
        market, config = self.model.market, self.model.config
        drawn = words(self.model.seed, draws.PROMOTION, self.model.day, *item.key)
        posts = 1.0 if item.live else config.brand.deal_posts
        for deal in self.deals:
            if posts and uniform64(drawn[0]) / posts < deal.end:
                return deal, deal.product
        brand = self.brand
        chance = config.live.affiliate if item.live else config.brand.affiliate_posts
        if brand is None and uniform64(drawn[1]) < chance:
            brand = market.brand_on_commission(item.vertical, item.word)
        return None, brand.choose_product(item.word) if brand else None

    # --------------------------------------------------------------------------------------------- living from it

    def sales_of_month(self) -> int:
        """Orders taken in over the last 28 days by price, today not included, fen."""
        return sum(self.sales_on.get(self.model.day - back, 0) for back in range(1, MONTH + 1))

    def impressions_of_month(self) -> int:
        """Impressions of the last 28 days, today not included."""
        return sum(self.impressions_on.get(self.model.day - back, 0) for back in range(1, MONTH + 1))

    def earn_commission(self, fen: int, live: bool) -> None:
        """Receive commission on what a video or a live session sold."""
        self.commission_today += fen
        self.earned["live" if live else "video"] += fen

    def settle(self, impressions: int, ads: int, costs: int, grants: int = 0) -> None:
        """Take in the day's attention and pay, and spend on production and living; all money in fen."""
        income = ads + self.commission_today + self.fee_today + grants
        self.earned["ads"] += ads
        self.earned["grants"] += grants
        self.earned["fees"] += self.fee_today
        self.commission_today = self.fee_today = 0
        self.impressions_on[self.model.day] = impressions
        self.income_on[self.model.day] = income
        self.savings += income - costs

    def practise(self) -> None:
        """Welfare and prosperity follow the day; skill follows talent and what income can buy."""
        career, reference, day = self.model.config.creator, self.model.reference, self.model.day
        earned = self.income_on[day] / reference.income
        seen = self.impressions_on[day] / reference.impressions
        memory = career.welfare_memory
        self.welfare = f32(creators.running(self.welfare, memory, earned + career.attention_value * seen))
        self.prosperity = f32(creators.running(self.prosperity, memory, earned))
        self.skill = f32(
            creators.next_skill(
                self.skill, self.talent, self.prosperity, self.lever("training"), career.skill_investment,
                career.skill_rate,
            )
        )  # fmt: skip

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
        if self.brand:  # the account of a brand stays as it is
            return
        model = self.model
        reward = craft.reward(item.life.interactions, usual, cost - float(self.lever("mode_grant")[item.mode]))
        reward += craft.reading_error(model.seed, model.day, *item.key, float(self.lever("learning_noise")))
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
