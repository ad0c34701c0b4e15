"""The market of the twin: products, deals and their fees, orders on their way, and what is paid when they arrive."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING

import mesa
import numpy as np

from ecosim.kernels import draws, trade
from ecosim.stages.merchants import draw_products
from ecosim.state.economy import FUNNEL_STEPS, TIERS_OF_DEALS, Products
from ecosim.state.ledger import BRANDS, CREATORS, ESCROW, OUTSIDE, PLATFORM
from ecosim.state.schema import MONTH, WEEK
from ecosim.state.world import World
from tests.reference.brand import Deal, Product, ReferenceBrand
from tests.reference.chance import words
from tests.reference.item import Cell
from tests.reference.shopping import Purchase, Touch

if TYPE_CHECKING:
    from tests.reference.consumer import ReferenceConsumer
    from tests.reference.creator import ReferenceCreator
    from tests.reference.model import ReferenceModel

HIRED, LEAST_HIRED = 0.5, 0.02
"""Share of a tier's fees that is hired at the price that stands still, and what is added to the share that is."""
PRICE_BOUNDS = (0.02, 50.0)
"""How far fee prices move from the first ones."""


@dataclass(eq=False)
class Order:
    """An order in flight: paid into escrow, not yet settled or returned."""

    day: int
    due: int
    consumer: ReferenceConsumer
    product: Product
    seller: ReferenceCreator
    cell: Cell
    touch: Touch  # where the product was met first
    price: int  # fen, like all below
    commission: int
    take: int

    @property
    def live(self) -> bool:
        """Whether a live session sold it."""
        return self.cell[1] == "live"


class ReferenceMarket(mesa.Agent):  # type: ignore[misc]
    """Where brands meet creators and consumers."""

    model: ReferenceModel

    def __init__(self, model: ReferenceModel, world: World) -> None:
        super().__init__(model)
        self.table = world.economy.brands  # only for the draws of products, which are shared with the engine
        names = [column.name for column in type(self.table).columns()]
        self.brands = [
            ReferenceBrand(model, number, {name: getattr(self.table, name)[number] for name in names})
            for number in range(self.table.size)
        ]
        self.products: list[Product] = []
        self.deals: list[Deal] = []
        self.orders: list[Order] = []
        self.fee_price = world.economy.fee_price.tolist()  # by tier, fen per thousand weekly impressions
        self.for_hire: list[ReferenceCreator] = []
        self.fees: dict[ReferenceCreator, int] = {}
        self.open_day()

    def open_day(self) -> None:
        """Forget yesterday's counts."""
        self.funnel: dict[Cell, dict[str, int]] = defaultdict(lambda: dict.fromkeys(FUNNEL_STEPS, 0))
        self.sales = self.ordered = self.delivered = self.returned = 0

    # ------------------------------------------------------------------------------------------ products and deals

    def plan(self) -> None:
        """Renew products; on planning days end last week's deals, learn from them and make new ones."""
        for brand in self.brands:
            brand.renew_products()
        if self.brands and self.model.day % WEEK == 0:
            self.end_deals()
            if self.model.config.brand.fees:
                self.hire()
            for brand in self.brands:
                brand.sales_week = 0

    def launch(self, brand: ReferenceBrand, slot: int, generation: int) -> Product:
        """Draw a product (shared with the engine) and put it on sale."""
        drawn = Products(1, {"D": self.model.centres.shape[1]})
        economy = SimpleNamespace(brands=self.table, products=drawn)
        shop = SimpleNamespace(
            config=self.model.config, day=self.model.day, centres=self.model.centres, economy=economy
        )
        draw_products(shop, slice(0, 1), np.array([brand.number]), np.array([slot]), generation)
        product = Product(
            len(self.products), brand, slot, self.model.day, int(drawn.price[0]), drawn.promise[0], drawn.quality[0],
            drawn.style[0],
        )  # fmt: skip
        self.products.append(product)
        brand.on_sale[slot] = product
        return product

    def end_deals(self) -> None:
        """Let last week's deals end, and brands learn from them."""
        for deal in self.deals:
            if deal.begins == self.model.day - WEEK:
                deal.brand.learn_from(deal)
        for creator in self.model.creators:
            creator.deals = []

    def hire(self) -> None:
        """Let brands hire creators for the week, one after another in a keyed order; then let fee prices move."""
        seed, day = self.model.seed, self.model.day
        alive = [creator for creator in self.model.creators if creator.alive]
        self.for_hire = sorted(alive, key=lambda c: words(seed, draws.DEALS, day, c.serial, 1)[0])
        self.fees = {creator: self.weekly_fee(creator) for creator in alive}
        for brand in self.brands:
            brand.set_budget()
        for brand in sorted(self.brands, key=lambda b: words(seed, draws.DEALS, day, b.number)[0]):
            brand.hire()
        for creator in self.model.creators:
            self.write_down(creator)
        for tier in range(TIERS_OF_DEALS):
            self.adjust_price(tier)

    def weekly_fee(self, creator: ReferenceCreator) -> int:
        """Fee of a week with a creator: the tier's price for the impressions of an average week."""
        days = min(max(self.model.day - max(creator.entered, 0), WEEK), MONTH)
        return round(self.fee_price[creator.tier] * (creator.impressions_of_month() / (days / WEEK)) / 1000.0)

    def sign(self, brand: ReferenceBrand, creator: ReferenceCreator, fee: int) -> None:
        """Write a deal down and pay its fee."""
        product = brand.choose_product(creator.serial ^ self.model.day)
        creator.deals.append(Deal(-1, brand, creator, product, creator.tier, self.model.day, fee))
        creator.fee_today += fee
        brand.spent += fee
        brand.paid_fees += fee
        brand.savings -= fee
        self.model.ledger.transfer(BRANDS, CREATORS, "fees", fee)

    def write_down(self, creator: ReferenceCreator) -> None:
        """Number a creator's deals of this week and divide the week among them by their fees."""
        sold = 0
        for deal in creator.deals:
            deal.number = len(self.deals)
            self.deals.append(deal)
            sold += deal.fee
            deal.end = sold / self.fees[creator]

    def adjust_price(self, tier: int) -> None:
        """Let a tier's fee price rise when more than half of its week, by fees, is hired, and fall otherwise."""
        rules = self.model.config.brand
        members = [creator for creator in self.for_hire if creator.tier == tier]
        whole = sum(self.fees[creator] for creator in members)
        if whole > 0:
            hired = sum(creator.fee_today for creator in members) / whole
            moved = self.fee_price[tier] * ((hired + LEAST_HIRED) / (HIRED + LEAST_HIRED)) ** rules.fee_elasticity
            low, high = (bound * rules.fee_price for bound in PRICE_BOUNDS)
            self.fee_price[tier] = min(max(moved, low), high)

    def usual_commission(self) -> float:
        """Commission that creators have lately had on average, weighted by what they sold over 28 days."""
        agreed = self.model.config.brand.commission
        more = np.array([creator.lever("commission") - agreed for creator in self.model.creators])
        sold = np.array([0 if creator.brand else creator.sales_of_month() for creator in self.model.creators])
        return agreed + float((more * sold).sum()) / max(int(sold.sum()), 1)

    def brand_on_commission(self, vertical: int, word: int) -> ReferenceBrand | None:
        """Choose a brand of a vertical, by size, for an item that sells on commission."""

        def luck(brand: ReferenceBrand) -> float:
            return float(np.log(float(brand.weight)) + trade.gumbel(trade.brand_word(word, brand.number)))

        return max((brand for brand in self.brands if brand.vertical == vertical), key=luck, default=None)

    # -------------------------------------------------------------------------------------------------------- orders

    def trade(self) -> None:
        """Take the day's orders, settle those that are due, and count whom products have reached."""
        for consumer in self.model.consumers:
            for purchase in consumer.basket:
                self.place(consumer, purchase)
        due = [order for order in self.orders if order.due <= self.model.day]
        self.orders = [order for order in self.orders if order.due > self.model.day]
        for order in due:
            self.settle(order)
        for item in self.model.platform.items:
            if item.product:
                item.product.brand.reached += item.today.reach

    def place(self, consumer: ReferenceConsumer, purchase: Purchase) -> None:
        """Turn a purchase into an order in flight, paid into escrow, and credit it to brand and deal."""
        config, item, product = self.model.config, purchase.item, purchase.product
        price, brand = product.price, product.brand
        take = math.floor(price * float(self.model.platform.plan.take_rate.value[brand.vertical]))
        commission = 0 if item.creator.brand else math.floor(price * float(item.creator.lever("commission")))
        commission = min(commission, price - take)
        cell = item.cell(purchase.source, consumer.region)
        self.orders.append(
            Order(
                self.model.day, self.model.day + config.commerce.delivery_days, consumer, product, item.creator, cell,
                purchase.touch, price, commission, take,
            )
        )  # fmt: skip
        item.creator.sales_on[self.model.day] = item.creator.sales_on.get(self.model.day, 0) + price
        brand.orders += 1
        brand.sold += price
        brand.sales_week += price
        if item.deal:
            item.deal.sold += price
        if consumer.is_customer_of(brand):
            self.funnel[cell]["repurchases"] += 1
        self.ordered += 1
        self.sales += price
        self.model.ledger.transfer(OUTSIDE, ESCROW, "orders", price)

    def settle(self, order: Order) -> None:
        """Deliver an order; divide its price, or refund it."""
        self.delivered += 1
        if order.consumer.take_delivery(order):
            self.funnel[order.cell]["returns"] += 1
            self.returned += 1
            self.refund(order)
        else:
            self.pay(order)

    def refund(self, order: Order) -> None:
        """Give the price of returned goods back; the brand pays for the way."""
        shipping = math.floor(order.price * self.model.config.commerce.return_cost)
        order.product.brand.returned += order.price
        order.product.brand.savings -= shipping
        self.model.ledger.transfer(ESCROW, OUTSIDE, "refunds", order.price)
        self.model.ledger.transfer(BRANDS, OUTSIDE, "return costs", shipping)

    def pay(self, order: Order) -> None:
        """Divide the price of goods that were kept among platform, creator and brand, who pays for making them."""
        brand, ledger = order.product.brand, self.model.ledger
        made = order.price - math.floor(order.price * self.model.config.brand.margin)
        sales = order.price - order.commission - order.take
        order.seller.earn_commission(order.commission, order.live)
        brand.savings += sales - made
        brand.paid_commission += order.commission
        ledger.transfer(ESCROW, PLATFORM, "take rate", order.take)
        ledger.transfer(ESCROW, CREATORS, "commission", order.commission)
        ledger.transfer(ESCROW, BRANDS, "sales", sales)
        ledger.transfer(BRANDS, OUTSIDE, "fulfilment", made)
