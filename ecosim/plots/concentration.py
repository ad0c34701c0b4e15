"""Figures of the Matthew effect: how unequally attention, audience and income are spread, and whether that grows."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from numpy.typing import ArrayLike, NDArray

from ecosim.config import SimulationConfig
from ecosim.language import say
from ecosim.metrics.base import gini
from ecosim.plots.dates import mark_time
from ecosim.plots.style import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    PURPLE,
    SKY,
    VERMILLION,
    Tables,
    columns_of,
    label_ends,
    panels,
    plot_days,
    share_text,
    styled,
)

QUANTITIES = {
    "impressions": ("impressions_28d", "impressions of the last 28 days", BLUE),
    "followers": ("followers", "followers", GREEN),
    "income": ("income_28d_fen", "income of the last 28 days", PURPLE),
}
"""Quantity -> column of the creators' table, words for it, colour."""

LINES: tuple[tuple[str, Any], ...] = ((SKY, "-"), (VERMILLION, (0, (5, 2))), (INK, "-"))
BROAD = (4.5, 1.8, 1.3)
"""Widths of lines, the first so broad that one that runs where it does can be seen within it."""


def lorenz(values: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the Lorenz curve: shares of owners, poorest first, and the share of the total that they hold.

    Negative values count as nothing; where there is nothing at all to share, the curve is the line of equality.
    """
    ordered = np.sort(np.clip(np.asarray(values, dtype=np.float64), 0.0, None))
    owners = np.linspace(0.0, 1.0, ordered.size + 1)
    total = ordered.sum()
    held = np.cumsum(ordered) / total if total > 0 else owners[1:]
    return owners, np.concatenate([[0.0], held])


def present(creators: dict[str, NDArray[Any]], day: int) -> NDArray[np.bool_]:
    """Select the rows of a snapshot day whose creators are still there; accounts of brands are nobody's living."""
    left = np.asarray(creators["left"], dtype=np.float64)
    chosen: NDArray[np.bool_] = (creators["day"] == day) & ~(left <= day) & own(creators)
    return chosen


def own(accounts: dict[str, NDArray[Any]]) -> NDArray[np.bool_]:
    """Select the rows of creators of their own."""
    chosen: NDArray[np.bool_] = accounts["brand"] < 0
    return chosen


def snapshot_days(creators: dict[str, NDArray[Any]]) -> tuple[int, ...]:
    """Return the snapshot days at the start and the end of measurement, or one of them, or none."""
    days = np.unique(creators["day"]) if creators else np.empty(0)
    if days.size == 0:
        return ()
    before = days[days <= 0]
    start, end = int(before[-1] if before.size else days[0]), int(days[-1])
    return (start, end) if start < end else (end,)


@styled
def draw_lorenz(tables: Tables, config: SimulationConfig, quantity: str) -> Figure | None:
    """Draw the Lorenz curve of one quantity over creators at the start and at the end of measurement."""
    column, words, color = QUANTITIES[quantity]
    creators = columns_of(tables, "creators")
    days = snapshot_days(creators)
    if not days:
        return None
    figure, (ax,) = panels(height=3.9)
    ax.plot([0, 1], [0, 1], color=MUTED, linewidth=0.8)
    ax.text(0.5, 0.53, say("equality"), rotation=38, color=MUTED, fontsize=9, ha="center", va="bottom")
    for day in days:
        values = np.clip(creators[column][present(creators, day)], 0, None)
        owners, held = lorenz(values)
        last = day == days[-1]
        ax.plot(owners, held, color=color if last else MUTED, linestyle="-" if last else (0, (4, 2)),
                label=say("end (day {day}): Gini {gini}" if last else "start (day {day}): Gini {gini}",
                          day=day, gini=_two_digits(gini(values))))  # fmt: skip
        if last:
            ax.fill_between(owners, held, owners, color=color, alpha=0.08, linewidth=0)
    ax.set(
        xlim=(0, 1),
        ylim=(0, 1),
        xlabel=say("share of creators, smallest first"),
        ylabel=say("share of {what}", what=say(words)),
    )
    ax.set_title(say("Who gets the {what}", what=say(quantity)))
    ax.xaxis.set_major_formatter(PercentFormatter(1))
    ax.yaxis.set_major_formatter(PercentFormatter(1))
    ax.legend(loc="upper left")
    return figure


@styled
def draw_gini(tables: Tables, config: SimulationConfig) -> Figure | None:
    """Draw the Gini coefficients of impressions, followers and income over time.

    Where creators live from advertising alone, income is spread as impressions are: its thin line runs within the broad
    one of impressions.
    """
    measures = [("impressions_gini", "impressions"), ("followers_gini", "followers"), ("income_gini", "income")]
    return _over_time(tables, config, measures, "Inequality between creators", "Gini coefficient", BROAD)


@styled
def draw_top_shares(tables: Tables, config: SimulationConfig) -> Figure | None:
    """Draw the shares of impressions that the top 1% and the top 10% of creators receive, over time."""
    measures = [("impressions_top_10pct_share", "top 10%"), ("impressions_top_1pct_share", "top 1%")]
    return _over_time(tables, config, measures, "What the top receives", "share of impressions")


def _two_digits(value: float) -> str:
    return f"{value:.2f}" if np.isfinite(value) else say("not defined")


def _over_time(
    tables: Tables,
    config: SimulationConfig,
    measures: list[tuple[str, str]],
    title: str,
    unit: str,
    widths: tuple[float, ...] = (1.8, 1.8),
) -> Figure | None:
    """Draw up to three measures between 0 and 1, as shares unless their unit is another."""
    percent = unit.startswith("share")
    daily = columns_of(tables, "daily")
    shown = [(daily[name], words) for name, words in measures if name in daily and np.isfinite(daily[name]).any()]
    if not shown:
        return None
    figure, (ax,) = panels()
    labels = []
    for (values, words), (color, dash), width in zip(shown, LINES, widths, strict=False):
        end = plot_days(ax, daily["day"], values, color, dash, width=width)
        labels.append((end, f"{say(words)}\n{share_text(end) if percent else f'{end:.2f}'}", color))
    low = min(float(np.nanmin(values)) for values, _ in shown)
    ax.set_ylim(0.0 if percent or low < 0.3 else max(0.0, np.floor(low * 10 - 0.5) / 10), None if percent else 1.0)
    mark_time(ax, daily["day"], config, title)
    label_ends(ax, labels, gap=0.15)
    if percent:
        ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set(xlabel=say("day (0: measurement begins)"), ylabel=say(unit))
    return figure
