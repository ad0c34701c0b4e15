"""Ranking in Python: when the ranker is more than a weight vector, it is asked for the scores before serving.

What a session recalls does not depend on what earlier sessions of the day showed, so all candidates of the day can be
listed and scored beforehand; what has been seen meanwhile is ruled out in serving, as always.
"""

from __future__ import annotations

import numpy as np

from ecosim.errors import InputError
from ecosim.kernels import batch as kernels
from ecosim.kernels.bundles import Audience, Given
from ecosim.kernels.serve import new_desk
from ecosim.rankers.base import Batch
from ecosim.stages.shards import Broadcast
from ecosim.state.columns import Array

PEOPLE = 256
"""Consumers whose sessions a ranker is handed at a time."""


def given_scores(broadcast: Broadcast, audience: Audience, room: int) -> Given:
    """Ask the ranker for the scores of all candidates of the day; nothing if the feed scores by weights.

    Raises
    ------
    InputError
        If the ranker gives a score that is not a finite number.
    """
    allocation, feed = broadcast.allocation, broadcast.feed
    if getattr(broadcast.ranker, "linear", False):
        return Given(np.empty((0, 0), np.float32), np.empty(0, np.int64))
    sessions = np.empty(audience.identity.size, np.int64)
    kernels.count_sessions(audience, feed, sessions)
    first = np.concatenate(([0], np.cumsum(sessions)))
    scores = np.empty((int(first[-1]), room), np.float32)
    desk = new_desk(room, audience.interest.shape[1])
    for begin in range(0, sessions.size, PEOPLE):
        people = np.arange(begin, min(begin + PEOPLE, sessions.size))
        people = people[sessions[people] > 0]
        rows = slice(int(first[begin]), int(first[min(begin + PEOPLE, sessions.size)]))
        item = np.empty((rows.stop - rows.start, room), np.int32)
        terms = np.zeros((*item.shape, kernels.TERMS), np.float32)
        kernels.list_candidates(
            people, first[people] - rows.start, audience, allocation.shelf, allocation.slates,
            broadcast.behaviour, feed,
            allocation.item_terms, desk, (item, terms),
        )  # fmt: skip
        consumer = np.repeat(audience.identity[people], sessions[people])
        ask(broadcast, Batch(consumer, terms, item, broadcast.weights.copy()), scores[rows])
    return Given(scores, first[:-1].astype(np.int64))


def ask(broadcast: Broadcast, batch: Batch, out: Array) -> None:
    """Let the ranker score a batch, add what levers give to items, and refuse what is no number."""
    broadcast.ranker.score(batch, out)
    there = batch.item >= 0
    if not np.isfinite(out[there]).all():
        raise InputError(
            f"ranker '{broadcast.ranker_name}' gave a score that is not a finite number on day {broadcast.date}; "
            "score() must write a finite float for every candidate (batch.item >= 0)"
        )
    out[there] += broadcast.allocation.bonus[batch.item[there]]
