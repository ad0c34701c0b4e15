"""Consumers as Mesa agents: faces over the consumer table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecosim.agents.face import Face, cells
from ecosim.state import Consumers

if TYPE_CHECKING:
    from ecosim.model import EcosystemModel


class Consumer(Face):
    """One person who watches; every column of :class:`~ecosim.state.schema.Consumers` is an attribute.

    Constructing one registers it with the model. In large worlds use ``model.consumer(row)``, which makes a face on
    demand without registering it.
    """

    table_name = "consumers"

    def __init__(self, model: EcosystemModel, row: int) -> None:
        super().__init__(model)
        self.row = row

    @property
    def follows(self) -> Any:
        """Rows of the creators followed (int32)."""
        return self.model.world.follows.of(self.row).copy()


cells(Consumers, Consumer)
