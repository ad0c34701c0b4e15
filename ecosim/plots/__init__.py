"""Figures, drawn from recorded tables alone: the same tables give the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from matplotlib.figure import Figure

from ecosim.config import SimulationConfig
from ecosim.plots.careers import draw_population, draw_survival
from ecosim.plots.concentration import draw_gini, draw_lorenz, draw_top_shares
from ecosim.plots.consumers import draw_consumers
from ecosim.plots.failures import sparing_the_rest
from ecosim.plots.money import draw_flows, draw_income
from ecosim.plots.sales import draw_funnel, draw_sales
from ecosim.plots.style import Tables, drawn_language, to_png, to_svg
from ecosim.plots.ties import draw_network
from ecosim.plots.variety import draw_style_map, draw_variety

__all__ = [
    "DRAWINGS",
    "Drawing",
    "draw_all",
    "drawn_language",
    "save_all",
    "sparing_the_rest",
    "to_png",
    "to_svg",
]


@dataclass(frozen=True)
class Drawing:
    """One figure of a run: its file name, what it shows, the function that draws it, and how to read it."""

    name: str
    title: str
    draw: Callable[[Tables, SimulationConfig], Figure | None]
    caption: str


DRAWINGS: tuple[Drawing, ...] = (
    Drawing(
        "lorenz_impressions",
        "Lorenz curve of impressions at the start and the end of measurement",
        partial(draw_lorenz, quantity="impressions"),
        "The further the curve sags below the diagonal, the fewer creators hold most of the attention. Over the "
        "creators present on the day, impressions of the 28 days before it.",
    ),
    Drawing(
        "concentration",
        "Gini coefficients over time",
        draw_gini,
        "Gini coefficient over creators, 0: all have the same, 1: one has everything; impressions and income of the "
        "last 28 days. Faint: as measured each day; bold: mean of seven days. The line of impressions is broad: where "
        "creators live from advertising alone, that of income runs within it.",
    ),
    Drawing(
        "top_shares",
        "Shares of impressions of the top creators over time",
        draw_top_shares,
        "Share of the impressions of the last 28 days that goes to the most seen 1% and 10% of creators. Faint: as "
        "measured each day; bold: mean of seven days.",
    ),
    Drawing(
        "survival",
        "Survival of newcomers by days since entry",
        draw_survival,
        "Kaplan-Meier estimate for everyone who entered since the first day of burn-in, at risk from the end of "
        "burn-in; thin lines follow single cohorts from their day of entry. Drawn while at least 10 creators are at "
        "risk. The band is the chance of this one world, not the difference between seeds.",
    ),
    Drawing(
        "style_map",
        "Map of creators' styles at the start and the end of measurement",
        draw_style_map,
        "Each mark is a creator, its size the impressions of 28 days, its colour and shape the vertical (numbered at "
        "its centre). Both maps have the same axes: the two main directions of all styles. Effective styles count "
        "equally common, unrelated styles, weighted by impressions; there are 16 at most.",
    ),
    Drawing(
        "variety",
        "Effective number of styles and share of imitations over time",
        draw_variety,
        "Above: the effective number of styles in what creators publish, in what the feed shows and in what consumers "
        "watch (weighted by seconds). Below: how many of the items published imitate a recent hit.",
    ),
    Drawing(
        "consumers",
        "Watch time, interaction and satisfaction over time",
        draw_consumers,
        "Minutes watched per active consumer and day, interactions per impression, and satisfaction (running mean). An "
        "axis starts above zero where the change would not be seen otherwise.",
    ),
    Drawing(
        "creators",
        "Creators present, entering and leaving over time",
        draw_population,
        "Above: creators who publish. Below: how many enter and leave a day; bold: mean of seven days.",
    ),
    Drawing(
        "sales",
        "Value of orders over time, and which part of them is live, by friends, or comes back",
        draw_sales,
        "Above: the price of all that is ordered on a day, returned later or not. Below: the share of orders placed in "
        "live sessions, the share that began with a friend's share, and the share of deliveries that is sent back. "
        "Faint: as measured each day; bold: mean of seven days.",
    ),
    Drawing(
        "funnel",
        "From impression to sale, by source and format",
        draw_funnel,
        "Impressions of items that carry a product, over the measured days: recommended by the feed, from an account "
        "that the consumer follows, or shared by a friend; in a video or in a live session. How they divide, how many "
        "lead to a look at the product, how many looks to an order, and who brings the value that is sold.",
    ),
    Drawing(
        "income",
        "What creators live from, by tier",
        draw_income,
        "Gross income during measurement, by its source, as parts of what the tier earns; commission on sales is "
        "divided by where the goods were sold. At the right, what one creator of the tier earns in 28 days. Tiers are "
        "those of the weekly snapshots: head the top 1% by followers, waist the next 9%, tail the rest.",
    ),
    Drawing(
        "flows",
        "Who pays whom, and for what",
        draw_flows,
        "Yuan a measured day; payers in rows, receivers in columns; the darker, the more. Consumers' money, "
        "advertisers, and the costs of living and producing are outside. What is ordered is on its way until it is "
        "delivered or comes back.",
    ),
    Drawing(
        "network",
        "A sample of the network on the last day",
        draw_network,
        "Some consumers, friends of friends if there are such, and the accounts that at least two of them follow (60 "
        "at most). Who is tied stands together. The larger an account, the more followers it has in the whole world.",
    ),
    Drawing(
        "lorenz_followers",
        "Lorenz curve of followers at the start and the end of measurement",
        partial(draw_lorenz, quantity="followers"),
        "The further the curve sags below the diagonal, the fewer creators hold most of the followers. Over the "
        "creators present on the day.",
    ),
    Drawing(
        "lorenz_income",
        "Lorenz curve of income at the start and the end of measurement",
        partial(draw_lorenz, quantity="income"),
        "The further the curve sags below the diagonal, the fewer creators hold most of the income. Over the creators "
        "present on the day, income of the 28 days before it.",
    ),
)
"""All figures of a run, in the order of the report."""


def draw_all(tables: Tables, config: SimulationConfig) -> dict[str, Figure | None]:
    """Draw every figure for which the run has data.

    Parameters
    ----------
    tables : mapping of str to pyarrow.Table
        What was recorded.
    config : SimulationConfig
        For the length of the burn-in and the dates of policies.

    Returns
    -------
    dict of str to Figure or None
        None for a figure that could not be drawn, which is logged; those without data are left out.
    """
    drawn: dict[str, Figure | None] = {}
    for drawing in DRAWINGS:
        drawn[drawing.name] = None
        with sparing_the_rest(drawing.name):
            figure = drawing.draw(tables, config)
            drawn[drawing.name] = figure
            if figure is None:
                del drawn[drawing.name]
    return drawn


def save_all(figures: Mapping[str, Figure | None], folder: Path) -> None:
    """Write each figure that could be drawn as SVG and PNG."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        if figure is None:
            continue
        files: dict[str, bytes] = {}
        with sparing_the_rest(name):
            files = {"svg": to_svg(figure), "png": to_png(figure)}
        for ending, content in files.items():  # a disk that is full is no figure's failure
            (folder / f"{name}.{ending}").write_bytes(content)
