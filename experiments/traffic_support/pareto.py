"""Cost against benefit of every way of support, with intervals both ways, and what nothing beats on the mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator, PercentFormatter

from ecosim.plots.style import BLUE, GREEN, INK, MUTED, ORANGE, PURPLE, SKY, VERMILLION, panels, styled
from ecosim.results.inference import Paired
from experiments.runs import BASELINE, Runs, less

LOOKS = (
    (BLUE, "o"), (GREEN, "s"), (VERMILLION, "^"), (SKY, "D"), (ORANGE, "P"), (PURPLE, "X"), (INK, "v"), (MUTED, "h"),
)  # fmt: skip
"""A colour and a marker for each scenario, so that neither has to be seen alone."""


@styled
def draw_pareto(runs: Runs, benefits: Sequence[str], costs: Sequence[str], labels: Mapping[str, str]) -> Figure:
    """Draw benefits (down) against costs (across): up and to the left is better.

    Both are differences from the baseline, which is the origin; a cost is a loss. The dotted line joins what nothing
    else beats in both, by the means.
    """
    scenarios = [name for name in runs.scenarios if name != BASELINE]
    figure, axes = panels(len(benefits), len(costs), width=4.6 * len(costs), height=3.6 * len(benefits) + 0.9)
    for place, ax in enumerate(axes):
        benefit, cost = benefits[place // len(costs)], costs[place % len(costs)]
        _panel(ax, runs, benefit, cost, scenarios)
    handles = [
        Line2D([], [], color=colour, marker=marker, linestyle="", label=labels.get(name, name))
        for name, (colour, marker) in zip(scenarios, LOOKS, strict=False)
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=4)
    figure.suptitle(
        f"Cost against benefit: means and 95% intervals over {len(runs.seeds)} paired seeds",
        x=0.01, ha="left", fontsize=11,
    )  # fmt: skip
    return figure


def _panel(ax: Axes, runs: Runs, benefit: str, cost: str, scenarios: Sequence[str]) -> None:
    points = []
    for name, (colour, marker) in zip(scenarios, LOOKS, strict=False):
        gain, loss = runs.contrast(benefit, less(name)), runs.contrast(cost, less(name))
        if not (np.isfinite(gain.mean) and np.isfinite(loss.mean)):
            continue
        x, y = -loss.mean, gain.mean
        ax.errorbar(x, y, _half(gain), _half(loss), color=colour, marker=marker, markersize=7, linewidth=1.1)
        points.append((x, y))
    if not points:
        ax.annotate("not measured", (0.5, 0.5), xycoords="axes fraction", color=MUTED, ha="center")
    front = frontier([(0.0, 0.0), *points])
    ax.plot(*zip(*front, strict=True), color=MUTED, linewidth=1, linestyle=(0, (1, 2)), zorder=0)
    ax.plot(0, 0, "*", color=INK, markersize=9)
    ax.annotate("baseline", (0, 0), (6, -11), textcoords="offset points", fontsize=8.5, color=MUTED)
    for axis, key in ((ax.xaxis, cost), (ax.yaxis, benefit)):
        axis.set_major_locator(MaxNLocator(5))
        if runs.quantities[key].relative:
            axis.set_major_formatter(PercentFormatter(1.0))
    ax.grid(axis="x")
    ax.margins(0.08, 0.12)
    ax.set_xlabel(f"{runs.quantities[cost].label}, lost")
    ax.set_ylabel(f"{runs.quantities[benefit].label}, gained", fontsize=9)


def _half(found: Paired) -> float:
    """Half the width of an interval; 0 where there is none."""
    return (found.high - found.low) / 2 if np.isfinite(found.low) else 0.0


def frontier(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the points (cost, benefit) than which no other is both cheaper and better, by cost."""
    best, kept = -np.inf, []
    for cost, benefit in sorted(points, key=lambda point: (point[0], -point[1])):
        if benefit > best:
            kept.append((cost, benefit))
            best = benefit
    return kept
