"""The figure that every study has: each finding as a dot with its interval."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

BLUE, RED, GREY = "#0072B2", "#D55E00", "#777777"


def draw(_: Any, findings: pd.DataFrame, out: Path) -> None:
    """Write ``findings.svg`` and ``findings.png``."""
    figure = Figure(figsize=(9, 1.2 + 0.42 * len(findings)), layout="constrained")
    axes = figure.add_subplot()
    for place, row in enumerate(findings.itertuples()):
        colour = BLUE if row.holds else RED
        half = max(abs(row.low), abs(row.high), abs(row.mean), 1e-9)
        axes.plot([row.low / half, row.high / half], [-place, -place], color=colour, linewidth=2)
        axes.plot(row.mean / half, -place, "o", color=colour)
        label = f"({row.pattern}) {row.quantity}\n{row.mean:+.3f}  [{row.low:+.3f}, {row.high:+.3f}]"
        axes.annotate(label, (1.15, -place), va="center", fontsize=8, annotation_clip=False)
    axes.axvline(0, color=GREY, linewidth=1)
    axes.set_xlim(-1.1, 1.1)
    axes.set_yticks([])
    axes.set_xticks([0])
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    seeds = int(findings["seeds"].max())
    axes.set_title(
        f"What came out: mean and 95% interval over {seeds} paired seeds (each line on its own scale)",
        loc="left",
        fontsize=10,
    )
    axes.set_position((0.02, 0.05, 0.4, 0.85))
    out.mkdir(parents=True, exist_ok=True)
    figure.savefig(out / "findings.svg", metadata={"Date": None})
    figure.savefig(out / "findings.png", dpi=110)
