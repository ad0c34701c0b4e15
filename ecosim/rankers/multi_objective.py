"""The feed of a large platform: several goals in one score."""

from __future__ import annotations

from ecosim.config import RankerConfig
from ecosim.config.fields import schema
from ecosim.rankers.base import LinearRanker
from ecosim.registry import rankers


@schema
class MultiObjectiveConfig(RankerConfig):
    """Weights of the ranker `multi_objective`."""

    kind: str = "multi_objective"
    affinity: float = 2.0
    watch: float = 1.0
    interaction: float = 0.3
    follow: float = 0.2
    popularity: float = 0.4
    freshness: float = 0.3
    likeness: float = 1.5
    conversion: float = 0.3
    live: float = 0.5
    locality: float = 0.1
    followed: float = 0.3
    friend: float = 0.5
    exploration: float = 0.4


@rankers.register("multi_objective", MultiObjectiveConfig)
class MultiObjective(LinearRanker):
    """Weigh expected watching, interaction and follows, popularity, freshness, locality and likeness to hits."""
