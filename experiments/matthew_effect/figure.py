"""The figures of the Matthew effect: what concentration is made of, inequality against luck, and what a rule leaves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from ecosim.plots.style import BLUE, LINES, MUTED, ORANGE, VERMILLION, panels, styled
from experiments.common import Array
from experiments.matthew_effect import channels, reversal
from experiments.panels import save
from experiments.runs import Runs, interval


def draw(found: dict[channels.World, pd.DataFrame], runs: Runs, out: Path) -> None:
    """Write ``channels`` and ``reversal`` as SVG and PNG."""
    save(draw_channels(found), out, "channels")
    save(draw_reversal(runs), out, "reversal")


@styled
def draw_channels(found: dict[channels.World, pd.DataFrame]) -> Figure:
    """Draw the parts of concentration, and inequality against unpredictability of every world."""
    figure, (left, right) = panels(1, 2, width=11.0, height=4.4)
    _parts(left, channels.decomposition(found))
    _worlds(right, found)
    return figure


def _parts(ax: Axes, parts: dict[str, Array]) -> None:
    order = [*channels.CHANNELS, "rest", "luck"]
    for place, name in enumerate(order):
        seen = interval(parts[name])
        colour = {"luck": ORANGE, "rest": MUTED}.get(name, BLUE if seen["mean"] >= 0 else VERMILLION)
        if not np.isfinite(seen["mean"]):
            continue
        ax.barh(place, seen["mean"], height=0.6, color=colour)
        if np.isfinite(seen["low"]):
            ax.plot([seen["low"], seen["high"]], [place, place], color="black", linewidth=1.2)
    labels = {"rest": "rest (place, ties, style)", "luck": "luck (between replays)", "friends": "friends' shares"}
    ax.set_yticks(range(len(order)), [labels.get(name, name) for name in order])
    ax.set_ylim(len(order) - 0.5, -0.5)
    ax.axvline(0, color=MUTED, linewidth=0.8)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x")
    ax.xaxis.set_major_formatter(PercentFormatter(1.0))
    ax.set_title("Parts of concentration (sum 100%)")


def _worlds(ax: Axes, found: dict[channels.World, pd.DataFrame]) -> None:
    """One dot a world: filled with popularity on, square with personalisation on, small with equal quality."""
    for world, frame in found.items():
        x, y = frame["gini"].mean(), frame["unpredictability"].mean()
        colour = VERMILLION if channels.POPULARITY in world else BLUE
        marker = "s" if channels.PERSONAL in world else "o"
        filled = colour if channels.QUALITY in world else "none"
        ax.plot(x, y, marker, markersize=9 if channels.FRIENDS in world else 5, markeredgecolor=colour,
                markerfacecolor=filled, linestyle="none")  # fmt: skip
    for label, style in (
        ("popularity on", {"marker": "o", "color": VERMILLION}),
        ("popularity off", {"marker": "o", "color": BLUE}),
        ("personalisation on", {"marker": "s", "color": MUTED}),
        ("personalisation off", {"marker": "o", "color": MUTED}),
        ("equal quality", {"marker": "o", "color": MUTED, "markerfacecolor": "none"}),
        ("friends' shares off", {"marker": "o", "color": MUTED, "markersize": 5}),
    ):
        ax.plot([], [], linestyle="none", label=label, **{"markersize": 9, **style})
    ax.legend(fontsize=8.5, loc="center left", bbox_to_anchor=(1.0, 0.5))
    ax.xaxis.set_major_locator(MaxNLocator(5))
    ax.set_xlabel("inequality (Gini of impressions)")
    ax.set_ylabel("unpredictability (mean shares)")
    ax.set_title("Sixteen worlds, each lived twice")


@styled
def draw_reversal(runs: Runs) -> Figure:
    """Draw the paired difference that the rule makes, day by day, with its 95% band."""
    figure, axes = panels(1, 2, width=11.0, height=4.2)
    titles = {"impressions_gini": "Gini of impressions", "followers_gini": "Gini of followers"}
    for ax, (measure, title) in zip(axes, titles.items(), strict=True):
        for length, (colour, dash) in zip(reversal.LENGTHS, LINES, strict=True):
            seen = reversal.band(reversal.smoothed(reversal.gap(runs, length, measure)))
            ax.plot(seen.index, seen["mean"], color=colour, linestyle=dash, label=f"lifted after {length} days")
            ax.fill_between(seen.index, seen["low"], seen["high"], color=colour, alpha=0.15, linewidth=0)
            ax.axvline(length, color=colour, linestyle=dash, linewidth=0.8)
        ax.axhline(0, color=MUTED, linewidth=0.8)
        ax.set_xlabel("day (popularity is raised from day 0)")
        ax.set_ylabel("with the rule less without")
        ax.set_title(title)
    axes[0].legend()
    return figure
