"""Follows spread evenly: every creator starts with the same audience, the control of the Matthew effect."""

from __future__ import annotations

import numpy as np

from ecosim.config import NetworkConfig
from ecosim.config.fields import schema
from ecosim.networks.base import DECK, Parties, wanted_follows
from ecosim.registry import networks
from ecosim.state.graph import Follows


@schema
class EvenConfig(NetworkConfig):
    """Settings of the even network."""

    kind: str = "even"


@networks.register("even", EvenConfig)
class Even:
    """Give every creator the same number of followers, within one, whatever the vertical."""

    def __init__(self, config: EvenConfig) -> None:
        self.config = config

    def build(self, parties: Parties, seed: int) -> Follows:
        """Return the follows of the first day: consumers deal a shuffled deck of creators round and round."""
        from ecosim.kernels import draws

        creators = parties.vertical.size
        wanted = wanted_follows(parties, self.config.mean_follows, seed)
        start = np.concatenate(([0], np.cumsum(wanted))).astype(np.int64)
        deck = np.argsort(draws.uniforms(seed, draws.NETWORK, DECK, np.arange(creators))[:, 0], kind="stable")
        found = deck[np.arange(int(start[-1])) % creators].astype(np.int32)
        return Follows(start, found)
