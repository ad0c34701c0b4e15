"""A feed that learns what holds each consumer, and nothing else."""

from __future__ import annotations

from ecosim.config import RankerConfig
from ecosim.config.fields import schema
from ecosim.rankers.base import LinearRanker
from ecosim.registry import rankers


@schema
class EngagementConfig(RankerConfig):
    """Weights of the ranker `engagement`."""

    kind: str = "engagement"
    affinity: float = 2.0
    watch: float = 1.5
    interaction: float = 0.5
    popularity: float = 0.2
    likeness: float = 1.5
    exploration: float = 0.3


@rankers.register("engagement", EngagementConfig)
class Engagement(LinearRanker):
    """Show what the consumer is expected to watch longest and interact with most."""
