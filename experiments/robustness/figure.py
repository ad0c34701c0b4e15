"""The figure of the study: findings by strategies, each cell a sign with its interval."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from experiments.figure import BLUE, GREY, RED
from experiments.robustness.analyse import ARROWS, CLAIMS, cells_of

COLOURS = {"higher": BLUE, "lower": RED, "unclear": "white", "not measured": "#eeeeee"}


def draw(frame: pd.DataFrame, out: Path) -> None:
    """Write ``signs.svg`` and ``signs.png``."""
    names = list(dict.fromkeys(frame["strategy"]))
    figure = Figure(figsize=(4.2 + 1.75 * len(names), 1.4 + 0.55 * len(CLAIMS)), layout="constrained")
    axes = figure.add_subplot()
    for place, claim in enumerate(CLAIMS):
        for column, row in enumerate(cells_of(frame, claim).itertuples()):
            strong = row.sign in ("higher", "lower")
            axes.add_patch(
                Rectangle(
                    (column, place), 1, 1, facecolor=COLOURS[row.sign], edgecolor=GREY, linewidth=0.6, clip_on=False
                )
            )
            text = ARROWS[row.sign]
            if row.sign != "not measured":
                span = f"{claim.quantity.text(row.low)} to {claim.quantity.text(row.high)}"
                text += f" {claim.quantity.text(row.mean)}\n{span}"
            axes.annotate(
                text, (column + 0.5, place + 0.5), ha="center", va="center", fontsize=8.5,
                color="white" if strong else "black",
            )  # fmt: skip
    starts = [place for place, claim in enumerate(CLAIMS) if place and claim.scenario != CLAIMS[place - 1].scenario]
    for place in starts:
        axes.axhline(place, color="black", linewidth=1.6)
    axes.set_xlim(0, len(names))
    axes.set_ylim(len(CLAIMS), 0)
    axes.set_xticks(np.arange(len(names)) + 0.5, [name.replace("_", " ") for name in names])
    labels = [f"{claim.scenario.replace('_', ' ')}: {claim.quantity.label}" for claim in CLAIMS]
    axes.set_yticks(np.arange(len(CLAIMS)) + 0.5, labels)
    axes.tick_params(length=0, labeltop=True, labelbottom=False)
    for side in axes.spines.values():
        side.set_visible(False)
    seeds = int(frame["seeds"].max())
    figure.suptitle(f"Difference from the baseline, mean and 95% interval over {seeds} paired seeds", fontsize=11)
    legend = [
        Patch(facecolor=COLOURS[sign], edgecolor=GREY, label=f"{ARROWS[sign]} {words}")
        for sign, words in (("higher", "higher"), ("lower", "lower"), ("unclear", "unclear: the interval holds zero"))
    ]
    figure.legend(handles=legend, loc="outside lower center", ncols=3, frameon=False, fontsize=9)
    figure.savefig(out / "signs.svg", metadata={"Date": None})
    figure.savefig(out / "signs.png", dpi=110)
