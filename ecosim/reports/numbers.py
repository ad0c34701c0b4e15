"""How the report writes numbers and names."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ecosim.config.describe import spoken
from ecosim.language import Language, language, say

__all__ = ["UNKNOWN", "clauses", "enumerated", "listed", "named", "number", "percent", "several", "spoken", "yuan"]

UNKNOWN = "not known"

MOST_NAMED = 4
"""Policies that a sentence or a heading names; those beyond are counted."""

LARGE = {
    Language.ENGLISH: ((1e6, 1e6, "{:,.2f} million"),),
    Language.CHINESE: ((1e8, 1e8, "{:,.2f} 亿"), (1e6, 1e4, "{:,.0f} 万")),
}
"""From which size on numbers are counted in what, and how that is written: Chinese counts in 10,000 and 10,000^2."""


def number(value: float, digits: int = 2) -> str:
    """Write a number with thousands separated and `digits` decimals below a hundred."""
    if not math.isfinite(value):
        return say(UNKNOWN)
    for size, unit, written in LARGE[language()]:
        if abs(value) >= size:
            return written.format(value / unit)
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.{digits}f}"


def percent(value: float, digits: int | None = None) -> str:
    """Write a share as a percentage: whole, or with a decimal below ten."""
    if not math.isfinite(value):
        return say(UNKNOWN)
    if digits is None:
        digits = 1 if abs(value) < 0.0995 else 0
    return f"{100 * value:.{digits}f}%"


def yuan(fen: float) -> str:
    """Write an amount of fen in whole yuan."""
    return f"{fen / 100:,.0f}"


def listed(parts: Sequence[str]) -> str:
    """Join parts as a sentence does: a, b and c."""
    if len(parts) < 2:
        return "".join(parts)
    return say("{first} and {last}", first=enumerated(parts[:-1]), last=parts[-1])


def several(names: Sequence[str]) -> str:
    """Join the names of policies; where they are many, the first of them, and how many others there are."""
    if len(names) <= MOST_NAMED + 1:
        return listed(names)
    return say(
        "{names} and {count} other policies", names=enumerated(names[:MOST_NAMED]), count=len(names) - MOST_NAMED
    )


def enumerated(parts: Sequence[str]) -> str:
    """Join parts by commas alone."""
    return say(", ").join(parts)


def clauses(parts: Sequence[str]) -> str:
    """Join parts that are sentences of their own, or hold commas."""
    return say("; ").join(parts)


def named(name: str, joint: str = " ") -> str:
    """Write the name of a plug-in or policy in words of the page's language."""
    return say(spoken(name, joint))
