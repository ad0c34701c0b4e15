"""Live sessions: how many there are, and how much is watched in them."""

from __future__ import annotations

from ecosim.metrics.base import Metric, NoSettings
from ecosim.registry import metrics
from ecosim.state.world import World


@metrics.register("live_sessions", NoSettings)
class LiveSessions(Metric):
    """Live sessions of the day."""

    label = "Live sessions a day"
    unit = "sessions"

    def measure(self, world: World) -> float:
        """Of creators and of brands; NaN where there is no live."""
        return float((world.items.parts != 0).sum()) if world.config.live.active else float("nan")


@metrics.register("live_watch_share", NoSettings)
class LiveWatch(Metric):
    """Share of the day's watch time that is spent in live sessions."""

    label = "Time in live sessions"
    unit = "share"

    def measure(self, world: World) -> float:
        """Over milliseconds watched; NaN where there is no live."""
        items, watched = world.items, world.today.watch
        if not world.config.live.active or not watched:
            return float("nan")
        return float(items.watch_today[items.parts != 0].sum() / watched)
