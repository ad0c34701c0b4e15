"""Every random draw of the model: a pure function of seed, stream, day and stable identities.

Philox4x32-10 (Salmon et al. 2011, *Parallel random numbers: as easy as 1, 2, 3*), checked against the published
known-answer vectors. The key is (seed, stream and day), the counter holds up to four identities. Two scenarios under
one seed therefore share every draw that they have in common, whatever happens between.
"""

import math

import numpy as np

from ecosim.kernels.jit import kernel, scalar

# Streams: one a decision, so that a new decision never shifts the draws of another.
POPULATION = 1
TRAITS = 2
NETWORK = 3
HABIT = 4
SESSION = 5
CONSUME = 6
POSTS = 7
MODE = 8
ITEM = 9
STYLE = 10
EXIT = 11
ENTRY = 12
LAPSE = 13
SHUFFLE = 14
PANEL = 15
CENTRES = 16
USER = 17
PURCHASE = 18
BRANDS = 19
PRODUCTS = 20
PROMOTION = 21
LIVE = 22
DELIVERY = 23
DEALS = 24
PURSE = 25
JOINT = 26
READING = 27
EXPLORE = 40
RESTLESS = 41

_MASK = np.uint64(0xFFFFFFFF)
PHILOX = (0xD2511F53, 0xCD9E8D57, 0x9E3779B9, 0xBB67AE85)
"""Multipliers of the two products of a round, and what is added to the two keys from round to round."""
MIXERS = (0x85EBCA6B, 0xC2B2AE35)
"""Multipliers of :func:`scramble`."""
_M0, _M1, _W0, _W1 = (np.uint64(word) for word in PHILOX)
_FIRST_MIXER, _SECOND_MIXER = (np.uint32(word) for word in MIXERS)
_SHIFT = np.uint64(32)
_EIGHT = np.uint64(8)
_UNIT32 = np.float32(2.0**-24)
_UNIT64 = 2.0**-32


@scalar
def philox(c0, c1, c2, c3, k0, k1):
    """Ten rounds of Philox4x32: four 32-bit words (as uint64) from four counters and two keys."""
    a, b, c, d = np.uint64(c0), np.uint64(c1), np.uint64(c2), np.uint64(c3)
    x, y = np.uint64(k0), np.uint64(k1)
    for _ in range(10):
        left = _M0 * a
        right = _M1 * c
        a = (right >> _SHIFT) ^ b ^ x
        b = right & _MASK
        c = (left >> _SHIFT) ^ d ^ y
        d = left & _MASK
        x = (x + _W0) & _MASK
        y = (y + _W1) & _MASK
    return a, b, c, d


@scalar
def draw(seed, stream, day, a, b, c, d):
    """Four random words for the identities (a, b, c, d) in a stream on a day (day below 2^24)."""
    return philox(a, b, c, d, seed, (np.uint64(stream) << np.uint64(24)) | np.uint64(day))


@scalar
def uniform(word):
    """Turn a word into a float32 in [0, 1)."""
    return np.float32(np.int32(np.uint64(word) >> _EIGHT)) * _UNIT32


@scalar
def uniform64(word):
    """Turn a word into a float64 in (0, 1)."""
    return (np.float64(np.uint64(word)) + 0.5) * _UNIT64


@scalar
def normals(first, second):
    """Two independent standard normals (float64) from two words, by Box and Muller."""
    radius = math.sqrt(-2.0 * math.log(uniform64(first)))
    angle = 2.0 * math.pi * uniform64(second)
    return radius * math.cos(angle), radius * math.sin(angle)


@scalar
def scramble(word):
    """Mix 32 bits into 32 others (the finaliser of MurmurHash3); cheap enough for every candidate."""
    h = np.uint32(word)
    h = np.uint32(h ^ (h >> np.uint32(16)))
    h = np.uint32(h * _FIRST_MIXER)
    h = np.uint32(h ^ (h >> np.uint32(13)))
    h = np.uint32(h * _SECOND_MIXER)
    return np.uint32(h ^ (h >> np.uint32(16)))


@kernel
def fill_uniforms(seed, stream, day, a, b, out):
    """Fill ``out`` (float64[n, 4]) with uniforms in (0, 1) for the identities ``a`` and ``b`` (int64[n])."""
    for i in range(a.size):
        w0, w1, w2, w3 = draw(seed, stream, day, a[i], b[i], 0, 0)
        out[i, 0] = uniform64(w0)
        out[i, 1] = uniform64(w1)
        out[i, 2] = uniform64(w2)
        out[i, 3] = uniform64(w3)


@kernel
def fill_normals(seed, stream, day, a, out):
    """Fill ``out`` (float64[n, k]) with standard normals for the identities ``a`` (int64[n])."""
    for i in range(a.size):
        for j in range(0, out.shape[1], 4):
            w0, w1, w2, w3 = draw(seed, stream, day, a[i], j, 1, 0)
            z0, z1 = normals(w0, w1)
            z2, z3 = normals(w2, w3)
            for k, z in enumerate((z0, z1, z2, z3)):
                if j + k < out.shape[1]:
                    out[i, j + k] = z


def uniforms(seed: int, stream: int, day: int, a: np.ndarray, b: np.ndarray | int = 0) -> np.ndarray:
    """Return uniforms in (0, 1), float64[n, 4], for the identities `a` and `b`."""
    first = np.ascontiguousarray(a, np.int64)
    second = np.ascontiguousarray(np.broadcast_to(np.asarray(b, np.int64), first.shape))
    out = np.empty((first.size, 4))
    fill_uniforms(seed, stream, day, first, second, out)
    return out


def gaussians(seed: int, stream: int, day: int, a: np.ndarray, count: int) -> np.ndarray:
    """Return standard normals, float64[n, count], for the identities `a`."""
    out = np.empty((len(a), count))
    fill_normals(seed, stream, day, np.ascontiguousarray(a, np.int64), out)
    return out
