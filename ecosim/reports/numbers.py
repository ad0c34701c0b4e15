"""How the report writes numbers and names."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ecosim.config.describe import spoken

__all__ = ["UNKNOWN", "listed", "number", "percent", "spoken", "yuan"]

UNKNOWN = "not known"


def number(value: float, digits: int = 2) -> str:
    """Write a number with thousands separated and `digits` decimals below a hundred."""
    if not math.isfinite(value):
        return UNKNOWN
    if abs(value) >= 1e6:
        return f"{value / 1e6:,.2f} million"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.{digits}f}"


def percent(value: float, digits: int | None = None) -> str:
    """Write a share as a percentage: whole, or with a decimal below ten."""
    if not math.isfinite(value):
        return UNKNOWN
    if digits is None:
        digits = 1 if abs(value) < 0.0995 else 0
    return f"{100 * value:.{digits}f}%"


def yuan(fen: float) -> str:
    """Write an amount of fen in whole yuan."""
    return f"{fen / 100:,.0f}"


def listed(parts: Sequence[str]) -> str:
    """Join parts as a sentence does: a, b and c."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
