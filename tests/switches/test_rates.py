"""A rate or chance of zero leaves what it moves as it was on the first morning; above zero it is moved.

Where no function can be taken away, because the mechanism is a line in a compiled loop, this shows that the line does
nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from ecosim.stages.genesis import create_world
from ecosim.state.schema import IMITATE
from ecosim.state.world import World
from tests.switches.worlds import live_through, lively, lively_world, off

Part = Callable[[World], Any]


@dataclass(frozen=True)
class Rate:
    """Settings that are zero together, and what they move."""

    names: tuple[str, ...]
    moved: Part
    also_off: tuple[str, ...] = ()


def founders(column: str) -> Part:
    """A column of those who were there on the first day."""
    return lambda world: getattr(world.creators, column)[world.creators.founder & (world.creators.brand < 0)]


def market(column: str) -> Part:
    """A column of the brands."""
    return lambda world: getattr(world.economy.brands, column)


def mind(column: str) -> Part:
    """A column of the consumers."""
    return lambda world: getattr(world.consumers, column)


def paid(purpose: str) -> Part:
    """Whether anything moved for a purpose on the last day."""
    return lambda world: sum(fen for key, fen in world.ledger.flows.items() if key[2] == purpose)


RATES: dict[str, Rate] = {
    "trust in sellers": Rate(
        ("commerce.trust_gain", "commerce.trust_loss", "sharing.word_of_mouth"), mind("ally_trust")
    ),
    "trust in the platform": Rate(("commerce.trust_platform",), mind("trust")),
    "word of mouth": Rate(("sharing.word_of_mouth",), mind("ally_trust"), ("brand.active",)),
    "tiredness of verticals": Rate(("consumer.satiation_gain",), mind("satiation")),
    "tiredness of styles": Rate(("consumer.satiation_gain",), mind("recent")),
    "interests": Rate(("consumer.interest_drift",), mind("interest")),
    "estimated taste": Rate(("platform.profile_rate",), mind("profile_taste")),
    "lapsing": Rate(("consumer.lapse_rate",), mind("active")),
    "brands' beliefs": Rate(("brand.learning",), market("believed")),
    "brands' budgets": Rate(("brand.budget_step",), market("budget")),
    "fee prices": Rate(("brand.fee_elasticity",), lambda world: world.economy.fee_price),
    "deals on videos": Rate(("brand.deal_posts",), lambda world: (world.items.deal >= 0).sum(), ("live.active",)),
    "commission": Rate(("brand.commission",), founders("earned_video")),
    "the platform's part": Rate(("commerce.take_rate",), paid("take rate")),
    "the way back": Rate(("commerce.return_cost",), paid("return costs")),
    "skill": Rate(("creator.skill_rate",), founders("skill")),
    "own style": Rate(("creator.style_drift",), founders("style")),
    "exits": Rate(("creator.exit_hazard",), founders("alive")),
    "entries": Rate(("creator.entry_chance",), lambda world: world.creators.size),
}  # fmt: skip


@pytest.mark.parametrize("name", RATES)
def test_zero_leaves_it_alone(name: str) -> None:
    rate = RATES[name]
    changes = off(*rate.names, *rate.also_off)
    first, last = create_world(lively(changes)), live_through(changes)
    assert np.array_equal(rate.moved(first), rate.moved(last))


@pytest.mark.parametrize("name", RATES)
def test_above_zero_it_moves(name: str) -> None:
    rate = RATES[name]
    first, last = create_world(lively(off(*rate.also_off))), live_through(off(*rate.also_off))
    assert not np.array_equal(rate.moved(first), rate.moved(last))


def test_honest_brands_promise_what_they_deliver() -> None:
    """Nothing to overpromise: promise and quality are one; else the dishonest promise more."""
    honest, usual = live_through(off("brand.overpromise")).economy.products, lively_world().economy.products
    assert np.array_equal(honest.promise, honest.quality)
    assert (usual.promise > usual.quality).all()


def test_trust_that_reverts_at_once_is_forgotten_by_morning() -> None:
    """The rate of reversion: at one, trust is back at its mean each evening; at zero, it stays where it was."""
    only_deliveries = {"sharing.active": False, "commerce.delivery_days": 14}
    changes = {"commerce.trust_return": 1.0} | only_deliveries
    forgetful = live_through(changes, days=17).consumers.trust
    mean = np.float32(lively().commerce.trust_mean)
    assert (forgetful != mean).any()  # today's deliveries came after the evening
    kept = live_through({"commerce.trust_return": 0.0} | only_deliveries, days=17).consumers.trust
    assert (kept != mean).sum() > (forgetful != mean).sum()


def test_nobody_imitates_where_creators_may_not() -> None:
    """Imitation off, no item has a model, and ties cannot be copied either."""
    world = live_through({"strategy.imitation": False})
    assert not (world.items.mode == IMITATE).any()
    assert not world.items.model_number.any()
    assert (lively_world().items.mode == IMITATE).any()
