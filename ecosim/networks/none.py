"""No follows on the first day: audiences are all to be won."""

from __future__ import annotations

from ecosim.config import NetworkConfig
from ecosim.config.fields import schema
from ecosim.networks.base import Parties
from ecosim.registry import networks
from ecosim.state.graph import Follows


@schema
class NoNetworkConfig(NetworkConfig):
    """Settings of the empty network; the mean of follows is without effect."""

    kind: str = "none"
    mean_follows: float = 0.0


@networks.register("none", NoNetworkConfig)
class NoNetwork:
    """Start without a single follow."""

    def __init__(self, config: NoNetworkConfig) -> None:
        self.config = config

    def build(self, parties: Parties, seed: int) -> Follows:
        """Return the graph without edges."""
        return Follows.empty(parties.interest.shape[0])
