"""A mechanism that is switched off is not there: its code does not run, and without its code the world is the same.

Each switch is shown three ways. Off, the mechanism's functions may raise: nobody calls them. On, with these functions
replaced by ones that do nothing, the world equals the world with the switch off, to the bit. And on, as it is, the
world is another one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import pytest

from ecosim.config import REGIONS, SimulationConfig
from ecosim.kernels import company, trade
from ecosim.stages import planning, promotion, publishing, trading
from ecosim.state.economy import cell_names
from ecosim.state.graph import Ties
from ecosim.state.world import World
from tests.switches.worlds import differing, live_through, lively_world, off

Function = tuple[Any, str]


def nothing(*_: Any) -> None:
    """Do nothing."""


def nobody(world: World) -> np.ndarray:
    """Nobody goes live."""
    return np.zeros(world.creators.size, np.bool_)


def all_kept(*arguments: Any) -> None:
    """Deliver as ever, but let nothing be sent back."""
    DELIVER(*arguments)
    arguments[-1][:] = False


DELIVER = trade.deliver


@dataclass(frozen=True)
class Switch:
    """A switch, and the code behind it.

    Attributes
    ----------
    off : dict
        Settings that switch the mechanism off.
    silent : tuple of (module, name)
        Functions that nobody may call then.
    removed : dict of (module, name) to function
        What does nothing in their place; empty where the world cannot be made without the code.
    traces : set of str
        Parts of the state that the switch may leave behind although the mechanism does nothing.
    measure : callable
        A number that must differ between the worlds with and without it.
    """

    off: dict[str, Any]
    silent: tuple[Function, ...]
    measure: Callable[[World], float]
    removed: dict[Function, Callable[..., Any]] = field(default_factory=dict)
    traces: frozenset[str] = frozenset()


def shown(world: World, seller: str | None = None, form: str | None = None) -> float:
    """Exposures of the last day to items with a product, in a seller's channel and a format."""
    chosen = [seller in (None, s) and form in (None, f) for s, f, _, _ in cell_names(REGIONS)]
    return float(world.today.funnel[chosen, 0].sum())


def functions(module: Any, names: str) -> tuple[Function, ...]:
    """Functions of a module, by their names."""
    return tuple((module, name) for name in names.split())


COMMERCE = functions(trading, "place_orders settle_orders deliveries refund pay brand_sums")
DELIVERING = functions(trade, "deliver find_customers")
HIRING = functions(planning, "set_budgets hire weekly_fees pools_of_creators sign adjust_prices")
BARGAINING = functions(trade, "make_deals find_deals")
SHELVES = functions(planning, "launch_products end_deals") + functions(promotion, "affiliate_brands")
CHOOSING = functions(trade, "choose_brands choose_products")
COPYING = functions(company, "hottest_of_creators models_of_ties")

SWITCHES: dict[str, Switch] = {
    "brand.active": Switch(
        {"brand.active": False},
        COMMERCE + DELIVERING + HIRING + BARGAINING + SHELVES + CHOOSING,
        lambda world: float(world.economy.brands.orders.sum()),
    ),
    "brand.fees": Switch(
        {"brand.fees": False},
        HIRING + BARGAINING,
        lambda world: float(world.creators.earned_fees.sum()),
        {(planning, "set_budgets"): nothing, (planning, "hire"): nothing, (planning, "end_deals"): nothing},
    ),
    "brand.own_accounts": Switch(
        {"brand.own_accounts": False},
        (),
        lambda world: float((world.creators.brand[world.items.creator] >= 0).sum()),
    ),
    "commerce.returns": Switch(
        {"commerce.returns": False},
        (),
        lambda world: float(world.economy.brands.returned.sum()),
        {(trade, "deliver"): all_kept, (trading, "refund"): nothing},
    ),
    "live.active": Switch(
        {"live.active": False},
        ((promotion, "session_parts"),),
        lambda world: shown(world, form="live"),
        {(promotion, "open_sessions"): nobody},
    ),
    "live.chance": Switch(
        {"live.chance": 0.0, "live.brand_chance": 0.0},
        ((promotion, "session_parts"),),
        lambda world: float(world.creators.earned_live.sum()),
        {(promotion, "open_sessions"): nobody},
    ),
    "sharing.active": Switch(
        {"sharing.active": False},
        ((company, "diffuse"),),
        lambda world: float((world.consumers.inbox != -1).sum()),
        {(company, "diffuse"): nothing},
        frozenset({"items.shares", "items.shares_today"}),
    ),
    "collaboration.active": Switch(
        {"collaboration.active": False},
        (*COPYING, (company, "choose_partners")),
        lambda world: float((world.items.partner >= 0).sum()),
        {(promotion, "find_partners"): nothing, (publishing, "copy_ties"): nothing},
    ),
    "collaboration.chance": Switch(
        {"collaboration.chance": 0.0},
        (),
        lambda world: float((world.items.partner >= 0).sum()),
        {(promotion, "find_partners"): nothing},
    ),
    "collaboration.tie_hit": Switch(
        {"collaboration.tie_hit": 1e9}, (), lambda world: copies_of_ties(world), {(publishing, "copy_ties"): nothing}
    ),
}


def copies_of_ties(world: World) -> float:
    """Imitations whose model is by a tie of the creator."""
    items, ties, count = world.items, world.collaborators, 0
    row_of = {int(serial): row for row, serial in enumerate(world.creators.serial)}
    for creator, serial, number in zip(items.creator, items.model_serial, items.model_number, strict=True):
        mine = ties.neighbour[ties.start[creator] : ties.start[creator + 1]]
        count += int(number > 0 and row_of[int(serial)] in mine)
    return float(count)


def never(*_: Any) -> None:
    raise AssertionError("the mechanism is switched off, and yet its code runs")


def put_in_place(patch: pytest.MonkeyPatch, instead: dict[Function, Callable[..., Any]]) -> None:
    for (module, name), function in instead.items():
        assert callable(getattr(module, name))
        patch.setattr(module, name, function)


@pytest.mark.parametrize("name", [name for name, switch in SWITCHES.items() if switch.silent])
def test_its_code_does_not_run(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Off, the world comes out as it does when the code behind the switch would raise."""
    switch = SWITCHES[name]
    plain = live_through(switch.off)
    put_in_place(monkeypatch, dict.fromkeys(switch.silent, never))
    assert not differing(plain, live_through(switch.off))


@pytest.mark.parametrize("name", [name for name, switch in SWITCHES.items() if switch.removed])
def test_off_is_the_world_without_the_code(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On, with the code replaced by nothing, the world is the one with the switch off."""
    switch = SWITCHES[name]
    put_in_place(monkeypatch, switch.removed)
    assert differing(live_through(), live_through(switch.off)) <= switch.traces


@pytest.mark.parametrize("name", SWITCHES)
def test_it_does_something(name: str) -> None:
    """On, what the mechanism is there for happens; off, it does not, and the consumers' days are others."""
    switch, with_it = SWITCHES[name], lively_world()
    without = live_through(switch.off)
    assert switch.measure(with_it) > switch.measure(without) >= 0
    assert "consumers.satisfaction" in differing(with_it, without) or name == "commerce.returns"


def test_every_switch_of_the_economy_is_here() -> None:
    """Whoever adds a switch shows here that off means off."""
    config = SimulationConfig()
    switches = {
        f"{group}.{entry.name}"
        for group in ("brand", "commerce", "live", "sharing", "collaboration")
        for entry in fields(getattr(config, group))
        if isinstance(getattr(getattr(config, group), entry.name), bool)
    }
    assert switches <= SWITCHES.keys()


def test_without_brands_nobody_meets_trusts_or_buys_anything() -> None:
    """Brands off, all that commerce writes stays as it was on the first morning."""
    world = live_through(off("brand.active"))
    people, items, creators = world.consumers, world.items, world.creators
    assert np.all(people.touched == -1)
    assert not people.touches.any()
    assert np.all(people.bought == -100_000)
    assert np.all(people.trust == np.float32(world.config.commerce.trust_mean))
    assert not people.ally_orders.any()
    assert np.all(items.product == -1)
    assert np.all(creators.deal == -1)
    assert not creators.deals.any()
    assert not world.today.funnel.any()
    assert not sum(getattr(items, name).sum() for name in ("clicks", "orders", "reach"))
    assert not sum(getattr(creators, f"earned_{source}").sum() for source in ("fees", "video", "live"))
    assert world.ledger.balance["brands"] == world.ledger.balance["escrow"] == 0


def test_without_own_accounts_only_creators_publish(monkeypatch: pytest.MonkeyPatch) -> None:
    """Brands without accounts leave the creator table to creators, and sell through them alone."""
    world = live_through(off("brand.own_accounts"))
    monkeypatch.setattr(promotion, "set_brand_effort", nothing)
    assert not differing(world, live_through(off("brand.own_accounts")))
    assert np.all(world.creators.brand == -1)
    assert np.all(world.economy.brands.account == -1)
    assert world.economy.brands.orders.sum() > 0
    assert shown(world, seller="brand") == 0 < shown(world)


def test_without_sessions_the_catalog_holds_videos() -> None:
    """Live off, no item is a session and nothing is earned in one."""
    world = live_through(off("live.active"))
    assert not world.items.parts.any()
    assert not world.creators.earned_live.any()
    assert not (world.consumers.touched_when % 2).any()


def test_without_ties_nobody_has_a_partner_or_copies_a_friend() -> None:
    """Collaboration off, ties exist and matter to nothing: the world is the one of creators who know nobody."""
    world = live_through(off("collaboration.active"))
    strangers = live_through(off("collaboration.active"), sever_ties)
    assert differing(world, strangers) == {"collaborators"}
    assert "items.impressions" in differing(lively_world(), live_through(poke=sever_ties))


def sever_ties(world: World) -> None:
    world.collaborators = Ties(np.zeros(world.creators.size + 1, np.int64), np.empty(0, np.int32))


def test_what_is_shared_reaches_nobody_without_friends() -> None:
    """Sharing on among consumers who have no friends is sharing off, but for the counts of shares."""

    def isolate(world: World) -> None:
        world.friends = Ties(np.zeros(world.consumers.size + 1, np.int64), np.empty(0, np.int32))

    lonely = live_through(poke=isolate)
    assert differing(lonely, live_through(off("sharing.active"), isolate)) == {"items.shares", "items.shares_today"}
