"""What a ranker is: a vector of weights in the plan, or, the slower way, a function of its own."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ecosim.config import RankerConfig

Array = np.ndarray[Any, Any]


class Batch(NamedTuple):
    """Candidates of some sessions, as a ranker may see them.

    Attributes
    ----------
    consumer : int64[s]
        Consumer of each session.
    terms : float32[s, c, t]
        Terms of the score by candidate, in the order of :data:`ecosim.state.plan.TERMS`.
    item : int32[s, c]
        Row of the item, -1 where a session has fewer candidates.
    weights : float32[t]
        The plan's weights today, which policies may have changed.
    """

    consumer: Array
    terms: Array
    item: Array
    weights: Array


class LinearRanker:
    """A ranker that is a weight vector; the feed reads it from the plan and scores in a kernel.

    A subclass that overrides :meth:`score` is asked in Python instead: slower, and free to score as it likes.
    """

    def __init__(self, config: RankerConfig) -> None:
        self.config = config

    @property
    def linear(self) -> bool:
        """Whether the weights say it all, so that nothing need be called."""
        return type(self).score is LinearRanker.score

    def score(self, batch: Batch, out: Array) -> None:
        """Write scores (float32[s, c]); the kernel's formula in plain numpy, for tests and for subclasses.

        Boosts that policies give to creators are added by the feed. What is written where ``batch.item`` is -1 does not
        matter.
        """
        out[...] = batch.terms @ batch.weights
