"""A feed that ignores everything: the control."""

from __future__ import annotations

from ecosim.config import RankerConfig
from ecosim.config.fields import schema
from ecosim.rankers.base import LinearRanker
from ecosim.registry import rankers


@schema
class RandomConfig(RankerConfig):
    """Weights of the ranker `random`."""

    kind: str = "random"
    exploration: float = 1.0


@rankers.register("random", RandomConfig)
class Random(LinearRanker):
    """Show what was recalled in random order; the control of every comparison."""
