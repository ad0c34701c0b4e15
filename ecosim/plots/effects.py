"""Figures of an experiment: differences from the baseline with their intervals, over outcomes, days and groups.

A difference that stands after correction is a filled mark, any other a hollow one; neither needs colour.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ecosim.language import say
from ecosim.plots.dates import DATES
from ecosim.plots.style import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    PURPLE,
    SKY,
    VERMILLION,
    WIDTH,
    panels,
    styled,
    wide_letters,
)

STANDS = ("higher", "lower")
MARKS = ("o", "s", "^", "D", "v", "P", "X", "*")
WIDEST = 40
"""Letters of a name in a line; what is compared at a point of a sweep can have a very long one."""

TITLE = 52
"""Letters of a title in a line; Chinese characters, which are twice as wide, are counted twice."""

COLORS = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, INK, MUTED)


@dataclass(frozen=True)
class Effect:
    """A difference from the baseline; without an interval where there is one pair."""

    name: str
    value: float
    low: float
    high: float
    verdict: str

    @property
    def stands(self) -> bool:
        """Whether it is more than chance explains, after correction."""
        return self.verdict in STANDS


@dataclass(frozen=True)
class Course:
    """A difference week by week, and the days on which policies of its scenario start or stop."""

    days: Sequence[int]
    values: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    dates: Sequence[int]


@styled
def draw_effects(title: str, groups: Mapping[str, Sequence[Effect]], *, percent: bool = True, unit: str = "") -> Figure:
    """Draw effects below one another, under headings, with their intervals.

    Parameters
    ----------
    title : str
        What is compared.
    groups : mapping of str to effects
        Heading to its rows; an empty heading is not written.
    percent : bool
        Whether values are parts of the baseline's level; written as percentages then.
    unit : str
        Unit of values that are no parts.
    """
    rows = [(heading, effect) for heading, effects in groups.items() for effect in effects]
    names = {effect.name: textwrap.fill(effect.name, WIDEST) for _, effect in rows}
    tallest = 1 + max((name.count("\n") for name in names.values()), default=0)
    lines = tallest * len(rows) + sum(bool(heading) for heading in groups)
    titles = parted(title)
    figure, (ax,) = panels(height=0.75 + 0.2 * len(titles) + 0.27 * lines)
    place, ticks = 0, []
    for heading, effects in groups.items():
        if heading:
            ax.annotate(heading, (0, place), (-6, 0), xycoords=ax.get_yaxis_transform(), textcoords="offset points",
                        ha="right", va="center", fontsize=9.5, fontweight="bold", annotation_clip=False)  # fmt: skip
            place += 1
        for effect in effects:
            _mark(ax, effect, place)
            ticks.append((place, effect.name))
            place += 1
    ax.axvline(0, color=INK, linewidth=0.9)
    ax.set_yticks([at for at, _ in ticks], [names[name] for _, name in ticks])
    ax.set_ylim(place - 0.4, -0.6)
    ax.set_xlim(*_range([effect for _, effect in rows]))
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    ax.tick_params(axis="y", length=0)
    _signed(ax, percent)
    ax.set_xlabel(say("difference, % of baseline") if percent else say("difference, {unit}", unit=unit))
    figure.suptitle("\n".join(titles), x=0.01, ha="left", fontsize=11, fontweight="bold")
    return figure


def parted(title: str) -> list[str]:
    """Part a title into lines that the figure has room for."""
    wide = wide_letters(title)
    return textwrap.wrap(title, TITLE * len(title) // (len(title) + wide)) or [""]


def _mark(ax: Axes, effect: Effect, place: float) -> None:
    color = BLUE if effect.stands else MUTED
    if math.isfinite(effect.low):
        width = 2.2 if effect.stands else 1.2
        ax.plot([effect.low, effect.high], [place, place], color=color, linewidth=width, solid_capstyle="butt")
    ax.plot([effect.value], [place], marker="s" if effect.stands else "o", markersize=6,
            markerfacecolor=color if effect.stands else "white", markeredgecolor=color)  # fmt: skip


def _range(effects: Sequence[Effect]) -> tuple[float, float]:
    """Return what the axis covers: all values, and of wide intervals no more than some times that."""
    values = [abs(effect.value) for effect in effects]
    known = [end for effect in effects for end in (effect.low, effect.high) if math.isfinite(end)]
    reach = max([*values, 1e-9])
    typical = float(np.median(np.abs(known))) if known else reach
    limit = max(1.15 * reach, 3 * typical)
    low, high = (min([0.0, *known, *(e.value for e in effects)]), max([0.0, *known, *(e.value for e in effects)]))
    low, high = max(low, -limit), min(high, limit)
    margin = 0.06 * max(high - low, 1e-9)
    return low - margin, high + margin


def _signed(ax: Axes, percent: bool, axis: str = "x") -> None:
    """Write the numbers of an axis with their sign, without the space for more than five."""
    chosen = ax.xaxis if axis == "x" else ax.yaxis
    chosen.set_major_locator(MaxNLocator(5))

    def text(value: float, _: int | None = None) -> str:
        shown = 100 * value if percent else value
        return "0" if abs(shown) < 1e-12 else f"{shown:+.4g}"

    chosen.set_major_formatter(FuncFormatter(text))


@styled
def draw_courses(title: str, courses: Mapping[str, Course], *, percent: bool = True, unit: str = "") -> Figure:
    """Draw how differences grow week by week, one panel a scenario, with the band of their intervals.

    All panels have the same axes, which leave out the widest bands.
    """
    columns = 1 if len(courses) == 1 else 2
    rows = -(-len(courses) // columns)
    figure = Figure(figsize=(WIDTH, 0.7 + 1.75 * rows), layout="constrained")
    axes = list(figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel())
    effects = [
        Effect("", value, low, high, "")
        for course in courses.values()
        for value, low, high in zip(course.values, course.low, course.high, strict=True)
    ]
    for ax, (name, course) in zip(axes, courses.items(), strict=False):
        ax.fill_between(course.days, course.low, course.high, color=BLUE, alpha=0.18, linewidth=0)
        ax.plot(course.days, course.values, color=BLUE, marker="o", markersize=2.5, linewidth=1.4)
        ax.axhline(0, color=INK, linewidth=0.9)
        few = len(course.dates) <= DATES
        for day in course.dates:  # many are strokes at the upper edge, where they hide nothing
            ax.axvline(day, 0.0 if few else 0.94, color=INK, linewidth=0.8, linestyle=(0, (1, 2)) if few else "-")
        ax.set_title(name, fontsize=9.5, fontweight="normal")
        ax.set_ylim(*_range(effects))
        _signed(ax, percent, "y")
    for number, ax in enumerate(axes):
        ax.tick_params(labelbottom=number + columns >= len(courses))
        ax.set_visible(number < len(courses))
    figure.supxlabel(say("day"), fontsize=10)
    figure.supylabel(say("difference, %") if percent else say("difference, {unit}", unit=unit), fontsize=10)
    figure.suptitle(title, x=0.01, ha="left", fontsize=11, fontweight="bold")
    return figure


@styled
def draw_tradeoff(points: Mapping[str, tuple[Effect, Effect]], xlabel: str, ylabel: str) -> Figure:
    """Draw cost against benefit, one mark a scenario with its intervals in both directions.

    The line joins scenarios that no other (and not the baseline, at 0) beats in both; more is better on both axes.
    """
    columns = 2 if len(points) > 3 else 1
    figure, (ax,) = panels(height=3.6 + 0.2 * -(-len(points) // columns))
    best = undominated({name: (x.value, y.value) for name, (x, y) in points.items()})
    edge = sorted(best.values())
    ax.step([x for x, _ in edge], [y for _, y in edge], where="pre", color=MUTED, linewidth=1, linestyle=(0, (4, 2)))
    ax.axhline(0, color=INK, linewidth=0.9)
    ax.axvline(0, color=INK, linewidth=0.9)
    ax.plot([0], [0], marker="o", color=INK, markersize=5)
    ax.annotate(say("baseline"), (0, 0), (5, -11), textcoords="offset points", fontsize=9, color=INK)
    for number, (name, (x, y)) in enumerate(points.items()):
        color = COLORS[number % len(COLORS)]
        for values, fixed, plain in ((x, y.value, True), (y, x.value, False)):
            if math.isfinite(values.low):
                ends, level = [values.low, values.high], [fixed, fixed]
                ax.plot(*((ends, level) if plain else (level, ends)), color=color, linewidth=1, alpha=0.6)
        ax.plot([x.value], [y.value], marker=_shape(number), color=color, markersize=8, linestyle="none",
                label=f"{name}{' *' if name in best else ''}")  # fmt: skip
    ax.set_xlim(*_range([x for x, _ in points.values()]))
    ax.set_ylim(*_range([y for _, y in points.values()]))
    ax.grid(axis="x", visible=True)
    _signed(ax, True)
    _signed(ax, True, "y")
    ax.set(xlabel=xlabel, ylabel=ylabel)
    figure.legend(loc="outside lower center", ncols=columns, fontsize=9)
    figure.suptitle(say("What is gained, and what it costs"), x=0.01, ha="left", fontsize=11, fontweight="bold")
    return figure


def _shape(number: int) -> str:
    """Return the shape of a mark; colours come round after eight, and meet another shape then."""
    return MARKS[(number + number // len(COLORS)) % len(MARKS)]


def undominated(points: Mapping[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """Return the points, the origin (the baseline) among them, that no other exceeds in one and equals in the other."""
    all_points = {"": (0.0, 0.0), **points}
    return {
        name: (x, y)
        for name, (x, y) in all_points.items()
        if not any(a >= x and b >= y and (a, b) != (x, y) for a, b in all_points.values())
    }
