"""A face: a Mesa agent that holds no state; every attribute is a cell of its population's columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

import mesa

from ecosim.state import Table

if TYPE_CHECKING:
    from ecosim.model import EcosystemModel


class Face(mesa.Agent):
    """Base of all faces; subclasses name the table that they look at.

    Attributes
    ----------
    row : int
        The row of the table; stable for the whole run.
    """

    table_name: ClassVar[str]
    row: int
    model: EcosystemModel

    @classmethod
    def on_demand(cls, model: EcosystemModel, row: int) -> Self:
        """Return a face that Mesa does not know of: it is in no agent set."""
        face = cls.__new__(cls)
        face.model, face.row = model, row
        face.unique_id = -1 - row  # registered agents count up from 1
        face.pos = None
        return face

    @property
    def table(self) -> Table:
        """The columns behind this face."""
        found: Table = getattr(self.model.world, self.table_name)
        return found

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.row}>"


def cells(table: type[Table], face: type[Face]) -> None:
    """Give a face one property for every column of its table."""
    for declared in table.columns():

        def read(self: Face, name: str = declared.name) -> Any:
            value = getattr(self.table, name)[self.row]
            return value.copy() if getattr(value, "ndim", 0) else value.item()

        def write(self: Face, value: Any, name: str = declared.name) -> None:
            getattr(self.table, name)[self.row] = value

        doc = f"{declared.description} ({declared.unit})"
        setattr(face, declared.name, property(read, write, doc=doc))
