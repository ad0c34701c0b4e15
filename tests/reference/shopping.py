"""The side of a consumer of the twin that shops: meets products, buys, returns, and learns whom to trust."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import mesa
import numpy as np

from ecosim.kernels import decisions, draws, trade
from ecosim.kernels.shop import FLAG_CLICKED, FLAG_ORDERED, FULL_VIEW
from ecosim.stages.serving import ORDERS_A_DAY
from ecosim.state.schema import ALLIES, TOUCHES
from tests.reference.chance import Vector, f32, likeness, step, uniform, words
from tests.reference.item import Item

if TYPE_CHECKING:
    from tests.reference.brand import Product, ReferenceBrand
    from tests.reference.creator import ReferenceCreator
    from tests.reference.market import Order
    from tests.reference.model import ReferenceModel

    Account = ReferenceCreator | ReferenceBrand

Entry = TypeVar("Entry")
LONG_AGO = -100_000


class Ring(list[Entry]):
    """A few of something; new entries take the places in turn."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size
        self.noted = 0

    def note(self, entry: Entry) -> Entry:
        """Take an entry in, and return it."""
        if len(self) < self.size:
            self.append(entry)
        else:
            self[self.noted % self.size] = entry
        self.noted += 1
        return entry

    def skip(self, kept: Callable[[Entry], bool]) -> None:
        """Pass over entries that are kept, unless all are."""
        if len(self) == self.size and not all(kept(entry) for entry in self):
            while kept(self[self.noted % self.size]):
                self.noted += 1


@dataclass(eq=False)
class Touch:
    """Where a consumer met a product first."""

    product: Product
    day: int
    live: bool


@dataclass(eq=False)
class Acquaintance:
    """What a consumer has learned of an account."""

    account: Account
    trust: np.float32
    deliveries: int = 0  # of its goods, if it is a brand's


@dataclass(eq=False)
class Purchase:
    """What a consumer has put into the day's basket."""

    item: Item
    product: Product
    source: str
    touch: Touch


class Shopper(mesa.Agent):  # type: ignore[misc]
    """One person, as far as buying goes."""

    model: ReferenceModel
    identity: int
    region: int
    taste: Vector

    def open_purse(self, traits: dict[str, Any]) -> None:
        """Begin life as a shopper: nothing met, nobody known, nothing bought."""
        self.purse = f32(traits["purse"])
        self.thrift = f32(traits["thrift"])
        self.impulse = f32(traits["impulse"])
        self.trust = f32(traits["trust"])  # in the platform
        self.touches: Ring[Touch] = Ring(TOUCHES)
        self.acquaintances: Ring[Acquaintance] = Ring(ALLIES)
        self.bought = [LONG_AGO] * len(traits["interest"])  # day of the last purchase, by vertical
        self.basket: list[Purchase] = []

    # -------------------------------------------------------------------------------------------------------- buying

    def look_at_product(self, item: Item, share: np.float32, source: str, interacted: bool) -> int:
        """See the product of an item that one has just watched; return the flags of what came of it.

        Parameters
        ----------
        item : Item
            An item with a product.
        share : float32
            Share of the item that was watched.
        source : str
            Where the item came from: recommended, followed or friends.
        interacted : bool
            Whether one liked it or commented on it.
        """
        product, funnel = item.product, self.model.market.funnel[item.cell(source, self.region)]
        assert product is not None
        funnel["exposures"] += 1
        funnel["views"] += bool(share >= FULL_VIEW)
        funnel["interactions"] += interacted
        touch, new = self.meet(product, item.live)
        item.today.reach += new
        clicking, buying, _, _ = words(self.model.seed, draws.PURCHASE, self.model.day, self.identity, *item.key)
        if not decisions.clicks(self.model.wallet, share, uniform(clicking)):
            return 0
        item.today.clicks += 1
        funnel["clicks"] += 1
        wanted = self.wants(item, product, touch, source, uniform(buying))
        if not wanted or len(self.basket) == ORDERS_A_DAY:
            return int(FLAG_CLICKED)
        self.basket.append(Purchase(item, product, source, touch))
        self.bought[product.brand.vertical] = self.model.day
        item.today.orders += 1
        funnel["orders"] += 1
        return int(FLAG_CLICKED | FLAG_ORDERED)

    def meet(self, product: Product, live: bool) -> tuple[Touch, bool]:
        """Recall where one met a product first, or note that it is here; return also whether it is."""
        for touch in self.touches:
            if touch.product is product:
                return touch, False
        return self.touches.note(Touch(product, self.model.day, live)), True

    def wants(self, item: Item, product: Product, touch: Touch, source: str, mood: np.float32) -> bool:
        """Whether one orders a product that one has looked at."""
        brand, wallet = product.brand, self.model.wallet
        credit = f32(f32(item.creator.lever("badge")) * f32(self.model.config.commerce.badge_trust))
        seller = f32(decisions.credited(self.trust_in(item.creator), credit))
        trust = decisions.joint_trust(seller, self.trust_in(brand.known_as))
        logit = decisions.order_logit(
            wallet,
            product.promise,
            likeness(self.taste, product.style),
            product.price,
            self.purse,
            self.thrift,
            f32(trust),
            self.model.day - self.bought[brand.vertical],
        )
        familiar, proof = touch.day < self.model.day, source == "friends"
        return bool(decisions.orders(wallet, f32(logit), self.impulse, familiar, proof, item.live, mood))

    # --------------------------------------------------------------------------------------------------------- trust

    def trust_in(self, account: Account) -> np.float32:
        """Trust in an account: what one has learned of it, else trust in the platform."""
        for known in self.acquaintances:
            if known.account is account:
                return known.trust
        return self.trust

    def know(self, account: Account) -> Acquaintance:
        """Recall an account, or get to know it; accounts with which one has no experience make room first."""
        for known in self.acquaintances:
            if known.account is account:
                return known
        self.acquaintances.skip(lambda known: known.deliveries > 0)
        return self.acquaintances.note(Acquaintance(account, self.trust))

    def has_ear_for(self, account: Account) -> bool:
        """Whether a word about an account is remembered: it is known, or not all places are taken by experience."""
        known = self.acquaintances
        return any(k.account is account for k in known) or len(known) < ALLIES or any(not k.deliveries for k in known)

    def is_customer_of(self, brand: ReferenceBrand) -> bool:
        """Whether one has had goods of the brand before, as far as one remembers."""
        return any(known.account is brand.known_as and known.deliveries > 0 for known in self.acquaintances)

    def hear_of(self, creator: ReferenceCreator) -> None:
        """Take a friend's word for a creator."""
        word = self.model.behaviour.word_of_mouth
        if word > 0 and self.has_ear_for(creator):
            known = self.know(creator)
            known.trust = step(known.trust, word, f32(1))

    def take_delivery(self, order: Order) -> bool:
        """Unpack an order, trust brand, seller and platform more or less for it; return whether it goes back."""
        rules, seed, day, product = self.model.config.commerce, self.model.seed, self.model.day, order.product
        key = (seed, day, self.identity, product.number, order.seller.serial)
        gap = f32(trade.gap_of(product.promise, product.quality, rules.delivery_noise, *key))
        base = rules.return_base if rules.returns else -np.inf
        felt = f32(trade.experience(gap, rules.trust_gap))

        def after(trust: np.float32, part: float) -> np.float32:
            return f32(trade.trust_after(trust, felt, rules.trust_gain, rules.trust_loss, part))

        brand = self.know(product.brand.known_as)
        brand.trust = after(brand.trust, 1.0)
        brand.deliveries += 1
        if order.seller is not brand.account:
            seller = self.know(order.seller)
            seller.trust = after(seller.trust, 1.0)
            seller.deliveries += 1
        self.trust = after(self.trust, rules.trust_platform)
        return bool(trade.is_returned(gap, base, rules.return_gap, *key))

    def calm_down(self) -> None:
        """Let trust drift back to its mean by a day."""
        config, behaviour = self.model.config, self.model.behaviour
        if not (config.sharing.active or config.brand.active):
            return
        self.trust = step(self.trust, behaviour.trust_return, behaviour.trust_mean)
        for known in self.acquaintances:
            known.trust = step(known.trust, behaviour.trust_return, behaviour.trust_mean)
