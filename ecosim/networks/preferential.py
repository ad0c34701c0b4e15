"""Follows by preferential attachment within verticals: attention makes attention before the first day."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from ecosim.config import NetworkConfig
from ecosim.config.fields import schema, share
from ecosim.networks.base import Parties, wanted_follows
from ecosim.registry import networks
from ecosim.state.graph import Follows


@schema
class PreferentialConfig(NetworkConfig):
    """Settings of preferential attachment."""

    kind: str = "preferential"
    copying: Annotated[
        float, share("chance that a follow copies an earlier one of its vertical", source="Simon 1955")
    ] = 0.6


@networks.register("preferential", PreferentialConfig)
class Preferential:
    """Follow within verticals of interest, mostly whom others already follow."""

    def __init__(self, config: PreferentialConfig) -> None:
        self.config = config

    def build(self, parties: Parties, seed: int) -> Follows:
        """Return the follows of the first day."""
        from ecosim.kernels import graph

        wanted = wanted_follows(parties, self.config.mean_follows, seed)
        start = np.concatenate(([0], np.cumsum(wanted))).astype(np.int64)
        found = np.empty(int(start[-1]), np.int32)
        verticals = parties.interest.shape[1]
        vertical_start = np.searchsorted(np.sort(parties.vertical), np.arange(verticals + 1)).astype(np.int64)
        by_vertical = np.lexsort((parties.entered, parties.vertical)).astype(np.int32)
        graph.attach(seed, self.config.copying, wanted, parties.interest, vertical_start, by_vertical, start, found)
        return Follows.from_lists(start, found)
