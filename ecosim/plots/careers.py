"""Figures of careers: how many creators there are, who comes and goes, and how long newcomers last."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from numpy.typing import NDArray

from ecosim.config import SimulationConfig
from ecosim.language import say
from ecosim.metrics.survival import ENOUGH_AT_RISK, Survival, band, kaplan_meier
from ecosim.plots.dates import mark_time
from ecosim.plots.style import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    VERMILLION,
    Tables,
    columns_of,
    label_ends,
    panels,
    plot_days,
    share_text,
    styled,
)

QUARTER = 90
"""Days of entry that make one cohort."""

FEWEST = 10
"""Creators at risk under which a survival curve is no longer drawn."""


def newcomers(careers: dict[str, NDArray[Any]]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return days of entry and of exit (NaN: still there) of all who entered after the first day.

    Accounts of brands are there since before the first day, as founders are.
    """
    chosen = ~np.asarray(careers["founder"], dtype=bool)
    entered: NDArray[np.int64] = np.asarray(careers["entered"], dtype=np.int64)[chosen]
    left: NDArray[np.float64] = np.asarray(careers["left"], dtype=np.float64)[chosen]
    return entered, left


@styled
def draw_survival(tables: Tables, config: SimulationConfig) -> Figure | None:
    """Draw newcomers' survival by age with its 95% band, and that of each quarterly cohort of entrants."""
    careers, daily = columns_of(tables, "careers"), columns_of(tables, "daily")
    if not careers or not daily or daily["day"].size == 0:
        return None
    end = int(daily["day"][-1]) + 1
    entered, left = newcomers(careers)
    curve = _drawable(kaplan_meier(entered, left, 0, end))
    if curve.ages.size < 2:
        return None
    figure, (ax,) = panels(height=3.9)
    _draw_cohorts(ax, entered, left, config, end)
    low, high = band(curve)
    known = np.isfinite(low)
    ax.fill_between(curve.ages[known], low[known], high[known], step="post", color=BLUE, alpha=0.18, linewidth=0)
    ax.step(curve.ages, curve.survival, where="post", color=BLUE, label=say("all newcomers, with 95% band"))
    survival = curve.at(180)[0]
    if np.isfinite(survival):
        ax.plot([180], [survival], "o", color=BLUE, markersize=5)
        ax.annotate(say("after 180 days {share}\n({low} to {high})", share=share_text(survival),
                        low=share_text(low[180]), high=share_text(high[180])),
                    (180, high[180]), (2, 10), textcoords="offset points", color=BLUE, fontsize=9.5,
                    ha="left")  # fmt: skip
    ax.set(ylim=(0, 1.02), xlabel=say("days since entry (creators at risk below)"), ylabel=say("still publishing"))
    ax.set_xlim(0, max(float(curve.ages[-1]), 190.0 if np.isfinite(survival) else 1.0))
    ax.yaxis.set_major_formatter(PercentFormatter(1))
    ax.set_title(say("How long newcomers last"))
    ax.legend(loc="best", fontsize=9)
    _label_at_risk(ax, curve)
    return figure


@styled
def draw_population(tables: Tables, config: SimulationConfig) -> Figure | None:
    """Draw the number of creators, and how many enter and leave a week."""
    daily, careers = columns_of(tables, "daily"), columns_of(tables, "careers")
    if not daily or "creators_alive" not in daily or daily["day"].size == 0:
        return None
    figure, (upper, lower) = panels(2, height=4.4, share=True)
    days = daily["day"]
    upper.plot(days, daily["creators_alive"], color=BLUE)
    upper.set_ylim(0, None)
    upper.set_ylabel(say("creators"))
    mark_time(upper, daily["day"], config, "Creators in the ecosystem")
    label_ends(upper, [(float(daily["creators_alive"][-1]), f"{daily['creators_alive'][-1]:,.0f}", BLUE)])
    labels = []
    if "creators_entered" in daily:
        labels.append((plot_days(lower, days, daily["creators_entered"], GREEN), say("enter"), GREEN))
    if careers:
        left = np.asarray(careers["left"], dtype=np.float64)
        exits = np.array([np.count_nonzero(left == day) for day in days], dtype=np.float64)
        labels.append((plot_days(lower, days, exits, VERMILLION, (0, (5, 1.5))), say("leave"), VERMILLION))
    lower.set_ylim(0, None)
    mark_time(lower, daily["day"], config)
    label_ends(lower, labels, gap=0.13)
    lower.set(xlabel=say("day (0: measurement begins)"), ylabel=say("creators a day"))
    return figure


def _drawable(curve: Survival) -> Survival:
    """Cut a curve before the first age at which too few are at risk to draw it."""
    thin = np.flatnonzero(curve.at_risk < FEWEST)
    stop = int(thin[0]) if thin.size else curve.ages.size
    return Survival(curve.ages[:stop], curve.survival[:stop], curve.se[:stop], curve.at_risk[:stop])


def _draw_cohorts(
    ax: Axes, entered: NDArray[np.int64], left: NDArray[np.float64], config: SimulationConfig, end: int
) -> None:
    """Draw one thin line per quarter of entry; these cohorts are watched from their entry, burn-in included."""
    first = -config.burn_in
    dashes: tuple[Any, ...] = ((0, (1, 1)), (0, (4, 1.5)), (0, (4, 1.5, 1, 1.5)), "-")
    for number, begin in enumerate(range(first, end, QUARTER)):
        chosen = (entered >= begin) & (entered < begin + QUARTER)
        if np.count_nonzero(chosen) < ENOUGH_AT_RISK:
            continue
        curve = _drawable(kaplan_meier(entered[chosen], left[chosen], first, end))
        ax.step(curve.ages, curve.survival, where="post", color=ORANGE if begin >= 0 else MUTED, linewidth=0.9,
                linestyle=dashes[number % len(dashes)],
                label=say("entered day {first} to {last}", first=begin, last=min(begin + QUARTER, end) - 1)
                )  # fmt: skip


def _label_at_risk(ax: Axes, curve: Survival) -> None:
    ticks = [int(tick) for tick in ax.get_xticks() if 0 <= tick <= ax.get_xlim()[1]]
    known = [f"{tick}\n{curve.at_risk[tick]:,}" if tick < curve.ages.size else f"{tick}\n" for tick in ticks]
    ax.set_xticks(ticks, known)
    for label in ax.get_xticklabels():
        label.set_color(INK)
