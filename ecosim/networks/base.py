"""What generators of networks are given: the consumers and creators of the first day, as plain columns."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import numpy as np

from ecosim.state.graph import Follows, Ties

Array = np.ndarray[Any, Any]

WANTED, DECK, RING, BLOCKS, HUBS, ENTRANTS, LIBRARY, AUDIENCE, SCAN = range(1, 10)
"""Parts of the stream of draws for networks, so that no two generators share a draw; 0 is preferential attachment."""


class Parties(NamedTuple):
    """Consumers and creators to connect.

    Attributes
    ----------
    interest : float32[n, V]
        Consumers' interests.
    vertical : int32[m]
        Creators' verticals.
    entered : int32[m]
        Creators' days of entry.
    limit : int
        Follows that a consumer keeps at most.
    """

    interest: Array
    vertical: Array
    entered: Array
    limit: int


class Crowd(NamedTuple):
    """People of one kind, consumers or creators, to tie to one another.

    Attributes
    ----------
    region : int32[n]
        Region tiers.
    vertical : int32[n]
        Verticals: a creator's own, or the one that interests a consumer most.
    entered : int32[n]
        Days of entry; 0 for consumers.
    """

    region: Array
    vertical: Array
    entered: Array

    @property
    def size(self) -> int:
        """How many people there are."""
        return int(self.region.size)


class NetworkGenerator(Protocol):
    """Makes the follows of the first day.

    A network may bring more along, by methods that are optional: ``populate(scale)`` returns the scale that it needs,
    ``friends()`` and ``collaborators()`` return ties in place of those that the run's settings would draw, and
    ``remarks()`` returns sentences for the run's warnings.
    """

    def build(self, parties: Parties, seed: int) -> Follows:
        """Return the follows; the same for the same seed, other ones for another."""


class TieGenerator(Protocol):
    """Makes the friends, or the collaborators, of the first day."""

    def build(self, crowd: Crowd, seed: int) -> Ties:
        """Return the ties; the same for the same seed, other ones for another."""


def wanted_follows(parties: Parties, mean: float, seed: int) -> Array:
    """Draw how many creators each consumer follows (int64[n]): geometric around `mean`, within the limit."""
    from ecosim.kernels import draws

    people = parties.interest.shape[0]
    u = draws.uniforms(seed, draws.NETWORK, WANTED, np.arange(people))[:, 0]
    wanted = np.floor(np.log(u) / np.log(mean / (1.0 + mean))) if mean > 0 else np.zeros(people)
    wanted_int: Array = np.minimum(wanted, min(parties.limit, parties.vertical.size)).astype(np.int64)
    return wanted_int
