"""Ties of the twin: what friends share with one another, and with whom creators who have just entered work."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosim.kernels import company, draws
from ecosim.networks.base import ENTRANTS
from ecosim.state.schema import INBOX
from tests.reference.chance import uniform64, words

if TYPE_CHECKING:
    from tests.reference.creator import ReferenceCreator
    from tests.reference.model import ReferenceModel


def deliver_shares(model: ReferenceModel) -> None:
    """Fill every inbox with what friends shared today, for tomorrow.

    Each receiver keeps the few that most friends shared, equals by their smallest word.
    """
    if not model.config.sharing.active:
        return
    arrived: dict[Any, dict[Any, list[int]]] = defaultdict(lambda: defaultdict(list))  # receiver -> what -> its words
    for sharer in model.consumers:
        for place, what in enumerate(sharer.shared):
            for friend in sharer.friends:
                word = int(company.share_priority(model.day, sharer.identity, place, friend.identity))
                arrived[friend][what].append(word)
    for consumer in model.consumers:
        found = arrived[consumer]
        first = sorted(found, key=lambda what: (-len(found[what]), min(found[what])))[:INBOX]
        consumer.inbox = {what: len(found[what]) for what in first}


def tie_entrants(model: ReferenceModel, entrants: list[ReferenceCreator]) -> None:
    """Tie each of today's entrants to living creators, mostly of the same vertical, as these have ties already."""
    living = [creator for creator in model.creators if creator.alive]
    ties = {creator: len(creator.ties) for creator in living}
    for entrant in entrants:
        entrant.ties = sorted(choose_ties(model, entrant, ties), key=model.creators.index)
        for other in entrant.ties:
            other.ties.append(entrant)


def choose_ties(
    model: ReferenceModel, entrant: ReferenceCreator, ties: dict[ReferenceCreator, int]
) -> list[ReferenceCreator]:
    """Choose whom an entrant ties up with: the first of a race in which who has more ties is faster.

    Parameters
    ----------
    ties : dict
        Living creators, and how many ties each had this morning.
    """
    rules = model.config.collaborators
    count = min(rules.entrant_ties, len(ties))
    arrival = {}
    for creator, known in ties.items():
        u = uniform64(words(model.seed, draws.NETWORK, ENTRANTS, entrant.serial, creator.serial)[0])
        arrival[creator] = (float(-np.log(u) / (1.0 + known)), creator.serial)
    stays = [uniform64(words(model.seed, draws.NETWORK, ENTRANTS, entrant.serial, k)[1]) for k in range(count)]
    ranked = sorted(ties, key=lambda creator: arrival[creator])
    same = [creator for creator in ranked if creator.vertical == entrant.vertical]
    other = [creator for creator in ranked if creator.vertical != entrant.vertical]
    inside = min(sum(u < rules.entrant_within for u in stays), len(same))
    inside = max(inside, count - len(other))
    return same[:inside] + other[: count - inside]
