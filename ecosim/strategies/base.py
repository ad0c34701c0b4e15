"""What a creator can see, and what a strategy answers."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import numpy as np

Array = np.ndarray[Any, Any]

EFFORT_BOUNDS = (0.0, 8.0)
"""Least and most posts a day that anyone can make."""


class Observation(NamedTuple):
    """What creators know of themselves and of the public chart; one row a creator.

    Attributes
    ----------
    day : int
        Day of the world.
    seed : int
        Seed of the run, for keyed draws.
    serial : int64[n]
        Creators' stable identities.
    age : int32[n]
        Days since entry.
    effort : float32[n]
        Posts a day intended so far.
    skill : float32[n]
        Own skill.
    posts : int32[n]
        Items published so far.
    followers : int64[n]
        Own followers.
    tier : int8[n]
        Head, waist or tail.
    prosperity : float32[n]
        Running mean of own income, in mean incomes.
    welfare : float32[n]
        Running mean of income and attention.
    savings : int64[n]
        Income less costs since entry, fen.
    mode : int8[n]
        Mode chosen last.
    beliefs : float32[n, 3]
        Net reward that each mode has brought: own style, imitation, innovation.
    aspiration : float32[n]
        Net reward that is good enough, where the strategy keeps one.
    chart_heat : bool[n]
        Whether there is a hit of one's vertical to imitate.
    costs : float64[3]
        Cost of a post in each mode, in mean incomes.
    noise : float32[n]
        Factor on what the strategy leaves to chance in choosing a mode; 1 unless a policy makes rules clearer.
    """

    day: int
    seed: int
    serial: Array
    age: Array
    effort: Array
    skill: Array
    posts: Array
    followers: Array
    tier: Array
    prosperity: Array
    welfare: Array
    savings: Array
    mode: Array
    beliefs: Array
    aspiration: Array
    chart_heat: Array
    costs: Array
    noise: Array


class Decisions(NamedTuple):
    """What creators decide for the day.

    Attributes
    ----------
    effort : float32[n]
        Posts a day, within :data:`EFFORT_BOUNDS`.
    mode : int8[n]
        0 own style, 1 imitate, 2 innovate.
    aspiration : float32[n] or None
        Net reward that is good enough from now on; None leaves it as it is.
    """

    effort: Array
    mode: Array
    aspiration: Array | None = None


class CreatorStrategy(Protocol):
    """A creator's decision rule, for many creators at once.

    ``learning`` is the rate at which beliefs follow rewards, ``drift`` how strongly style follows what was rewarded.
    A strategy that leaves nothing to chance, and so takes no notice of ``Observation.noise``, may say so by
    ``chance = False``; then a policy that only takes chance away is called inert.
    """

    learning: float
    drift: float

    def decide(self, seen: Observation) -> Decisions:
        """Decide effort and mode from what creators can see."""
