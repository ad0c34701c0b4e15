"""Keyed draws for the twin: the engine's words, one at a time, as plain numbers.

numba hands a float32 back as a Python float; wrapping it again keeps all further arithmetic in single precision.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ecosim.kernels import decisions, draws

f32 = np.float32
Vector = np.ndarray[Any, Any]
MASK = 0xFFFFFFFF
"""All bits of a word."""


def words(seed: int, stream: int, day: int, *identities: int) -> tuple[int, int, int, int]:
    """Draw four random words for up to four identities."""
    a, b, c, d = (*identities, 0, 0, 0, 0)[:4]
    drawn: tuple[int, int, int, int] = draws.draw(seed, stream, day, a, b, c, d)
    return drawn


def scramble(word: int) -> int:
    """Mix the bits of a word into another word."""
    return int(draws.scramble(word))


def uniform(word: int) -> np.float32:
    """Turn a word into a number in [0, 1) of single precision."""
    return f32(draws.uniform(word))


def uniform64(word: int) -> float:
    """Turn a word into a number in (0, 1) of double precision."""
    return float(draws.uniform64(word))


def about(mean: np.float32, u: np.float32) -> int:
    """Draw a whole number whose mean is `mean`."""
    return int(decisions.habit(mean, u))


def likeness(a: Vector, b: Vector) -> np.float32:
    """Inner product of two styles, in the one order of all style products."""
    return f32(decisions.dot(a[None], 0, b[None], 0))


def step(value: np.float32, rate: np.float32, target: np.float32) -> np.float32:
    """Move a number towards a target by a rate."""
    return f32(f32(value) + f32(rate) * (f32(target) - f32(value)))
