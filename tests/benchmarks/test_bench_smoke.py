"""The benchmarks measure what they say: figures are whole, and the Mesa model behaves as ecosim's consumers do."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks import page, run
from benchmarks.mesa_feed import LIFE, SLOTS, FeedModel, Viewer
from ecosim.config import SimulationConfig
from ecosim.kernels import decisions
from ecosim.stages.serving import behaviour_of

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict:
    target = tmp_path_factory.mktemp("bench") / "quick.json"
    assert run.main(["--quick", "--threads", "1", "--out", str(target)]) == 0
    text = target.read_text(encoding="utf-8")
    assert str(ROOT) not in text
    assert str(target.parent) not in text
    return json.loads(text)


def test_the_quick_run_writes_every_figure(figures: dict) -> None:
    assert figures["quick"]
    assert {"date", "git_revision", "machine", "versions"} <= set(figures)
    assert [size["consumers"] for size in figures["sizes"]] == [200, 400]
    for size in figures["sizes"]:
        assert size["impressions_per_second"] > 0
        assert size["impressions"] == pytest.approx(
            size["impressions_per_consumer_day"] * size["consumer_days"], rel=1e-4
        )
        assert size["seconds"] == pytest.approx(size["days_seconds"] + size["finish_seconds"], rel=1e-4)
        assert sum(size["stages"].values()) == pytest.approx(size["days_seconds"], rel=1e-4)
        assert 0 < size["candidates_per_session"] <= size["candidates_quota"]
        assert size["turns"]["mesa"]["impressions_per_second"] > 0


def test_every_conclusion_is_a_sentence_with_its_answer(figures: dict) -> None:
    assert {check["name"] for check in figures["checks"]} >= {"speed", "over_mesa_impressions", "time", "memory"}
    for check in figures["checks"]:
        answer = {True: ": yes, ", False: ": no, ", None: ": unknown, "}[check["met"]]
        assert answer in check["sentence"]


@pytest.mark.parametrize("arguments", [["--threads", "0"], ["--out", "no/such/folder/figures.json"], ["--out", "."]])
def test_bad_input_is_told_before_measuring(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["--quick", *arguments]) == 2
    assert arguments[0] in capsys.readouterr().err


def lived(days: int, config: SimulationConfig | None = None) -> FeedModel:
    model = FeedModel(60, seed=3, config=config)
    for _ in range(days):
        model.step()
    return model


def test_the_mesa_feed_is_watched_and_liked_as_a_feed_is() -> None:
    days = lived(8).datacollector.get_model_vars_dataframe()
    assert (days["impressions"] == 60 * SLOTS).all()
    assert days["watch_share"].between(0.2, 0.7).all()
    assert 0.01 < days["interaction_rate"].mean() < 0.15


def test_nobody_is_shown_an_item_twice() -> None:
    model = lived(LIFE + 3)
    for viewer in model.agents:
        before = viewer.seen.copy()
        shown = viewer.choose()
        assert np.unique(shown).size == SLOTS
        assert not before[shown].any()


def test_satiation_lowers_watching() -> None:
    base = SimulationConfig()
    tireless = replace(base, consumer=replace(base.consumer, satiation_vertical=0.0, satiation_style=0.0))
    tired, fresh = (
        lived(6, config).datacollector.get_model_vars_dataframe()["watch_share"].mean() for config in (base, tireless)
    )
    assert tired < fresh - 0.02


def test_a_session_is_watched_as_ecosim_has_it() -> None:
    """One by one, the kernels' own watch share gives what the agent's half-vectorised session gives."""
    model = lived(2)
    viewer, catalog, items = next(iter(model.agents)), model.catalog, np.arange(SLOTS)
    assert isinstance(viewer, Viewer)
    behaviour = behaviour_of(SimpleNamespace(config=model.config))
    tired, recent = viewer.satiation.copy(), viewer.recent.copy()
    mood = copy.deepcopy(model.rng).random((4, SLOTS), dtype=np.float32)[0]
    expected = []
    for k, item in enumerate(items):
        v, style = catalog.vertical[item], catalog.style[item]
        gain = decisions.pull(behaviour, viewer.interest[v], model.verticals)
        share = decisions.watch_share(
            behaviour, gain, viewer.taste @ style, catalog.quality[item], catalog.region[item] == viewer.region,
            tired[v], style @ recent, False, mood[k],
        )  # fmt: skip
        tired[v] = decisions.step(tired[v], behaviour.satiation_gain * share, 1.0)
        recent += behaviour.satiation_gain * share * (style - recent)
        expected.append(share)
    assert viewer.watch(items) == pytest.approx(expected, rel=1e-4)
    assert viewer.satiation == pytest.approx(tired, rel=1e-4)
    assert viewer.recent == pytest.approx(recent, abs=1e-5)


def test_the_page_shows_the_latest_figures() -> None:
    """Whoever commits new figures commits the table made from them."""
    latest = ROOT / run.LATEST
    if not latest.exists():
        pytest.skip("no full run has been made yet")
    found = json.loads(latest.read_text(encoding="utf-8"))
    assert not found["quick"]
    assert page.block(found, run.table(found["sizes"])) in (ROOT / page.PAGE).read_text(encoding="utf-8")
