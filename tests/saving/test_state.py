"""A life cut in two is the life in one piece: whatever day the cut is on, and whatever the world holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecosim import registry
from ecosim.agents import Creator, CreatorView, Decision, Mode
from ecosim.config import EngineConfig, RecordingConfig, SimulationConfig
from ecosim.errors import InputError
from ecosim.kernels.jit import get_threads, max_threads, set_threads
from ecosim.model import EcosystemModel
from ecosim.saving import read_header
from ecosim.state.columns import Column
from ecosim.state.economy import Orders
from ecosim.state.graph import Ties
from ecosim.state.schema import Consumers, Creators
from ecosim.state.world import Today
from tests.reference.worlds import worlds
from tests.saving.lives import differences, finish, hectic, lived

CUTS = (0, 3, 6, 13, 26)
"""Days lived before the cut: none, in burn-in, at its end, amid measurement and policies, all."""


@cache
def whole(name: str) -> dict[str, bytes]:
    return finish(lived(hectic(name), 0))


def again(model: EcosystemModel, folder: Path, **changes: Any) -> EcosystemModel:
    """Save a model and load it."""
    return EcosystemModel.load(model.save(folder / "evening.state"), **changes)


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("name", worlds())
def test_a_life_cut_in_two_leaves_the_same_bytes(name: str, cut: int, tmp_path: Path) -> None:
    """Every ranker, strategy and policy; entries and exits, orders in flight, live sessions, shares, ties."""
    model = lived(hectic(name), cut)
    loaded = again(model, tmp_path)
    assert (
        list(differences(model.world, loaded.world, "world"))
        == ["world.today.allocation: Allocation and NoneType"][: min(cut, 1)]
    )
    assert list(differences(vars(model.recorder) | {"world": 0}, vars(loaded.recorder) | {"world": 0})) == []
    assert finish(loaded) == whole(name)
    assert (loaded.impressions, loaded.steps) == (lived_impressions(name), 26)


@cache
def lived_impressions(name: str) -> int:
    model = lived(hectic(name), 26)
    return sum(int(value) for value in model.datacollector.model_vars["impressions"])


def test_the_worlds_hold_what_could_be_lost() -> None:
    """Or the test above would say little."""
    model = lived(hectic("engagement"), 13)
    world = model.world
    assert world.economy.orders.size > 0
    assert (world.creators.left >= 0).any()
    assert (world.creators.entered > 0).any()
    assert (~world.consumers.active).any()
    assert (world.creators.earned_live > 0).any()
    assert (world.consumers.inbox != -1).any()
    assert world.moved


@pytest.fixture
def threads() -> Iterator[None]:
    before = get_threads()
    yield
    set_threads(before)


@pytest.mark.usefixtures("threads")
@pytest.mark.skipif(max_threads() < 2, reason="one core")
def test_the_halves_may_run_on_other_threads(tmp_path: Path) -> None:
    config = replace(hectic("floor"), threads=2)
    model = lived(config, 9)
    assert get_threads() == 2
    loaded = again(model, tmp_path, config=replace(config, threads=1))
    assert get_threads() == 1
    assert finish(loaded) == whole("floor")


@pytest.mark.parametrize("cut", [5, 6, 8])
def test_a_branch_is_the_run_that_had_the_policy_all_along(cut: int, tmp_path: Path) -> None:
    """The policy begins two days after burn-in; the past is that of the baseline."""
    config = hectic("floor")
    policies = {"exposure_floor": replace(config.policies["exposure_floor"], start=2)}
    baseline, floored = replace(config, policies={}), replace(config, policies=policies, scenario="floor", days=15)
    branch = finish(again(lived(baseline, cut), tmp_path, config=floored))
    expected = finish(lived(floored, 0))
    changed = {name for name in expected if branch[name] != expected[name]}
    assert changed == {"bite", "payments"}  # the days on which there was nothing to compare with are not recorded
    assert branch["daily"] != finish(lived(replace(baseline, days=15), 0))["daily"]


def test_a_run_may_be_made_longer(tmp_path: Path) -> None:
    short = replace(hectic("newcomers"), days=18)
    model = lived(short, 24)
    assert finish(again(model, tmp_path, config=hectic("newcomers"))) == whole("newcomers")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"seed": 9}, r"seed"),
        ({"replay": 1}, r"replay"),
        ({"burn_in": 5}, r"burn_in"),
        ({"policies": {}}, r"policies"),
        ({"ranker": registry.rankers["random"].config()}, r"ranker\.kind"),
        ({"recording": RecordingConfig(panel=3)}, r"recording\.panel"),
    ],
)
def test_another_past_is_refused(changes: dict[str, Any], told: str, tmp_path: Path) -> None:
    config = hectic("floor")
    with pytest.raises(InputError, match=rf"was saved on day 6 of a run with other settings \(.*{told}"):
        again(lived(config, 12), tmp_path, config=replace(config, **changes))


def test_a_horizon_that_has_passed_is_refused(tmp_path: Path) -> None:
    config = hectic("floor")
    with pytest.raises(InputError, match="saved after 20 days, burn-in included, and this run ends after 19"):
        again(lived(config, 20), tmp_path, config=replace(config, days=13))


def test_settings_without_effect_may_differ(tmp_path: Path) -> None:
    config = hectic("random")
    other = replace(
        config, scenario="other", out="x", engine=EngineConfig(faces=0, block=3),
        recording=replace(config.recording, figures=False, checkpoint_every=2),
    )  # fmt: skip
    assert finish(again(lived(config, 9), tmp_path, config=other)) == whole("random")


@pytest.mark.parametrize("table", [Consumers, Creators, Orders])
def test_a_column_that_is_added_is_saved(table: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has to tell."""
    added = Column("float32", "1", "of tomorrow", width=3, default=7)
    added.__set_name__(table, "tomorrow")
    monkeypatch.setattr(table, "tomorrow", added, raising=False)
    model = lived(hectic("engagement"), 8)
    rows = {Consumers: model.world.consumers, Creators: model.world.creators, Orders: model.world.economy.orders}[table]
    assert rows.size > 0
    rows.tomorrow[:] = np.arange(rows.size * 3).reshape(-1, 3)
    found = again(model, tmp_path).world
    twin = {Consumers: found.consumers, Creators: found.creators, Orders: found.economy.orders}[table]
    assert np.array_equal(twin.tomorrow, rows.tomorrow)
    assert twin.tomorrow.dtype == np.float32


def test_an_attribute_that_is_added_is_saved(tmp_path: Path) -> None:
    model = lived(hectic("engagement"), 8)
    added = {"levels": [np.arange(2), {"a": (1, 2.5)}], "ties": Ties.empty(2)}
    for holder in (model.world, model.world.economy, model.world.knowledge, model.world.ledger, model.recorder):
        vars(holder).update(added)
    loaded = again(model, tmp_path)
    world = loaded.world
    for holder in (world, world.economy, world.knowledge, world.ledger, loaded.recorder):
        assert list(differences(added, {name: vars(holder)[name] for name in added})) == []


def test_no_two_parts_of_the_state_share_memory() -> None:
    """Saved apart, they would no longer be one thing after loading."""
    for name in worlds():
        model = lived(hectic(name), 9)
        packed = model._packed()
        spans = sorted(
            (array.__array_interface__["data"][0], array.nbytes, array.shape)
            for array in packed.arrays
            if array.nbytes and array.base is not None
        )
        for (begin, length, shape), (following, _, other) in pairwise(spans):
            assert begin + length <= following, f"{name}: arrays of {shape} and {other} overlap"


class Counting(Creator):
    """Notes how often it was asked, and changes its mind by that."""

    def decide(self, observation: CreatorView) -> Decision:
        self.asked = getattr(self, "asked", 0) + 1
        self.seen = [*getattr(self, "seen", []), observation.followers][-3:]
        return Decision(effort=1 + self.asked % 3, mode=Mode(sum(self.seen) % 3))


def test_creators_of_ones_own_keep_what_they_noted(tmp_path: Path) -> None:
    config, own = hectic("newcomers"), {Counting: 0.5}
    expected = lived(config, 26, creators=own)
    model = lived(config, 11, creators=own)
    loaded = again(model, tmp_path, creators=own)
    assert {type(face) for face in loaded.creators} == {Creator, Counting}
    assert len(loaded.agents) == len(model.agents)
    assert finish(loaded) == finish(expected)
    counts = [getattr(face, "asked", 0) for face in loaded.creators]
    assert counts == [getattr(face, "asked", 0) for face in expected.creators]
    assert max(counts) > 20


def test_creators_of_ones_own_must_be_there_again(tmp_path: Path) -> None:
    model = lived(hectic("newcomers"), 3, creators={Counting: 0.5})
    with pytest.raises(InputError, match=r"creators of your own \(Counting\), but .*: none.*creators="):
        again(model, tmp_path)


def test_what_a_creator_noted_must_be_plain(tmp_path: Path) -> None:
    model = lived(hectic("newcomers"), 3, creators={Counting: 0.5})
    next(iter(model.agents_by_type[Counting])).secret = open  # type: ignore[attr-defined]
    with pytest.raises(InputError, match=r"cannot be saved: .*secret is a builtins"):
        model.save(tmp_path / "x.state")
    assert not list(tmp_path.iterdir())


class Wavering:
    """A policy with a memory: it boosts everyone by how often it was asked, also before its first day."""

    def __init__(self, config: Any) -> None:
        self.config = config
        self.asked = 0
        self.log = np.zeros(0)

    def apply(self, plan: Any, world: Any, day: int) -> None:
        self.asked += 1
        self.log = np.append(self.log, day)
        if day >= self.config.start:
            plan.boost.add(0.1 * (self.asked % 7), world.creators.vertical == 0)


@pytest.fixture
def wavering(monkeypatch: pytest.MonkeyPatch) -> SimulationConfig:
    entry = replace(registry.policies["newcomer_support"], name="wavering", cls=Wavering)
    monkeypatch.setitem(registry.policies._entries, "wavering", entry)  # type: ignore[attr-defined]
    config = hectic("floor")
    policy = replace(registry.policies["newcomer_support"].config(), kind="wavering", start=3)
    return replace(config, policies={**config.policies, "own": policy})


def test_a_policy_keeps_what_it_noted(wavering: SimulationConfig, tmp_path: Path) -> None:
    expected = finish(lived(wavering, 0))
    loaded = again(lived(wavering, 12), tmp_path)
    assert loaded.world.policies["own"].log.tolist() == list(range(-6, 6))
    assert finish(loaded) == expected


def test_a_policy_is_found_by_its_settings(wavering: SimulationConfig, tmp_path: Path) -> None:
    """The past was lived under another name, with another policy besides."""
    name, policy = "own", wavering.policies["own"]
    late = replace(wavering.policies["exposure_floor"], start=9)
    past = replace(wavering, policies={"late": late, "renamed": policy})
    alone = replace(wavering, policies={name: policy})
    assert finish(again(lived(past, 9), tmp_path, config=alone)) == finish(lived(alone, 0))


def test_graphs_of_the_first_day_do_not_go_with_a_saved_one(tmp_path: Path) -> None:
    import networkx

    file = lived(hectic("floor"), 1).save(tmp_path / "x.state")
    with pytest.raises(InputError, match="graphs of the first day"):
        EcosystemModel(saved=file, friends=networkx.Graph())


def test_a_state_is_small(tmp_path: Path) -> None:
    model = lived(hectic("engagement"), 20)
    file = model.save(tmp_path / "x.state")
    world = model.world
    tables = (world.consumers, world.creators, world.items, *world.economy.tables().values())
    assert file.stat().st_size < 2 * sum(table.nbytes() for table in tables)
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.state"]


def test_notes_stand_beside_the_state(tmp_path: Path) -> None:
    header = read_header(lived(hectic("floor"), 2).save(tmp_path / "x.state", {"why": [1, "two"]}))
    assert (header.day, header.notes) == (2, {"why": [1, "two"]})


def test_todays_work_is_left_out() -> None:
    assert Today(allocation=object()).__getstate__()["allocation"] is None  # type: ignore[arg-type]
