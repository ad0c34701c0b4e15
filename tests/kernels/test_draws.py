"""Every draw is the published Philox, a function of its name alone, and evenly spread."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosim.kernels import draws

ONES = 0xFFFFFFFF
WORD = st.integers(0, ONES)
KNOWN_ANSWERS = [  # Random123, kat_vectors: counter, key, result of philox4x32-10
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ONES, ONES, ONES, ONES), (ONES, ONES), (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("counter", "key", "expected"), KNOWN_ANSWERS, ids=["zeros", "ones", "pi"])
def test_philox_gives_the_published_words(
    counter: tuple[int, ...], key: tuple[int, int], expected: tuple[int, ...]
) -> None:
    assert draws.philox(*counter, *key) == expected


def philox_in_python(counter: tuple[int, ...], key: tuple[int, int]) -> tuple[int, ...]:
    """Philox4x32-10 with Python's integers, which never overflow."""
    a, b, c, d = counter
    x, y = key
    for _ in range(10):
        left, right = 0xD2511F53 * a, 0xCD9E8D57 * c
        a, b, c, d = (right >> 32) ^ b ^ x, right & ONES, (left >> 32) ^ d ^ y, left & ONES
        x, y = (x + 0x9E3779B9) & ONES, (y + 0xBB67AE85) & ONES
    return a, b, c, d


@settings(deadline=None, max_examples=50)
@given(st.tuples(WORD, WORD, WORD, WORD), st.tuples(WORD, WORD))
def test_philox_equals_its_naive_twin(counter: tuple[int, ...], key: tuple[int, int]) -> None:
    assert draws.philox(*counter, *key) == philox_in_python(counter, key)


@settings(deadline=None, max_examples=30)
@given(WORD, st.integers(0, 255), st.integers(0, 2**24 - 1), WORD)
def test_key_holds_seed_stream_and_day(seed: int, stream: int, day: int, who: int) -> None:
    assert draws.draw(seed, stream, day, who, 1, 2, 3) == philox_in_python((who, 1, 2, 3), (seed, (stream << 24) | day))


def test_every_stream_has_a_number_of_its_own() -> None:
    numbers = [v for k, v in vars(draws).items() if k.isupper() and not k.startswith("_") and isinstance(v, int)]
    assert len(numbers) > 10
    assert len(set(numbers)) == len(numbers)
    assert all(0 < number < 256 for number in numbers)  # eight bits of the key


@pytest.mark.parametrize("word", [0, 1, 255, 256, ONES - 1, ONES])
def test_uniforms_stay_in_their_bounds(word: int) -> None:
    assert 0.0 <= draws.uniform(word) < 1.0
    assert 0.0 < draws.uniform64(word) < 1.0


def test_uniform_rises_with_the_word_and_reaches_both_ends() -> None:
    assert draws.uniform(0) == 0.0
    assert draws.uniform(ONES) == 1.0 - 2.0**-24
    assert draws.uniform(1 << 31) == 0.5


def test_uniforms_are_evenly_spread_and_identities_independent() -> None:
    u = draws.uniforms(7, draws.CONSUME, 3, np.arange(20_000))
    assert u.shape == (20_000, 4)
    cells = np.bincount((u.ravel() * 64).astype(int), minlength=64)
    chi2 = float(((cells - 1250.0) ** 2 / 1250.0).sum())
    assert chi2 < 63 + 5 * math.sqrt(2 * 63)
    neighbours = np.corrcoef(u[:-1, 0], u[1:, 0])[0, 1]
    assert abs(neighbours) < 5 / math.sqrt(20_000)
    assert abs(np.corrcoef(u.T) - np.eye(4)).max() < 5 / math.sqrt(20_000)


def test_normals_are_standard() -> None:
    z = draws.gaussians(7, draws.TRAITS, 1, np.arange(20_000), 6)
    assert abs(z.mean()) < 5 / math.sqrt(z.size)
    assert abs(z.std() - 1) < 5 / math.sqrt(2 * z.size)
    assert abs((z**4).mean() - 3) < 0.15
    assert abs(np.corrcoef(z.T) - np.eye(6)).max() < 5 / math.sqrt(20_000)


def test_draws_depend_on_identity_and_not_on_company() -> None:
    together = draws.uniforms(1, draws.ENTRY, 5, np.array([4, 9, 2]), np.array([1, 2, 3]))
    alone = draws.uniforms(1, draws.ENTRY, 5, np.array([2]), 3)
    np.testing.assert_array_equal(together[2:], alone)
    many = draws.gaussians(1, draws.TRAITS, 1, np.array([4, 9, 2]), 9)
    np.testing.assert_array_equal(many[1:2], draws.gaussians(1, draws.TRAITS, 1, np.array([9]), 9))
    np.testing.assert_array_equal(many[:, :5], draws.gaussians(1, draws.TRAITS, 1, np.array([4, 9, 2]), 5))


@pytest.mark.parametrize("change", ["seed", "stream", "day", "a", "b", "c", "d"])
def test_every_part_of_the_name_matters(change: str) -> None:
    name = {"seed": 1, "stream": 2, "day": 3, "a": 4, "b": 5, "c": 6, "d": 7}
    assert draws.draw(*name.values()) != draws.draw(*(name | {change: 99}).values())


def test_scramble_is_a_permutation_that_moves_half_the_bits() -> None:
    words = range(4096)
    mixed = [draws.scramble(word) for word in words]
    assert len(set(mixed)) == len(mixed)
    flips = [bin(draws.scramble(word) ^ draws.scramble(word ^ 1)).count("1") for word in words]
    assert 15 < np.mean(flips) < 17
