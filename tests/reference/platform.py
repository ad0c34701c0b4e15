"""The platform of the twin: its plan of the day, what it knows of items, and the slates it cuts from them."""

from __future__ import annotations

import math
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any, NamedTuple

import mesa
import numpy as np

from ecosim.config import REGIONS
from ecosim.kernels import draws, estimates
from ecosim.stages.allocation import FOLLOW_DAYS, LEAST_HOT, LEAST_SHORTLIST
from ecosim.state.economy import DAYPARTS
from ecosim.state.plan import ITEM_TERMS, Plan
from ecosim.state.world import Knowledge, World
from tests.reference.chance import f32, likeness, words
from tests.reference.item import Item
from tests.reference.register import register

if TYPE_CHECKING:
    from tests.reference.creator import ReferenceCreator
    from tests.reference.model import ReferenceModel

NEWS = 0.1
"""Weight of a day's retired items in the idea of how often an item is shown in its life."""
COPIES, NEWEST = 16, 2
"""Entries of the neediest creators in the reserved pool are capped at 4 x 16; a creator's 2 newest items take turns."""


SPAN = 16
"""Windows to a block of the reserved slate, where there are several."""


class Pool(NamedTuple):
    """Entries that reserved slots are filled from, and the share of slots that is theirs."""

    entries: list[Item]
    share: float


class ReferencePlatform(mesa.Agent):  # type: ignore[misc]
    """The one platform between creators and consumers."""

    model: ReferenceModel

    def __init__(self, model: ReferenceModel, world: World) -> None:
        super().__init__(model)
        self.items: list[Item] = []
        self.policies = world.policies
        self.plan = Plan.default(model.config, len(model.creators))
        self.sums = world.knowledge.sums.tolist()  # by vertical: fading views, watch shares, interactions, follows
        self.hits = world.knowledge.hits.copy()  # by vertical: mean style of recent hits
        self.item_impressions = world.knowledge.item_impressions
        self.clicks, self.product_views = world.knowledge.clicks, world.knowledge.product_views  # fading sums
        self.charts: dict[int, list[list[Item]]] = {}  # day -> vertical -> the hottest items, best first
        self.chart_length = world.knowledge.chart_key.shape[2]
        self.slates: list[list[Item]] = []
        self.set_aside = [0.0] * (model.config.population.verticals + len(REGIONS))  # share of slots, by group
        self.reserved_slots = f32(0)
        self._base: dict[Item, np.float32] = {}
        self._newest: dict[tuple[ReferenceCreator, bool], Item] = {}  # by creator, live or not
        self.least_heat = f32(0)  # from which a tie's item is copied

    # ------------------------------------------------------------------------------------------------------ policies

    def make_plan(self) -> None:
        """Start from the default plan and let every policy move its levers, as in the engine."""
        self.plan = Plan.default(self.model.config, len(self.model.creators))
        self._row_of = {creator: row for row, creator in enumerate(self.model.creators)}
        for policy in self.policies.values():
            policy.apply(self.plan, register(self.model), self.model.day - self.model.config.burn_in)

    def lever_of(self, name: str, creator: ReferenceCreator) -> Any:
        """Return today's value of a lever for a creator."""
        return self.plan.levers[name].value[self._row_of[creator]]

    # ------------------------------------------------------------------------------------------------ public chart

    def visible_hits(self, vertical: int) -> list[Item]:
        """Return the hits of a vertical that creators see today: those of some days ago."""
        career = self.model.config.creator
        charts = self.charts.get(self.model.day - career.chart_delay)
        return [] if charts is None else charts[vertical][: career.chart_size]

    def look_round(self) -> None:
        """Note how hot a tie's item must be this morning to be copied."""
        mean = float(np.mean([float(item.heat) for item in self.items])) if self.items else 0.0
        self.least_heat = f32(self.model.config.collaboration.tie_hit * mean)

    def hottest_of(self, creator: ReferenceCreator) -> Item | None:
        """Return a creator's hottest video that is old enough to be seen by others who would copy it."""
        seen = self.model.day - self.model.config.creator.chart_delay
        hot = [
            item
            for item in self.items
            if item.creator is creator and item.day <= seen and not item.live and item.heat > 0
        ]
        return min(hot, key=lambda item: (-float(item.heat), item.word), default=None)

    # ------------------------------------------------------------------------------------------------- allocation

    def allocate(self) -> None:
        """Score the items, find each creator's newest, and cut the day's slates."""
        self.score_items()
        self._newest = {}
        for item in self.items:
            if self.model.day - item.day < FOLLOW_DAYS:
                self.note_newest(item.creator, item)
                if item.partner:
                    self.note_newest(item.partner, item)
        self.cut_slates()

    def note_newest(self, creator: ReferenceCreator, item: Item) -> None:
        """Note an item, made alone or with a partner, if it is newer than what a creator is known for."""
        known = self._newest.get((creator, item.live))
        if known is None or item.number > known.number:
            self._newest[creator, item.live] = item

    def newest_video(self, creator: ReferenceCreator) -> Item | None:
        """Return a creator's newest video of the last days, if there is one."""
        return self._newest.get((creator, False))

    def session_of(self, creator: ReferenceCreator) -> Item | None:
        """Return a creator's live session of today, if there is one."""
        return self._newest.get((creator, True))

    def base(self, item: Item, region: int) -> np.float32:
        """Part of the score that is the same for all consumers of a region."""
        local = self.plan.weight("locality") if item.region == region else f32(0)
        return f32(self._base[item] + local)

    def score_items(self) -> None:
        """Sum bonus and weighted terms of every item; the terms themselves are the engine's posteriors."""
        self._base = {}
        weights = [self.plan.weight(name) for name in ITEM_TERMS]
        for item, terms in zip(self.items, self.item_terms(self._row_of), strict=True):
            total = self.bonus(item)
            for weight, term in zip(weights, terms, strict=True):
                total = f32(total + weight * term)
            self._base[item] = total

    def bonus(self, item: Item) -> np.float32:
        """What levers add to the score of an item: by creator, by creator and mode, by how new it is."""
        total = f32(item.creator.lever("boost") + item.creator.lever("mode_boost")[item.mode])
        if self.plan.novelty.value != 0:
            new = estimates.novelty_of(likeness(self.hits[item.vertical], item.style))
            total = f32(total + f32(f32(self.plan.novelty.value) * f32(new)))
        return total

    def item_terms(self, row_of: dict[ReferenceCreator, int]) -> np.ndarray:
        """What the platform thinks of every item (float32[k, 8]): shared with the engine, not written twice."""
        model, items, settings = self.model, self.items, self.model.config.platform
        out = np.empty((len(items), estimates.ITEM_TERMS), f32)
        if not items:
            return out
        records = tuple(
            np.array([creator.record[name] for creator in model.creators])
            for name in ("views", "watch", "interactions", "follows")
        )
        columns = (
            np.array([row_of[item.creator] for item in items], np.int32),
            np.array([item.vertical for item in items], np.int32),
            np.array([item.style for item in items], f32),
            np.array([item.day for item in items], np.int32),
            np.array([item.duration for item in items], np.int32),
            *(
                np.array([getattr(item.life, name) for item in items], np.int64)
                for name in ("impressions", "watch", "interactions", "follows")
            ),
            np.array([item.heat for item in items], f32),
            np.array([item.product.number if item.product else -1 for item in items], np.int32),
            np.array([item.life.clicks for item in items], np.int64),
            np.array([item.live for item in items], np.int32),
        )
        mean_heat = max(float(np.mean([float(item.heat) for item in items])), 1e-9)
        estimates.item_terms(
            columns, records, self.click_rate, self.means(), self.hits, mean_heat, model.day, settings.item_life,
            settings.prior_views, settings.record_weight, settings.record_views, out,
        )  # fmt: skip
        return out

    @property
    def click_rate(self) -> float:
        """Mean clicks per impression of an item with a product, never zero."""
        return max(self.clicks / max(self.product_views, 1e-9), 1e-6)

    def means(self) -> np.ndarray:
        """Mean watch share, interaction rate and follow rate by vertical."""
        nothing = np.empty(0)
        return Knowledge(np.array(self.sums), nothing, nothing, nothing, self.item_impressions, nothing).means()

    def cut_slates(self) -> None:
        """Cut the slates: by vertical, hot, fresh, reserved, live by daypart; and each of these for every region."""
        settings, verticals = self.model.config.platform, self.model.config.population.verticals
        videos = [item for item in self.items if not item.live]
        by_vertical = [[item for item in videos if item.vertical == v] for v in range(verticals)]
        on_air = [[item for item in self.items if part in item.dayparts] for part in range(len(DAYPARTS))]
        hot = max(math.ceil(settings.hot_share * len(videos)), LEAST_HOT)
        pools = [pool for pool in [self.reserve(), *self.pools_of_groups(), *self.climbing()] if pool.entries]
        self.reserved_slots = f32(min(sum(pool.share for pool in pools), 0.5))
        self.slates = []
        for pool in by_vertical:
            best = max(math.ceil(settings.shortlist_share * len(pool)), LEAST_SHORTLIST)
            for region in range(len(REGIONS)):
                self.add_slate(pool, {item: self.base(item, region) for item in pool}, best)
        for _ in REGIONS:
            self.add_slate(videos, {item: item.heat for item in videos}, hot)
        fresh = self.fresh_pool()
        for _ in REGIONS:
            self.add_slate(fresh, dict.fromkeys(fresh, f32(0)), len(fresh))
        for _ in REGIONS:
            self.add_blocks(pools)
        for sessions in on_air:
            for _ in REGIONS:
                self.add_slate(sessions, dict.fromkeys(sessions, f32(0)), len(sessions))

    def add_slate(self, pool: list[Item], key: dict[Item, np.float32], wanted: int) -> None:
        """Shuffle a pool by keyed words and keep the best `wanted`, in shuffled order; ties go to who stands first."""
        shuffled = self.shuffle(pool)
        places = sorted(range(len(shuffled)), key=lambda place: -float(key[shuffled[place]]))[:wanted]
        self.slates.append([shuffled[place] for place in sorted(places)])

    def shuffle(self, pool: list[Item]) -> list[Item]:
        """Order the entries of the slate that is cut next by keyed words."""
        salt = words(self.model.seed, draws.SHUFFLE, self.model.day, len(self.slates))[0]
        return sorted(pool, key=lambda item: draws.scramble(item.word ^ salt))

    def add_blocks(self, pools: list[Pool]) -> None:
        """Lay the reserved pools out one after another, each over again until its share of the slate is full."""
        slate = self.shuffle(pools[0].entries) if len(pools) == 1 else []
        if len(pools) > 1:
            window = self.model.config.platform.recall_reserved
            room = max(2 * sum(len(pool.entries) for pool in pools), SPAN * window * len(pools))
            for pool in pools:
                length = max(1, round(room * pool.share / sum(pool.share for pool in pools)))
                slate += islice(cycle(self.shuffle(pool.entries)), length)
        self.slates.append(slate)

    # ---------------------------------------------------------------------------------------------- traffic pools

    def pool_size(self, level: int) -> float:
        """Impressions that are used up when an item leaves a level of the ladder."""
        growth = float(self.plan.pool_growth.value)
        return self.model.config.platform.fresh_below * self.item_impressions * growth**level

    def racing(self, level: int) -> list[Item]:
        """Items of a level that are not too old for it."""
        patience = self.model.config.platform.fresh_days * (level + 1)
        young = [item for item in self.items if self.model.day - item.day < patience and not item.live]
        return [item for item in young if item.level == level]

    def climbing(self) -> list[Pool]:
        """Pools above the fresh one, each with as many slots as that one."""
        share = float(self.plan.fresh_slots.value)
        if share == 0:
            return []
        levels = range(1, int(self.plan.pool_levels.value))
        return [
            Pool([item for item in self.racing(level) if item.life.impressions < self.pool_size(level)], share)
            for level in levels
        ]

    def promote(self) -> None:
        """Let the best of those who have used up their level today go up one, and the others out."""
        races = [
            [i for i in self.racing(level) if i.life.impressions > 0 and i.life.impressions >= self.pool_size(level)]
            for level in range(int(self.plan.pool_levels.value) - 1)
        ]
        for level, cohort in enumerate(races):
            winners = math.floor(float(self.plan.pool_promotion.value) * len(cohort) + 0.5)
            for place, item in enumerate(sorted(cohort, key=lambda item: (-self.rate(item), item.word))):
                item.level = level + 1 if place < winners else -1

    def rate(self, item: Item) -> float:
        """How well an item does for its vertical: how much of it is watched, and how often it is liked."""
        watch, interaction, _ = self.means()[item.vertical]
        life = item.life
        return float(
            life.watch / item.duration / life.impressions / watch + life.interactions / life.impressions / interaction
        )

    def fresh_pool(self) -> list[Item]:
        """Videos that still have their first chance to get: young and little shown."""
        few = self.model.config.platform.fresh_below * self.item_impressions
        return [item for item in self.racing(0) if item.life.impressions < few]

    def reserve(self) -> Pool:
        """Fill a pool with videos of creators who fell short of what they are guaranteed."""
        model, days_evened = self.model, self.model.config.platform.pacing_days
        slots = float(np.sum([float(c.sessions) * float(c.slots) for c in model.consumers if c.active]))
        alive = sum(creator.alive for creator in model.creators)
        needs: list[tuple[list[Item], float]] = []
        for creator, wanted in zip(model.creators, self.plan.reserved_share.value, strict=True):
            mine = [item for item in self.items if item.creator is creator and not item.live]
            if wanted > 0 and mine and creator.alive:
                target = float(wanted) * slots / alive
                days = min(model.day - creator.entered + 1, days_evened)
                delivered = sum(creator.impressions_on.get(model.day - back, 0) for back in range(1, days))
                needs.append((mine, min(max(target * days - delivered, 0.0), 3.0 * target)))
        total = float(np.sum([need for _, need in needs]))
        if total <= 0.0:
            return Pool([], 0.0)
        pool: list[Item] = []
        for mine, need in needs:
            copies = min(math.ceil(need / (total / len(needs)) * COPIES / 2), 4 * COPIES)
            newest = sorted(mine, key=lambda item: -item.number)[:NEWEST]
            pool += [newest[k % len(newest)] for k in range(copies)]
        return Pool(pool, min(total / slots, 0.5))

    def pools_of_groups(self) -> list[Pool]:
        """Set slots aside for what verticals and regions are promised and did not get yesterday by themselves."""
        before, self.set_aside, pools = self.set_aside, [0.0] * len(self.set_aside), []
        shown = {creator: creator.impressions_on.get(self.model.day - 1, 0) for creator in self.model.creators}
        for number, (members, promised) in enumerate(self.groups()):
            if promised > 0 and any(shown.values()):
                missed = promised - sum(shown[creator] for creator in members) / sum(shown.values())
                share = min(max(before[number] + missed / 2, 0.0), promised)
                self.set_aside[number] = share
                if share > 0:
                    videos = [item for item in self.items if item.creator in members and not item.live]
                    pools.append(Pool(videos, share))
        return pools

    def groups(self) -> list[tuple[list[ReferenceCreator], float]]:
        """Verticals, then regions: whose guarantee it is, and the largest that one of them was given."""
        found = []
        for lever, attribute, count in (
            ("vertical_slots", "vertical", self.model.config.population.verticals),
            ("region_slots", "region", len(REGIONS)),
        ):
            for number in range(count):
                there = [creator for creator in self.model.creators if getattr(creator, attribute) == number]
                members = [creator for creator in there if creator.lever(lever) > 0]
                found.append((members, max((float(c.lever(lever)) for c in members), default=0.0)))
        return found

    # ------------------------------------------------------------------------------------------------- what it learns

    def learn(self) -> None:
        """Fade what is known by a day and add today: creators' records, verticals' means, items' heat, the chart."""
        settings = self.model.config.platform
        memory = settings.record_memory
        for creator in self.model.creators:
            creator.record = {name: known * memory for name, known in creator.record.items()}
        today = [[0.0, 0.0, 0.0, 0.0] for _ in self.sums]
        for item in self.items:
            if not item.live:  # a live session holds longer, which says nothing of the next video
                seen = item.today
                counts = (seen.impressions, seen.watch / item.duration, seen.interactions, seen.follows)
                for column, (name, count) in enumerate(zip(item.creator.record, counts, strict=True)):
                    item.creator.record[name] += count
                    today[item.vertical][column] += count
                item.heat = f32(f32(settings.heat_memory) * item.heat + f32(seen.interactions))
        self.sums = [
            [memory * a + b for a, b in zip(*rows, strict=True)] for rows in zip(self.sums, today, strict=True)
        ]
        carrying = [item.today for item in self.items if item.product]
        self.clicks = memory * self.clicks + sum(counts.clicks for counts in carrying)
        self.product_views = memory * self.product_views + sum(counts.impressions for counts in carrying)
        self.update_chart()
        self.promote()

    def update_chart(self) -> None:
        """List the hottest items of each vertical, for creators to see and for likeness to look at."""
        chart = []
        for v in range(len(self.sums)):
            hot = [item for item in self.items if item.vertical == v and item.heat > 0]
            chart.append(sorted(hot, key=lambda item: (-float(item.heat), item.word))[: self.chart_length])
            copied = chart[v][: self.model.config.platform.hits]
            total = np.zeros(self.hits.shape[1], f32)
            for item in copied:
                total = total + item.style
            self.hits[v] = total / f32(max(len(copied), 1))
        self.charts[self.model.day] = chart

    def retire_items(self) -> None:
        """Let items go that are past their age, and learn from their lives how often a video is shown.

        A live session goes in the evening. What goes is gone from inboxes, too.
        """
        life = self.model.config.platform.item_life
        gone = {item for item in self.items if item.live or self.model.day - item.day + 1 >= life}
        views = [item.life.impressions for item in gone if not item.live]
        if views:
            self.item_impressions += NEWS * (sum(views) / len(views) - self.item_impressions)
        self.items = [item for item in self.items if item not in gone]
        for consumer in self.model.consumers:
            consumer.inbox = {what: count for what, count in consumer.inbox.items() if what not in gone}
