"""What policies may look at, as the twin keeps it: its creators in columns. Policies are shared with the engine."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np

from ecosim.state.schema import MONTH

if TYPE_CHECKING:
    from tests.reference.model import ReferenceModel


def register(model: ReferenceModel) -> SimpleNamespace:
    """List the creators in columns, with what was shown of them and what they sold on each of the last 28 days."""
    day, settings = model.day, model.config
    names = ("serial", "alive", "tier", "vertical", "region", "entered", "founder", "badge")
    columns = {name: np.array([getattr(creator, name) for creator in model.creators]) for name in names}
    for name in ("views", "interactions"):
        columns[f"record_{name}"] = np.array([creator.record[name] for creator in model.creators])
    shown = np.zeros((len(model.creators), MONTH), np.int64)
    for row, creator in enumerate(model.creators):
        for back in range(1, MONTH + 1):
            shown[row, (day - back) % MONTH] = creator.impressions_on.get(day - back, 0)
    sold = np.array([creator.sales_of_month() for creator in model.creators])
    table = SimpleNamespace(impressions_month=shown, **columns)
    return SimpleNamespace(
        day=day, config=settings, verticals=settings.population.verticals, creators=table, sales_of_month=lambda: sold
    )
