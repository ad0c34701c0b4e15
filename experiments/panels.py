"""The figure that experiments on `ecosim compare` share: quantities as panels, scenarios as dots with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from ecosim.plots.style import BLUE, MUTED, VERMILLION, panels, styled, to_png, to_svg
from experiments.compared import BASELINE, Quantity, Study, less


def save(figure: Figure, out: Path, name: str) -> None:
    """Write a figure as SVG and PNG."""
    (out / f"{name}.svg").write_bytes(to_svg(figure))
    (out / f"{name}.png").write_bytes(to_png(figure))


@styled
def draw_outcomes(study: Study, keys: Sequence[str], labels: Mapping[str, str], columns: int = 3) -> Figure:
    """Draw differences from the baseline: blue where the interval is above zero, red below, else grey."""
    scenarios = [name for name in study.scenarios if name != BASELINE]
    rows = ceil(len(keys) / columns)
    figure, axes = panels(rows, columns, width=3.4 * columns + 1.2, height=(0.75 + 0.28 * len(scenarios)) * rows + 0.3)
    for place, ax in enumerate(axes):
        if place >= len(keys):
            ax.set_axis_off()
            continue
        _panel(ax, study, study.quantities[keys[place]], scenarios)
        names = [labels.get(name, name) for name in scenarios] if place % columns == 0 else []
        ax.set_yticks(range(len(scenarios)), names or [""] * len(scenarios))
    figure.suptitle(
        f"Difference from the baseline: mean and 95% interval over {len(study.seeds)} paired seeds",
        x=0.01, ha="left", fontsize=11,
    )  # fmt: skip
    return figure


def _panel(ax: Axes, study: Study, quantity: Quantity, scenarios: Sequence[str]) -> None:
    for place, name in enumerate(scenarios):
        found = study.contrast(quantity.key, less(name))
        if not np.isfinite(found.mean):
            middle = ax.get_yaxis_transform()  # across by the width of the panel, down by scenario
            ax.annotate(
                "not measured", (0.5, place), xycoords=middle, color=MUTED, fontsize=8.5, va="center", ha="center"
            )
            continue
        clear = np.isfinite(found.low) and (found.low > 0 or found.high < 0)
        colour = (BLUE if found.mean > 0 else VERMILLION) if clear else MUTED
        if np.isfinite(found.low):
            ax.plot([found.low, found.high], [place, place], color=colour, linewidth=2)
        ax.plot(found.mean, place, "o" if clear else "D", color=colour, markersize=5)
    ax.axvline(0, color=MUTED, linewidth=0.8)
    ax.set_ylim(len(scenarios) - 0.5, -0.5)
    ax.grid(axis="x")
    ax.xaxis.set_major_locator(MaxNLocator(4))
    if quantity.relative:
        ax.xaxis.set_major_formatter(PercentFormatter(1.0))
    ax.set_title(quantity.label, fontsize=9.5)
