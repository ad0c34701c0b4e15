"""Figures of the consumers' side: how long they watch, how often they interact, how satisfied they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ecosim.config import SimulationConfig
from ecosim.language import say
from ecosim.plots.dates import mark_time
from ecosim.plots.style import (
    BLUE,
    GREEN,
    VERMILLION,
    Tables,
    columns_of,
    label_ends,
    panels,
    plot_days,
    share_text,
    styled,
)

MEASURES: tuple[tuple[str, str, float, Callable[[float], str], str], ...] = (
    ("watch_seconds_per_consumer_day", "minutes watched\na day", 1 / 60, lambda value: f"{value:.1f}", BLUE),
    ("interaction_rate", "interactions\nper impression", 1.0, share_text, VERMILLION),
    ("consumer_satisfaction", "satisfaction\n(0 to 1)", 1.0, lambda value: f"{value:.2f}", GREEN),
)
"""Daily measure, words for the axis, factor, how to write a value, colour."""


@styled
def draw_consumers(tables: Tables, config: SimulationConfig) -> Figure | None:
    """Draw watch time, interaction and satisfaction over time, one panel each."""
    daily = columns_of(tables, "daily")
    shown = [measure for measure in MEASURES if measure[0] in daily and np.isfinite(daily[measure[0]]).any()]
    if not shown:
        return None
    figure, axes = panels(len(shown), height=0.8 + 1.55 * len(shown), share=True)
    for number, (ax, (name, words, factor, write, color)) in enumerate(zip(axes, shown, strict=True)):
        end = plot_days(ax, daily["day"], daily[name] * factor, color)
        _room(ax, daily[name] * factor)
        mark_time(ax, daily["day"], config, "The consumers' side" if number == 0 else None)
        label_ends(ax, [(end, write(end), color)])
        ax.set_ylabel(say(words))
        if write is share_text:
            ax.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.3g}%")
    axes[-1].set_xlabel(say("day (0: measurement begins)"))
    return figure


def _room(ax: Axes, values: NDArray[Any]) -> None:
    """Start the axis at zero unless that would hide all change."""
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    if high <= 0 or low < 0:
        return
    spread = high - low
    ax.set_ylim(0 if low < 3 * spread else max(0.0, low - 0.5 * spread), high + 0.15 * max(spread, 0.05 * high))
