"""The platform as a Mesa agent: today's plan, the ledger, and what it knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa

from ecosim.state import Knowledge, Ledger, Plan

if TYPE_CHECKING:
    from ecosim.model import EcosystemModel


class Platform(mesa.Agent):
    """The one platform of a world."""

    model: EcosystemModel

    @property
    def plan(self) -> Plan:
        """Today's levers."""
        return self.model.world.plan

    @property
    def ledger(self) -> Ledger:
        """The books."""
        return self.model.world.ledger

    @property
    def knowledge(self) -> Knowledge:
        """What it has learned of verticals and hits."""
        return self.model.world.knowledge
