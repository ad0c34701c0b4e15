"""Friends of a kind: most live in the same region and like the same vertical."""

from __future__ import annotations

from typing import Annotated

from ecosim.config import FriendsConfig, Library
from ecosim.config.fields import between, schema, share, text
from ecosim.networks.base import Crowd
from ecosim.networks.ties import blocks
from ecosim.registry import friends
from ecosim.state.graph import Ties


@schema
class BlocksConfig(FriendsConfig):
    """Settings of homophilous blocks."""

    kind: str = "blocks"
    mean_degree: Annotated[float, between(0, 200, "friends a consumer has, mean", unit="consumers")] = 8.0
    homophily: Annotated[float, share("share of friends from the same region and with the same main vertical")] = 0.7
    drawn_by: Annotated[Library, text("who draws: native, or networkx for comparison in small worlds")] = Library.NATIVE


@friends.register("blocks", BlocksConfig)
class Blocks:
    """Tie consumers mostly to those of the same region and main vertical (stochastic blocks)."""

    def __init__(self, config: BlocksConfig) -> None:
        self.config = config

    def build(self, crowd: Crowd, seed: int) -> Ties:
        """Return the friends of the first day."""
        block = crowd.region * (int(crowd.vertical.max(initial=0)) + 1) + crowd.vertical
        return blocks(block, self.config.mean_degree, self.config.homophily, seed, self.config.drawn_by)
