"""The Mesa shell: agents are faces of rows, a user's own creators decide, and Mesa's traps are stepped around."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from ecosim import SimulationConfig, registry
from ecosim.agents import Brand, Consumer, Creator, CreatorView, Decision, Mode, Platform
from ecosim.config import BrandConfig, EngineConfig, RecordingConfig, ScaleConfig
from ecosim.errors import InputError
from ecosim.model import EcosystemModel
from ecosim.networks.convert import to_networkx

TOY = SimulationConfig(
    burn_in=2,
    days=6,
    seed=5,
    scale=ScaleConfig(name="tiny", consumers=80, creators=12),
    recording=RecordingConfig(panel=10, panel_every=2),
)


class Tireless(Creator):
    """Publishes twice a day and always tries something new."""

    def decide(self, observation: CreatorView) -> Decision:
        assert observation.age >= 0
        return Decision(effort=2.0, mode=Mode.INNOVATE)


class Moody(Creator):
    """Publishes as a keyed draw says."""

    def decide(self, observation: CreatorView) -> Decision:
        return Decision(effort=3 * self.draw(0))


def stepped(model: EcosystemModel, days: int = 6) -> EcosystemModel:
    for _ in range(days):
        model.step()
    return model


def test_attributes_are_cells() -> None:
    model = EcosystemModel(TOY)
    creator = model.creator(3)
    creator.skill = 1.25
    assert model.world.creators.skill[3] == np.float32(1.25)
    model.world.creators.followers[3] = 77
    assert creator.followers == 77
    assert creator.style.shape == (16,)
    creator.style[0] = 99  # a copy: styles are changed by assigning a whole vector
    assert model.world.creators.style[3, 0] != 99


def test_agent_sets_select_aggregate_and_do() -> None:
    model = stepped(EcosystemModel(TOY))
    creators = model.agents_by_type[Creator]
    assert creators.agg("followers", sum) == int(model.world.creators.followers[model.world.creators.alive].sum())
    heads = creators.select(lambda creator: creator.tier == 0)
    assert 1 <= len(heads) < len(creators)
    creators.do(lambda creator: setattr(creator, "talent", 2.0))
    assert (model.world.creators.talent[model.world.creators.alive] == 2.0).all()
    assert len(model.agents_by_type[Consumer]) == 80
    assert len(model.agents_by_type[Platform]) == 1
    assert model.platform.ledger is model.world.ledger


def test_brands_are_agents_and_their_attributes_are_cells() -> None:
    model = stepped(EcosystemModel(TOY))
    table = model.world.economy.brands
    brands = model.agents_by_type[Brand]
    assert len(brands) == table.size > 0
    assert brands.agg("sold", sum) == int(table.sold.sum())
    honest = brands.select(lambda brand: brand.honesty > 0.5)
    assert {brand.row for brand in honest} == set(np.flatnonzero(table.honesty > 0.5).tolist())
    brand = model.brand(0)
    brand.honesty = 0.25
    assert table.honesty[0] == 0.25
    assert brand.products.size == table.slots[0]
    assert (model.world.economy.products.brand[brand.products] == 0).all()
    deals = model.world.economy.deals
    for row in brand.hired:
        face = model.creator(row)
        assert 0 in deals.brand[face.deal : face.deal + face.deals]


def test_accounts_that_brands_run_are_no_creators_of_their_own() -> None:
    asked = []
    model = stepped(EcosystemModel(TOY, creators={Tireless: lambda face: asked.append(face.brand) or True}))
    table = model.world.creators
    run = np.flatnonzero(table.brand >= 0)
    assert run.size == model.world.economy.brands.size
    assert set(asked) == {-1}, "a user's selector was asked about the account of a brand"
    assert (table.rule[run] == 0).all()
    assert {face.row for face in model.creators} == set(np.flatnonzero(table.alive).tolist())
    publisher = model.brand(0).publisher
    assert publisher is model.creator(int(run[0]))
    assert publisher.brand == 0
    assert publisher not in model.agents


def test_a_brand_without_an_account_has_no_publisher() -> None:
    model = EcosystemModel(replace(TOY, brand=replace(TOY.brand, own_accounts=False)))
    assert [brand.publisher for brand in model.agents_by_type[Brand]] == [None] * model.world.economy.brands.size
    without = EcosystemModel(replace(TOY, brand=replace(TOY.brand, active=False)))
    assert Brand not in without.agents_by_type


def test_a_users_own_creators_decide_in_plain_python() -> None:
    model = stepped(EcosystemModel(TOY, creators={Tireless: 0.5}))
    own = model.agents_by_type[Tireless]
    assert 0 < len(own) < model.world.creators.size
    assert all(creator.effort == 2.0 for creator in own)
    items = model.world.items
    theirs = np.isin(items.creator, [creator.row for creator in own])
    assert (items.mode[theirs] == Mode.INNOVATE).all()
    assert len(model.creators) == int(model.world.creators.alive.sum())
    assert len(model.agents_by_type[Creator]) == len(model.creators) - len(own)  # Mesa leaves out subclasses


def test_a_selector_may_look_at_the_face_and_entrants_match_it_too() -> None:
    config = replace(TOY, days=20)
    model = stepped(EcosystemModel(config, creators={Tireless: lambda face: face.vertical == 0}), 20)
    table = model.world.creators
    assert ((table.rule == 1) == ((table.vertical == 0) & (table.brand < 0))).all()
    assert (table.entered > 0).any(), "nobody entered, so entrants were not tried"


def test_keyed_draws_of_own_creators_depend_on_creator_day_and_number_alone() -> None:
    first = stepped(EcosystemModel(TOY, creators={Moody: 1.0}))
    again = stepped(EcosystemModel(TOY, creators={Moody: 1.0}))
    assert [c.effort for c in first.creators] == [c.effort for c in again.creators]
    creator = first.creator(0)
    assert creator.draw(0) == creator.draw(0) != creator.draw(1)


def test_a_creator_class_without_decide_says_so() -> None:
    with pytest.raises(TypeError, match="must define decide"):
        stepped(EcosystemModel(TOY, creators={Creator: 1.0}), 1)


def test_the_face_of_a_creator_who_left_still_reads_its_row() -> None:
    creator = replace(TOY.creator, exit_hazard=1.0, exit_steepness=0.0, grace_days=0)
    model = stepped(EcosystemModel(replace(TOY, creator=creator)))
    gone = int(np.flatnonzero(model.world.creators.left >= 0)[0])
    face = model.creator(gone)
    assert face not in model.agents
    assert face.left == model.world.creators.left[gone] >= 0


def test_large_worlds_register_no_consumers_and_say_what_to_do() -> None:
    model = EcosystemModel(replace(TOY, engine=EngineConfig(faces=10)))
    with pytest.raises(InputError, match=r"model\.consumer\(row\)"):
        model.agents_by_type[Consumer]
    face = model.consumer(7)
    assert face is model.consumer(7)
    assert face.interest.sum() == pytest.approx(1, abs=1e-4)
    assert face not in model.agents
    with pytest.raises(InputError, match="no consumer 80"):
        model.consumer(80)
    kept = weakref.ref(face)
    del face
    gc.collect()
    assert kept() is None


def test_faces_change_no_result() -> None:
    with_faces = stepped(EcosystemModel(TOY)).recorder.tables()
    without = stepped(EcosystemModel(replace(TOY, engine=EngineConfig(faces=0)))).recorder.tables()
    assert with_faces.keys() == without.keys()
    for name, table in with_faces.items():
        pd.testing.assert_frame_equal(table.to_pandas(), without[name].to_pandas(), check_exact=True)


def test_the_data_collector_holds_the_daily_measures() -> None:
    model = stepped(EcosystemModel(TOY))
    collected = model.datacollector.get_model_vars_dataframe()
    recorded = model.recorder.tables()["daily"].to_pandas()
    assert collected["impressions"].tolist() == recorded["impressions"].tolist()


def test_a_closed_model_is_freed() -> None:
    model = stepped(EcosystemModel(TOY), 1)
    model.close()
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


def test_a_network_goes_in_and_comes_out() -> None:
    model = EcosystemModel(TOY)
    graph = to_networkx(model.world.follows, 12)
    assert graph.number_of_edges() == model.world.follows.creator.size
    again = EcosystemModel(TOY, network=graph)
    assert {tuple(sorted(again.consumer(i).follows)) for i in range(80)} == {
        tuple(sorted(model.consumer(i).follows)) for i in range(80)
    }
    wrong = nx.DiGraph([(("creator", 1), ("creator", 2))])
    with pytest.raises(InputError, match="does not run from"):
        EcosystemModel(TOY, network=wrong)
    unknown = again.world.creators.brand >= 0
    assert (again.world.creators.followers[unknown] == 0).all()
    with pytest.raises(InputError, match="does not run from"):
        EcosystemModel(TOY, network=nx.DiGraph([(("consumer", 1), ("creator", 12))]))  # the account of a brand


def test_other_follows_change_the_results() -> None:
    plain = stepped(EcosystemModel(TOY)).world.items.watch
    graph = to_networkx(EcosystemModel(TOY).world.follows, 12)
    swapped = nx.relabel_nodes(graph, {("creator", i): ("creator", 11 - i) for i in range(12)})
    assert not np.array_equal(plain, stepped(EcosystemModel(TOY, network=swapped)).world.items.watch)


def test_an_inert_policy_is_named() -> None:
    inert = {"exposure_floor": {"kind": "exposure_floor", "strength": 0}}
    biting = {"exposure_floor": {"kind": "exposure_floor", "share_of_mean": 1}}
    said = stepped(EcosystemModel(replace(TOY, policies=inert))).warnings()
    assert len(said) == 1
    assert "policies.exposure_floor is inert" in said[0]
    assert stepped(EcosystemModel(replace(TOY, policies=biting))).world.moved == {"exposure_floor": {"reserved_share"}}


def test_an_aim_that_nobody_met_is_named() -> None:
    lift = {"newcomer_support": {"kind": "newcomer_support", "aim": {"max_age": 0}}}
    closed = replace(TOY, creator=replace(TOY.creator, entry_chance=0.0), policies=lift)
    (told,) = stepped(EcosystemModel(closed)).warnings()
    assert "policies.newcomer_support aimed at nobody" in told
    open_to_all = replace(closed, creator=replace(TOY.creator, entrants=100.0, entry_chance=1.0))
    met = stepped(EcosystemModel(open_to_all))
    assert met.world.met == {"newcomer_support"}


@pytest.mark.parametrize(
    ("kind", "settings", "changes", "told"),
    [
        ("take_rate", {"rate": 0.3}, {"brand": BrandConfig(active=False)}, "take_rate, but not one fen"),
        ("transparency", {}, {"strategy": registry.strategies["fixed"].config()}, "'fixed' leaves nothing to chance"),
        ("vertical_pool", {"slots": 1e-4, "aim": {"verticals": [0]}}, {}, "vertical_slots, but not one slot"),
        ("creator_training", {"cost": 0.0}, {}, None),
        ("innovation_fund", {"grant": 3.0}, {}, None),
        ("transparency", {}, {}, None),
    ],
)
def test_levers_that_move_nothing_are_named(
    kind: str, settings: dict[str, Any], changes: dict[str, Any], told: str | None
) -> None:
    policies = {kind: {"kind": kind, **settings}}
    said = stepped(EcosystemModel(replace(TOY, policies=policies, **changes))).warnings()
    assert len(said) == (told is not None), said
    assert told is None or told in said[0]


def test_a_replayed_world_has_the_same_people_and_other_luck() -> None:
    first, again = EcosystemModel(TOY), EcosystemModel(replace(TOY, replay=1))
    assert np.array_equal(first.world.creators.talent, again.world.creators.talent)
    assert np.array_equal(first.world.follows.creator, again.world.follows.creator)
    stepped(first), stepped(again)
    assert not np.array_equal(first.world.items.quality, again.world.items.quality)
