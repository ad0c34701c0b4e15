"""What the hardware would allow: the matrix product of the same scores, and the memory that a day must touch.

Both are measured beside the days they are compared with, on as many threads.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numba
import numpy as np

from ecosim.config import REGIONS
from ecosim.kernels.bundles import Audience
from ecosim.pipeline import DAY
from ecosim.stages.allocation import recall_live
from ecosim.state.schema import STYLE_DIMENSIONS
from ecosim.state.world import World

Array = np.ndarray[Any, Any]

MOST_SCORES = 200_000_000
"""Scores of one measurement; the rate of a large product does not depend on more."""
BLOCKS = (256, 1024, 4096)
"""Sessions of one product: what comes out of a block stays in a cache. The fastest of these counts."""
STREAM = 16 * 1024 * 1024
"""float64 numbers of each of the triad's three arrays: 128 MiB, several times the caches of a core's neighbours."""


def candidates_per_session(world: World) -> float:
    """Return how many candidates a session of the last day scored on average: the quotas, as far as slates reach.

    Few and left out: live sessions of followed creators, and what friends shared.
    """
    platform, people, allocation = world.config.platform, world.consumers, world.today.allocation
    assert allocation is not None
    length = allocation.slates.length.reshape(-1, len(REGIONS))
    breadth = platform.recall_breadth
    shares = breadth / world.verticals + (1 - breadth) * people.profile_interest.astype(np.float64)
    taken = np.minimum(platform.recall_interest * shares, length[: world.verticals].T[people.region]).sum(axis=1)
    pools = (platform.recall_hot, platform.recall_fresh, platform.recall_reserved)
    for k, wanted in enumerate(pools):
        taken += np.minimum(wanted, length[world.verticals + k][people.region])
    live = recall_live(world)
    for part, share in enumerate(np.diff(allocation.shelf.dayparts, prepend=0.0)):
        taken += share * np.minimum(live, length[world.verticals + 3 + part][people.region]) if live else 0.0
    fresh = (allocation.shelf.latest[world.follows.creator, 0] >= 0).astype(np.int64)
    counted = np.concatenate(([0], np.cumsum(fresh)))
    followed = counted[world.follows.start[1:]] - counted[world.follows.start[:-1]]
    taken += np.minimum(platform.recall_followed, followed)
    weight = people.sessions * people.active
    return float((taken * weight).sum() / weight.sum())


def scores_per_day(world: World) -> float:
    """Return how many candidates the last day scored: those of a session, times the sessions that habits ask for."""
    return candidates_per_session(world) * float((world.consumers.sessions * world.consumers.active).sum(dtype=float))


def bytes_per_day(world: World) -> float:
    """Return the bytes that serving must move at least: every column it reads in once, every one it writes out once.

    Counted of consumers who are active and of their follows. Items and slates, which caches may hold, and what is
    read a second time are left out.
    """
    people = world.consumers
    serving = next(stage for stage in DAY if stage.name == "serving")
    written = {part.removeprefix("consumers.") for part in serving.writes.split() if part.startswith("consumers.")}
    row = 0
    for column in type(people).columns():
        if column.name in Audience._fields:
            row += getattr(people, column.name)[:1].nbytes * (2 if column.name in written else 1)
    row += world.follows.start.itemsize
    return float(people.active.mean() * (row * people.size + world.follows.creator.nbytes))


class MatrixProduct:
    """The product of `sessions` x 16 and 16 x `candidates` numbers, in float32, as numpy does it.

    Parameters
    ----------
    candidates : int
        Candidates of a session.
    scores : float
        Scores of one measurement, at most MOST_SCORES.
    threads : int
        Python threads, each with products of its own; the library's own threads should be switched off.
    """

    def __init__(self, candidates: int, scores: float, threads: int) -> None:
        self.candidates, self.threads = max(1, candidates), threads
        self.scores = min(scores, MOST_SCORES)
        rng = np.random.default_rng(1)
        self.left = rng.standard_normal((max(BLOCKS), STYLE_DIMENSIONS), dtype=np.float32)
        self.right = rng.standard_normal((STYLE_DIMENSIONS, self.candidates), dtype=np.float32)
        exact = self.left[:64].astype(np.float64) @ self.right.astype(np.float64)
        if not np.allclose(self.left[:64] @ self.right, exact, atol=1e-3):
            raise ArithmeticError("numpy's matrix product is wrong on this processor; its rate would mean nothing")
        self.block = max(BLOCKS, key=lambda block: self.measure(block, self.scores / 10))

    def rate(self) -> float:
        """Return scores a second."""
        return self.measure(self.block, self.scores)

    def measure(self, block: int, scores: float) -> float:
        """Return scores a second in blocks of so many sessions."""
        times = max(1, round(scores / (block * self.candidates * self.threads)))

        def work(_: int) -> None:
            left, out = self.left[:block], np.empty((block, self.candidates), np.float32)
            for _ in range(times):
                np.matmul(left, self.right, out=out)

        return times * block * self.candidates * self.threads / seconds_on_threads(work, self.threads)


@numba.njit(nogil=True)
def triad(a, b, c):  # type: ignore[no-untyped-def]
    """Add b and three times c into a, the last of the four kernels of STREAM."""
    for i in range(a.size):
        a[i] = b[i] + 3.0 * c[i]


class Triad:
    """Memory bandwidth as STREAM's triad has it: 24 bytes an element, three arrays too large for any cache.

    Parameters
    ----------
    threads : int
        Threads, each on its own part of the arrays.
    size : int
        Elements of an array.
    """

    def __init__(self, threads: int, size: int = STREAM) -> None:
        self.threads = threads
        self.arrays = [np.full(size, value) for value in (0.0, 1.0, 2.0)]
        self.rate(times=1)  # compiles, and touches all pages

    def rate(self, times: int = 3) -> float:
        """Return bytes a second, the best of some times."""
        parts = [np.array_split(array, self.threads) for array in self.arrays]

        def work(number: int) -> None:
            triad(*(part[number] for part in parts))

        seconds = min(seconds_on_threads(work, self.threads) for _ in range(times))
        return 3.0 * self.arrays[0].nbytes / seconds


def seconds_on_threads(work: Callable[[int], None], threads: int) -> float:
    """Do some work on each of several threads at once; return the seconds until all have done."""
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda _: None, range(threads)))  # the threads are there before time begins
        before = time.perf_counter()
        list(pool.map(work, range(threads)))
        return time.perf_counter() - before
