"""The figures of the study: every finding with its interval, and trust before, during and after a bad month."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.common import Interval
from experiments.economy.arms import PERIOD
from experiments.figure import BLUE, GREY, RED
from experiments.figure import draw as draw_findings


def draw(study: Any, findings: pd.DataFrame, out: Path) -> None:
    """Write ``findings`` and, where trust was looked at, ``trust``, as SVG and PNG."""
    draw_findings(study, findings, out)
    if (findings["pattern"] == "j").any():
        draw_trust(study, out)


def draw_trust(study: Any, out: Path) -> None:
    """Draw the paired difference of trust by day, with its 95% band over seeds."""
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    axes = figure.add_subplot()
    axes.axvspan(PERIOD.start, PERIOD.stop, color=GREY, alpha=0.15, linewidth=0)
    for measure, label, colour in (
        ("consumer_trust", "in the platform, everyone", BLUE),
        ("customer_trust", "in brands, their customers", RED),
    ):
        gap = study.series("overpromise", measure) - study.series("baseline", measure)
        band = [Interval.of(gap.loc[day].to_numpy()) for day in gap.index]
        axes.plot(gap.index, [interval.mean for interval in band], color=colour, label=label)
        low, high = (np.array([getattr(interval, edge) for interval in band]) for edge in ("low", "high"))
        axes.fill_between(gap.index, low, high, color=colour, alpha=0.2, linewidth=0)
    axes.axhline(0, color=GREY, linewidth=1)
    axes.set_xlabel("day (brands overpromise on the shaded days)")
    axes.set_ylabel("trust, less the run without")
    axes.legend(frameon=False)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.set_title("Trust during and after a month of overpromising", loc="left", fontsize=10)
    figure.savefig(out / "trust.svg", metadata={"Date": None})
    figure.savefig(out / "trust.png", dpi=110)
