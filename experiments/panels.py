"""The figure that experiments share: quantities as panels, differences as dots with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from ecosim.plots.style import BLUE, MUTED, VERMILLION, panels, styled, to_png, to_svg
from ecosim.results.inference import Paired
from experiments.findings import clear
from experiments.runs import BASELINE, Runs, less


def save(figure: Figure, out: Path, name: str) -> None:
    """Write a figure as SVG and PNG."""
    (out / f"{name}.svg").write_bytes(to_svg(figure))
    (out / f"{name}.png").write_bytes(to_png(figure))


@styled
def draw_outcomes(runs: Runs, keys: Sequence[str], labels: Mapping[str, str], columns: int = 3) -> Figure:
    """Draw differences from the baseline: blue where the interval is above zero, red below, else grey."""
    scenarios = [name for name in runs.scenarios if name != BASELINE]
    rows = ceil(len(keys) / columns)
    figure, axes = panels(rows, columns, width=3.4 * columns + 1.2, height=(0.75 + 0.28 * len(scenarios)) * rows + 0.3)
    for place, ax in enumerate(axes):
        if place >= len(keys):
            ax.set_axis_off()
            continue
        quantity = runs.quantities[keys[place]]
        found = [runs.contrast(quantity.key, less(name)) for name in scenarios]
        names = [labels.get(name, name) for name in scenarios] if place % columns == 0 else [""] * len(scenarios)
        draw_differences(ax, found, names, quantity.label, quantity.relative)
    figure.suptitle(
        f"Difference from the baseline: mean and 95% interval over {len(runs.seeds)} paired seeds",
        x=0.01, ha="left", fontsize=11,
    )  # fmt: skip
    return figure


def colour_of(found: Paired) -> str:
    """Return the colour of a difference: blue where the interval is above zero, red below, else grey."""
    return (BLUE if found.mean > 0 else VERMILLION) if clear(found) else MUTED


def draw_differences(ax: Axes, found: Sequence[Paired], names: Sequence[str], title: str, relative: bool) -> None:
    """Draw differences below one another, each a dot with its interval; a diamond where that holds zero."""
    for place, one in enumerate(found):
        if not np.isfinite(one.mean):
            middle = ax.get_yaxis_transform()  # across by the width of the panel, down by place
            ax.annotate(
                "not measured", (0.5, place), xycoords=middle, color=MUTED, fontsize=8.5, va="center", ha="center"
            )
            continue
        if np.isfinite(one.low):
            ax.plot([one.low, one.high], [place, place], color=colour_of(one), linewidth=2)
        ax.plot(one.mean, place, "o" if clear(one) else "D", color=colour_of(one), markersize=5)
    ax.axvline(0, color=MUTED, linewidth=0.8)
    ax.set_ylim(len(found) - 0.5, -0.5)
    ax.grid(axis="x")
    ax.xaxis.set_major_locator(MaxNLocator(4))
    if relative:
        ax.xaxis.set_major_formatter(PercentFormatter(1.0))
    ax.set_yticks(range(len(found)), names)
    ax.set_title(title, fontsize=9.5)
