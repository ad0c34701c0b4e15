"""Consumers: how much they watch, what they do, how content they are."""

from __future__ import annotations

import numpy as np

from ecosim.metrics.base import Direction, Metric, NoSettings
from ecosim.registry import metrics
from ecosim.state.world import World

REGRET = 0.25
"""What a view that is skipped at once costs, in items watched in full: it breaks even when a fifth of it is watched.

What tiredness takes is not subtracted: who is tired of something watches less of it.
"""

_AT_ONCE = 1 << 15
"""Consumers whose trust is added at once: their accounts stay close to the processor."""

NOBODY = -1
"""An empty place among the accounts that a consumer knows."""


@metrics.register("watch_seconds_per_consumer_day", NoSettings)
class WatchSeconds(Metric):
    """Seconds watched by an active consumer."""

    label = "Watch time per active consumer and day"
    unit = "seconds"
    direction = Direction.UP

    def measure(self, world: World) -> float:
        """Mean over consumers who were active today; exact, from milliseconds."""
        served = _served(world)
        return world.today.watch / 1000 / served if served else float("nan")


@metrics.register("impressions_per_consumer_day", NoSettings)
class ImpressionsPerConsumer(Metric):
    """Impressions of an active consumer."""

    label = "Impressions per active consumer and day"
    unit = "impressions"

    def measure(self, world: World) -> float:
        """Mean over consumers who were active today."""
        served = _served(world)
        return world.today.impressions / served if served else float("nan")


@metrics.register("slots_filled_share", NoSettings)
class SlotsFilled(Metric):
    """Share of the slots that the feed could fill with something not yet seen."""

    label = "Slots filled"
    unit = "share"

    def measure(self, world: World) -> float:
        """Impressions over slots."""
        return world.today.impressions / world.today.slots if world.today.slots else float("nan")


@metrics.register("interaction_rate", NoSettings)
class InteractionRate(Metric):
    """Likes and comments an impression."""

    label = "Interactions an impression"
    unit = "share"
    direction = Direction.UP

    def measure(self, world: World) -> float:
        """Over today's impressions."""
        today = world.today
        return today.interactions / today.impressions if today.impressions else float("nan")


@metrics.register("consumer_satisfaction", NoSettings)
class ConsumerSatisfaction(Metric):
    """Running mean of the watch share of active consumers."""

    label = "Satisfaction of consumers"
    unit = "0-1"
    direction = Direction.UP

    def measure(self, world: World) -> float:
        """Mean over active consumers."""
        people = world.consumers
        return float(people.satisfaction[people.active].astype("f8").mean()) if people.active.any() else float("nan")


@metrics.register("consumers_active", NoSettings)
class ConsumersActive(Metric):
    """Consumers who have not lapsed."""

    label = "Active consumers"
    unit = "consumers"
    direction = Direction.UP

    def measure(self, world: World) -> float:
        """Count."""
        return float(world.consumers.active.sum())


@metrics.register("consumer_utility", NoSettings)
class ConsumerUtility(Metric):
    """Value of an active consumer's day: the shares watched, less a quarter of the shares not watched."""

    label = "Utility per active consumer and day"
    unit = "items watched in full"
    direction = Direction.UP

    def measure(self, world: World) -> float:
        """Mean over consumers who were active today of the sum over views of ``w - REGRET (1 - w)``."""
        items, served = world.items, _served(world)
        if served == 0:
            return float("nan")
        watched = float((items.watch_today / np.maximum(items.duration, 1)).sum())
        return ((1.0 + REGRET) * watched - REGRET * world.today.impressions) / served


@metrics.register("consumers_retained", NoSettings)
class ConsumersRetained(Metric):
    """Share of all consumers who have not lapsed."""

    label = "Consumers who are still there"
    unit = "share"
    direction = Direction.UP

    def measure(self, world: World) -> float:
        """Over all consumers of the first day; who lapsed may return."""
        active = world.consumers.active
        return float(active.sum() / active.size)


@metrics.register("consumer_trust", NoSettings)
class ConsumerTrust(Metric):
    """Trust of active consumers in the platform."""

    label = "Trust in the platform"
    unit = "0-1"
    direction = Direction.UP
    unknown_when = "nothing moves it: there are neither brands nor shares"

    def measure(self, world: World) -> float:
        """Mean over active consumers; NaN where nothing moves it: without brands and shares."""
        people = world.consumers
        if not _trusting(world) or not people.active.any():
            return float("nan")
        return float(people.trust[people.active].astype("f8").mean())


@metrics.register("seller_trust", NoSettings)
class SellerTrust(Metric):
    """Trust of consumers in the accounts that they know."""

    label = "Trust in sellers known"
    unit = "0-1"
    direction = Direction.UP

    def measure(self, world: World) -> float:
        """Mean over pairs of a consumer and an account known; NaN without any."""
        from ecosim.kernels.measures import pick_known  # compiled code is loaded by whoever measures

        ally, ally_trust = world.consumers.ally, world.consumers.ally_trust
        trust, total, known = np.empty(_AT_ONCE * ally.shape[1]), 0.0, 0
        for first in range(0, ally.shape[0], _AT_ONCE):
            some = slice(first, first + _AT_ONCE)
            found = pick_known(ally[some], ally_trust[some], NOBODY, trust)
            total, known = total + float(trust[:found].sum()), known + found
        return total / known if known else float("nan")


@metrics.register("shares_per_impression", NoSettings)
class SharesPerImpression(Metric):
    """Items passed on to friends, an impression."""

    label = "Shares an impression"
    unit = "share"
    direction = Direction.UP

    def measure(self, world: World) -> float:
        """Over today's impressions; NaN where sharing is off."""
        shown = world.today.impressions
        if not world.config.sharing.active or not shown:
            return float("nan")
        return float(world.items.shares_today.sum() / shown)


def _served(world: World) -> int:
    return world.today.consumers_served


def _trusting(world: World) -> bool:
    return world.config.sharing.active or world.config.brand.active
