"""Brands as Mesa agents: faces over the table of brands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ecosim.agents.creator import Creator
from ecosim.agents.face import Face, cells
from ecosim.state import Table
from ecosim.state.economy import Brands

if TYPE_CHECKING:
    from ecosim.model import EcosystemModel


class Brand(Face):
    """One merchant; every column of :class:`~ecosim.state.economy.Brands` is an attribute.

    All brands are registered with the model; ``model.brand(row)`` returns one of them.
    """

    table_name = "brands"

    def __init__(self, model: EcosystemModel, row: int) -> None:
        super().__init__(model)
        self.row = row

    @property
    def table(self) -> Table:
        """The columns behind this face."""
        return self.model.world.economy.brands

    @property
    def publisher(self) -> Creator | None:
        """The account that the brand runs itself; None for a brand without one."""
        row = int(self.model.world.economy.brands.account[self.row])
        return self.model.creator(row) if row >= 0 else None

    @property
    def products(self) -> Any:
        """Rows of the products that are on sale (int32)."""
        on_sale = self.model.world.economy.on_sale[self.row]
        return on_sale[on_sale >= 0].copy()

    @property
    def hired(self) -> Any:
        """Rows of the creators who promote its products this week (int32)."""
        world = self.model.world
        deals, latest = world.economy.deals, int(world.creators.deal.max(initial=-1))
        if latest < 0:
            return np.empty(0, np.int32)
        return np.unique(deals.creator[(deals.begins == deals.begins[latest]) & (deals.brand == self.row)])


cells(Brands, Brand)
