"""The scorecard: every measure of a run with its unit and what it means.

What a measure is called and what it means is declared by its metric; here stands only where it is shown.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ecosim import registry
from ecosim.language import say
from ecosim.reports.numbers import number, percent


@dataclass(frozen=True)
class Row:
    """One line of the scorecard."""

    name: str
    label: str
    value: str
    unit: str
    meaning: str


GROUPS: dict[str, tuple[str, ...]] = {
    "Concentration of attention, audience and income": (
        "impressions_gini",
        "impressions_top_1pct_share",
        "impressions_top_10pct_share",
        "impressions_top_01pct_share",
        "impressions_hhi",
        "impressions_theil",
        "impressions_tail_exponent",
        "impressions_gini_within_verticals",
        "impressions_gini_within_regions",
        "impressions_gini_within_cohorts",
        "impressions_rank_correlation",
        "impressions_top_10pct_kept",
        "watch_gini",
        "followers_gini",
        "followers_top_1pct_share",
        "income_gini",
        "income_top_1pct_share",
        "gmv_gini",
    ),
    "Newcomers and careers": (
        "newcomer_survival_180d",
        "newcomer_impression_share",
        "creators_alive",
        "creators_entered",
        "creators_left",
    ),
    "Variety of styles": (
        "supply_effective_styles",
        "exposure_effective_styles",
        "consumption_effective_styles",
        "supply_similarity",
        "exposure_similarity",
        "template_share",
        "consumer_overlap",
        "intra_list_diversity",
        "imitation_share",
        "innovation_share",
        "items_published",
    ),
    "Consumers": (
        "watch_seconds_per_consumer_day",
        "interaction_rate",
        "consumer_satisfaction",
        "consumer_utility",
        "consumer_variety",
        "consumers_active",
        "consumers_retained",
        "consumer_trust",
        "seller_trust",
        "shares_per_impression",
        "live_watch_share",
        "impressions",
        "impressions_per_consumer_day",
    ),
    "Sales": (
        "gmv",
        "orders",
        "order_value_mean",
        "click_rate",
        "orders_per_click",
        "live_order_share",
        "followed_order_share",
        "friends_order_share",
        "own_account_gmv_share",
        "return_rate",
        "repurchase_rate",
        "brands_active",
        "live_sessions",
    ),
    "What creators, brands and the platform get": (
        "ads_income_share",
        "video_income_share",
        "live_income_share",
        "fees_income_share",
        "grants_income_share",
        "fees_head_share",
        "brand_return_on_fees",
        "platform_revenue",
        "platform_profit",
    ),
}
"""Measures by subject, in the order of the report; others follow after them."""

NOTES = {
    "Variety of styles": "Effective styles are counted three times: of items published, each once; of impressions; and "
    "of seconds watched. The maps of styles weigh creators by their impressions of 28 days.",
    "Sales": "Means of days. The summary and the table of sales add up all measured days, so that days with more "
    "orders count more.",
    "What creators, brands and the platform get": "Shares of income are means over days, each of the 28 days before "
    "it. The summary and the figure of incomes add up all that was earned during measurement, so that a trend sets "
    "them apart.",
}
"""Why numbers of a group differ from one another, or from those of the summary and the figures."""

CONDITIONAL = {
    "floor_met_share", "gmv_gini", "consumer_trust", "seller_trust", "shares_per_impression", "live_watch_share",
    *GROUPS["Sales"], *GROUPS["What creators, brands and the platform get"],
}  # fmt: skip
"""Measures to which only a policy or a mechanism gives a meaning; without it they are left out, not called unknown."""

OTHER, MACHINE = "Other measures", "The machine (not part of the world)"

MACHINE_MEASURES = {
    "impressions_per_second": ("Speed", "impressions a second", "Set-up and compilation left out."),
    "wall_seconds": (
        "Time",
        "seconds",
        "From start to the last day, compilation included; writing the results left out.",
    ),
    "peak_memory_mb": ("Memory", "MB", "The most that the process held."),
}
"""Label, unit and meaning of what no metric declares."""


def scorecard(summary: Mapping[str, float]) -> dict[str, list[Row]]:
    """Arrange all measures of a summary in groups, the machine's last."""
    grouped = {name for names in GROUPS.values() for name in names} | set(MACHINE_MEASURES)
    others = [name for name in summary if name not in grouped]
    known = {name: value for name, value in summary.items() if name not in CONDITIONAL or math.isfinite(value)}
    arranged: dict[str, Iterable[str]] = {**GROUPS, OTHER: others, MACHINE: MACHINE_MEASURES}
    cards = {
        say(title): [_row(name, known[name]) for name in names if name in known] for title, names in arranged.items()
    }
    return {title: rows for title, rows in cards.items() if rows}


def notes() -> dict[str, str]:
    """Say, by the title of a group, why its numbers differ from others on the page."""
    return {say(title): say(text) for title, text in NOTES.items()}


def _row(name: str, value: float) -> Row:
    label, unit, meaning = MACHINE_MEASURES.get(name) or _declared(name)
    written = percent(value) if unit == "share" else number(value)
    return Row(name, say(label), written, say(unit), say(meaning))


def _declared(name: str) -> tuple[str, str, str]:
    """Ask the metric of that name for its label, unit and meaning; without one the name has to do."""
    if name not in registry.metrics.names():
        return name.replace("_", " ").capitalize(), "", ""
    entry = registry.metrics[name]
    return str(entry.cls.label), str(entry.cls.unit), entry.summary
