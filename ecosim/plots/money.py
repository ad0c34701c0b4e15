"""Figures of money: what creators live from, and who pays whom."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from ecosim.config import SimulationConfig
from ecosim.language import retold, say
from ecosim.plots.concentration import own
from ecosim.plots.style import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    PURPLE,
    VERMILLION,
    Tables,
    amount_text,
    columns_of,
    panels,
    share_text,
    styled,
)
from ecosim.state.ledger import BRANDS, CREATORS, EARNINGS, ESCROW, OUTSIDE, PLATFORM
from ecosim.state.schema import MONTH, TIERS

SOURCES = {
    "ads": ("advertising", BLUE),
    "video": ("selling in videos", ORANGE),
    "live": ("selling live", VERMILLION),
    "fees": ("brands' fees", GREEN),
    "grants": ("grants", PURPLE),
}
"""Source of income, in words, and its colour."""

PARTIES = {
    OUTSIDE: "outside", PLATFORM: "platform", ESCROW: "orders on\ntheir way", BRANDS: "brands", CREATORS: "creators",
}  # fmt: skip


class Income(NamedTuple):
    """What the creators of each tier earned during measurement.

    Attributes
    ----------
    fen : int64[3, 5]
        By tier and source.
    a_month : float64[3]
        Gross income of a creator and 28 days, fen; NaN for a tier with nobody in it.
    """

    fen: NDArray[np.int64]
    a_month: NDArray[np.float64]


def income(accounts: dict[str, NDArray[Any]], burn_in: int = 0) -> Income | None:
    """Add up what creators earned between snapshots of measurement, by the tier that they had at the later one.

    Where no snapshot was taken before a measured day, all is counted from the first day of burn-in.
    """
    if not accounts or not own(accounts).any():
        return None
    rows = {name: column[own(accounts)] for name, column in accounts.items()}
    order = np.lexsort((rows["day"], rows["creator"]))
    creator, day, tier = (rows[name][order].astype(np.int64) for name in ("creator", "day", "tier"))
    nothing = np.zeros(order.size, np.int64)
    columns = [rows.get(f"earned_{source}_fen", nothing)[order] for source in EARNINGS]
    earned = np.stack(columns, axis=1).astype(np.int64)
    days = np.unique(day)
    started = days[(days <= 0) & (days < days[-1])]
    start = int(started[-1]) if started.size else -burn_in - 1
    again = np.concatenate(([False], creator[1:] == creator[:-1]))
    gained = earned - np.where(again[:, None], np.roll(earned, 1, axis=0), 0)
    counted = day > start
    fen = np.zeros((len(TIERS), len(EARNINGS)), np.int64)
    np.add.at(fen, tier[counted], gained[counted])
    before = np.maximum(np.concatenate(([start], days))[np.searchsorted(days, day)], start)
    spans = np.bincount(tier[counted], weights=(day - before)[counted], minlength=len(TIERS))
    with np.errstate(divide="ignore", invalid="ignore"):
        return Income(fen, np.where(spans > 0, fen.sum(axis=1) / spans * MONTH, np.nan))


@styled
def draw_income(tables: Tables, config: SimulationConfig) -> Figure | None:
    """Draw the sources of creators' income by tier, as parts of what the tier earns."""
    accounts = columns_of(tables, "creators")
    earned = income(accounts, config.burn_in) if "earned_fees_fen" in accounts else None
    if earned is None or "funnel" not in tables or not earned.fen.sum():
        return None
    rows = [(tier, earned.fen[k], earned.a_month[k]) for k, tier in enumerate(TIERS) if earned.fen[k].sum()]
    rows.append(("all", earned.fen.sum(axis=0), np.nan))
    figure, (ax,) = panels(height=1.5 + 0.45 * len(rows))
    for place, (_, fen, a_month) in enumerate(rows):
        left = 0.0
        for source, part in zip(EARNINGS, fen / fen.sum(), strict=True):
            ax.barh(-place, part, left=left, color=SOURCES[source][1], height=0.7, edgecolor="white", linewidth=0.6)
            if part > 0.09:
                ax.text(left + part / 2, -place, share_text(part), color="white", ha="center", va="center", fontsize=9)
            left += part
        mean = say("{amount} yuan", amount=amount_text(a_month / 100)) if np.isfinite(a_month) else ""
        ax.annotate(mean, (1.0, -place), (4, 0), textcoords="offset points", va="center", fontsize=9.5)
    ax.annotate(say("a creator\nand 28 days"), (1.0, 0.62), (4, 0), textcoords="offset points", va="center",
                fontsize=9, color=MUTED)  # fmt: skip
    ax.set_yticks(-np.arange(len(rows)), [say(name) for name, _, _ in rows])
    ax.set(xlim=(0, 1), ylim=(-len(rows) + 0.5, 0.95))
    ax.tick_params(left=False, bottom=False, labelbottom=False)
    ax.spines[["bottom", "left"]].set_visible(False)
    ax.grid(visible=False)
    shown = [SOURCES[source] for source, fen in zip(EARNINGS, earned.fen.sum(axis=0), strict=True) if fen > 0]
    handles = [Rectangle((0, 0), 1, 1, color=color) for _, color in shown]
    figure.legend(handles, [say(words) for words, _ in shown], loc="outside lower center", ncols=2)
    ax.set_title(say("What creators live from, by tier"))
    return figure


def payments(flows: dict[str, NDArray[Any]]) -> dict[tuple[str, str], tuple[float, list[str]]]:
    """Add up who pays whom, and for what: yuan a measured day, purposes from the largest."""
    if not flows or flows["day"].size == 0:
        return {}
    measured = flows["day"] >= 0
    days = int(flows["day"].max()) + 1
    if days <= 0:
        return {}
    purposes: dict[tuple[str, str], dict[str, int]] = {}
    columns = (flows[name][measured].tolist() for name in ("source", "target", "purpose", "fen"))
    for source, target, purpose, fen in zip(*columns, strict=True):
        paid = purposes.setdefault((source, target), {})
        paid[purpose] = paid.get(purpose, 0) + fen
    return {
        pair: (sum(paid.values()) / days / 100, sorted(paid, key=lambda purpose: -paid[purpose]))
        for pair, paid in purposes.items()
    }


@styled
def draw_flows(tables: Tables, config: SimulationConfig) -> Figure | None:
    """Draw who pays whom how much a day: payers in rows, receivers in columns."""
    paid = payments(columns_of(tables, "flows"))
    parties = [party for party in PARTIES if any(party in pair for pair in paid)]
    if not paid:
        return None
    size = len(parties)
    figure, (ax,) = panels(width=1.15 + 0.95 * size, height=1.2 + 0.72 * size)
    most = max(yuan for yuan, _ in paid.values())
    for (source, target), (yuan, purposes) in paid.items():
        x, y = parties.index(target), parties.index(source)
        shade = 0.08 + 0.5 * np.sqrt(yuan / most)
        ax.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, color=BLUE, alpha=shade, linewidth=0))
        ax.text(x, y - 0.2, amount_text(yuan), ha="center", va="center", fontsize=10, fontweight="bold")
        ax.text(x, y + 0.18, _wrapped(purposes), ha="center", va="center", fontsize=7.5, color=INK)
    for k in range(size):
        ax.plot([k - 0.5, k + 0.5], [k - 0.5, k + 0.5], color=MUTED, linewidth=0.5)
    names = [say(PARTIES[party]) for party in parties]
    ax.set_xticks(range(size), names)
    ax.set_yticks(range(size), names)
    ax.set(xlim=(-0.5, size - 0.5), ylim=(size - 0.5, -0.5), xlabel=say("receives"), ylabel=say("pays"))
    ax.xaxis.set_label_position("top")
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.grid(visible=False)
    ax.set_title(say("Yuan a day, and what for"))
    return figure


def _wrapped(purposes: list[str]) -> str:
    """Write purposes below one another, two of them and how many more."""
    more = [say("and {count} more", count=len(purposes) - 2)] if len(purposes) > 2 else []
    return "\n".join([*map(retold, purposes[:2]), *more])
