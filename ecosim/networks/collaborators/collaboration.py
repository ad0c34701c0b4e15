"""Collaborators of a trade: most publish in the same vertical."""

from __future__ import annotations

from typing import Annotated

from ecosim.config import CollaboratorsConfig, Library
from ecosim.config.fields import between, schema, share, text
from ecosim.networks.base import Crowd
from ecosim.networks.ties import blocks
from ecosim.registry import collaborators
from ecosim.state.graph import Ties


@schema
class CollaborationGraphConfig(CollaboratorsConfig):
    """Settings of collaboration within verticals."""

    kind: str = "collaboration"
    mean_degree: Annotated[float, between(0, 50, "collaborators a creator has, mean", unit="creators")] = 4.0
    within: Annotated[float, share("share of collaborators from the same vertical")] = 0.8
    drawn_by: Annotated[Library, text("who draws: native, or networkx for comparison in small worlds")] = Library.NATIVE


@collaborators.register("collaboration", CollaborationGraphConfig)
class Collaboration:
    """Tie creators mostly to those of their vertical, with no one at the centre (stochastic blocks)."""

    def __init__(self, config: CollaborationGraphConfig) -> None:
        self.config = config

    def build(self, crowd: Crowd, seed: int) -> Ties:
        """Return the collaborators of the first day."""
        return blocks(crowd.vertical, self.config.mean_degree, self.config.within, seed, self.config.drawn_by)
