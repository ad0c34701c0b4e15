"""The slower way to rank: list every session's candidates with the terms of their scores, for a ranker in Python."""

import numpy as np

from ecosim.kernels import decisions
from ecosim.kernels.borrow import borrow
from ecosim.kernels.draws import scramble, uniform
from ecosim.kernels.estimates import ITEM_TERMS
from ecosim.kernels.jit import kernel
from ecosim.kernels.recall import collect_near, recall
from ecosim.kernels.serve import look_ahead, sessions_of

AFFINITY, FIRST_ITEM_TERM = 0, 1
LOCALITY, FOLLOWED, FRIEND, EXPLORATION = ITEM_TERMS + 1, ITEM_TERMS + 2, ITEM_TERMS + 3, ITEM_TERMS + 4
TERMS = ITEM_TERMS + 5


@kernel
def count_sessions(audience, feed, out):
    """Count each consumer's sessions of the day: out int64[n]."""
    for person in range(audience.identity.size):
        out[person] = sessions_of(person, audience, feed)


@kernel
def list_candidates(people, first, audience, shelf, slates, behaviour, feed, item_terms, desk, out):
    """List the candidates of some consumers' sessions.

    Parameters
    ----------
    people : int64[p]
        Consumers, in order.
    first : int64[p]
        Row of ``out`` where each one's sessions begin.
    audience, shelf, slates, behaviour, feed, desk
        See :mod:`ecosim.kernels.bundles`; the desk is used up.
    item_terms : float32[k, 8]
        Item terms of the score (see :mod:`ecosim.kernels.estimates`).
    out : tuple of int32[s, C], float32[s, C, T]
        Items, -1 where there are fewer candidates, and terms in the order of ``ecosim.state.plan.TERMS``.
    """
    lent, here, there, place = borrow(audience), borrow(shelf), borrow(slates), borrow(desk)
    for k in range(people.size):
        person = people[k]
        place.own[:] = np.float32(0.0)
        place.taste[:] = np.float32(0.0)
        collect_near(person, lent, here, feed, place)
        for session in range(sessions_of(person, lent, feed)):
            look_ahead(person, session, lent, here, there, feed, place)
            word = np.uint32(place.drawn[0])
            part = decisions.daypart(here.dayparts, np.uint32(place.drawn[1]))
            n, _, _ = recall(person, word, part, lent, there, feed, place)
            out[0][first[k] + session, :] = -1
            for j in range(n):
                out[0][first[k] + session, j] = place.item[j]
                write_terms(
                    person, place.item[j], place.edge[j], word, lent, here, behaviour, feed, item_terms,
                    out[1][first[k] + session, j],
                )  # fmt: skip


@kernel
def write_terms(person, item, edge, session_word, audience, shelf, behaviour, feed, item_terms, out):
    """Write the terms of one candidate's score: out float32[T]."""
    card = shelf.card[item]
    known = audience.profile_interest[person, card["vertical"]]
    match = decisions.dot(audience.profile_taste, person, shelf.style, item)
    out[AFFINITY] = decisions.pull(behaviour, known, feed.verticals) + behaviour.watch_taste * match
    for t in range(ITEM_TERMS):
        out[FIRST_ITEM_TERM + t] = item_terms[item, t]
    out[LOCALITY] = card["region"] == audience.region[person]
    out[FOLLOWED] = edge >= 0
    out[FRIEND] = decisions.weight_of_friends(-1 - edge) if edge < -1 else np.float32(0.0)
    out[EXPLORATION] = uniform(scramble(np.uint32(card["word"] ^ session_word)))
