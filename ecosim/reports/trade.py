"""The economy in words and in one table: who sold, through what, what came back, and what creators live from."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecosim.config import REGIONS
from ecosim.reports import money
from ecosim.reports.numbers import number, percent
from ecosim.results import RunResult
from ecosim.state.economy import FORMATS, SELLERS, SOURCES
from ecosim.state.ledger import BRANDS, EARNINGS

if TYPE_CHECKING:
    import pandas as pd

SELLERS_IN_WORDS = {
    "brand": "Brands' own accounts", "head": "Head creators", "waist": "Waist creators", "tail": "Tail creators",
}  # fmt: skip
SOURCES_IN_WORDS = {
    "recommended": "Recommended by the feed", "followed": "From accounts followed", "friends": "Shared by friends",
}  # fmt: skip
FORMATS_IN_WORDS = {"video": "video", "live": "live"}
REGIONS_IN_WORDS = dict(
    zip(REGIONS, ("First-tier cities", "Second-tier cities", "Third-tier cities", "Counties"), strict=True)
)
INCOME_IN_WORDS = {
    "ads": "their part of advertising", "video": "commission on what their videos sold",
    "live": "commission on what they sold live", "fees": "fees from brands",
    "grants": "grants from the platform",
}  # fmt: skip

NEGLIGIBLE_FEES = 0.01
"""Part of creators' income below which ratios of fees are chance, and not spoken of."""


@dataclass(frozen=True)
class Sale:
    """One line of the table of sales: what became of impressions of items with a product."""

    name: str
    shown: str
    clicked: str
    ordered: str
    value: str
    returned: str


def sales(result: RunResult) -> dict[str, list[Sale]]:
    """Break the measured days' sales down by seller and format, by source, and by consumers' region."""
    funnel = measured(result)
    if funnel is None:
        return {}
    by_seller = funnel.groupby(["seller", "format"]).sum(numeric_only=True)
    by_source = funnel.groupby("source").sum(numeric_only=True)
    by_region = funnel.groupby("region").sum(numeric_only=True)
    groups = {
        "Who sold": [
            (f"{words}, {FORMATS_IN_WORDS[kind]}", by_seller.loc[(seller, kind)])
            for seller, words in SELLERS_IN_WORDS.items()
            for kind in FORMATS
            if (seller, kind) in by_seller.index
        ],
        "How the item was found": [
            (SOURCES_IN_WORDS[source], by_source.loc[source]) for source in SOURCES if source in by_source.index
        ],
        "Who bought": [
            (REGIONS_IN_WORDS[region], by_region.loc[region]) for region in REGIONS if region in by_region.index
        ],
    }
    total = int(funnel["gmv_fen"].sum())
    shown = int(funnel["exposures"].sum())
    return {title: [_sale(words, row, shown, total) for words, row in rows] for title, rows in groups.items()}


def measured(result: RunResult) -> pd.DataFrame | None:
    """Return the funnel of the measured weeks; None where nothing was shown, or there are no brands."""
    if "funnel" not in result.tables:
        return None
    funnel = result.funnel
    funnel = funnel[funnel["day"] >= 0]
    return funnel if funnel["exposures"].sum() > 0 else None


def sentences(result: RunResult) -> list[str]:
    """Return what the economy did, a paragraph an entry; empty where there are no brands."""
    funnel = measured(result)
    if funnel is None:
        return []
    said = (_sold(result, funnel), _came_back(result), _income(result))
    return [part for part in said if part]


def _sold(result: RunResult, funnel: pd.DataFrame) -> str:
    """Say how much was sold, by whom and how it was found."""
    gmv, orders = _of(result, "gmv"), _of(result, "orders")
    if not math.isfinite(gmv) or not funnel["gmv_fen"].sum():
        return "Brands offered their products, and nobody ordered anything."
    total = funnel["gmv_fen"].sum()
    share = {
        name: {key: value / total for key, value in funnel.groupby(name)["gmv_fen"].sum().items()}
        for name in ("seller", "format", "source")
    }
    by = [percent(share["seller"].get(seller, 0.0)) for seller in SELLERS]
    people = result.config.scale.consumers
    text = (
        f"A consumer ordered goods for {number(30 * gmv / people, 0)} yuan in thirty days, in "
        f"{number(30 * orders / people, 1)} orders of {number(_of(result, 'order_value_mean'), 0)} yuan on average "
        f"({number(gmv, 0)} yuan a day in all). Of the value, {by[0]} was sold by brands' own "
        f"accounts, {by[1]} by head, {by[2]} by waist and {by[3]} by tail creators"
    )
    if result.config.live.active:
        text += f"; {percent(share['format'].get('live', 0.0))} in live sessions"
    found = [f"the feed had recommended {percent(share['source'].get('recommended', 0.0))}",
             f"{percent(share['source'].get('followed', 0.0))} came from accounts that the buyer follows"]  # fmt: skip
    if result.config.sharing.active:
        found.append(f"{percent(share['source'].get('friends', 0.0))} from what friends had shared")
    return f"{text}; {_listed(found)}."


def _came_back(result: RunResult) -> str:
    """Say how much was sent back, who bought again, and how trust stands."""
    returned, again, trust = (_of(result, name) for name in ("return_rate", "repurchase_rate", "consumer_trust"))
    if not math.isfinite(returned):
        return ""
    text = f"Of a hundred orders delivered, {number(100 * returned, 1)} came back"
    if math.isfinite(again):
        text += f"; of a hundred ordered, {number(100 * again, 1)} were by customers of the brand"
    if math.isfinite(trust):
        rest = result.config.commerce.trust_mean
        side = "above" if trust > rest else "below"
        where = "at" if abs(trust - rest) < 0.005 else side
        text += f". Trust in the platform is {trust:.2f}, {where} the {rest:.2f} to which it reverts"
    return text + "."


def _income(result: RunResult) -> str:
    """Say what creators live from, who gets the fees, and what the platform takes in."""
    parts = [(share, INCOME_IN_WORDS[source]) for source, share in _earned(result)]
    known = [f"{number(100 * share, 0)} {words}" for share, words in parts if math.isfinite(share) and share > 0]
    if not known:
        return ""
    text = f"Of a hundred yuan that creators earn, {_listed(known, verb=True)}"
    head, sales_per_fee = _of(result, "fees_head_share"), _of(result, "brand_return_on_fees")
    fees = dict(_earned(result))["fees"]
    if math.isfinite(head) and math.isfinite(sales_per_fee) and fees >= NEGLIGIBLE_FEES:
        text += (
            f". Head creators get {percent(head)} of the fees; a yuan of fees comes with sales of "
            f"{number(sales_per_fee, 1)} yuan under the deal"
        )
    revenue = _of(result, "platform_revenue")
    if math.isfinite(revenue):
        text += f". The platform takes in {number(revenue, 0)} yuan a day, from advertisers and from sales"
    left = next((row for row in money.balances(_running(result)) if row.party == BRANDS), None)
    if left is not None:
        days = max(1, int((result.daily["day"] >= 0).sum()))
        verb = "are left with" if left.net >= 0 else "lose"
        text += (
            f". Brands {verb} {number(abs(left.net) / days / 100, 0)} yuan a day after goods, commission, fees and "
            "their own accounts"
        )
    return text + "."


def _earned(result: RunResult) -> list[tuple[str, float]]:
    """Parts of creators' income by source over measurement, added up as in the figure of incomes.

    The measures of the scorecard are means over days of the last 28 days' parts, which a trend sets apart from it.
    """
    from ecosim.plots.money import income
    from ecosim.plots.style import columns_of

    accounts = columns_of(result.tables, "creators")
    earned = income(accounts, result.config.burn_in) if "earned_fees_fen" in accounts else None
    if earned is None or not earned.fen.sum():
        return [(source, _of(result, f"{source}_income_share")) for source in EARNINGS]
    fen = earned.fen.sum(axis=0)
    return [(source, float(part) / float(fen.sum())) for source, part in zip(EARNINGS, fen, strict=True)]


def _running(result: RunResult) -> list[money.Flow]:
    """Flows of money but for the capital with which brands begin."""
    return [flow for flow in money.flows(result) if flow.purpose != "capital"]


def _sale(name: str, row: pd.Series, shown: int, total: int) -> Sale:
    return Sale(
        name,
        percent(row["exposures"] / shown),
        percent(row["clicks"] / row["exposures"]) if row["exposures"] else "–",
        percent(row["orders"] / row["clicks"]) if row["clicks"] else "–",
        percent(row["gmv_fen"] / total) if total else "–",
        percent(row["returns"] / row["orders"]) if row["orders"] else "–",
    )


def _of(result: RunResult, name: str) -> float:
    return result.summary.get(name, math.nan)


def _listed(parts: list[str], *, verb: bool = False) -> str:
    """Join parts as a sentence does."""
    if verb:
        parts = [parts[0].replace(" ", " are ", 1), *parts[1:]]
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]
