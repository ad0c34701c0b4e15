"""The figures of homogenization: what copying does on three sides, and the wave after one hit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from ecosim.plots.style import BLUE, GREEN, MUTED, ORANGE, PURPLE, VERMILLION, panels, styled
from experiments.homogenization import copying, wave
from experiments.panels import draw_differences, save
from experiments.runs import interval, paired

SHOWN = {
    "supply_similarity": "supply: likeness of live items",
    "exposure_similarity": "exposure: likeness of what is shown",
    copying.WATCHED: "consumption: time watched",
}
DASHES = {
    "reinforcement": (BLUE, "-"),
    "imitate_top": (VERMILLION, (0, (5, 2))),
    "best_response": (GREEN, (0, (2.5, 2.5))),
    "noisy_satisficing": (PURPLE, (0, (6, 2, 1, 2))),
    "fixed": (ORANGE, (0, (1, 1.5))),
}


def draw(found: dict[str, copying.World], waves: wave.Waves, out: Path) -> None:
    """Write ``copying`` and ``wave`` as SVG and PNG."""
    save(draw_copying(found), out, "copying")
    save(draw_wave(waves), out, "wave")


@styled
def draw_copying(found: dict[str, copying.World]) -> Figure:
    """Draw what copying does in every world, on three sides."""
    figure, axes = panels(1, len(SHOWN), width=11.5, height=0.9 + 0.36 * len(found))
    for place, (ax, (measure, title)) in enumerate(zip(axes, SHOWN.items(), strict=True)):
        effects = [paired(world.effect(measure)) for world in found.values()]
        names = list(found) if place == 0 else [""] * len(found)
        draw_differences(ax, effects, names, title, measure in copying.RELATIVE)
    return figure


@styled
def draw_wave(waves: wave.Waves) -> Figure:
    """Draw look-alikes, watch time and tiredness after the hit, a line a strategy."""
    figure, axes = panels(1, len(wave.SERIES), width=12.5, height=4.0)
    titles = ("New videos near the hit", "Seconds an impression, vertical", "Style in consumers' minds")
    for ax, series, title in zip(axes, wave.SERIES.values(), titles, strict=True):
        for name in waves.models:
            colour, dash = DASHES.get(name, (MUTED, "-"))
            values = getattr(waves, series)(name).rolling(7, center=True, min_periods=1).mean()
            mean = values.mean(axis=1)
            ax.plot(mean.index, mean, color=colour, linestyle=dash, label=name.replace("_", " "))
            if name == copying.USUAL:  # one band shows the noise; five would hide the lines
                spread = [interval(row) for row in values.to_numpy(np.float64)]
                low, high = ([row[edge] for row in spread] for edge in ("low", "high"))
                ax.fill_between(mean.index, low, high, color=colour, alpha=0.15, linewidth=0)
        ax.axhline(0, color=MUTED, linewidth=0.8)
        ax.set_xlabel("days since the hit")
        ax.set_title(title)
        if series != "tired":
            ax.yaxis.set_major_formatter(PercentFormatter(1.0))
    axes[0].set_ylabel("with the hit less without")
    axes[0].legend(fontsize=8.5)
    return figure
