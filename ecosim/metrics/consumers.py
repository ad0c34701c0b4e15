"""Consumers: how much they watch, what they do, how content they are."""

from __future__ import annotations

from ecosim.metrics.base import Direction, Metric, NoSettings
from ecosim.registry import metrics
from ecosim.state.world import World


@metrics.register("watch_seconds_per_consumer_day", NoSettings)
class WatchSeconds(Metric):
    """Seconds watched by an active consumer."""

    label = "Watch time an active consumer and day"
    unit = "seconds"
    direction = Direction.UP

    def measure(self, world: World) -> float:
        """Mean over consumers who were active today; exact, from milliseconds."""
        served = _served(world)
        return world.today.watch / 1000 / served if served else float("nan")


@metrics.register("impressions_per_consumer_day", NoSettings)
class ImpressionsPerConsumer(Metric):
    """Impressions of an active consumer."""

    label = "Impressions an active consumer and day"
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


def _served(world: World) -> int:
    return world.today.consumers_served
