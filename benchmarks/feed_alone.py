"""The feed without its audience: recall, scoring, selection and re-ranking of a day's sessions, with nobody watching.

The sessions are those of the day that follows: same consumers, same slates, same draws, so that the same items are
picked. Only what was seen is written, to a copy. What it takes is the feed kernel's own time.
"""

from __future__ import annotations

import statistics
import time
from typing import Any

import numpy as np

from benchmarks.bounds import scores_per_day, seconds_on_threads
from ecosim.kernels import queue
from ecosim.kernels import serve as kernels
from ecosim.kernels.borrow import borrow
from ecosim.kernels.jit import released_kernel, set_threads
from ecosim.kernels.serve import (
    NOBODY,
    begin_list,
    fetch_in_line,
    get_ready,
    new_desk,
    sessions_of,
    watch_and_choose,
)
from ecosim.kernels.vectors import align_stack
from ecosim.model import EcosystemModel

TIMES = 3
"""How often the day's feed is composed; the median counts."""


@released_kernel
def compose_share(thread, threads, order, audience, shelf, slates, behaviour, feed, given, tally, desk, block):  # type: ignore[no-untyped-def]
    """Compose every session of every so-many-th block, as serving does; return how many items would be shown."""
    audience, shelf, slates = borrow(audience), borrow(shelf), borrow(slates)
    given, tally, desk = borrow(given), borrow(tally), borrow(desk)
    align_stack()
    picked, people = 0, order.size
    desk.ahead[0] = NOBODY
    for number in range(thread, (people + block - 1) // block, threads):
        for k in range(number * block, min((number + 1) * block, people)):
            person, follower = order[k], order[min(k + 1, people - 1)]
            fetch_in_line(k, people, order, audience, shelf, feed, tally)
            get_ready(person, audience, shelf, behaviour, feed, desk)
            sessions = sessions_of(person, audience, feed)
            for session in range(sessions):
                rows, highest, need, reserved = begin_list(
                    person, session, sessions, follower, audience, shelf, slates, feed, given, desk
                )
                _, ranked = watch_and_choose(  # nobody watches
                    0, 0, person, rows, highest, need, audience, shelf, slates, behaviour, feed, tally, thread, desk
                )
                picked += ranked + reserved
    return picked


def measure_feed(model: EcosystemModel, threads: int) -> dict[str, Any]:
    """Live one more day and time, before anyone is served, the feed alone; then serving as a whole.

    Returns
    -------
    dict
        ``feed_seconds``, ``serving_seconds``, ``scores``, ``impressions`` of the day, and ``picked``, which are as
        many.
    """
    found: dict[str, Any] = {}
    serve = kernels.serve

    def compose_then_serve(audience: Any, shelf: Any, slates: Any, behaviour: Any, feed: Any, given: Any,
                           tally: Any, candidates: int, block: int) -> None:  # fmt: skip
        desks = [new_desk(candidates, audience.interest.shape[1]) for _ in range(threads)]
        picked = np.zeros(threads, np.int64)
        order = queue.line_up(audience.region, audience.profile_interest, feed.regions)

        def compose_all(people: int) -> float:
            unseen = audience._replace(seen=audience.seen[: max(people, 1)].copy())

            def work(thread: int) -> None:
                picked[thread] = compose_share(
                    thread, threads, order[:people], unseen, shelf, slates, behaviour, feed, given, tally,
                    desks[thread], block,
                )  # fmt: skip

            return seconds_on_threads(work, threads)

        compose_all(0)  # compiles
        found["feed_seconds"] = statistics.median(compose_all(audience.identity.size) for _ in range(TIMES))
        found["picked"] = int(picked.sum())
        before = time.perf_counter()
        serve(audience, shelf, slates, behaviour, feed, given, tally, candidates, block)
        found["serving_seconds"] = time.perf_counter() - before

    set_threads(threads)
    kernels.serve = compose_then_serve
    try:
        model.step()
    finally:
        kernels.serve = serve
    return found | {"impressions": int(model.world.today.impressions), "scores": scores_per_day(model.world)}
