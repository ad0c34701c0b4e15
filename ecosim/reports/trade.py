"""The economy in words and in one table: who sold, through what, what came back, and what creators live from."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecosim.config import REGIONS
from ecosim.language import say
from ecosim.reports import money
from ecosim.reports.numbers import enumerated, listed, number, percent
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
            (enumerated([say(words), say(FORMATS_IN_WORDS[kind])]), by_seller.loc[(seller, kind)])
            for seller, words in SELLERS_IN_WORDS.items()
            for kind in FORMATS
            if (seller, kind) in by_seller.index
        ],
        "How the item was found": [
            (say(SOURCES_IN_WORDS[source]), by_source.loc[source]) for source in SOURCES if source in by_source.index
        ],
        "Who bought": [
            (say(REGIONS_IN_WORDS[region]), by_region.loc[region]) for region in REGIONS if region in by_region.index
        ],
    }
    total = int(funnel["gmv_fen"].sum())
    shown = int(funnel["exposures"].sum())
    return {say(title): [_sale(words, row, shown, total) for words, row in rows] for title, rows in groups.items()}


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
        return say("Brands offered their products, and nobody ordered anything.")
    total = funnel["gmv_fen"].sum()
    share = {
        name: {key: value / total for key, value in funnel.groupby(name)["gmv_fen"].sum().items()}
        for name in ("seller", "format", "source")
    }
    by = [percent(share["seller"].get(seller, 0.0)) for seller in SELLERS]
    people = result.config.scale.consumers
    text = say(
        "A consumer ordered goods for {yuan} yuan in thirty days, in {orders} orders of {mean} yuan on average ({gmv} "
        "yuan a day in all). Of the value of all measured days, {own} was sold by brands' own accounts, {head} by "
        "head, {waist} by waist and {tail} by tail creators",
        yuan=number(30 * gmv / people, 0),
        orders=number(30 * orders / people, 1),
        mean=number(_of(result, "order_value_mean"), 0),
        gmv=number(gmv, 0),
        own=by[0],
        head=by[1],
        waist=by[2],
        tail=by[3],
    )
    if result.config.live.active:
        text += say("; {share} in live sessions", share=percent(share["format"].get("live", 0.0)))
    by_way = {name: percent(share["source"].get(name, 0.0)) for name in SOURCES}
    found = [say("the feed had recommended {share}", share=by_way["recommended"]),
             say("{share} came from accounts that the buyer follows", share=by_way["followed"])]  # fmt: skip
    if result.config.sharing.active:
        found.append(say("{share} from what friends had shared", share=by_way["friends"]))
    return say("{text}; {found}.", text=text, found=listed(found))


def _came_back(result: RunResult) -> str:
    """Say how much was sent back, who bought again, and how trust stands."""
    returned, again, trust = (_of(result, name) for name in ("return_rate", "repurchase_rate", "consumer_trust"))
    if not math.isfinite(returned):
        return ""
    text = say("Of a hundred orders delivered, {orders} came back", orders=number(100 * returned, 1))
    if math.isfinite(again):
        text += say("; of a hundred ordered, {orders} were by customers of the brand", orders=number(100 * again, 1))
    if math.isfinite(trust):
        rest = result.config.commerce.trust_mean
        side = say("above") if trust > rest else say("below")
        where = say("at") if abs(trust - rest) < 0.005 else side
        text += say(
            ". Trust in the platform is {trust:.2f}, {where} the {rest:.2f} to which it reverts",
            trust=trust, where=where, rest=rest,
        )  # fmt: skip
    return say("{text}.", text=text)


def _income(result: RunResult) -> str:
    """Say what creators live from, who gets the fees, and what the platform takes in."""
    parts = [(share, INCOME_IN_WORDS[source]) for source, share in _earned(result)]
    paid = [(number(100 * share, 0), say(words)) for share, words in parts if math.isfinite(share) and share > 0]
    if not paid:
        return ""
    known = [say("{yuan} are {source}", yuan=paid[0][0], source=paid[0][1])]
    known += [say("{yuan} {source}", yuan=yuan, source=source) for yuan, source in paid[1:]]
    text = say("Of a hundred yuan that creators earned during measurement, {parts}", parts=listed(known))
    head, sales_per_fee = _of(result, "fees_head_share"), _of(result, "brand_return_on_fees")
    fees = dict(_earned(result))["fees"]
    if math.isfinite(head) and math.isfinite(sales_per_fee) and fees >= NEGLIGIBLE_FEES:
        text += say(
            ". Head creators get {share} of the fees; a yuan of fees comes with sales of {yuan} yuan under the deal",
            share=percent(head), yuan=number(sales_per_fee, 1),
        )  # fmt: skip
    revenue = _of(result, "platform_revenue")
    if math.isfinite(revenue):
        text += say(
            ". The platform takes in {yuan} yuan a day, from advertisers and from sales", yuan=number(revenue, 0)
        )
    left = next((row for row in money.balances(_running(result)) if row.party == BRANDS), None)
    if left is not None:
        days = max(1, int((result.daily["day"] >= 0).sum()))
        yuan = number(abs(left.net) / days / 100, 0)
        text += (
            say(
                ". Brands are left with {yuan} yuan a day after goods, commission, fees and their own accounts",
                yuan=yuan,
            )
            if left.net >= 0
            else say(". Brands lose {yuan} yuan a day after goods, commission, fees and their own accounts", yuan=yuan)
        )
    return say("{text}.", text=text)


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
