"""Making and learning: styles stay unit vectors, imitations look like their model, beliefs follow rewards."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ecosim.kernels import craft, creators

f32 = np.float32


def unit(seed: int) -> np.ndarray:
    z = np.random.default_rng(seed).normal(size=16)
    return (z / np.linalg.norm(z)).astype(f32)


@pytest.mark.parametrize(("fidelity", "step"), [(0.0, 0.0), (0.0, 0.15), (0.95, 0.15), (0.0, 1.2), (1.0, 0.0)])
def test_blend_by_hand(fidelity: float, step: float) -> None:
    own, model, noise, out = unit(1), unit(2), np.random.default_rng(3).normal(size=16), np.empty(16, f32)
    craft.blend(own, model, fidelity, step, noise, out)
    plain = fidelity * model.astype(float) + (1 - fidelity) * own.astype(float) + step * noise / 4
    np.testing.assert_allclose(out, plain / np.linalg.norm(plain), atol=1e-6)


def test_imitations_look_like_their_model_and_innovations_like_nothing() -> None:
    own, model, out = unit(1), unit(2), np.empty(16, f32)
    noise = np.empty(16)
    likeness = {"imitation": [], "own": [], "innovation": []}
    for number in range(200):
        craft.style_noise(1, 5, number, noise)
        for name, fidelity, step in (("imitation", 0.95, 0.15), ("own", 0.0, 0.15), ("innovation", 0.0, 1.2)):
            craft.blend(own, model, fidelity, step, noise, out)
            likeness[name].append(float(out @ (model if name == "imitation" else own)))
    assert np.mean(likeness["imitation"]) > 0.95
    assert np.mean(likeness["own"]) > 0.95
    assert np.mean(likeness["innovation"]) < 0.8


def test_drift_pulls_towards_what_was_rewarded_and_keeps_length() -> None:
    style, toward = unit(1), unit(2)
    before = float(style @ toward)
    craft.drift(style, toward, 0.3)
    assert float(style @ toward) > before
    assert np.linalg.norm(style) == pytest.approx(1, abs=1e-6)


def test_videos_last_fifteen_seconds_to_two_minutes() -> None:
    assert craft.item_duration(0.0) == 15_000
    assert craft.item_duration(np.nextafter(f32(1), f32(0))) <= 120_000


def test_reward_is_zero_for_nothing_and_falls_with_cost() -> None:
    assert craft.reward(0, 5.0, 0.0) == 0.0
    assert craft.reward(5, 5.0, 0.1) == pytest.approx(math.log(2) - 0.1)


def learn(interactions: list[int], rate: float, pull: float) -> tuple[np.ndarray, np.ndarray]:
    """Let one creator learn from items of the mode `imitate`."""
    n = len(interactions)
    beliefs, style = np.zeros((1, 3), f32), unit(1)[None].copy()
    craft.learn(
        np.zeros(n, np.int32), np.ones(n, np.int8), np.array(interactions), np.tile(unit(2), (n, 1)),
        np.zeros(n), 4.0, np.array([0.1, 0.06, 0.25]), np.zeros((1, 3), f32), np.array([rate]), np.array([pull]),
        beliefs, style,
    )  # fmt: skip
    return beliefs[0], style[0]


def test_beliefs_follow_rewards_of_their_own_mode() -> None:
    beliefs, style = learn([4], 0.2, 0.0)
    assert beliefs.tolist() == [0.0, f32(0.2 * (math.log(2) - 0.06)), 0.0]
    np.testing.assert_array_equal(style, unit(1))


def test_style_drifts_only_to_pleasant_surprises() -> None:
    _, after_success = learn([40], 0.2, 0.3)
    _, after_failure = learn([0], 0.2, 0.3)
    assert float(after_success @ unit(2)) > float(unit(1) @ unit(2))
    np.testing.assert_array_equal(after_failure, unit(1))


def test_modes_that_paid_are_chosen_more_often_and_imitation_needs_a_hit() -> None:
    beliefs = np.array([0.0, 0.4, 0.2], f32)
    free = [creators.mode_from_beliefs(1, 3, serial, beliefs, True, 0.2) for serial in range(3_000)]
    weights = np.exp(beliefs.astype(float) / 0.2)
    np.testing.assert_allclose(np.bincount(free, minlength=3) / 3_000, weights / weights.sum(), atol=0.03)
    bound = [creators.mode_from_beliefs(1, 3, serial, beliefs, False, 0.2) for serial in range(500)]
    assert 1 not in bound
    pairs = [(a, b) for a, b in zip(free, bound, strict=False) if a != 1]
    assert all(a == b for a, b in pairs)  # who would not have imitated does not notice


def test_effort_rises_with_income_within_bounds() -> None:
    effort = [creators.effort_from_income(f32(x), 0.45, 0.4) for x in (-1, 0, 0.5, 1, 10, 1e6)]
    assert effort == sorted(effort)
    assert effort[0] >= f32(0.1)
    assert effort[-1] == 8.0


def test_number_of_posts_means_the_effort() -> None:
    posts = [creators.count_posts(1, day, 77, f32(0.45)) for day in range(4_000)]
    assert np.mean(posts) == pytest.approx(0.45, abs=0.04)
    assert creators.count_posts(1, 0, 5, f32(0)) == 0
