"""No collaborators: every creator works alone, entrants too."""

from __future__ import annotations

from ecosim.config import CollaboratorsConfig
from ecosim.config.fields import schema
from ecosim.networks.base import Crowd
from ecosim.registry import collaborators
from ecosim.state.graph import Ties


@schema
class NoCollaboratorsConfig(CollaboratorsConfig):
    """Settings of the graph without collaborators; entrants may be given ties all the same."""

    kind: str = "none"
    entrant_ties: int = 0


@collaborators.register("none", NoCollaboratorsConfig)
class NoCollaborators:
    """Tie no creator to another."""

    def __init__(self, config: NoCollaboratorsConfig) -> None:
        self.config = config

    def build(self, crowd: Crowd, seed: int) -> Ties:
        """Return the graph without edges."""
        return Ties.empty(crowd.size)
