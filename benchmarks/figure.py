"""The figure of docs/performance.md: impressions a second by size, beside others; and where a consumer's day goes."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.table import PEERS
from ecosim.plots.style import BLUE, GREEN, INK, MUTED, ORANGE, PURPLE, SKY, VERMILLION, panels, styled, to_svg

DEAREST = 4
"""Stages with a colour of their own; the others are drawn together."""
COLOURS = (BLUE, VERMILLION, GREEN, ORANGE)
MARKERS = {"mesa": ("s", VERMILLION), "twin": ("D", PURPLE), "trecs": ("^", GREEN), "trecs_untrained": ("v", ORANGE)}

Size = dict[str, Any]


def draw(latest: dict[str, dict[str, Any]]) -> bytes:
    """Draw the latest figures of all measurements as SVG; equal figures give equal bytes."""
    return to_svg(picture(merged(latest)))


def merged(latest: dict[str, dict[str, Any]]) -> list[Size]:
    """Return one set of figures a size, the smallest first; the one with turns where two measurements have a size."""
    sizes: dict[int, Size] = {}
    for found in latest.values():
        for size in found["sizes"]:
            if "turns" in size or size["consumers"] not in sizes:
                sizes[size["consumers"]] = size
    return [sizes[consumers] for consumers in sorted(sizes)]


@styled
def picture(sizes: list[Size]) -> Figure:
    """Draw both panels, side by side."""
    figure, (left, right) = panels(1, 2, width=9.6, height=3.8)
    _speed(left, sizes)
    _day(right, sizes)
    return figure


def _speed(ax: Axes, sizes: list[Size]) -> None:
    """Impressions a second: ecosim end to end, on one thread, and whoever took turns with it, at the size they had."""
    consumers = [size["consumers"] for size in sizes]
    threads = sizes[-1]["threads"]
    ax.plot(consumers, [size["impressions_per_second"] for size in sizes], "o-", color=BLUE,
            label=f"ecosim, {threads} threads" if threads > 1 else "ecosim, one thread")  # fmt: skip
    turned = [size for size in sizes if "turns" in size]
    if threads > 1 and turned:
        alone = [size["turns"]["rates"]["ecosim_one_thread"]["impressions_per_second"] for size in turned]
        ax.plot([size["consumers"] for size in turned], alone, "o--", color=SKY, label="ecosim, one thread")
    for name, (marker, colour) in MARKERS.items():
        points = {}
        for size in turned:
            rate = size["turns"]["rates"].get(name)
            if rate is not None:
                points[rate["consumers"]] = rate["impressions_per_second"]
        if points:
            x = sorted(points)
            ax.plot(x, [points[at] for at in x], marker + ":", color=colour, label=PEERS[name])
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_xlabel("consumers")
    ax.set_title("Impressions a second")
    low, high = ax.get_ylim()
    ax.set_ylim(low, high * (high / low) ** 0.35)  # room for the legend
    ax.legend(loc="upper left", ncols=2, fontsize=8.5)


def _day(ax: Axes, sizes: list[Size]) -> None:
    """Microseconds per consumer-day, stage by stage."""
    large = sizes[-1]["stages"]
    dearest = sorted(large, key=lambda name: -large[name])[:DEAREST]
    place, bottom = np.arange(len(sizes)), np.zeros(len(sizes))
    days = np.array([size["consumer_days"] for size in sizes])
    for name, colour in zip(dearest, COLOURS, strict=False):
        height = 1e6 * np.array([size["stages"].get(name, 0.0) for size in sizes]) / days
        ax.bar(place, height, 0.6, bottom=bottom, color=colour, label=name)
        bottom += height
    whole = 1e6 * np.array([size["days_seconds"] for size in sizes]) / days
    ax.bar(place, whole - bottom, 0.6, bottom=bottom, color=MUTED, label="all others")
    for at, top in zip(place, whole, strict=True):
        ax.annotate(f"{top:.1f}", (at, top), (0, 3), textcoords="offset points", ha="center", color=INK, fontsize=9.5)
    ax.set_xticks(place, [f"{size['consumers']:,}" for size in sizes])
    ax.set_ylim(0, 1.45 * whole.max())
    ax.set_xlabel("consumers")
    ax.set_title("Microseconds per consumer-day")
    ax.legend(loc="upper right", ncols=2, fontsize=8.5)
