"""Who follows whom on the first day has the shape that each network promises."""

from __future__ import annotations

import numpy as np
import pytest

from ecosim import registry
from ecosim.networks.base import Parties
from ecosim.state.graph import Follows

CONSUMERS, CREATORS = 40_000, 4_000


def parties(verticals: int = 1, consumers: int = CONSUMERS, creators: int = CREATORS, limit: int = 48) -> Parties:
    """Consumers of even interests, and creators who entered one after another."""
    return Parties(
        np.full((consumers, verticals), 1 / verticals, np.float32),
        (np.arange(creators) % verticals).astype(np.int32),
        np.arange(creators, dtype=np.int32) - creators,
        limit,
    )


def build(kind: str, who: Parties, seed: int = 1, **settings: float) -> Follows:
    follows: Follows = registry.networks.create(registry.networks[kind].config(**settings)).build(who, seed)
    follows.check(who.interest.shape[0], who.vertical.size)
    return follows


@pytest.mark.parametrize("copying", [0.4, 0.6])
def test_preferential_attachment_has_simons_tail(copying: float) -> None:
    """P(K > k) ~ (k + c)^(-1 / copying), c = mean x (1 - copying) / copying; skipping the met bends it a little."""
    follows = build("preferential", parties(), copying=copying, mean_follows=5.0)
    counts = np.bincount(follows.creator, minlength=CREATORS)
    shifted = counts + counts.mean() * (1 - copying) / copying
    least = np.quantile(shifted, 0.5)
    tail = shifted[shifted > least]
    assert 1 + tail.size / np.log(tail / least).sum() == pytest.approx(1 + 1 / copying, rel=0.12)


def test_early_creators_lead_under_preferential_attachment() -> None:
    counts = np.bincount(build("preferential", parties()).creator, minlength=CREATORS)
    assert counts[: CREATORS // 10].mean() > 5 * counts[-CREATORS // 10 :].mean()


def test_follows_keep_to_verticals_of_interest() -> None:
    who = parties(verticals=4, consumers=2_000, creators=200)
    who.interest[:] = np.eye(4, dtype=np.float32)[np.arange(2_000) % 4]
    follows = build("preferential", who)
    fan = np.repeat(np.arange(2_000), np.diff(follows.start))
    np.testing.assert_array_equal(who.vertical[follows.creator], fan % 4)


@pytest.mark.parametrize("consumers", [50, 333])
def test_even_means_equal_audiences_within_one(consumers: int) -> None:
    counts = np.bincount(build("even", parties(consumers=consumers, creators=17)).creator, minlength=17)
    assert counts.max() - counts.min() <= 1


def test_none_means_none() -> None:
    assert build("none", parties(consumers=50, creators=5)).creator.size == 0


@pytest.mark.parametrize("kind", ["even", "preferential"])
def test_numbers_of_follows_are_geometric_around_the_mean(kind: str) -> None:
    sizes = np.diff(build(kind, parties(limit=60), mean_follows=4.0).start)
    assert sizes.mean() == pytest.approx(4.0, rel=0.05)
    assert sizes.var() == pytest.approx(4.0 * 5.0, rel=0.15)


def test_nobody_follows_more_than_the_limit() -> None:
    assert np.diff(build("preferential", parties(limit=6), mean_follows=12.0).start).max() == 6
