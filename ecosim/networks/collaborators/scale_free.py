"""Collaborators by preferential attachment: everyone wants to work with those who already work with many."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from ecosim.config import CollaboratorsConfig, Library
from ecosim.config.fields import between, schema, text
from ecosim.networks.base import Crowd
from ecosim.networks.ties import scale_free
from ecosim.registry import collaborators
from ecosim.state.graph import Ties


@schema
class ScaleFreeConfig(CollaboratorsConfig):
    """Settings of preferential attachment among creators."""

    kind: str = "scale_free"
    ties: Annotated[
        int,
        between(1, 50, "creators whom each ties up with on appearing", unit="creators", source="Barabasi, Albert 1999"),
    ] = 2
    drawn_by: Annotated[Library, text("who draws: native, or networkx for comparison in small worlds")] = Library.NATIVE


@collaborators.register("scale_free", ScaleFreeConfig)
class ScaleFree:
    """Tie creators, in the order of their entry, to those who have most ties (Barabasi and Albert)."""

    def __init__(self, config: ScaleFreeConfig) -> None:
        self.config = config

    def build(self, crowd: Crowd, seed: int) -> Ties:
        """Return the collaborators of the first day."""
        seniority = np.argsort(crowd.entered, kind="stable")
        return scale_free(seniority, self.config.ties, seed, self.config.drawn_by)
