"""The Mesa twin: the whole model written the plain way, one agent a creature and one method a decision.

It is the specification of the engine. Start reading at :meth:`ReferenceModel.step`, the day; then ``consumer.py`` (what
a person does), ``feed.py`` (how one session's list comes about), ``creator.py``, ``strategies.py`` and ``platform.py``.
There are no columns, no kernels over arrays, no threads: loops over agents with plain attributes. Draws are those of
the engine, because they are functions of who, what and when; a decision calls the engine's one scalar formula, so that
both round alike. Shared and not written twice are the population of the first day, the policies, and the platform's
posteriors.
"""

from __future__ import annotations

import math
from typing import Any

import mesa
import numpy as np

from ecosim.kernels import decisions, draws
from ecosim.stages.common import HEAD_SHARE, WAIST_SHARE
from ecosim.stages.genesis import SERIAL_BITS, creator_traits
from ecosim.stages.rewiring import WEEK
from ecosim.stages.serving import behaviour_of
from ecosim.state.ledger import CREATORS, OUTSIDE, PLATFORM, Ledger
from ecosim.state.schema import HEAD, TAIL, WAIST
from ecosim.state.world import NEWCOMER_DAYS, World
from tests.reference.chance import uniform64, words
from tests.reference.consumer import ReferenceConsumer
from tests.reference.creator import ReferenceCreator
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
        self.behaviour = behaviour_of(world)
        self.centres, self.vertical_share = world.centres, world.vertical_share
        self.ledger = Ledger()
        self.entered: list[ReferenceCreator] = []
        self.left: list[ReferenceCreator] = []
        self.creators = [self.copy_creator(world, row) for row in range(world.creators.size)]
        self.consumers = [self.copy_consumer(world, row) for row in range(world.consumers.size)]
        self.platform = ReferencePlatform(self, world)

    # ------------------------------------------------------------------------------------------------------- the day

    def step(self) -> None:
        """Run one day, from morning to night."""
        self.welcome_entrants()
        self.platform.make_plan()
        self.publish()
        self.platform.allocate()
        for item in self.platform.items:
            item.open_day()
        for consumer in self.consumers:
            consumer.live_the_day()
        for item in self.platform.items:
            item.close_day()
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
        """Let every creator decide and put out today's items."""
        for creator in self.creators:
            self.platform.items += creator.publish(self.platform.visible_hits(creator.vertical))

    def mode_costs(self) -> list[float]:
        """Cost of a post by mode, in mean incomes."""
        market = self.config.market
        return [market.post_cost, market.imitate_cost, market.innovate_cost]

    def settle_accounts(self) -> None:
        """Advertisers pay for views, creators get their share and pay for living and production; all in fen."""
        market, items = self.config.market, self.platform.items
        rate = int(self.platform.plan.ad_share.value)
        fen = [round(cost * self.reference.income) for cost in self.mode_costs()]
        sums = {"impressions": 0, "income": 0, "production": 0, "living": 0}
        for creator in self.creators:
            mine = [item for item in items if item.creator is creator]
            impressions = sum(item.impressions_today for item in mine)
            income = impressions * rate // 1000
            production = sum(fen[item.mode] for item in mine if item.day == self.day)
            living = round(market.living_cost * self.reference.income) if creator.alive else 0
            creator.settle(impressions, income, production, living)
            paid = {"impressions": impressions, "income": income, "production": production, "living": living}
            sums = {name: sums[name] + paid[name] for name in sums}
        self.ledger.open_day()
        self.ledger.transfer(OUTSIDE, PLATFORM, "advertising", sums["impressions"] * market.ad_price // 1000)
        self.ledger.transfer(PLATFORM, CREATORS, "ad share", sums["income"])
        self.ledger.transfer(CREATORS, OUTSIDE, "production", sums["production"])
        self.ledger.transfer(CREATORS, OUTSIDE, "living", sums["living"])

    # --------------------------------------------------------------------------------- learning, follows, partings

    def learn_from_items(self) -> None:
        """Creators look at the results of items that have just come of age."""
        born = self.day - self.config.creator.chart_delay
        grown = [item for item in self.platform.items if item.day == born]
        if grown:
            usual = max(sum(item.interactions for item in grown) / len(grown), 1e-9)
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
        """Copy a founder from the engine's table."""
        table = world.creators
        traits = {name: getattr(table, name)[row] for name in ("vertical", "region", "talent", "style")}
        creator = self.new_creator(int(table.serial[row]), int(table.entered[row]), bool(table.founder[row]), traits)
        for name in ("welfare", "prosperity", "skill"):
            setattr(creator, name, getattr(table, name)[row])
        creator.followers, creator.tier = int(table.followers[row]), int(table.tier[row])
        return creator

    def copy_consumer(self, world: World, row: int) -> ReferenceConsumer:
        """Copy a consumer, and whom they follow, from the engine's tables."""
        names = [column.name for column in type(world.consumers).columns() if column.name != "seen"]
        traits = {name: getattr(world.consumers, name)[row] for name in names}
        consumer = ReferenceConsumer(self, row, traits)
        consumer.follows = [self.creators[c] for c in world.follows.of(row)]
        return consumer
