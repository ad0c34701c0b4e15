"""Figures of homogenization: where creators' styles lie, and how many different ones there are in effect."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from numpy.typing import NDArray

from ecosim.config import SimulationConfig
from ecosim.language import say
from ecosim.metrics.base import effective_styles
from ecosim.plots.dates import mark_time
from ecosim.plots.style import (
    INK,
    LINES,
    MUTED,
    Tables,
    columns_of,
    label_ends,
    panels,
    plot_days,
    share_text,
    styled,
)

VERTICAL_COLORS = ("#332288", "#88ccee", "#44aa99", "#117733", "#999933", "#ddcc77", "#cc6677", "#882255", "#aa4499")
"""Paul Tol's muted palette; together with the markers it tells 36 verticals apart."""

MARKERS = ("o", "s", "^", "D")

FEW = 3
"""Creators of a vertical below which its number stands beside the marks, not on their centre."""

MANY_POINTS = 400
"""Creators above which the points of the map are drawn as pixels, so that the file stays small."""


def common_map(snapshots: list[NDArray[Any]]) -> tuple[list[NDArray[np.float64]], NDArray[np.float64]]:
    """Project all snapshots on the two main axes of all of them together.

    Returns
    -------
    points : list of NDArray[np.float64]
        One (n, 2) array per snapshot.
    explained : NDArray[np.float64]
        Share of the variance that each axis holds.
    """
    units = [_unit(snapshot) for snapshot in snapshots]
    everything = np.concatenate(units)
    centre = everything.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov(everything - centre, rowvar=False, bias=True))
    axes = vectors[:, ::-1][:, :2]
    # An eigenvector's sign is arbitrary: point it to where its largest entry is positive.
    axes = axes * np.sign(axes[np.argmax(np.abs(axes), axis=0), [0, 1]])
    explained = values[::-1][:2] / max(float(values.sum()), 1e-12)
    return [(unit - centre) @ axes for unit in units], explained


@styled
def draw_style_map(tables: Tables, config: SimulationConfig) -> Figure | None:
    """Draw creators on a common map of styles at the start and at the end of measurement."""
    table = columns_of(tables, "styles")
    if not table or table["day"].size < 3:
        return None
    vectors = np.stack(list(table["style"])).astype(np.float64)
    days = np.unique(table["day"])
    days = days[[0, -1]] if days.size > 1 else days
    chosen = [table["day"] == day for day in days]
    points, explained = common_map([vectors[rows] for rows in chosen])
    largest = max(float(table["weight"][rows].max(initial=0)) for rows in chosen)
    figure, axes = panels(len(days), 1, width=4.4, height=4.1 * len(days))
    limit = 1.08 * max(float(np.abs(part).max(initial=0.1)) for part in points)
    for number, (ax, rows, part, day) in enumerate(zip(axes, chosen, points, days, strict=True)):
        _scatter(ax, part, table["vertical"][rows], table["weight"][rows], largest)
        effective = effective_styles(_unit(vectors[rows]), table["weight"][rows])
        name = ("start", "end")[number] if len(days) > 1 else "styles"
        title = say("{name} (day {day}): {count:.1f} effective styles", name=say(name), day=day, count=effective)
        ax.set_title(title, fontsize=10.5)
        ax.set(xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal")
        ax.set_xlabel(say("first axis ({share} of variance)", share=share_text(float(explained[0]))))
        ax.tick_params(labelbottom=False, labelleft=False, length=0)
        ax.set_ylabel(say("second axis ({share} of variance)", share=share_text(float(explained[1]))))
    return figure


@styled
def draw_variety(tables: Tables, config: SimulationConfig) -> Figure | None:
    """Draw the effective number of styles supplied, shown and watched, and the share of imitations, over time."""
    daily = columns_of(tables, "daily")
    sides = [("supply", "published"), ("exposure", "shown"), ("consumption", "watched")]
    shown = [(daily[f"{side}_effective_styles"], words) for side, words in sides if f"{side}_effective_styles" in daily]
    shown = [(values, words) for values, words in shown if np.isfinite(values).any()]
    if not shown:
        return None
    imitations = daily.get("imitation_share", np.empty(0))
    below = bool(np.isfinite(imitations).any())
    figure, axes = panels(2 if below else 1, height=4.6 if below else 3.0, share=True)
    labels = []
    for (values, words), (color, dash) in zip(shown, LINES, strict=False):
        end = plot_days(axes[0], daily["day"], values, color, dash)
        labels.append((end, f"{say(words)} {end:.1f}", color))
    axes[0].set_ylim(1, None)
    mark_time(axes[0], daily["day"], config, "Variety of styles")
    label_ends(axes[0], labels, gap=0.13)
    axes[0].set_ylabel(say("effective styles"))
    axes[-1].set_xlabel(say("day (0: measurement begins)"))
    if below:
        end = plot_days(axes[1], daily["day"], imitations, INK)
        axes[1].set_ylim(0, None)
        mark_time(axes[1], daily["day"], config)
        label_ends(axes[1], [(end, share_text(end), INK)])
        axes[1].yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        axes[1].set_ylabel(say("imitations,\nshare of items"))
    return figure


def _scatter(
    ax: Axes, points: NDArray[np.float64], verticals: NDArray[Any], weights: NDArray[Any], largest: float
) -> None:
    order = np.argsort(-np.asarray(weights, dtype=np.float64), kind="stable")  # large ones below, small ones on top
    sizes = 3.0 + 180.0 * np.asarray(weights, dtype=np.float64) / max(largest, 1.0)
    colors = np.array(VERTICAL_COLORS)[verticals % len(VERTICAL_COLORS)]
    shapes = (verticals // len(VERTICAL_COLORS)) % len(MARKERS)
    for shape in np.unique(shapes):
        rows = order[shapes[order] == shape]
        ax.scatter(points[rows, 0], points[rows, 1], s=sizes[rows], c=colors[rows], marker=MARKERS[shape], alpha=0.6,
                   linewidths=0.3, edgecolors="white", rasterized=points.shape[0] > MANY_POINTS)  # fmt: skip
    for vertical in np.unique(verticals):
        rows = np.flatnonzero(verticals == vertical)
        across, up = points[rows].mean(axis=0)
        beside = 8 if rows.size < FEW else 0  # on top of so few marks the number would hide them
        ax.annotate(str(vertical), (across, up), (beside, beside), textcoords="offset points", fontsize=9,
                    fontweight="bold", color=INK, ha="center", va="center",
                    bbox={"boxstyle": "round,pad=0.1", "facecolor": "white", "alpha": 0.8, "lw": 0})  # fmt: skip
    ax.grid(visible=False)
    ax.axhline(0, color=MUTED, linewidth=0.4, zorder=0)
    ax.axvline(0, color=MUTED, linewidth=0.4, zorder=0)


def _unit(styles: NDArray[Any]) -> NDArray[np.float64]:
    vectors = np.asarray(styles, dtype=np.float64)
    unit: NDArray[np.float64] = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return unit
