"""The Mesa twin: the whole model written the plain way, one agent a creature and one method a decision.

It is the specification of the engine. Start reading at :meth:`ReferenceModel.step`, the day; then ``consumer.py`` (what
a person does), ``shopping.py`` (what a person buys, and whom they trust), ``feed.py`` (how one session's list comes
about), ``creator.py``, ``strategies.py``, ``brand.py``, ``market.py`` (deals, orders, money), ``company.py`` (what ties
carry) and ``platform.py``.
There are no columns, no kernels over arrays, no threads: loops over agents with plain attributes. Draws are those of
the engine, because they are functions of who, what and when; a decision calls the engine's one scalar formula, so that
both round alike. Shared and not written twice are the population of the first day, the traits of entrants and products,
the policies, and the platform's posteriors.
"""

from __future__ import annotations

import math
from typing import Any

import mesa
import numpy as np

from ecosim.kernels import decisions, draws
from ecosim.stages.common import HEAD_SHARE, WAIST_SHARE
from ecosim.stages.genesis import SERIAL_BITS, creator_traits
from ecosim.stages.serving import behaviour_of, wallet_of
from ecosim.state.ledger import BRANDS, CREATORS, OUTSIDE, PLATFORM, Ledger
from ecosim.state.schema import HEAD, TAIL, WAIST, WEEK
from ecosim.state.world import NEWCOMER_DAYS, World
from tests.reference.chance import uniform64, words
from tests.reference.company import deliver_shares, tie_entrants
from tests.reference.consumer import ReferenceConsumer
from tests.reference.creator import ReferenceCreator
from tests.reference.item import Item
from tests.reference.market import ReferenceMarket
from tests.reference.platform import ReferencePlatform
from tests.reference.strategies import CREATORS as CREATOR_CLASSES

NOBODY = 0xFFFFFFFF
"""Identity of draws that belong to the day as a whole."""


class ReferenceModel(mesa.Model):  # type: ignore[misc]
    """A world of Mesa agents that begins as a copy of a world of the engine.

    Parameters
    ----------
    world : World
        A world on its first morning; it is read and left alone.
    """

    def __init__(self, world: World) -> None:
        super().__init__(rng=int(world.seed))
        self.config = world.config
        self.seed = int(world.seed)
        self.day = world.day
        self.reference = world.reference
        self.behaviour, self.wallet = behaviour_of(world), wallet_of(world)
        self.centres, self.vertical_share = world.centres, world.vertical_share
        self.ledger = Ledger(balance=dict(world.ledger.balance), flows=dict(world.ledger.flows))
        self.entered: list[ReferenceCreator] = []
        self.left: list[ReferenceCreator] = []
        self.creators = [self.copy_creator(world, row) for row in range(world.creators.size)]
        self.consumers = [self.copy_consumer(world, row) for row in range(world.consumers.size)]
        self.platform = ReferencePlatform(self, world)
        self.market = ReferenceMarket(self, world)
        self.copy_relations(world)

    # ------------------------------------------------------------------------------------------------------- the day

    def step(self) -> None:
        """Run one day, from morning to night."""
        if self.day > 0:  # brands' capital of the first morning belongs to the first day
            self.ledger.open_day()
        self.market.open_day()
        self.welcome_entrants()
        self.platform.make_plan()
        self.market.plan()
        self.publish()
        self.platform.allocate()
        for item in self.platform.items:
            item.open_day()
        for consumer in self.consumers:
            consumer.live_the_day()
        for item in self.platform.items:
            item.close_day()
        deliver_shares(self)
        self.market.trade()
        self.settle_accounts()
        for creator in self.creators:
            if creator.alive:
                creator.practise()
        self.learn_from_items()
        self.platform.learn()
        self.rewire()
        self.part()
        self.platform.retire_items()
        self.day += 1

    # ------------------------------------------------------------------------------------------------------- arrivals

    def welcome_entrants(self) -> None:
        """Let today's potential entrants look at what newcomers have lately earned, and some enter."""
        career = self.config.creator
        new = [c for c in self.creators if c.alive and not c.founder and self.day - c.entered < NEWCOMER_DAYS]
        looked_at = new or [c for c in self.creators if c.alive]
        welfare = float(np.mean([float(c.welfare) for c in looked_at])) if looked_at else 0.0
        chance = decisions.entry_chance(welfare, career.reservation, career.entry_chance, career.entry_elasticity)
        self.entered = []
        for serial in self.potential_entrants():
            if uniform64(words(self.seed, draws.ENTRY, self.day, serial)[0]) < chance:
                traits = creator_traits(self.seed, self.config, self.centres, self.vertical_share, np.array([serial]))
                mine = {name: column[0] for name, column in traits.items()}
                self.entered.append(self.new_creator(serial, self.day, False, mine))
        tie_entrants(self, self.entered)
        self.creators += self.entered

    def potential_entrants(self) -> list[int]:
        """Serials of those who might enter today: a fixed stream, whatever has happened so far."""
        scale = self.config.scale.creators
        expected = max(self.config.creator.entrants * scale / 500, 1.0 / 500 * scale)
        count = math.floor(expected)
        if uniform64(words(self.seed, draws.ENTRY, self.day, NOBODY)[0]) < expected - count:
            count += 1
        return [((self.day + 1) << SERIAL_BITS) + j for j in range(count)]

    # ------------------------------------------------------------------------------------------ publishing and money

    def publish(self) -> None:
        """Let every creator decide and put out today's videos, then live sessions; each may sell something."""
        made: list[Item] = []
        self.platform.look_round()
        for creator in self.creators:
            made += creator.publish(self.platform.visible_hits(creator.vertical))
        made += [creator.make_session() for creator in self.creators if creator.on_air]
        for item in made:
            item.creator.prepare(item)
        self.platform.items += made

    def mode_costs(self) -> list[float]:
        """Cost of a post by mode, in mean incomes."""
        market = self.config.market
        return [market.post_cost, market.imitate_cost, market.innovate_cost]

    def settle_accounts(self) -> None:
        """Advertisers pay for views, creators get their share and pay for living and production; all in fen.

        What brands' own accounts cost, brands pay; they get no share.
        """
        market, ledger = self.config.market, self.ledger
        rate, shown = int(self.platform.plan.ad_share.value), 0
        for creator in self.creators:
            mine = [item for item in self.platform.items if item.creator is creator]
            impressions = sum(item.today.impressions for item in mine)
            production = sum(self.production_cost(item) for item in mine if item.day == self.day)
            shown += impressions
            if creator.brand:
                creator.settle(impressions, ads=0, costs=0)
                creator.brand.savings -= production
                ledger.transfer(BRANDS, OUTSIDE, "production", production)
                continue
            ads = impressions * rate // 1000
            grants = sum(self.grant(item) for item in mine if item.day == self.day)
            training = round(float(creator.lever("training_cost")) * self.reference.income) if creator.alive else 0
            living = round(market.living_cost * self.reference.income) if creator.alive else 0
            creator.settle(impressions, ads, production + living, grants)
            ledger.transfer(PLATFORM, CREATORS, "ad share", ads)
            ledger.transfer(PLATFORM, CREATORS, "grants", grants)
            ledger.transfer(PLATFORM, OUTSIDE, "training", training)
            ledger.transfer(CREATORS, OUTSIDE, "production", production)
            ledger.transfer(CREATORS, OUTSIDE, "living", living)
        ledger.transfer(OUTSIDE, PLATFORM, "advertising", shown * market.ad_price // 1000)

    def grant(self, item: Item) -> int:
        """What the platform pays for a new video by its mode, fen."""
        return 0 if item.live else round(float(item.creator.lever("mode_grant")[item.mode]) * self.reference.income)

    def production_cost(self, item: Item) -> int:
        """Cost of making an item, fen."""
        cost = self.config.live.cost if item.live else self.mode_costs()[item.mode]
        return round(cost * self.reference.income)

    # --------------------------------------------------------------------------------- learning, follows, partings

    def learn_from_items(self) -> None:
        """Creators look at the results of items that have just come of age."""
        born = self.day - self.config.creator.chart_delay
        grown = [item for item in self.platform.items if item.day == born]
        if grown:
            usual = max(sum(item.life.interactions for item in grown) / len(grown), 1e-9)
            for item in grown:
                item.creator.learn_from(item, usual, self.mode_costs()[item.mode])

    def rewire(self) -> None:
        """Consumers' follows change overnight; once a week creators are ranked into tiers."""
        for creator in self.creators:
            creator.followers = 0
        for consumer in self.consumers:
            consumer.rewire()
            for creator in consumer.follows:
                creator.followers += 1
        if self.day % WEEK == 0:
            self.rank_tiers()

    def rank_tiers(self) -> None:
        """Head: the top 1% by followers; waist: the next 9%; tail: the rest and whoever has left."""
        ranked = sorted((c for c in self.creators if c.alive), key=lambda c: (-c.followers, c.serial))
        head = max(1, round(HEAD_SHARE * len(ranked)))
        waist = max(head, round(WAIST_SHARE * len(ranked)))
        for creator in self.creators:
            creator.tier = TAIL
        for place, creator in enumerate(ranked[:waist]):
            creator.tier = HEAD if place < head else WAIST

    def part(self) -> None:
        """Creators who cannot live from it stop; consumers lapse or return."""
        self.left = [creator for creator in self.creators if creator.stops()]
        for creator in self.left:
            creator.stop()
        for consumer in self.consumers:
            consumer.reconsider()

    # ------------------------------------------------------------------------------------------------ the first morning

    def new_creator(self, serial: int, entered: int, founder: bool, traits: dict[str, Any]) -> ReferenceCreator:
        """Make a creator of the class that the run's strategy stands for."""
        return CREATOR_CLASSES[self.config.strategy.kind](self, serial, entered, founder, traits)

    def copy_creator(self, world: World, row: int) -> ReferenceCreator:
        """Copy a founder, or an account that a brand runs, from the engine's table."""
        table = world.creators
        names = ("vertical", "region", "talent", "style", "live_propensity", "live_skill")
        traits = {name: getattr(table, name)[row] for name in names}
        creator = self.new_creator(int(table.serial[row]), int(table.entered[row]), bool(table.founder[row]), traits)
        for name in ("welfare", "prosperity", "skill"):
            setattr(creator, name, getattr(table, name)[row])
        creator.followers, creator.tier = int(table.followers[row]), int(table.tier[row])
        creator.alive = bool(table.alive[row])
        return creator

    def copy_consumer(self, world: World, row: int) -> ReferenceConsumer:
        """Copy a consumer from the engine's table."""
        names = [column.name for column in type(world.consumers).columns() if column.name != "seen"]
        traits = {name: getattr(world.consumers, name)[row] for name in names}
        return ReferenceConsumer(self, row, traits)

    def copy_relations(self, world: World) -> None:
        """Copy who follows whom, who is friends or works with whom, and which account is whose."""
        for consumer in self.consumers:
            consumer.follows = [self.creators[row] for row in world.follows.of(consumer.identity)]
            consumer.friends = [self.consumers[row] for row in world.friends.of(consumer.identity)]
        for row, creator in enumerate(self.creators):
            creator.ties = [self.creators[tie] for tie in world.collaborators.of(row)]
        for brand, account in zip(self.market.brands, world.economy.brands.account, strict=True):
            if account >= 0:
                brand.account = self.creators[account]
                brand.account.brand = brand
