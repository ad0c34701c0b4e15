"""What a network generator is given: the consumers and creators of the first day, as plain columns."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import numpy as np

from ecosim.state.graph import Follows

Array = np.ndarray[Any, Any]


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


class NetworkGenerator(Protocol):
    """Makes the follows of the first day."""

    def build(self, parties: Parties, seed: int) -> Follows:
        """Return the follows; the same for the same seed, other ones for another."""


def wanted_follows(parties: Parties, mean: float, seed: int) -> Array:
    """Draw how many creators each consumer follows (int64[n]): geometric around `mean`, within the limit."""
    from ecosim.kernels import draws

    people = parties.interest.shape[0]
    u = draws.uniforms(seed, draws.NETWORK, 1, np.arange(people))[:, 0]
    wanted = np.floor(np.log(u) / np.log(mean / (1.0 + mean))) if mean > 0 else np.zeros(people)
    wanted_int: Array = np.minimum(wanted, min(parties.limit, parties.vertical.size)).astype(np.int64)
    return wanted_int
