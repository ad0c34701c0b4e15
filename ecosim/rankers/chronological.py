"""A feed by time, as on early social networks."""

from __future__ import annotations

from ecosim.config import RankerConfig
from ecosim.config.fields import schema
from ecosim.rankers.base import LinearRanker
from ecosim.registry import rankers


@schema
class ChronologicalConfig(RankerConfig):
    """Weights of the ranker `chronological`."""

    kind: str = "chronological"
    freshness: float = 1.0
    exploration: float = 0.01


@rankers.register("chronological", ChronologicalConfig)
class Chronological(LinearRanker):
    """Show the newest first; noise far below a day decides among items of one day."""
