"""The feed as a Mesa user would write it by hand: one agent per consumer, numpy within the agent.

A consumer-day is one session: 200 candidates are scored (D = 16), the 30 best are watched in order, each watch tires of
its vertical and its style, and the evening updates satisfaction, interests and the platform's profile. Behaviour, score
and numbers are those of ecosim's baseline. What ecosim does besides (recall by interest and region, follow feed,
reserved slots, re-ranking for diversity, the creators' whole economy, keyed draws) is left out, in this model's favour.
"""

from __future__ import annotations

import math
from typing import Any

import mesa
import numpy as np

from ecosim.config import REGIONS, SimulationConfig

Array = np.ndarray[Any, Any]

DIMENSIONS = 16
CANDIDATES = 200
SLOTS = 30
LIFE = 7
"""Days until an item retires."""


def logistic(x: Array) -> Array:
    """Logistic function."""
    result: Array = 1.0 / (1.0 + np.exp(-x))
    return result


class Catalog:
    """The live items as shared numpy arrays; a seventh of them is new every day.

    Parameters
    ----------
    model : FeedModel
        The model, for its draws and settings.
    items : int
        Live items; a multiple of LIFE.
    creators : int
        Creators who publish them.
    """

    def __init__(self, model: FeedModel, items: int, creators: int) -> None:
        self.model = model
        rng, verticals = model.rng, model.verticals
        self.creator_vertical = rng.integers(0, verticals, creators)
        self.creator_region = rng.choice(len(REGIONS), creators, p=model.regions)
        self.creator_skill = rng.normal(0.0, model.config.creator.skill_spread, creators)
        own = rng.normal(0.0, DIMENSIONS**-0.5, (creators, DIMENSIONS))
        own += model.config.population.style_cohesion * model.centres[self.creator_vertical]
        self.creator_style = own / np.linalg.norm(own, axis=1, keepdims=True)
        self.creator = np.zeros(items, np.int64)
        self.vertical = np.zeros(items, np.int64)
        self.region = np.zeros(items, np.int64)
        self.quality = np.zeros(items, np.float32)
        self.style = np.zeros((items, DIMENSIONS), np.float32)
        self.day = np.zeros(items, np.int64)
        self.impressions = np.zeros(items, np.int64)
        self.watched = np.zeros(items)
        self.interactions = np.zeros(items, np.int64)
        self.follows = np.zeros(items, np.int64)
        self.heat = np.zeros(items)
        for day in range(-LIFE, 0):
            self.publish(day)

    @property
    def size(self) -> int:
        """Number of live items."""
        return self.creator.size

    def block(self, day: int) -> slice:
        """Return the places of the items of a day, which were those of the day that retires."""
        new = self.size // LIFE
        return slice(day % LIFE * new, (day % LIFE + 1) * new)

    def publish(self, day: int) -> None:
        """Let creators drawn at random publish the day's items in place of the oldest."""
        rng, place = self.model.rng, self.block(day)
        count = place.stop - place.start
        creator = rng.integers(0, self.creator_style.shape[0], count)
        career = self.model.config.creator
        self.creator[place] = creator
        self.vertical[place] = self.creator_vertical[creator]
        self.region[place] = self.creator_region[creator]
        self.quality[place] = self.creator_skill[creator] + rng.normal(0.0, career.quality_noise, count)
        style = self.creator_style[creator] + rng.normal(0.0, career.own_step * DIMENSIONS**-0.5, (count, DIMENSIONS))
        self.style[place] = style / np.linalg.norm(style, axis=1, keepdims=True)
        self.day[place] = day
        for counter in (self.impressions, self.watched, self.interactions, self.follows, self.heat):
            counter[place] = 0

    def prepare(self, day: int) -> None:
        """Estimate the items, shuffle them, and lay out what every session of the day scores, the front once more."""
        weights, views = self.model.config.ranker, self.model.config.platform.prior_views
        seen = max(self.impressions.sum(), 1)
        watch = (self.watched + 0.4 * views) / (self.impressions + views)
        acts = (self.interactions + views * max(self.interactions.sum() / seen, 1e-3)) / (self.impressions + views)
        joins = (self.follows + views * max(self.follows.sum() / seen, 1e-4)) / (self.impressions + views)
        hits = self.style[np.argsort(self.heat)[-40:]].mean(axis=0)
        base = weights.watch * np.log(watch / (1 - watch))
        base += weights.interaction * np.log(acts) + weights.follow * np.log(joins)
        base += weights.popularity * np.log1p(self.heat / max(self.heat.mean(), 1e-9))
        base += weights.freshness * (1 - (day - self.day) / LIFE) + weights.likeness * (self.style @ hits)
        order = self.model.rng.permutation(self.size)
        self.order = np.concatenate((order, order[:CANDIDATES]))
        self.slate_style = self.style[self.order]
        self.slate_vertical = self.vertical[self.order]
        local = self.region[self.order] == np.arange(len(REGIONS))[:, None]
        self.slate_base = (base[self.order] + weights.locality * local).astype(np.float32)

    def close(self, today: Array) -> None:
        """Let heat cool and add the day's interactions."""
        memory = self.model.config.platform.heat_memory
        self.heat = memory * self.heat + self.interactions - today


class Viewer(mesa.Agent):
    """A consumer who opens the feed once a day.

    Parameters
    ----------
    model : FeedModel
        The model.
    row : int
        Row of the consumer in the drawn population and in the model's record of items seen.
    """

    def __init__(self, model: FeedModel, row: int) -> None:
        super().__init__(model)
        drawn = model.drawn
        self.seen = model.seen[row]
        self.region = int(drawn["region"][row])
        self.interest = drawn["interest"][row].copy()
        self.taste = drawn["taste"][row].copy()
        self.profile_interest = drawn["profile_interest"][row].copy()
        self.profile_taste = drawn["profile_taste"][row].copy()
        self.satiation = np.zeros(model.verticals, np.float32)
        self.recent = np.zeros(DIMENSIONS, np.float32)
        self.satisfaction = 0.4
        self.follows: set[int] = set()

    def step(self) -> None:
        """Live one day: open the feed, watch, sleep on it."""
        items = self.choose()
        self.evening(items, self.watch(items))

    def choose(self) -> Array:
        """Score 200 candidates and return the 30 best that are new to the consumer, best first."""
        model, catalog = self.model, self.model.catalog
        weights = model.config.ranker
        begin = int(model.rng.random() * catalog.size)
        window = slice(begin, begin + CANDIDATES)
        candidates = catalog.order[window]
        weight = weights.affinity * model.behaviour.watch_taste
        score = catalog.slate_style[window] @ (weight * self.profile_taste)
        score += catalog.slate_base[self.region, window]
        own = weights.affinity * model.behaviour.watch_interest * np.log1p(model.verticals * self.profile_interest)
        score += own[catalog.slate_vertical[window]]
        score += weights.exploration * model.rng.random(CANDIDATES, dtype=np.float32)
        score[self.seen[candidates]] = -np.inf
        best = np.argpartition(score, -SLOTS)[-SLOTS:]
        chosen: Array = candidates[best[np.argsort(-score[best])]]
        self.seen[chosen] = True
        return chosen

    def watch(self, items: Array) -> Array:
        """Watch items in order and act on them; return the share watched of each."""
        model, catalog, b = self.model, self.model.catalog, self.model.behaviour
        style, vertical = catalog.style[items], catalog.vertical[items]
        mood, like, join, leave = model.rng.random((4, items.size), dtype=np.float32)
        gain = b.watch_interest * np.log1p(model.verticals * self.interest)
        appeal = b.watch_base + gain[vertical] + b.watch_taste * (style @ self.taste)
        appeal += b.watch_quality * catalog.quality[items] + b.watch_noise * (2 * mood - 1)
        appeal += b.watch_locality * (catalog.region[items] == self.region)
        share = np.array(self.tire(style, vertical.tolist(), appeal.tolist()), np.float32)
        catalog.impressions[items] += 1
        catalog.watched[items] += share
        catalog.interactions[items] += like < logistic(b.interact_base + b.interact_watch * share)
        joins = join < logistic(b.follow_base + b.follow_watch * share)
        leaves = (share < b.unfollow_below) & (leave < b.unfollow_chance)
        for k in np.flatnonzero(joins | leaves):
            self.rewire(int(items[k]), bool(joins[k]), bool(leaves[k]))
        return share

    def tire(self, style: Array, vertical: list[int], appeal: list[float]) -> list[float]:
        """Return the watch shares; each view dulls the next ones of its vertical and of its style."""
        b, recent, tired = self.model.behaviour, self.recent, self.satiation.tolist()
        k1, k2, gain, exp = b.satiation_vertical, b.satiation_style, b.satiation_gain, math.exp
        shares = []
        for v, logit, seen in zip(vertical, appeal, style, strict=True):
            logit -= k1 * tired[v]
            dull = float(seen.dot(recent))
            if dull > 0.0:
                logit -= k2 * dull
            share = 1.0 / (1.0 + exp(-logit))
            step = gain * share
            tired[v] += step * (1.0 - tired[v])
            recent += step * (seen - recent)
            shares.append(share)
        self.satiation[:] = tired
        return shares

    def rewire(self, item: int, joins: bool, leaves: bool) -> None:
        """Follow or stop following the creator of an item."""
        catalog = self.model.catalog
        creator = int(catalog.creator[item])
        if creator in self.follows:
            if leaves:
                self.follows.remove(creator)
        elif joins and len(self.follows) < self.model.behaviour.follows_limit:
            self.follows.add(creator)
            catalog.follows[item] += 1

    def evening(self, items: Array, share: Array) -> None:
        """Recover overnight; what was watched moves satisfaction, interests and the platform's profile."""
        model, catalog, b = self.model, self.model.catalog, self.model.behaviour
        self.satiation *= b.satiation_decay
        self.recent *= b.satiation_decay
        total = float(share.sum())
        mean = total / share.size
        self.satisfaction += (1 - b.satisfaction_memory) * (mean - self.satisfaction)
        part = np.bincount(catalog.vertical[items], weights=share, minlength=model.verticals) / total
        self.interest += b.interest_drift * (part - self.interest)
        self.interest += b.interest_drift * 0.5 * (1 / model.verticals - self.interest)
        rate = model.config.platform.profile_rate
        self.profile_interest += rate * (part - self.profile_interest)
        gain = DIMENSIONS / (0.25 * b.watch_taste) / share.size
        self.profile_taste += rate * (gain * ((share - mean) @ catalog.style[items]) - self.profile_taste)
        model.impressions_today += share.size
        model.watch_today += total


class FeedModel(mesa.Model):
    """Consumers as agents, items as arrays; a step is a day.

    Parameters
    ----------
    consumers : int
        Number of agents.
    seed : int
        Seed of the model's generator.
    config : SimulationConfig, optional
        Numbers of the behaviour and the score; ecosim's baseline by default.
    """

    def __init__(self, consumers: int, seed: int = 1, config: SimulationConfig | None = None) -> None:
        super().__init__(rng=seed)
        self.config: Any = config or SimulationConfig()
        self.behaviour: Any = self.config.consumer
        self.verticals = self.config.population.verticals
        shares = np.array(self.config.population.region_shares)
        self.regions = shares / shares.sum()
        centres = self.rng.normal(0.0, 1.0, (self.verticals, DIMENSIONS))
        self.centres = centres / np.linalg.norm(centres, axis=1, keepdims=True)
        self.day = 0
        # ecosim's shelf grows with its creators; a small one would leave consumers nothing new.
        self.catalog = Catalog(self, LIFE * max(100, consumers // 50), max(50, consumers // 20))
        self.seen = np.zeros((consumers, self.catalog.size), bool)
        self.drawn = self.draw_population(consumers)
        for row in range(consumers):
            Viewer(self, row)
        self.impressions_today, self.watch_today = 0, 0.0
        self.datacollector = mesa.DataCollector(
            model_reporters={
                "impressions": "impressions_today",
                "watch_share": lambda model: model.watch_today / max(model.impressions_today, 1),
                "interaction_rate": lambda model: model.interactions_today / max(model.impressions_today, 1),
            }
        )

    def draw_population(self, consumers: int) -> dict[str, Array]:
        """Draw all consumers' traits at once."""
        rng, population = self.rng, self.config.population
        drive = np.exp(rng.normal(0.0, population.interest_spread, (consumers, self.verticals)))
        interest = drive / drive.sum(axis=1, keepdims=True)
        taste = population.taste_cohesion * interest @ self.centres
        taste += rng.normal(0.0, DIMENSIONS**-0.5, taste.shape)
        taste /= np.linalg.norm(taste, axis=1, keepdims=True)
        known = self.config.platform.profile_start
        blur = rng.normal(0.0, DIMENSIONS**-0.5, taste.shape)
        drawn = {
            "interest": interest,
            "taste": taste,
            "profile_interest": known * interest + (1 - known) / self.verticals,
            "profile_taste": known * taste + known * (1 - known) * blur,
        }
        region = {"region": rng.choice(len(REGIONS), consumers, p=self.regions)}
        return {name: rows.astype(np.float32) for name, rows in drawn.items()} | region

    def step(self) -> None:
        """Live one day: publish, estimate, let every consumer in random order open the feed, measure."""
        self.impressions_today, self.watch_today = 0, 0.0
        self.seen[:, self.catalog.block(self.day)] = False
        self.catalog.publish(self.day)
        self.catalog.prepare(self.day)
        before = self.catalog.interactions.copy()
        self.agents.shuffle_do("step")
        self.interactions_today = int((self.catalog.interactions - before).sum())
        self.catalog.close(before)
        self.datacollector.collect(self)
        self.day += 1
