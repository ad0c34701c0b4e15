"""A picture of ties: a few consumers who are friends of friends, and whom they follow."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from ecosim.config import SimulationConfig
from ecosim.language import say
from ecosim.networks.layout import spread
from ecosim.plots.style import BLUE, GREEN, INK, MUTED, ORANGE, PURPLE, VERMILLION, Tables, columns_of, panels, styled
from ecosim.state.schema import TIERS

COLORS = {"head": VERMILLION, "waist": ORANGE, "tail": BLUE, "brand": PURPLE}
"""Colour of an account that is followed, by tier; brands' own apart, and square."""

MOST_ACCOUNTS = 60
"""Accounts drawn at most: those that most of the sample follow."""

Node = tuple[str, int]


def drawn_accounts(network: dict[str, NDArray[Any]]) -> NDArray[np.int64]:
    """Return the accounts that most of the sample follow, and that more than one of them does."""
    account, fans = np.unique(network["other"][network["kind"] == "follow"], return_counts=True)
    order = np.lexsort((account, -fans))[:MOST_ACCOUNTS]
    chosen: NDArray[np.int64] = np.sort(account[order][fans[order] > 1]).astype(np.int64)
    return chosen


@styled
def draw_network(tables: Tables, config: SimulationConfig) -> Figure | None:
    """Draw the recorded sample: consumers, friendships between them, and the accounts that several of them follow."""
    network = columns_of(tables, "network")
    if not network or network["consumer"].size == 0:
        return None
    follow = network["kind"] == "follow"
    accounts = drawn_accounts(network)
    kept = follow & np.isin(network["other"], accounts)
    people = np.unique(np.concatenate((network["consumer"], network["other"][~follow]))).tolist()
    pairs = zip(network["consumer"].tolist(), network["other"].tolist(), strict=True)
    edges: list[tuple[Node, Node]] = [
        (("consumer", one), ("account", other) if is_follow else ("consumer", other))
        for (one, other), is_follow, shown in zip(pairs, follow.tolist(), (kept | ~follow).tolist(), strict=True)
        if shown
    ]
    nodes: list[Node] = [("consumer", row) for row in people] + [("account", row) for row in accounts.tolist()]
    place = spread(nodes, edges)
    figure, (ax,) = panels(height=4.9)
    for kind, color, width, alpha in (("account", MUTED, 0.4, 0.3), ("consumer", GREEN, 1.4, 0.9)):
        lines = [(place[one], place[other]) for one, other in edges if other[0] == kind]
        ax.add_collection(LineCollection(lines, colors=color, linewidths=width, alpha=alpha, zorder=1))
    dots = np.array([place["consumer", row] for row in people])
    ax.scatter(dots[:, 0], dots[:, 1], s=14, color=INK, zorder=3, linewidths=0)
    kinds = _draw_accounts(ax, network, kept, accounts, place)
    _legend(figure, kinds, friends=bool((~follow).any()))
    ax.set_axis_off()
    ax.autoscale_view()
    ax.set_title(say("Whom {count} consumers follow", count=len(people)))
    return figure


def _draw_accounts(
    ax: Any, network: dict[str, NDArray[Any]], kept: NDArray[Any], accounts: NDArray[np.int64], place: dict[Any, Any]
) -> list[str]:
    """Draw each account by its followers in the whole world; return the kinds that are there."""
    other, first = np.unique(network["other"][kept], return_index=True)
    rows = np.flatnonzero(kept)[first[np.isin(other, accounts)]]
    if rows.size == 0:
        return []
    kinds = ["brand" if brand >= 0 else TIERS[int(tier)]
             for brand, tier in zip(network["brand"][rows], network["tier"][rows], strict=True)]  # fmt: skip
    followers = network["followers"][rows].astype(np.float64)
    sizes = 20 + 260 * followers / max(float(followers.max()), 1.0)
    spots = np.array([place["account", int(row)] for row in network["other"][rows]])
    for kind in COLORS:
        these = np.array(kinds) == kind
        ax.scatter(spots[these, 0], spots[these, 1], s=sizes[these], color=COLORS[kind], marker=_marker(kind),
                   alpha=0.85, zorder=2, linewidths=0.5, edgecolors="white")  # fmt: skip
    return [kind for kind in COLORS if kind in kinds]


def _marker(kind: str) -> str:
    return "s" if kind == "brand" else "o"


def _legend(figure: Figure, kinds: list[str], *, friends: bool) -> None:
    handles = [Line2D([], [], marker="o", linestyle="", color=INK, markersize=4, label=say("consumer"))]
    names = {"brand": "account of a brand"}
    handles += [
        Line2D([], [], marker=_marker(kind), linestyle="", color=COLORS[kind], markersize=8,
               label=say(names.get(kind, f"{kind} creator"))) for kind in kinds
    ]  # fmt: skip
    handles.append(Line2D([], [], color=MUTED, linewidth=0.8, label=say("follows")))
    if friends:
        handles.append(Line2D([], [], color=GREEN, linewidth=1.4, label=say("friends")))
    figure.legend(handles=handles, loc="outside lower center", ncols=3, fontsize=9)
