"""The contract of rankers."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecosim.kernels import draws
from ecosim.rankers.base import Batch
from ecosim.registry import Entry
from ecosim.reordering import other_order
from ecosim.state.columns import Array
from ecosim.state.plan import TERMS, Plan
from ecosim.testing.worlds import documented, require, sealed, small_config


def check_ranker(entry: Entry, **settings: Any) -> None:
    """Check that a ranker scores each candidate by itself and writes nothing but its output.

    A linear ranker must also be what its weights say, because the feed then reads the weights and calls nothing.
    """
    documented(entry)
    config = entry.config(**settings)
    ranker = entry.cls(config)
    weights = np.array([getattr(config, term) for term in TERMS], np.float32)
    drawn = draws.gaussians(1, draws.USER, 0, np.arange(150), len(TERMS))
    terms = drawn.reshape(5, 30, len(TERMS)).astype(np.float32)
    item = np.arange(150, dtype=np.int32).reshape(5, 30)

    def score(chosen: Array, sessions: Any) -> Array:
        chosen_terms = np.ascontiguousarray(terms[sessions][:, chosen])
        chosen_item = np.ascontiguousarray(item[sessions][:, chosen])
        consumer = np.arange(5)[sessions]
        out = np.full(chosen_item.shape, np.nan, np.float32)
        ranker.score(Batch(sealed(consumer), sealed(chosen_terms), sealed(chosen_item), sealed(weights.copy())), out)
        return out

    every, all_of_them = np.arange(30), slice(None)
    scores = score(every, all_of_them)
    require(bool(np.isfinite(scores).all()), entry, "leaves candidates without a finite score")
    require(np.array_equal(scores, score(every, all_of_them)), entry, "scores the same candidates differently")
    order = other_order(30)
    same = np.allclose(score(order, all_of_them), scores[:, order], rtol=1e-5, atol=1e-5)
    require(same, entry, "scores a candidate by its place among the others")
    alone = np.allclose(score(every, slice(2, 3)), scores[2:3], rtol=1e-5, atol=1e-5)
    require(alone, entry, "scores a session by the other sessions of the block")
    if getattr(ranker, "linear", False):
        plain = (terms.astype(np.float64) * weights).sum(axis=2)
        require(
            np.allclose(scores, plain, rtol=1e-4, atol=1e-4), entry, "says it is linear, but is not weights . terms"
        )
        plan = Plan.default(small_config(ranker=config), 1)
        require(np.array_equal(plan.weights.value, weights), entry, "has other weights in the plan than in its config")
