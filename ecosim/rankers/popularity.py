"""A feed by popularity, as in a chart."""

from __future__ import annotations

from ecosim.config import RankerConfig
from ecosim.config.fields import schema
from ecosim.rankers.base import LinearRanker
from ecosim.registry import rankers


@schema
class PopularityConfig(RankerConfig):
    """Weights of the ranker `popularity`."""

    kind: str = "popularity"
    popularity: float = 1.0
    exploration: float = 0.05


@rankers.register("popularity", PopularityConfig)
class Popularity(LinearRanker):
    """Show what was lately liked most, to everyone alike."""
