"""The figure of a sensitivity analysis: which settings an outcome hinges on, and what is only noise of the seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from ecosim import registry
from ecosim.config.describe import spoken
from ecosim.plots.style import BLUE, FAINT, INK, MUTED, VERMILLION, styled, to_png, to_svg

if TYPE_CHECKING:
    from ecosim.results.sensitivity import Sensitivity

Row = Mapping[str, Any]

ACROSS = 2
"""Panels side by side."""

SECOND = {"mu_star": "sigma", "ST": "S1"}
"""What stands beside the index by which settings are ordered."""

NAMES = {
    "mu_star": "μ*: mean size of the change, per whole range",
    "sigma": "σ: spread of the change (interaction, curvature)",
    "ST": "ST: share of variance, with interactions",
    "S1": "S1: share of variance, alone",
}


def write_figure(result: Sensitivity) -> None:
    """Draw the figure and write it into the folder as SVG and PNG."""
    from ecosim.results.sensitivity import FIGURE, PICTURE

    figure = draw(result.rows())
    for name, content in ((FIGURE, to_svg(figure)), (PICTURE, to_png(figure))):
        partial = result.path / f".{name}.tmp"
        partial.write_bytes(content)
        partial.replace(result.path / name)


@styled
def draw(rows: Sequence[Row]) -> Figure:
    """Draw a panel for each scenario and outcome, settings ordered by how much they matter.

    Parameters
    ----------
    rows : sequence of mapping
        The rows of `sensitivity.parquet`.
    """
    main = "mu_star" if any(row["index"] == "mu_star" for row in rows) else "ST"
    asked = list(dict.fromkeys((row["scenario"], row["outcome"]) for row in rows))
    settings = len({row["setting"] for row in rows})
    across = min(ACROSS, len(asked))
    down = -(-len(asked) // across)
    figure = Figure(figsize=(5.4 * across, (1.15 + 0.36 * settings) * down + 0.75), layout="constrained")
    axes = list(figure.subplots(down, across, squeeze=False).ravel())
    for ax, (scenario, outcome) in zip(axes, asked, strict=False):
        _panel(ax, [row for row in rows if (row["scenario"], row["outcome"]) == (scenario, outcome)], main)
    for ax in axes[len(asked) :]:
        ax.set_axis_off()
    noise = any(row["noise"] is not None for row in rows)
    figure.legend(handles=_legend(main, noise), loc="outside lower center", ncols=1 if across == 1 else 2)
    return figure


def _panel(ax: Axes, rows: Sequence[Row], main: str) -> None:
    """Draw one outcome: a row a setting, the one that matters most on top."""
    by_setting: dict[str, dict[str, Row]] = {}
    for row in rows:
        by_setting.setdefault(row["setting"], {})[row["index"]] = row
    ordered = sorted(by_setting, key=lambda name: _or_zero(by_setting[name][main]["value"]))
    for place, name in enumerate(ordered):
        for index, shift in ((main, 0.0), (SECOND[main], -0.22)):
            _mark(ax, by_setting[name][index], place + shift, main=index == main)
    ax.set_yticks(np.arange(len(ordered)), ordered)
    ax.set_ylim(-0.6, len(ordered) - 0.4)
    ax.set_xlim(left=min(0.0, ax.get_xlim()[0]))
    ax.axvline(0, color=MUTED, linewidth=0.8)
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")
    ax.xaxis.set_major_locator(MaxNLocator(5))
    ax.ticklabel_format(axis="x", scilimits=(-3, 4))
    ax.set_title("\n".join(line for part in _title(rows[0]) for line in wrap(part, 30)), fontsize=10)
    if all(row["value"] is None for row in rows):
        ax.set_xticks([])
        ax.text(0.5, 0.5, "cannot be told", transform=ax.transAxes, ha="center", va="center", color=MUTED)


def _mark(ax: Axes, row: Row, height: float, *, main: bool) -> None:
    """Draw one index: filled where it stands out from the noise of the seeds, else hollow."""
    if row["value"] is None:
        return
    color = BLUE if main else VERMILLION
    if main and row["noise"] is not None:
        ax.barh(height, row["noise"], height=0.42, color=FAINT, linewidth=0, zorder=1)
    if row["low"] is not None:
        ax.plot([row["low"], row["high"]], [height, height], color=color, linewidth=1.4, zorder=2)
    filled = row["verdict"] == "above noise"
    ax.plot(
        row["value"], height, "o" if main else "D", color=color, zorder=3, markersize=6.5 if main else 4.5,
        markerfacecolor=color if filled else "white",
    )  # fmt: skip


def _legend(main: str, noise: bool) -> list[Any]:
    def dot(color: str, marker: str, filled: bool, label: str) -> Line2D:
        face = color if filled else "white"
        return Line2D([], [], color=color, marker=marker, linestyle="", markerfacecolor=face, label=label)

    second = SECOND[main]
    handles: list[Any] = [dot(BLUE, "o", True, NAMES[main]), dot(VERMILLION, "D", second == "S1", NAMES[second])]
    if noise:
        handles += [
            Line2D([], [], color=FAINT, linewidth=7, label="what seeds alone would make of it"),
            dot(INK, "o", False, "hollow: not above that noise"),
        ]
    return handles


def _title(row: Row) -> list[str]:
    name = str(row["outcome"])
    label = registry.metrics[name].cls.label if name in registry.metrics.names() else spoken(name)
    return [f"{label}:", f"{row['scenario']} less {row['baseline']}"] if row["baseline"] else [str(label)]


def _or_zero(value: float | None) -> float:
    return 0.0 if value is None else value
