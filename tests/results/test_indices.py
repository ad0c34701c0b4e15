"""Indices of functions whose indices are known, and what seeds' noise makes of settings that do nothing."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from ecosim.config.sensitivity import Method
from ecosim.results.indices import FEWEST, Index, analyse, block_size, design

MORRIS, SOBOL = Method.MORRIS, Method.SOBOL


def by(indices: list[Index], name: str) -> list[Index]:
    return sorted((index for index in indices if index.name == name), key=lambda index: index.setting)


def values(indices: list[Index], name: str) -> list[float]:
    return [index.value for index in by(indices, name)]


def ishigami(places: Any) -> Any:
    x = -math.pi + 2 * math.pi * places
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_variances_of_ishigamis_function() -> None:
    """Analytic: S1 0.314, 0.442, 0; ST 0.558, 0.442, 0.244."""
    points = design(SOBOL, 3, 1024, 4)
    indices, blocks = analyse(SOBOL, points, ishigami(points)[:, None], 4)
    assert blocks == 1024
    assert values(indices, "S1") == pytest.approx([0.314, 0.442, 0.0], abs=0.03)
    assert values(indices, "ST") == pytest.approx([0.558, 0.442, 0.244], abs=0.03)
    assert all(math.isnan(index.noise) and index.verdict == "one seed" for index in indices)
    for index, truth in zip(by(indices, "ST"), (0.558, 0.442, 0.244), strict=True):
        assert index.value - 1.5 * index.half < truth < index.value + 1.5 * index.half


def test_effects_of_a_linear_function_are_its_slopes() -> None:
    points = design(MORRIS, 3, 6, 4)
    indices, _ = analyse(MORRIS, points, (points @ [3.0, -2.0, 0.0])[:, None], 4)
    assert values(indices, "mu_star") == pytest.approx([3, 2, 0])
    assert values(indices, "mu") == pytest.approx([3, -2, 0])
    assert values(indices, "sigma") == pytest.approx([0, 0, 0], abs=1e-12)


def test_an_interaction_shows_in_sigma_alone() -> None:
    points = design(MORRIS, 2, 200, 4)
    centred = points - 0.5
    indices, _ = analyse(MORRIS, points, (centred[:, 0] * centred[:, 1])[:, None], 4)
    assert values(indices, "mu") == pytest.approx([0, 0], abs=0.06)
    assert min(values(indices, "sigma")) > 0.3


def test_effects_are_per_whole_range_of_what_was_really_tried() -> None:
    """From false to true is the whole range, though the grid steps two thirds of it."""
    points = design(MORRIS, 2, 6, 4)
    tried = np.column_stack([points[:, 0] >= 0.5, points[:, 1]]).astype(float)
    indices, _ = analyse(MORRIS, points, (tried @ [5.0, 1.0])[:, None], 4, tried)
    assert values(indices, "mu_star") == pytest.approx([5, 1])


@pytest.mark.parametrize(("method", "size", "name"), [(MORRIS, 30, "mu_star"), (SOBOL, 128, "ST")])
def test_what_seeds_alone_make_is_rarely_taken_for_an_effect(method: Method, size: int, name: str) -> None:
    """In twenty worlds with noise, one setting of three matters; the two others should stand out in 1 of 20."""
    points = design(method, 3, size, 4)
    found, ratios = [], []
    for key in range(20):
        noise = np.random.default_rng(key).normal([10.0, 20.0, 30.0], 0.3, (len(points), 3))
        indices, _ = analyse(method, points, (points @ [4.0, 0.0, 0.0])[:, None] + noise, 4)
        matters, *inert = by(indices, name)
        assert matters.verdict == "above noise"
        found += [one.verdict == "above noise" for one in inert]
        ratios += [one.noise / one.value for one in inert]
    assert sum(found) <= 4, "of forty"
    assert np.mean(ratios) == pytest.approx(1, abs=0.1), "the noise should explain what an inert setting has"


def test_a_trajectory_that_repeats_another_is_no_evidence() -> None:
    """With one setting that is on or off there is one effect, however often it is looked at."""
    points = design(MORRIS, 1, 10, 4)
    tried = (points >= 0.5).astype(float)
    noise = np.where(tried, [0.1, 0.3], [0.0, 0.0])
    indices, blocks = analyse(MORRIS, points, noise, 4, tried)
    assert blocks == 1
    assert all(math.isnan(one.value) for one in indices)


def test_seeds_that_agree_but_for_their_level_are_no_noise() -> None:
    for method in Method:
        points = design(method, 2, 16, 4)
        outcomes = (points @ [1.0, 0.5])[:, None] + [0.0, 100.0]
        indices, _ = analyse(method, points, outcomes, 4)
        judged = [one for one in indices if one.verdict is not None and one.name != "S1"]
        assert [one.noise for one in judged] == pytest.approx([0, 0], abs=1e-9)


def test_blocks_with_a_hole_are_left_out_and_too_few_tell_nothing() -> None:
    for method in Method:
        points = design(method, 2, 8, 16)
        outcomes = np.column_stack([points @ [3.0, -2.0]] * 2)
        outcomes[1, 0] = math.nan
        indices, blocks = analyse(method, points, outcomes, 16)
        assert blocks == 7
        if method is MORRIS:
            assert values(indices, "mu_star") == pytest.approx([3, 2])
        outcomes[: (8 - FEWEST + 1) * block_size(method, 2), 1] = math.nan
        indices, blocks = analyse(method, points, outcomes, 16)
        assert blocks == FEWEST - 1
        assert all(math.isnan(one.value) and one.verdict is None for one in indices)


def test_an_outcome_that_never_varies_has_no_shares_of_variance() -> None:
    points = design(SOBOL, 2, 8, 4)
    indices, _ = analyse(SOBOL, points, np.full((len(points), 2), 0.7), 4)
    assert all(math.isnan(one.value) and one.verdict is None for one in indices)


@pytest.mark.parametrize("method", list(Method))
def test_more_blocks_continue_fewer(method: Method) -> None:
    few, many = design(method, 3, 8, 4), design(method, 3, 16, 4)
    assert np.array_equal(few, many[: len(few)])
    assert len(few) == 8 * block_size(method, 3)
