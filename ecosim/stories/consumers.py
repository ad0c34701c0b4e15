"""A consumer's diary, and what in it is worth a sentence: interests, follows, purchases, returns, trust."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from ecosim.config import REGIONS
from ecosim.model import EcosystemModel
from ecosim.reports.numbers import listed, number, percent
from ecosim.stages.common import account_keys
from ecosim.stages.trading import deliveries
from ecosim.state.economy import FORMATS, SOURCES
from ecosim.stories.entries import Entry, counted, home, on, with_quiet_days, yuan

TRUST_STEP = 0.05
"""Change of trust since it was last told that is worth a sentence."""
MANY = 12
"""Purchases that are told one by one; of more, only first, dearest and those in live sessions."""

_MINDS = ("ally", "ally_trust", "ally_orders", "allies", "trust")


class Purchase(NamedTuple):
    """An order of today; the price in fen."""

    brand: int
    vertical: int
    price: int
    seller: str
    live: bool


class Delivery(NamedTuple):
    """An order that arrived today, and trust in the brand before and after; None where the consumer knows none."""

    brand: int
    price: int
    returned: bool
    before: float | None
    after: float | None = None


class ConsumerDay(NamedTuple):
    """One evening of a consumer."""

    day: int
    active: bool
    impressions: int
    seconds: float
    followed: tuple[str, ...]
    unfollowed: tuple[str, ...]
    follows: int
    favourite: int
    interest: float
    trust: float
    satisfaction: float
    bought: tuple[Purchase, ...]
    delivered: tuple[Delivery, ...]


class ConsumerTraits(NamedTuple):
    """Who the consumer is on the first day."""

    row: int
    region: int
    sessions: float
    slots: float
    purse: float
    thrift: float
    friends: int
    interests: tuple[tuple[int, float], ...]


class ConsumerDiary:
    """Watches one consumer, who has the same row in paired runs."""

    def __init__(self, row: int) -> None:
        self.row = row
        self.traits: ConsumerTraits | None = None
        self.days: list[ConsumerDay] = []
        self._follows: set[str] = set()
        self._delivered: tuple[Delivery, ...] = ()

    def morning(self, model: EcosystemModel) -> None:
        """Note what arrives today, and whether it will be sent back."""
        if self.traits is None:
            self.traits = _traits(model, self.row)
            self._follows = _followed(model, self.row)
        self._delivered = _arriving(model, self.row)

    def evening(self, model: EcosystemModel) -> None:
        """Note the day that has just ended."""
        face, today, follows = model.consumer(self.row), model.world.today, _followed(model, self.row)
        favourite = int(face.interest.argmax())
        self.days.append(
            ConsumerDay(
                day=model.world.date - 1,
                active=face.active,
                impressions=int(today.consumer_impressions[self.row]),
                seconds=int(today.consumer_watch[self.row]) / 1000,
                followed=tuple(sorted(follows - self._follows)),
                unfollowed=tuple(sorted(self._follows - follows)),
                follows=len(follows),
                favourite=favourite,
                interest=float(face.interest[favourite]),
                trust=face.trust,
                satisfaction=face.satisfaction,
                bought=_bought(model, self.row),
                delivered=tuple(
                    parcel._replace(after=_trust_in(model, self.row, parcel.brand)) for parcel in self._delivered
                ),
            )
        )
        self._follows = follows


def _traits(model: EcosystemModel, row: int) -> ConsumerTraits:
    face = model.consumer(row)
    order = np.argsort(-face.interest, kind="stable")[:3]
    interests = tuple((int(vertical), float(face.interest[vertical])) for vertical in order)
    friends = model.world.friends.of(row).size
    return ConsumerTraits(row, face.region, face.sessions, face.slots, face.purse, face.thrift, friends, interests)


def _followed(model: EcosystemModel, row: int) -> set[str]:
    return {account(model, int(creator)) for creator in model.consumer(row).follows}


def account(model: EcosystemModel, row: int) -> str:
    """Name an account as other stories do: a creator by serial, a brand's account by the brand."""
    face = model.creator(row)
    return f"the account of brand {face.brand}" if face.brand >= 0 else f"creator {face.serial}"


def _bought(model: EcosystemModel, row: int) -> tuple[Purchase, ...]:
    economy = model.world.economy
    orders = economy.orders
    found = []
    for k in np.flatnonzero((orders.consumer == row) & (orders.day == model.world.day - 1)):
        brand = int(economy.products.brand[orders.product[k]])
        live = FORMATS[int(orders.cell[k]) // (len(SOURCES) * len(REGIONS)) % len(FORMATS)] == "live"
        vertical, seller = int(economy.brands.vertical[brand]), account(model, int(orders.seller[k]))
        found.append(Purchase(brand, vertical, int(orders.price[k]), seller, live))
    return tuple(found)


def _arriving(model: EcosystemModel, row: int) -> tuple[Delivery, ...]:
    """Find today's deliveries, and by the model's own rule which go back, on a copy of what it would write."""
    world = model.world
    orders = world.economy.orders
    due = np.flatnonzero((orders.consumer == row) & (orders.due <= world.day))
    if due.size == 0:
        return ()
    aside: Any = copy.copy(world)
    aside.consumers = SimpleNamespace(**{name: getattr(world.consumers, name).copy() for name in _MINDS})
    returned = deliveries(aside, due)
    brand = world.economy.products.brand[orders.product[due]]
    price = orders.price[due]
    return tuple(
        Delivery(int(brand[k]), int(price[k]), bool(returned[k]), _trust_in(model, row, int(brand[k])))
        for k in range(due.size)
    )


def _trust_in(model: EcosystemModel, row: int, brand: int) -> float | None:
    """Trust of the consumer in a brand, under the name by which consumers remember it."""
    people = model.world.consumers
    known = np.flatnonzero(people.ally[row] == account_keys(model.world)[brand])
    return float(people.ally_trust[row, known[0]]) if known.size else None


Days = Sequence[ConsumerDay]


def portrait(traits: ConsumerTraits) -> str:
    """Say who the consumer is."""
    interests = listed([f"{percent(share)} vertical {vertical}" for vertical, share in traits.interests])
    return (
        f"From {home(traits.region)}; {number(traits.sessions, 1)} sessions a day of {number(traits.slots, 0)} items; "
        f"interested in {interests}; {counted(traits.friends, 'friend')}; may spend {yuan(traits.purse)} a day."
    )


def life(days: Days, cuts: Sequence[int] = ()) -> list[Entry]:
    """Tell a consumer's life."""
    events = [*_follows(days), *_interests(days), *_purchases(days), *_arrivals(days), *_trust(days), *_absences(days)]
    return with_quiet_days(events, (days[0].day, days[-1].day), cuts, lambda first, last: _between(days, first, last))


def _follows(days: Days) -> Iterator[Entry]:
    first = next((day for day in days if day.followed), None)
    if first is not None:
        yield on(first.day, f"Follows {listed(first.followed)}; {counted(first.follows, 'account')} followed now.")
    left = next((day for day in days if day.unfollowed), None)
    if left is not None:
        yield on(left.day, f"Unfollows {listed(left.unfollowed)}, the first time.")


def _interests(days: Days) -> Iterator[Entry]:
    for before, day in itertools.pairwise(days):
        if day.favourite != before.favourite:
            yield on(day.day, f"Vertical {day.favourite} is now its first interest ({percent(day.interest)}).")


def _purchases(days: Days) -> Iterator[Entry]:
    count, dearest = 0, 0
    for day in days:
        for bought in day.bought:
            count += 1
            if count <= MANY or bought.price > dearest:
                which = "Buys for the first time:" if count == 1 else "Buys"
                where = f"in a live session of {bought.seller}" if bought.live else f"from a video of {bought.seller}"
                more = ", more than ever before" if count > 1 and bought.price > dearest else ""
                yield on(day.day, f"{which} goods of brand {bought.brand} for {yuan(bought.price)}{more}, {where}.")
            dearest = max(dearest, bought.price)


def _arrivals(days: Days) -> Iterator[Entry]:
    """Tell what is sent back, and deliveries that move trust in the brand."""
    for day in days:
        for parcel in day.delivered:
            before, after = parcel.before, parcel.after
            moved = before is not None and after is not None and abs(after - before) >= TRUST_STEP
            if not parcel.returned and not moved:
                continue
            verb = "Sends back what came" if parcel.returned else "Keeps what came"
            text = f"{verb} from brand {parcel.brand} ({yuan(parcel.price)})"
            if after is not None:
                text += f"; trust in the brand {after:.2f}" + (f", {before:.2f} before" if before is not None else "")
            yield on(day.day, f"{text}.")


def _trust(days: Days) -> Iterator[Entry]:
    told = days[0].trust
    lowest = told
    for day in days[1:]:
        lowest = min(lowest, day.trust)
        if day.trust <= told - TRUST_STEP:
            yield on(day.day, f"Has lost trust in the platform: {told:.2f} before, {day.trust:.2f} now.")
            told = lowest = day.trust
        elif day.trust >= told + TRUST_STEP:
            verb = "Has regained" if lowest < told or told < days[0].trust else "Has gained"
            yield on(day.day, f"{verb} trust in the platform: {told:.2f} before, {day.trust:.2f} now.")
            told = lowest = day.trust


def _absences(days: Days) -> Iterator[Entry]:
    away: int | None = None
    for before, day in itertools.pairwise(days):
        if before.active and not day.active:
            away = day.day
            yield on(day.day, f"Stops coming; satisfaction {day.satisfaction:.2f} (0 to 1).")
        if day.active and not before.active:
            gone = f", after {counted(day.day - away, 'day')}" if away is not None else ""
            yield on(day.day, f"Comes back{gone}.")


def _between(days: Days, first: int, last: int) -> str:
    start = days[0].day
    span = days[first - start : last - start + 1]
    if not any(day.active for day in span):
        return "Stays away."
    seconds = sum(day.seconds for day in span) / len(span)
    parts = [f"watches {number(seconds / 60, 1)} minutes a day", f"satisfaction {span[-1].satisfaction:.2f}"]
    new, gone = sum(len(day.followed) for day in span), sum(len(day.unfollowed) for day in span)
    if new or gone:
        parts.append(f"follows {counted(new, 'account')} more and drops {gone}, {span[-1].follows} in all")
    bought = [purchase.price for day in span for purchase in day.bought]
    parts.append(f"buys {len(bought)} times for {yuan(sum(bought))}" if bought else "buys nothing")
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def lasting(days: Days) -> list[tuple[str, str, float]]:
    """What a life came to: name, unit and number."""
    bought = [purchase.price for day in days for purchase in day.bought]
    return [
        ("watch time", "hours", sum(day.seconds for day in days) / 3600),
        ("purchases", "", len(bought)),
        ("spent on them", "yuan", sum(bought) / 100),
        ("sent back", "", sum(parcel.returned for day in days for parcel in day.delivered)),
        ("accounts followed at the end", "", days[-1].follows),
        ("trust in the platform at the end, 0 to 1", "", days[-1].trust),
        ("satisfaction at the end, 0 to 1", "", days[-1].satisfaction),
        ("days away", "", sum(not day.active for day in days)),
    ]
