"""The house style of all figures: legible in small, safe for the colour-blind, fit for print.

Lines differ in dash as well as in colour, and are labelled where they end. Figures are plain `Figure` objects; pyplot
and its global state are never used.
"""

from __future__ import annotations

import functools
import io
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Concatenate, ParamSpec, TypeVar

import matplotlib as mpl
import numpy as np
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ecosim.language import Language, language, say

Tables = Mapping[str, Any]
"""Recorded Arrow tables by name."""

BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY = "#0072b2", "#d55e00", "#009e73", "#b0578d", "#b07900", "#3a93c4"
"""Okabe and Ito's palette, the light ones darkened so that they can be read as text on white."""

LINES: tuple[tuple[str, Any], ...] = ((BLUE, "-"), (VERMILLION, (0, (5, 2))), (GREEN, (0, (2.5, 2.5))))
INK, MUTED, FAINT = "#222222", "#666666", "#d9d9d9"

WIDTH, HEIGHT = 5.0, 3.4
"""Inches of a figure of one panel: in print half a page, on a telephone the full width."""

STYLE: dict[str, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": MUTED,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.labelcolor": INK,
    "axes.labelsize": 10,
    "axes.linewidth": 0.8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "figure.facecolor": "white",
    "font.family": ["DejaVu Sans"],
    "font.size": 10,
    "grid.color": FAINT,
    "grid.linewidth": 0.6,
    "legend.fontsize": 9.5,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "savefig.dpi": 160,
    "svg.fonttype": "path",
    "svg.hashsalt": "ecosim",
    "text.color": INK,
    "xtick.color": MUTED,
    "xtick.labelcolor": INK,
    "xtick.labelsize": 9.5,
    "ytick.color": MUTED,
    "ytick.labelcolor": INK,
    "ytick.labelsize": 9.5,
}

CHINESE_FONTS = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "PingFang SC", "Hiragino Sans GB",
    "Microsoft YaHei", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "SimHei", "Heiti SC", "STHeiti", "Heiti TC",
    "Arial Unicode MS", "Noto Sans CJK JP", "Noto Sans CJK TC", "Noto Sans CJK HK", "Noto Sans CJK KR",
    "Droid Sans Fallback", "SimSun", "Noto Serif CJK SC", "Noto Serif CJK JP",
)  # fmt: skip
"""Fonts with Chinese characters, the most fitting first. Of a collection matplotlib knows only the first member, which
for Noto is the Japanese one: it has all characters that are used here."""

AMOUNTS = {
    Language.ENGLISH: ((1e9, "G"), (1e6, "M"), (1e3, "k")),
    Language.CHINESE: ((1e8, "亿"), (1e4, "万")),
}
"""Sizes from which on an amount is written shortly, and their signs."""

_P = ParamSpec("_P")
_R = TypeVar("_R")


def styled(draw: Callable[Concatenate[_P], _R]) -> Callable[_P, _R]:
    """Run `draw` in the house style, leaving matplotlib's own settings as they were.

    A figure's layout is settled once: laid out anew for every file, the same figure would give other bytes each time.
    """

    @functools.wraps(draw)
    def wrapper(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        with mpl.rc_context():
            mpl.rcdefaults()
            for name, value in STYLE.items():
                mpl.rcParams[name] = value  # type: ignore[index]
            mpl.rcParams["font.family"] = fonts()
            result = draw(*args, **kwargs)
            if isinstance(result, Figure):
                result.draw_without_rendering()
                result.set_layout_engine("none")
            return result

    return wrapper


@functools.cache
def chinese_font() -> str | None:
    """Return the font of this machine with which Chinese is drawn; None where there is none."""
    known = set(font_manager.get_font_names())
    return next((name for name in CHINESE_FONTS if name in known), None)


def drawn_language() -> Language:
    """Return the language in which figures can be drawn here: that of the page where there is a font for it."""
    return Language.ENGLISH if chinese_font() is None else language()


def fonts() -> list[str]:
    """Return the fonts of figures: a character that the first does not have is taken from the next."""
    found = chinese_font() if language() is Language.CHINESE else None
    return [*STYLE["font.family"], *([found] if found is not None else [])]


def panels(
    rows: int = 1, columns: int = 1, *, width: float = WIDTH, height: float = HEIGHT, share: bool = False
) -> tuple[Figure, list[Axes]]:
    """Make a figure with its axes, row by row; with `share` all have the same x axis."""
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False, sharex=share)
    return figure, list(axes.ravel())


@styled
def to_svg(figure: Figure) -> bytes:
    """Return the figure as SVG; equal figures give equal bytes."""
    buffer = io.BytesIO()
    figure.savefig(
        buffer, format="svg", dpi=144, metadata={"Date": None, "Creator": None, "Type": None, "Format": None}
    )
    return buffer.getvalue()


@styled
def to_png(figure: Figure) -> bytes:
    """Return the figure as PNG; equal figures give equal bytes."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def columns_of(tables: Tables, name: str) -> dict[str, NDArray[Any]]:
    """Return the columns of a recorded table as arrays; empty where the run has no such table.

    Missing integers (days of creators who are still there) become NaN.
    """
    if name not in tables:
        return {}
    table = tables[name]
    return {column: table[column].to_numpy() for column in table.column_names}


def plot_days(
    ax: Axes,
    days: NDArray[Any],
    values: NDArray[Any],
    color: str,
    dash: Any = "-",
    smooth: int = 7,
    *,
    width: float = 1.8,
) -> float:
    """Draw a daily series: faint as measured, bold as the mean of the last `smooth` days; return where it ends.

    Days without a value are gaps in the faint line and left out of the mean.
    """
    values = np.asarray(values, dtype=np.float64)
    trend = values
    if values.size >= 3 * smooth:
        window = np.ones(smooth)
        known = np.convolve(np.isfinite(values), window, mode="valid")
        total = np.convolve(np.where(np.isfinite(values), values, 0.0), window, mode="valid")
        trend = np.divide(total, known, out=np.full(known.size, np.nan), where=known > 0)
        ax.plot(days, values, color=color, linewidth=0.6, alpha=0.35)
    ax.plot(days[-trend.size :], trend, color=color, linestyle=dash, linewidth=width)
    finite = trend[np.isfinite(trend)]
    return float(finite[-1]) if finite.size else float("nan")


def label_ends(ax: Axes, labels: Sequence[tuple[float, str, str]], gap: float = 0.085) -> None:
    """Write each (height, text, colour) at the right of the axes, pushed apart where they would overlap."""
    low, high = ax.get_ylim()
    places = sorted(((value - low) / (high - low), text, color) for value, text, color in labels if np.isfinite(value))
    heights = [place[0] for place in places]
    for _ in range(50):  # a few passes settle any handful of labels
        for i in range(1, len(heights)):
            overlap = gap - (heights[i] - heights[i - 1])
            if overlap > 0:
                heights[i - 1] -= overlap / 2
                heights[i] += overlap / 2
    lift = max(0.0, 0.02 - min(heights, default=1.0))
    for height, (_, text, color) in zip(heights, places, strict=True):
        ax.annotate(text, (1.0, height + lift), (4, 0), xycoords="axes fraction", textcoords="offset points",
                    color=color, va="center", fontsize=9.5, annotation_clip=False)  # fmt: skip


def wide_letters(text: str) -> int:
    """Count the letters that take the room of two, as Chinese characters do."""
    return sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)


def share_text(value: float) -> str:
    """Write a share as a whole percentage, with a decimal below ten."""
    if not np.isfinite(value):
        return say("unknown")
    return f"{100 * value:.1f}%" if abs(value) < 0.0995 else f"{100 * value:.0f}%"


def amount_text(value: float) -> str:
    """Write an amount in few signs: 950, 12.3k, 4.56M."""
    if not np.isfinite(value):
        return say("unknown")
    for size, sign in AMOUNTS[language()]:
        if abs(value) >= 0.9995 * size:
            return f"{value / size:.3g}{sign}"
    return f"{value:.3g}"
