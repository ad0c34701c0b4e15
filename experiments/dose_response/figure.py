"""The figure of the study: a row for each policy, a column for each outcome, effect against dose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from ecosim.plots.style import MUTED, panels, styled
from experiments.dose_response.responses import Response
from experiments.findings import clear
from experiments.panels import colour_of
from experiments.runs import Runs

TICKS = (0, 0.5, 1, 2)


@styled
def draw_responses(runs: Runs, shown: Mapping[str, Sequence[str]]) -> Figure:
    """Draw responses, each on its own scale: blue where the interval is above zero, red below, else a grey diamond.

    Parameters
    ----------
    runs : Runs
        The baseline and every dose.
    shown : mapping of str to sequence of str
        Quantities by policy, as many for each; those of a column that differ by policy are named in every panel.
    """
    wide = len(next(iter(shown.values())))
    figure, axes = panels(len(shown), wide, width=2.3 * wide + 1.2, height=1.15 * len(shown) + 0.8)
    for row, (policy, keys) in enumerate(shown.items()):
        for column, key in enumerate(keys):
            ax, quantity = axes[row * wide + column], runs.quantities[key]
            _panel(ax, Response.of(runs, policy, key), quantity.relative)
            same = len({own[column] for own in shown.values()}) == 1
            if row == 0 or not same:
                ax.set_title(quantity.label, fontsize=9)
            if column == 0:
                ax.set_ylabel(policy.replace("_", "\n"), rotation=0, ha="right", va="center", fontsize=9)
            ax.set_xticks(TICKS, [f"{tick:g}" for tick in TICKS] if row == len(shown) - 1 else [""] * len(TICKS))
            if row == len(shown) - 1:
                ax.set_xlabel("dose")
    figure.suptitle(
        f"Difference from the baseline by dose: mean and 95% interval over {len(runs.seeds)} paired seeds",
        x=0.01, ha="left", fontsize=11,
    )  # fmt: skip
    return figure


def _panel(ax: Axes, response: Response, relative: bool) -> None:
    known = [(dose, one) for dose, one in zip(response.doses, response.effects, strict=True) if np.isfinite(one.mean)]
    if not known:
        ax.annotate("not measured", (0.5, 0.5), xycoords="axes fraction", color=MUTED, fontsize=8, ha="center")
    ax.plot([0, *(dose for dose, _ in known)], [0, *(one.mean for _, one in known)], color=MUTED, linewidth=0.9)
    for dose, one in known:
        if np.isfinite(one.low):
            ax.plot([dose, dose], [one.low, one.high], color=colour_of(one), linewidth=1.6)
        ax.plot(dose, one.mean, "o" if clear(one) else "D", color=colour_of(one), markersize=3.5)
    ax.axhline(0, color=MUTED, linewidth=0.8)
    ax.set_xlim(-0.1, 2.1)
    ax.yaxis.set_major_locator(MaxNLocator(3))
    if relative:
        ax.yaxis.set_major_formatter(PercentFormatter(1.0))
    ax.tick_params(labelsize=8)
