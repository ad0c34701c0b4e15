"""When policies work, above the axes of a figure over time: a bracket each, or a band of how many work at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.transforms import ScaledTranslation, Transform
from numpy.typing import NDArray

from ecosim.config import SimulationConfig
from ecosim.config.describe import spoken
from ecosim.language import say
from ecosim.plots.style import BLUE, INK, MUTED, wide_letters

ACROSS = 46
"""Letters that stand side by side above the axes; a Chinese character takes the room of two."""

ROWS = 4
"""Rows of brackets above which a band stands in their place."""

DATES = 12
"""Dates up to which each is a dotted line through the axes; more would hide what is drawn."""

FIRST, PITCH = 6.0, 14.0
"""Points from the axes to the first row of brackets, and from row to row."""

NARROWEST = 0.06
"""Part of the width below which the number of a span is not written into the band."""


@dataclass(frozen=True)
class Span:
    """Days on which policies work, and which do; `stop` is the first day without them."""

    start: float
    stop: float
    text: str


def mark_time(ax: Axes, days: NDArray[Any], config: SimulationConfig, title: str | None = None) -> None:
    """Shade the burn-in and, above the axes, say when policies work; the title goes above that.

    Without a title (a lower panel) nothing is written, only shaded and dotted. The axis ends with the days that were
    recorded, which for an interrupted run is before `config.days`.
    """
    begin, end = -float(config.burn_in), min(float(days[-1]) + 1, float(config.days))
    ax.set_xlim(begin, end)
    if config.burn_in:
        ax.axvspan(begin, 0, color="#efefef", linewidth=0, zorder=0)
    found = at_work(config, begin, end)
    dates = sorted({day for one in found for day in (one.start, one.stop) if begin < day < end})
    for day in dates if len(dates) <= DATES else ():
        ax.axvline(day, color=INK, linewidth=0.8, linestyle=(0, (1, 2)))
    if title is None:
        return
    if config.burn_in >= 0.15 * config.total_days and not any(one.start < 0 for one in found):
        middle = (min(end, 0.0) + begin) / 2
        ax.annotate(say("burn-in"), (middle, 1.0), (0, 3), xycoords=ax.get_xaxis_transform(),
                    textcoords="offset points", color=MUTED, ha="center", fontsize=9)  # fmt: skip
    rows = arranged(_lines(found), begin, end)
    if len(rows) > ROWS:
        _band(ax, found, begin, end)
    else:
        for row, spans in enumerate(rows):
            for one in spans:
                _bracket(ax, one, row, begin, end)
    used = 2 if len(rows) > ROWS else len(rows)
    ax.set_title(say(title), pad=18 + PITCH * max(0, used - 1))


def at_work(config: SimulationConfig, begin: float, end: float) -> list[Span]:
    """Return the days between two on which each policy that does anything works, by its name in words."""
    found = [
        Span(max(policy.start, begin), end if policy.stop is None else min(policy.stop, end), say(spoken(name)))
        for name, policy in config.policies.items()
        if policy.strength > 0
    ]
    return sorted((one for one in found if one.start < one.stop), key=lambda one: (one.start, one.stop))


def _lines(found: Sequence[Span]) -> list[Span]:
    """Name policies with the same dates together, as many as there is room for in a line."""
    lines: list[Span] = []
    for one in found:
        before = lines[-1] if lines else None
        if before is not None and (before.start, before.stop) == (one.start, one.stop):
            both = say(", ").join((before.text, one.text))
            if _length(both) <= ACROSS:
                lines[-1] = Span(one.start, one.stop, both)
                continue
        lines.append(one)
    return lines


def arranged(lines: Sequence[Span], begin: float, end: float) -> list[list[Span]]:
    """Put brackets into rows, those side by side that leave each other room with their names."""
    rows: list[list[Span]] = []
    for one in lines:
        for row in rows:
            if all(_apart(one, other, begin, end) for other in row):
                row.append(one)
                break
        else:
            rows.append([one])
    return rows


def _apart(one: Span, other: Span, begin: float, end: float) -> bool:
    (low, high), (least, most) = (_extent(span, begin, end) for span in (one, other))
    return high <= least or most <= low


def _extent(one: Span, begin: float, end: float) -> tuple[float, float]:
    """Return the days that a bracket and its name take."""
    place, align = _name(one, begin, end)
    width = _width(one.text, begin, end)
    low = {"left": place, "center": place - width / 2, "right": place - width}[align]
    return min(one.start, low), max(one.stop, low + width)


def _name(one: Span, begin: float, end: float) -> tuple[float, str]:
    """Return where a name stands and on which side of it: within its bracket, beside it, or else over it."""
    width = _width(one.text, begin, end)
    if width <= one.stop - one.start:
        return (one.start + one.stop) / 2, "center"
    if one.stop + width <= end:
        return one.stop, "left"
    if one.start - width >= begin:
        return one.start, "right"
    middle = (one.start + one.stop) / 2
    return max(begin + width / 2, min(middle, end - width / 2)), "center"


def _width(text: str, begin: float, end: float) -> float:
    """Return the days that a text takes, a letter of room besides."""
    return (end - begin) * min(1.0, (_length(text) + 1) / ACROSS)


def _length(text: str) -> int:
    return len(text) + wide_letters(text)


def _above(ax: Axes, points: float) -> Transform:
    """Return a transform by days across and by points above the axes, at height 1."""
    up = ScaledTranslation(0, points / 72, ax.figure.dpi_scale_trans)
    return ax.get_xaxis_transform() + up


def _bracket(ax: Axes, one: Span, row: int, begin: float, end: float) -> None:
    above = _above(ax, FIRST + PITCH * row)
    arrow = {"arrowstyle": "|-|,widthA=.2,widthB=.2", "linewidth": 0.8, "shrinkA": 0, "shrinkB": 0, "color": INK}
    ax.annotate("", (one.start, 1), (one.stop, 1), xycoords=above, textcoords=above, annotation_clip=False,
                arrowprops=arrow)  # fmt: skip
    place, align = _name(one, begin, end)
    aside = {"left": 4, "center": 0, "right": -4}[align]
    ax.annotate(one.text, (place, 1), (aside, 0), xycoords=above, textcoords="offset points", ha=align,
                va="center", fontsize=9, annotation_clip=False,
                bbox={"facecolor": "white", "linewidth": 0, "pad": 1.5})  # fmt: skip


def _band(ax: Axes, found: Sequence[Span], begin: float, end: float) -> None:
    """Draw how many policies work, from date to date: the more, the darker, with their number where there is room."""
    dates = sorted({begin, end, *(day for one in found for day in (one.start, one.stop))})
    counts = [sum(one.start <= first and last <= one.stop for one in found) for first, last in pairwise(dates)]
    most = max(counts)
    above = _above(ax, FIRST + 1)
    for (first, last), count in zip(pairwise(dates), counts, strict=True):
        if not count:
            continue
        ax.add_artist(Line2D([first, last], [1, 1], transform=above, clip_on=False, color=BLUE, linewidth=10,
                             solid_capstyle="butt", alpha=0.15 + 0.75 * count / most))  # fmt: skip
        if last - first >= NARROWEST * (end - begin):
            ax.annotate(f"{count}", ((first + last) / 2, 1), xycoords=above, ha="center", va="center_baseline",
                        fontsize=8.5, color="white" if count > 0.55 * most else INK, annotation_clip=False)  # fmt: skip
    words = say("policies at work: at most {most} of {count}", most=most, count=len(found))
    ax.annotate(words, (0.0, 1.0), (0, FIRST + PITCH - 3), xycoords="axes fraction", textcoords="offset points",
                fontsize=9, color=INK, annotation_clip=False)  # fmt: skip
