"""A creator's diary: what one creator did and got, day by day, read from the model's faces."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ecosim.kernels.viewing import RESERVED
from ecosim.model import EcosystemModel
from ecosim.state.levers import LEVERS, Shape
from ecosim.state.plan import Plan
from ecosim.stories.entries import dated

_OF_CREATORS = [lever.name for lever in LEVERS.values() if lever.shape in (Shape.CREATOR, Shape.CREATOR_MODE)]


class Moved(NamedTuple):
    """A lever that policies have moved for the creator today, and which policies."""

    lever: str
    value: float
    default: float
    policies: tuple[str, ...]


class Deal(NamedTuple):
    """A deal that runs today, for a part of the creator's week; amounts in fen, sales so far."""

    row: int
    brand: int
    price: int
    fee: int
    part: float
    sold: int


class Best(NamedTuple):
    """The item of the creator that was shown most today."""

    published: int
    impressions: int
    mode: int


class CreatorDay(NamedTuple):
    """One evening of a creator; `day` counts from the end of burn-in, `income` is in fen since entry, by source."""

    day: int
    alive: bool
    tier: int
    followers: int
    impressions: int
    usual: float
    income: tuple[int, int, int, int, int]
    savings: int
    welfare: float
    posts: int
    mode: int
    live: bool
    best: Best | None
    deals: tuple[Deal, ...]
    moved: tuple[Moved, ...]
    panel: int
    reserved: int


class CreatorTraits(NamedTuple):
    """What a creator brings along."""

    serial: int
    founder: bool
    entered: int
    vertical: int
    region: int
    talent: float


class CreatorDiary:
    """Watches one creator, known by the serial that paired runs share.

    Parameters
    ----------
    serial : int
        Stable identity: column ``serial`` of the run folder's tables.

    Attributes
    ----------
    traits : CreatorTraits or None
        None until the creator has entered.
    days : list of CreatorDay
        From the first evening to that of the exit.
    """

    def __init__(self, serial: int) -> None:
        self.serial = serial
        self.traits: CreatorTraits | None = None
        self.days: list[CreatorDay] = []
        self._row = -1

    def morning(self, model: EcosystemModel) -> None:
        """Nothing has to be known before the day."""

    def evening(self, model: EcosystemModel) -> None:
        """Note the day that has just ended."""
        if self.traits is None:
            found = np.flatnonzero(model.world.creators.serial == self.serial)
            if found.size == 0:
                return
            self._row = int(found[0])
            self.traits = _traits(model, self._row)
        if self.days and not self.days[-1].alive:
            return
        self.days.append(_day(model, self._row))


def _traits(model: EcosystemModel, row: int) -> CreatorTraits:
    face = model.creator(row)
    return CreatorTraits(
        face.serial, face.founder, dated(model.config, face.entered), face.vertical, face.region, face.talent
    )  # fmt: skip


def _day(model: EcosystemModel, row: int) -> CreatorDay:
    face, world = model.creator(row), model.world
    shown = world.today.creator_impressions
    living = max(int(world.creators.alive.sum()), 1)
    panel, reserved = _on_panel(model, face.serial)
    return CreatorDay(
        day=world.date - 1,
        alive=face.alive,
        tier=face.tier,
        followers=face.followers,
        impressions=int(shown[row]),
        usual=float(shown[world.creators.alive].sum()) / living,
        income=(face.earned_ads, face.earned_video, face.earned_live, face.earned_fees, face.earned_grants),
        savings=face.savings,
        welfare=face.welfare,
        posts=face.posts,
        mode=face.mode,
        live=_went_live(model, row),
        best=_best(model, row),
        deals=_deals(model, row),
        moved=_moved(model, row),
        panel=panel,
        reserved=reserved,
    )


def _went_live(model: EcosystemModel, row: int) -> bool:
    """Whether a live session was on today; it has left the catalog by the evening, the day's shelf still has it."""
    allocation = model.world.today.allocation
    return allocation is not None and bool(allocation.shelf.latest[row, 1] >= 0)


def _best(model: EcosystemModel, row: int) -> Best | None:
    items = model.world.items
    own = np.flatnonzero(items.creator == row)
    if own.size == 0:
        return None
    top = own[items.impressions_today[own].argmax()]
    return Best(
        dated(model.config, int(items.day[top])), int(items.impressions_today[top]), int(items.mode[top])
    )  # fmt: skip


def _deals(model: EcosystemModel, row: int) -> tuple[Deal, ...]:
    economy, face = model.world.economy, model.creator(row)
    if not face.deals:
        return ()
    deals, running = economy.deals, range(face.deal, face.deal + face.deals)
    price, part = economy.products.price[deals.product], deals.parts()
    return tuple(
        Deal(k, int(deals.brand[k]), int(price[k]), int(deals.fee[k]), float(part[k]), int(deals.sold[k]))
        for k in running
    )


def _moved(model: EcosystemModel, row: int) -> tuple[Moved, ...]:
    """Levers of the creator that today's policies have moved."""
    world = model.world
    if not world.policies:
        return ()
    default, found = Plan.default(world.config, world.creators.size), []
    for name in _OF_CREATORS:
        value, usual = world.plan.levers[name].value, default.levers[name].value
        if row >= value.shape[0]:  # who entered is in tomorrow's plan at the latest
            continue
        here, there = np.atleast_1d(value[row]), np.atleast_1d(usual[row])
        k = int(np.abs(here - there).argmax())
        if here[k] != there[k]:
            movers = tuple(sorted(policy for policy, levers in world.moved.items() if name in levers))
            found.append(Moved(name, float(here[k]), float(there[k]), movers))
    return tuple(found)


def _on_panel(model: EcosystemModel, serial: int) -> tuple[int, int]:
    """How often the panel was shown the creator's items today, and how often in reserved slots."""
    log = model.world.today.panel
    if log is None or not model.world.is_recording_day(model.world.date - 1):
        return 0, 0
    shown = log["serial"] == serial
    return int(shown.sum()), int((shown & (log["flags"] & RESERVED > 0)).sum())
