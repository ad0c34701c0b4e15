"""A brand of the twin: renews its products, splits a weekly budget over tiers of creators, hires, and learns."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from ecosim.kernels import draws
from ecosim.state.schema import WEEK
from tests.reference.chance import MASK, f32, scramble, uniform64, words

if TYPE_CHECKING:
    from tests.reference.creator import ReferenceCreator
    from tests.reference.model import ReferenceModel

LEAST_SPREAD = 0.05
"""Nobody is surer of a return than by this part of it."""
BUDGET_BOUNDS = (0.25, 4.0)
"""Believed profits move the budget that sales allow by no more than this."""
MOST_POSTS = 8.0


@dataclass(eq=False)
class Product:
    """What a brand sells."""

    number: int
    brand: ReferenceBrand
    slot: int
    launched: int
    price: int  # fen
    promise: np.float32
    quality: np.float32
    style: np.ndarray[Any, Any]

    @property
    def age(self) -> int:
        """Days on sale."""
        return self.brand.model.day - self.launched


@dataclass(eq=False)
class Deal:
    """Promotion of a product by a creator for a week, or a part of it."""

    number: int
    brand: ReferenceBrand
    creator: ReferenceCreator
    product: Product
    tier: int  # of the creator when the deal was made
    begins: int
    fee: int  # fen
    end: float = 0.0  # where its part of the creator's week ends
    sold: int = 0  # orders under the deal, fen


class ReferenceBrand(mesa.Agent):  # type: ignore[misc]
    """One merchant."""

    model: ReferenceModel

    def __init__(self, model: ReferenceModel, number: int, traits: dict[str, Any]) -> None:
        super().__init__(model)
        self.number = number
        self.vertical = int(traits["vertical"])
        self.weight = f32(traits["weight"])
        self.on_sale: list[Product | None] = [None] * int(traits["slots"])
        self.account: ReferenceCreator | None = None  # which the brand runs itself
        self.budget = int(traits["budget"])  # fen a week
        self.savings = int(traits["savings"])  # fen
        self.believed = np.array(traits["believed"])  # sales per fee, by tier
        self.spread = np.array(traits["spread"])  # variance of that belief
        self.spent = self.sales_week = 0  # fen, this week
        self.orders = self.sold = self.returned = self.paid_fees = self.paid_commission = self.reached = 0

    @property
    def known_as(self) -> ReferenceBrand | ReferenceCreator:
        """Whom consumers trust or not: the brand's own account, or the brand itself if it runs none."""
        return self.account or self

    # --------------------------------------------------------------------------------------------------- assortment

    def renew_products(self) -> None:
        """Replace products whose life is over; on the first morning, launch products of all ages."""
        life, day = self.model.config.brand.product_life, self.model.day
        for slot, product in enumerate(self.on_sale):
            if product is None:
                first = self.model.market.launch(self, slot, generation=0)
                u = uniform64(words(self.model.config.seed, draws.PRODUCTS, 0, self.number, slot)[1])
                first.launched -= int(u * life)
            elif product.age >= life:
                self.model.market.launch(self, slot, generation=1 + day // life)

    def choose_product(self, word: int) -> Product:
        """Choose one of the products on sale, each as likely: the smallest word wins."""

        def priority(product: Product) -> int:
            return scramble(word ^ scramble(~product.number & MASK))

        return min((product for product in self.on_sale if product), key=priority)

    # ------------------------------------------------------------------------------------------------- own account

    def effort(self) -> np.float32:
        """Posts a day of the brand's own account, by the size of the brand."""
        return f32(min(self.model.config.brand.own_posts * math.sqrt(self.weight), MOST_POSTS))

    def chance_of_session(self) -> float:
        """Chance that the own account goes live today."""
        return float(self.model.config.live.brand_chance * math.sqrt(self.weight))

    # ------------------------------------------------------------------------------------------------------ planning

    def learn_from(self, deal: Deal) -> None:
        """Let beliefs follow what an ended deal has returned per fee, and how far that was from what was believed."""
        rate, tier = self.model.config.brand.learning, deal.tier
        surprise = deal.sold / deal.fee - self.believed[tier]
        self.believed[tier] += rate * surprise
        self.spread[tier] = (1 - rate) * (self.spread[tier] + rate * surprise * surprise)

    def tier_shares(self) -> np.ndarray[Any, Any]:
        """Split of the budget over tiers: mean / sd^rho, the risk-averse brand's rule."""
        mean = np.maximum(self.believed, 1e-3)
        deviation = np.maximum(np.sqrt(self.spread), LEAST_SPREAD * mean)
        wish = mean / deviation**self.model.config.brand.risk_aversion
        shares: np.ndarray[Any, Any] = wish / wish.sum()
        bound = self.model.platform.plan.fee_mix.value.astype(float)
        if bound.any():
            bound = bound / max(float(bound.sum()), 1.0)
            shares = bound + (1.0 - bound.sum()) * shares
        return shares

    def set_budget(self) -> None:
        """Move the budget a step towards what last week's sales and believed profits allow."""
        rules, model = self.model.config.brand, self.model
        self.spent = 0
        if self.model.day < WEEK:  # the first week's budget is given
            return
        kept = rules.margin - model.market.usual_commission() - model.platform.plan.take_rate.value[self.vertical]
        profit = float((self.tier_shares() * self.believed).sum()) * kept
        low, high = BUDGET_BOUNDS
        wanted = rules.influencer_share * self.sales_week * min(max(profit, low), high)
        budget = self.budget + rules.budget_step * (wanted - self.budget)
        self.budget = min(round(budget), max(self.savings, 0))

    def hire(self) -> None:
        """Hire creators of each tier within its money: first of one's own vertical, then any, from a keyed place on."""
        market, rules = self.model.market, self.model.config.brand
        begin = words(self.model.seed, draws.DEALS, self.model.day, self.number)[1]
        for tier, share in enumerate(self.tier_shares()):
            money, made = math.floor(self.budget * share), 0
            whole_tier = [creator for creator in market.for_hire if creator.tier == tier]
            for pool in ([c for c in whole_tier if c.vertical == self.vertical], whole_tier):
                first = begin * len(pool) >> 32
                for step in range(min(len(pool), 8 * rules.deals)):
                    creator = pool[(first + step) % len(pool)]
                    fee = min(money, market.fees[creator] - creator.fee_today)
                    if made < rules.deals and 0 < fee >= rules.least_deal * market.fees[creator]:
                        market.sign(self, creator, fee)
                        money -= fee
                        made += 1
