"""Figures of commerce: what is sold over time, and what becomes of an impression by source and format."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from numpy.typing import NDArray

from ecosim.config import SimulationConfig
from ecosim.language import say
from ecosim.plots.dates import mark_time
from ecosim.plots.style import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    VERMILLION,
    Tables,
    amount_text,
    columns_of,
    label_ends,
    panels,
    plot_days,
    share_text,
    styled,
)
from ecosim.state.economy import FORMATS, SOURCES

SHARES: tuple[tuple[str, str, str, Any], ...] = (
    ("live_order_share", "in live", VERMILLION, "-"),
    ("friends_order_share", "by friends", GREEN, (0, (5, 2))),
    ("return_rate", "returned", ORANGE, (0, (2.5, 2.5))),
)
"""Daily measure, what it says of an order, colour, dash."""

COLORS = {"video": BLUE, "live": VERMILLION}


class Path(NamedTuple):
    """What became of impressions of items with a product, by one source and format.

    Attributes
    ----------
    name : str
        Source and format.
    color : str
        By the format.
    exposures, clicks, orders, gmv : int
        Sums over the measured days; gmv in fen.
    """

    name: str
    color: str
    exposures: int
    clicks: int
    orders: int
    gmv: int


def paths(funnel: dict[str, NDArray[Any]]) -> list[Path]:
    """Sum the funnel over the weeks of measurement (over all, if there are none) by source and format."""
    if not funnel or funnel["day"].size == 0:
        return []
    measured = funnel["day"] >= 0
    measured = measured if measured.any() else np.ones_like(measured)
    found = []
    for source in SOURCES:
        for kind in FORMATS:
            rows = measured & (funnel["source"] == source) & (funnel["format"] == kind)
            steps = [int(funnel[step][rows].sum()) for step in ("exposures", "clicks", "orders", "gmv_fen")]
            if steps[0]:
                found.append(
                    Path(say("{source}, {format}", source=say(source), format=say(kind)), COLORS[kind], *steps)
                )
    return found


@styled
def draw_funnel(tables: Tables, config: SimulationConfig) -> Figure | None:
    """Draw impressions, clicks, orders and sales by source and format."""
    known = paths(columns_of(tables, "funnel"))
    shown, sold = sum(path.exposures for path in known), sum(path.gmv for path in known)
    if not shown:
        return None
    figure, axes = panels(2, 2, height=1.5 + 0.5 * len(known))
    _bars(axes[0], say("part of impressions"), known, [path.exposures / shown for path in known])
    _bars(axes[1], say("looks per impression"), known, [path.clicks / path.exposures for path in known])
    _bars(axes[2], say("orders per look"), known, [_ratio(path.orders, path.clicks) for path in known])
    _bars(axes[3], say("part of value sold"), known, [_ratio(path.gmv, sold) for path in known])
    for ax in (axes[1], axes[3]):
        ax.tick_params(labelleft=False)
    return figure


@styled
def draw_sales(tables: Tables, config: SimulationConfig) -> Figure | None:
    """Draw the value of the day's orders, and which part of the orders is live, by friends, or comes back."""
    daily = columns_of(tables, "daily")
    if "gmv" not in daily or not np.isfinite(daily["gmv"]).any():
        return None
    shares = [one for one in SHARES if one[0] in daily and np.isfinite(daily[one[0]]).any()]
    figure, axes = panels(2 if shares else 1, height=4.6 if shares else 3.0, share=True)
    end = plot_days(axes[0], daily["day"], daily["gmv"], BLUE)
    axes[0].set_ylim(0, None)
    axes[0].yaxis.set_major_formatter(lambda value, _: amount_text(value))
    axes[0].set_ylabel(say("yuan a day"))
    mark_time(axes[0], daily["day"], config, "Value of what is ordered")
    label_ends(axes[0], [(end, amount_text(end), BLUE)])
    axes[-1].set_xlabel(say("day (0: measurement begins)"))
    if shares:
        _draw_shares(axes[1], daily, config, shares)
    return figure


def _draw_shares(
    ax: Axes, daily: dict[str, NDArray[Any]], config: SimulationConfig, shares: list[tuple[str, str, str, Any]]
) -> None:
    """Draw which part of the orders is live, by friends, or comes back; there is none on days without orders."""
    labels = []
    for name, words, color, dash in shares:
        share = plot_days(ax, daily["day"], daily[name], color, dash)
        labels.append((share, f"{say(words)} {share_text(share)}", color))
    ax.set_ylim(0, None)
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set_ylabel(say("share of orders"))
    mark_time(ax, daily["day"], config)
    label_ends(ax, labels, gap=0.13)


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _bars(ax: Axes, title: str, known: list[Path], values: list[float]) -> None:
    """Draw one bar a path, the first on top, with its value."""
    places = -np.arange(len(known))
    ax.barh(places, values, color=[path.color for path in known], height=0.66)
    ax.set_yticks(places, [path.name for path in known])
    ax.set_title(title, fontsize=9.5, fontweight="normal")
    ax.grid(visible=False)
    ax.tick_params(left=False, bottom=False, labelbottom=False)
    ax.spines["bottom"].set_visible(False)
    ax.set_xlim(0, 1.35 * max(*values, 1e-9))
    for place, value in zip(places, values, strict=True):
        ax.annotate(share_text(value), (value, place), (3, 0), textcoords="offset points", va="center",
                    fontsize=9, color=INK)  # fmt: skip
