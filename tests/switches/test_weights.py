"""A weight of zero makes its input worthless: change the input, and nothing else in the world changes.

With the weight as it is in a lively world, the same change of the input makes another world. So a weight is neither
without effect nor in effect where it should not be.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from ecosim.kernels import draws, estimates
from ecosim.stages import allocation
from ecosim.state.plan import ITEM_TERMS
from ecosim.state.world import World
from tests.switches.worlds import Poke, differing, live_through, lively_world, off


@dataclass(frozen=True)
class Weight:
    """A weight, and what changes its input.

    Attributes
    ----------
    names : tuple of str
        Settings that are zero together.
    poke : callable
        Changes the input, and nothing else, each morning.
    touched : set of str
        Parts of the state that are the input, or only pass it on.
    setting : dict
        Other settings without which the input would matter elsewhere too.
    """

    names: tuple[str, ...]
    poke: Poke
    touched: frozenset[str] = frozenset()
    setting: dict[str, Any] = field(default_factory=dict)


def just_bought(world: World) -> None:
    world.consumers.bought[:] = world.day - 1


def as_if_met_today(world: World) -> None:
    world.consumers.touched_when[:] = 2 * world.day


def distrust(world: World) -> None:
    world.consumers.trust[:] = world.consumers.ally_trust[:] = 0.05


def coolness(world: World) -> None:
    world.consumers.impulse[:] = 0.1


def tired_of_verticals(world: World) -> None:
    world.consumers.satiation[:] = 0.8


def tired_of_styles(world: World) -> None:
    world.consumers.recent[:] = world.consumers.taste


def other_taste(world: World) -> None:
    world.consumers.taste[:] = world.consumers.taste[::-1]


def other_estimated_taste(world: World) -> None:
    world.consumers.profile_taste[:] = world.consumers.profile_taste[::-1]


def unsure(world: World) -> None:
    world.economy.brands.spread[:] = np.array([1.0, 100.0, 900.0])


def broken_records(world: World) -> None:
    world.creators.record_watch[:] = 0.9 * world.creators.record_views


MINDS = frozenset({"consumers.trust", "consumers.ally_trust"})
SELLING = {"brand.active": False}
WEIGHTS: dict[str, Weight] = {
    "need": Weight(("commerce.need",), just_bought, frozenset({"consumers.bought"})),
    "familiarity": Weight(
        ("commerce.familiarity",), as_if_met_today, frozenset({"consumers.touched_when", "orders.touch"})
    ),
    "trust": Weight(("commerce.order_trust", "commerce.order_value"), distrust, MINDS),
    "urgency": Weight(("commerce.live_urgency",), coolness, frozenset({"consumers.impulse"})),
    "risk aversion": Weight(("brand.risk_aversion",), unsure, frozenset({"brands.spread"})),
    "satiation of verticals": Weight(
        ("consumer.satiation_vertical",), tired_of_verticals, frozenset({"consumers.satiation"})
    ),
    "satiation of styles": Weight(("consumer.satiation_style",), tired_of_styles, frozenset({"consumers.recent"})),
    "taste": Weight(("consumer.watch_taste",), other_taste, frozenset({"consumers.taste"}), SELLING),
    "affinity": Weight(("ranker.affinity",), other_estimated_taste, frozenset({"consumers.profile_taste"})),
    "the creator's record": Weight(("platform.record_weight",), broken_records, frozenset({"creators.record_watch"})),
}


@pytest.mark.parametrize("name", WEIGHTS)
def test_at_zero_the_input_does_not_matter(name: str) -> None:
    weight = WEIGHTS[name]
    changes = weight.setting | off(*weight.names)
    assert differing(live_through(changes), live_through(changes, weight.poke)) <= weight.touched


@pytest.mark.parametrize("name", WEIGHTS)
def test_above_zero_it_does(name: str) -> None:
    weight = WEIGHTS[name]
    beyond = differing(live_through(weight.setting), live_through(weight.setting, weight.poke)) - weight.touched
    assert "brands.budget" in beyond or "items.watch" in beyond or "orders.consumer" in beyond


@pytest.mark.parametrize("name", ["commerce.order_trust", "commerce.order_value"])
def test_trust_matters_in_two_ways(name: str) -> None:
    """Trust makes one buy, and makes promises count: either is enough for it to matter."""
    changes = off(name)
    assert "orders.consumer" in differing(live_through(changes), live_through(changes, distrust))


# What a view or an offer is made of is on the shelf: there a term can be given other values.


def disturb_shelf(patch: pytest.MonkeyPatch, change: Callable[[Any], Any]) -> None:
    """Let serving see another shelf than the one that was made."""
    make = allocation.make_shelf
    patch.setattr(allocation, "make_shelf", lambda *arguments: change(make(*arguments)))


def field_of(bundle: str, name: str, value: float) -> Callable[[Any], Any]:
    """Set a field of all cards, or of all goods."""

    def change(shelf: Any) -> Any:
        getattr(shelf, bundle)[name] = value
        return shelf

    return change


ON_THE_SHELF: dict[str, Callable[[Any], Any]] = {
    "consumer.watch_quality": field_of("card", "quality", 2.0),
    "consumer.watch_locality": field_of("card", "region", 0),
    "commerce.order_value": field_of("goods", "promise", 9.0),
    "commerce.thrift": field_of("goods", "price", 10.0),
    "commerce.order_fit": lambda shelf: shelf._replace(goods_style=-shelf.goods_style),
}


@pytest.mark.parametrize("name", ON_THE_SHELF)
def test_a_property_counts_by_its_weight(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an item or a product is like matters as its weight says: not at all at zero."""
    without, with_it = live_through(off(name)), lively_world()
    disturb_shelf(monkeypatch, ON_THE_SHELF[name])
    assert not differing(without, live_through(off(name)))
    assert {"items.watch", "orders.consumer"} & differing(with_it, live_through())


@pytest.mark.parametrize("term", ITEM_TERMS)
def test_a_term_of_the_score_counts_by_its_weight(term: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ranker that gives a term no weight serves the same whatever the term says."""
    name = f"ranker.{term}"
    without, with_it = live_through(off(name)), live_through({name: 1.0})
    make = allocation.term_matrix

    def noisy(world: World) -> np.ndarray:
        terms = make(world)
        words = world.items.word
        terms[:, ITEM_TERMS.index(term)] = draws.gaussians(1, draws.USER, world.day, words, 1)[:, 0]
        return terms

    monkeypatch.setattr(allocation, "term_matrix", noisy)
    assert not differing(without, live_through(off(name)))
    assert "items.impressions" in differing(with_it, live_through({name: 1.0}))


def test_the_terms_are_those_of_the_kernel() -> None:
    assert len(ITEM_TERMS) == estimates.ITEM_TERMS


EMPTY_INPUTS = {
    "ranker.friend": "sharing.active",
    "commerce.social_proof": "sharing.active",
    "sharing.word_of_mouth": "sharing.active",
    "ranker.conversion": "brand.active",
    "ranker.live": "live.active",
    "commerce.live_urgency": "live.active",
    "live.hold": "live.active",
    "live.affiliate": "live.active",
    "live.effort": "live.active",
    "live.cost": "live.active",
    "live.recall": "live.active",
    "brand.risk_aversion": "brand.fees",
    "brand.fee_elasticity": "brand.fees",
    "brand.budget_step": "brand.fees",
    "brand.deal_posts": "brand.fees",
}


@pytest.mark.parametrize("name", EMPTY_INPUTS)
def test_where_the_mechanism_is_off_its_weights_mean_nothing(name: str) -> None:
    """A weight on what does not happen changes nothing; on what does happen, it does."""
    switch, zero = off(EMPTY_INPUTS[name]), off(name)
    plan = {"plan"}  # which lists the ranker's weights
    assert differing(live_through(switch), live_through(switch | zero)) <= plan
    assert differing(lively_world(), live_through(zero)) - plan
