"""No friends: consumers hear of nothing but through the feed."""

from __future__ import annotations

from ecosim.config import FriendsConfig
from ecosim.config.fields import schema
from ecosim.networks.base import Crowd
from ecosim.registry import friends
from ecosim.state.graph import Ties


@schema
class NoFriendsConfig(FriendsConfig):
    """Settings of the graph without friends: none."""

    kind: str = "none"


@friends.register("none", NoFriendsConfig)
class NoFriends:
    """Tie no consumer to another."""

    def __init__(self, config: NoFriendsConfig) -> None:
        self.config = config

    def build(self, crowd: Crowd, seed: int) -> Ties:
        """Return the graph without edges."""
        return Ties.empty(crowd.size)
