"""State: columns, catalog, graph, ledger, plan and the world that bundles them."""

from ecosim.state.columns import Array, Column, Table, column
from ecosim.state.graph import Follows, Ties
from ecosim.state.ledger import Ledger
from ecosim.state.plan import LEVERS, TERMS, Lever, Plan
from ecosim.state.schema import HEAD, IMITATE, INNOVATE, MODES, OWN, TAIL, TIERS, WAIST, Consumers, Creators, Items
from ecosim.state.world import Allocation, Knowledge, Reference, Today, World

__all__ = [
    "HEAD",
    "IMITATE",
    "INNOVATE",
    "LEVERS",
    "MODES",
    "OWN",
    "TAIL",
    "TERMS",
    "TIERS",
    "WAIST",
    "Allocation",
    "Array",
    "Column",
    "Consumers",
    "Creators",
    "Follows",
    "Items",
    "Knowledge",
    "Ledger",
    "Lever",
    "Plan",
    "Reference",
    "Table",
    "Ties",
    "Today",
    "World",
    "column",
]
