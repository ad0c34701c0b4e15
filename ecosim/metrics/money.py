"""Money: from what creators live, and what the platform earns."""

from __future__ import annotations

from ecosim.metrics.base import Metric, NoSettings
from ecosim.registry import metrics
from ecosim.state.ledger import EARNINGS, PLATFORM
from ecosim.state.world import World


def income_share(world: World, source: str) -> float:
    """Share of creators' gross income of the last 28 days that comes from one source; NaN without brands."""
    earned = world.ledger.earnings.sum(axis=0)
    if not world.economy.brands.size or not earned.sum():
        return float("nan")
    return float(earned[EARNINGS.index(source)] / earned.sum())


@metrics.register("ads_income_share", NoSettings)
class AdsIncome(Metric):
    """Share of creators' income of 28 days that is their part of advertising."""

    label = "Creators' income from advertising"
    unit = "share"

    def measure(self, world: World) -> float:
        """Over all creators of their own, gross."""
        return income_share(world, "ads")


@metrics.register("video_income_share", NoSettings)
class VideoIncome(Metric):
    """Share of creators' income of 28 days that is commission on what their videos sold."""

    label = "Creators' income from selling in videos"
    unit = "share"

    def measure(self, world: World) -> float:
        """Over all creators of their own, gross; commission is paid on delivery."""
        return income_share(world, "video")


@metrics.register("live_income_share", NoSettings)
class LiveIncome(Metric):
    """Share of creators' income of 28 days that is commission on what their live sessions sold."""

    label = "Creators' income from selling live"
    unit = "share"

    def measure(self, world: World) -> float:
        """Over all creators of their own, gross; commission is paid on delivery."""
        return income_share(world, "live")


@metrics.register("fees_income_share", NoSettings)
class FeesIncome(Metric):
    """Share of creators' income of 28 days that is fees from brands."""

    label = "Creators' income from brands' fees"
    unit = "share"

    def measure(self, world: World) -> float:
        """Over all creators of their own, gross."""
        return income_share(world, "fees")


@metrics.register("grants_income_share", NoSettings)
class GrantsIncome(Metric):
    """Share of creators' income of 28 days that is grants from the platform, as an innovation fund pays them."""

    label = "Creators' income from grants"
    unit = "share"

    def measure(self, world: World) -> float:
        """Over all creators of their own, gross; 0 without a policy that pays grants."""
        return income_share(world, "grants")


@metrics.register("platform_revenue", NoSettings)
class PlatformRevenue(Metric):
    """What the platform takes in a day: advertising, and its part of sales."""

    label = "Revenue of the platform a day"
    unit = "yuan"

    def measure(self, world: World) -> float:
        """Its part of a sale is paid on delivery."""
        return sum(fen for (_, target, _), fen in world.ledger.flows.items() if target == PLATFORM) / 100


@metrics.register("platform_profit", NoSettings)
class PlatformProfit(Metric):
    """Revenue of the platform less what it pays creators."""

    label = "Profit of the platform a day"
    unit = "yuan"

    def measure(self, world: World) -> float:
        """Costs of running the platform are not modelled."""
        flows = world.ledger.flows.items()
        taken = sum(fen for (_, target, _), fen in flows if target == PLATFORM)
        paid = sum(fen for (source, _, _), fen in flows if source == PLATFORM)
        return (taken - paid) / 100
