"""A brand's diary, and what in it is worth a sentence: launches, budgets, deals, sales, returns, beliefs."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ecosim.model import EcosystemModel
from ecosim.reports.numbers import listed
from ecosim.state.schema import HEAD, TIERS, WEEK
from ecosim.stories.consumers import account
from ecosim.stories.entries import Entry, counted, on, term, with_quiet_days, yuan

TURN = 1.5
"""A budget that has grown or shrunk so much since it was last told is worth a sentence."""
RECORD = 2.0
"""Sales of a week above the best so far, relative, that are worth a sentence."""


class Hired(NamedTuple):
    """A deal signed today, for a part of the creator's week; the fee in fen."""

    creator: str
    tier: int
    fee: int
    part: float


class BrandDay(NamedTuple):
    """One evening of a brand; amounts in fen, those without `week` or `today` summed since the first day."""

    day: int
    launched: tuple[int, ...]
    budget: int
    spent: int
    signed: tuple[Hired, ...]
    believed: tuple[float, float, float]
    orders: int
    sold: int
    returned: int
    fees: int
    commission: int
    savings: int
    reached: int


class BrandTraits(NamedTuple):
    """Who the brand is."""

    row: int
    vertical: int
    weight: float
    quality: float
    honesty: float
    price: float
    products: int
    has_account: bool
    savings: int


class BrandDiary:
    """Watches one brand, which has the same row in paired runs."""

    def __init__(self, row: int) -> None:
        self.row = row
        self.traits: BrandTraits | None = None
        self.days: list[BrandDay] = []

    def morning(self, model: EcosystemModel) -> None:
        """Note on the first morning who the brand is."""
        if self.traits is None:
            face = model.brand(self.row)
            self.traits = BrandTraits(
                self.row, face.vertical, face.weight, face.quality, face.honesty, face.price, face.slots,
                face.account >= 0, face.savings,
            )  # fmt: skip

    def evening(self, model: EcosystemModel) -> None:
        """Note the day that has just ended."""
        face, world = model.brand(self.row), model.world
        products, deals, today = world.economy.products, world.economy.deals, world.day - 1
        new = np.flatnonzero((products.brand == self.row) & (products.launched == today))
        signed = np.flatnonzero((deals.brand == self.row) & (deals.begins == today))
        part = deals.parts()
        self.days.append(
            BrandDay(
                day=world.date - 1,
                launched=tuple(products.price[new].tolist()),
                budget=face.budget,
                spent=face.spent,
                signed=tuple(
                    Hired(account(model, int(deals.creator[k])), int(deals.tier[k]), int(deals.fee[k]), float(part[k]))
                    for k in signed
                ),
                believed=tuple(face.believed.tolist()),
                orders=face.orders,
                sold=face.sold,
                returned=face.returned,
                fees=face.paid_fees,
                commission=face.paid_commission,
                savings=face.savings,
                reached=face.reached,
            )
        )


Days = Sequence[BrandDay]


def portrait(traits: BrandTraits) -> str:
    """Say who the brand is."""
    own = "with an account of its own" if traits.has_account else "without an account of its own"
    return (
        f"Vertical {traits.vertical}, {own}; size {traits.weight:.2f} (mean 1), quality {traits.quality:+.2f} logit, "
        f"honesty {traits.honesty:.2f} (1: promises what it delivers); sells {counted(traits.products, 'product')} at "
        f"about {yuan(traits.price)}; starts with {yuan(traits.savings)}."
    )


def life(days: Days, cuts: Sequence[int] = ()) -> list[Entry]:
    """Tell a brand's life."""
    events = [*_launches(days), *_budgets(days), *_deals(days), *_beliefs(days), *_sales(days), *_purse(days)]
    return with_quiet_days(events, (days[0].day, days[-1].day), cuts, lambda first, last: _between(days, first, last))


def _launches(days: Days) -> Iterator[Entry]:
    """Tell the first launch after the opening assortment; later ones are summed up."""
    first = next((day for day in days[1:] if day.launched), None)
    if first is not None:
        prices = listed([yuan(price) for price in first.launched])
        yield on(first.day, f"Renews its assortment for the first time: {prices}.")


def _budgets(days: Days) -> Iterator[Entry]:
    told = days[0].budget
    yield on(days[0].day, f"May spend {yuan(told)} on fees this week.")
    for before, day in itertools.pairwise(days):
        if day.budget == before.budget or (told and told / TURN < day.budget < TURN * told):
            continue
        verb = "Raises" if day.budget > told else "Cuts"
        yield on(day.day, f"{verb} the week's budget for fees to {yuan(day.budget)}, from {yuan(told)}.")
        told = day.budget


def _deals(days: Days) -> Iterator[Entry]:
    """Tell the first deals, the first with the head, and any that costs twice what one did before."""
    highest, head = 0, False
    for day in days:
        for deal in sorted(day.signed, key=lambda deal: (-deal.fee, deal.creator)):
            first_head = deal.tier == HEAD and not head
            if deal.fee < 2 * highest and not first_head:
                continue
            which = "Hires for the first time:" if not highest else "Hires"
            note = ", the first of the head" if first_head else ", its dearest deal so far" if highest else ""
            yield on(
                day.day,
                f"{which} {deal.creator} ({TIERS[deal.tier]}) for {term(deal.part)}, for {yuan(deal.fee)}{note}.",
            )
            highest, head = max(highest, deal.fee), head or deal.tier == HEAD


def _beliefs(days: Days) -> Iterator[Entry]:
    for before, day in itertools.pairwise(days):
        was, best = (max(range(len(TIERS)), key=past.believed.__getitem__) for past in (before, day))
        if was != best and len(set(before.believed)) > 1:
            sales = listed([f"{tier} {day.believed[k]:.1f}" for k, tier in enumerate(TIERS)])
            yield on(day.day, f"Now believes that the {TIERS[best]} sells most per fee: yuan per yuan, {sales}.")


def _sales(days: Days) -> Iterator[Entry]:
    first = next((day for day in days if day.orders), None)
    if first is not None:
        yield on(first.day, f"First sales: {counted(first.orders, 'order')} for {yuan(first.sold)}.")
    back = next((day for day in days if day.returned), None)
    if back is not None:
        yield on(back.day, f"Goods of {yuan(back.returned)} come back for the first time.")
    best = 0
    for place in range(2 * WEEK, len(days) + 1, WEEK):
        sold = days[place - 1].sold - days[place - 1 - WEEK].sold
        if best and sold >= RECORD * best:
            yield on(days[place - 1].day, f"Its best week so far: sales of {yuan(sold)}.")
        best = max(best, sold)


def _purse(days: Days) -> Iterator[Entry]:
    poor = next((day for day in days if day.savings < 0), None)
    if poor is not None:
        yield on(poor.day, f"Has lost its capital: savings {yuan(poor.savings)}; it hires nobody while that lasts.")


def _between(days: Days, first: int, last: int) -> str:
    start = days[0].day
    span = days[first - start : last - start + 1]
    before = days[first - start - 1] if first > start else None

    def more(name: str) -> int:
        return int(getattr(span[-1], name)) - (int(getattr(before, name)) if before else 0)

    sold, returned, hired = more("sold"), more("returned"), sum(len(day.signed) for day in span)
    parts = [f"{counted(more('orders'), 'order')} for {yuan(sold)}"]
    parts += [f"{yuan(returned)} sent back"] if returned else []
    parts += [f"{counted(hired, 'deal')} for {yuan(more('fees'))} in fees"] if hired else []
    parts += [f"{yuan(more('commission'))} in commission"] if more("commission") else []
    launched = sum(len(day.launched) for day in span)
    parts += [f"{counted(launched, 'new product')}"] if launched and before else []
    parts.append(f"savings {yuan(span[-1].savings)}")
    return f"{'; '.join(parts)}."


def lasting(days: Days) -> list[tuple[str, str, float]]:
    """What a life came to: name, unit and number."""
    end = days[-1]
    return [
        ("sales", "yuan", end.sold / 100),
        ("orders", "", end.orders),
        ("sent back", "yuan", end.returned / 100),
        ("fees paid", "yuan", end.fees / 100),
        ("commission paid", "yuan", end.commission / 100),
        ("deals with creators", "", sum(len(day.signed) for day in days)),
        ("consumers reached", "", end.reached),
        ("savings at the end", "yuan", end.savings / 100),
    ]
