"""Friends in a small world: friends of friends are friends, and a few ties lead far."""

from __future__ import annotations

from typing import Annotated

from ecosim.config import FriendsConfig, Library
from ecosim.config.fields import between, schema, share, text
from ecosim.networks.base import Crowd
from ecosim.networks.ties import small_world
from ecosim.registry import friends
from ecosim.state.graph import Ties


@schema
class SmallWorldConfig(FriendsConfig):
    """Settings of the small world."""

    kind: str = "small_world"
    reach: Annotated[
        int, between(1, 100, "friends on either side of the ring; the mean of friends is twice that", unit="consumers")
    ] = 4
    rewiring: Annotated[float, share("chance that a tie leads anywhere instead", source="Watts and Strogatz 1998")] = (
        0.1
    )
    drawn_by: Annotated[Library, text("who draws: native, or networkx for comparison in small worlds")] = Library.NATIVE


@friends.register("small_world", SmallWorldConfig)
class SmallWorld:
    """Tie consumers to their neighbours on a ring, a few ties leading anywhere (Watts and Strogatz)."""

    def __init__(self, config: SmallWorldConfig) -> None:
        self.config = config

    def build(self, crowd: Crowd, seed: int) -> Ties:
        """Return the friends of the first day."""
        return small_world(crowd.size, self.config.reach, self.config.rewiring, seed, self.config.drawn_by)
