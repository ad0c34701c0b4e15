"""The benchmarks measure what they say: figures are whole, and the Mesa model behaves as ecosim's consumers do."""

from __future__ import annotations

import copy
import json
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks import figure, page, run
from benchmarks.checks import checks, notes
from benchmarks.engine import one_session
from benchmarks.mesa_feed import LIFE, SLOTS, FeedModel, Viewer
from benchmarks.plans import BENCH, MILLION, plans
from benchmarks.table import table
from ecosim.config import ScaleConfig, SimulationConfig
from ecosim.kernels import decisions
from ecosim.pipeline import DAY
from ecosim.stages.genesis import create_world
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
        assert size["brands"] == size["creators"] // 10 == size["consumers"] // 200
        assert size["impressions_per_second"] > 0
        assert size["impressions"] == pytest.approx(
            size["impressions_per_consumer_day"] * size["consumer_days"], rel=1e-4
        )
        assert size["seconds"] == pytest.approx(size["days_seconds"] + size["finish_seconds"], rel=1e-4)
        assert sum(size["stages"].values()) == pytest.approx(size["days_seconds"], rel=1e-4)
        assert 0 < size["candidates_per_session"] <= size["candidates_quota"]


def test_all_who_are_able_take_turns(figures: dict) -> None:
    small, large = (size["turns"] for size in figures["sizes"])
    assert set(small["rates"]) == {"ecosim", "ecosim_one_session", "ecosim_one_thread", "mesa", "twin"}
    assert set(large["rates"]) == {"ecosim", "ecosim_one_session", "ecosim_one_thread", "mesa"}
    for turns in (small, large):
        assert turns["left_out"] == {"trecs": "it was not asked for"}
        assert set(turns["stages"]["ecosim"]) == set(turns["stages"]["ecosim_one_thread"]) == {s.name for s in DAY}
        for ratio in turns["ratios"].values():
            assert 0 < ratio["least"] <= ratio["median"] <= ratio["most"]
        assert turns["bounds"]["scores_per_day"] > 0
        assert turns["bounds"]["share_of_matrix"]["median"] > 0
        assert turns["bounds"]["share_of_memory"]["median"] > 0


def test_the_comparable_day_is_one_session_of_thirty_for_everyone() -> None:
    """What the consumers of the Mesa model have; all else is the default."""
    usual = SimulationConfig(scale=ScaleConfig(name="few", consumers=50, creators=10))
    alike = one_session(usual)
    people = create_world(alike).consumers
    assert set(people.sessions.tolist()) == {1.0}
    assert set(people.slots.tolist()) == {float(SLOTS)}
    assert replace(alike, population=usual.population) == usual


def test_every_conclusion_is_a_sentence_with_its_answer(figures: dict) -> None:
    for name in (BENCH, MILLION):
        found = checks(name, figures["sizes"])
        assert {check["name"] for check in found} >= {
            "speed",
            "ecosim_over_mesa",
            "ecosim_one_session_over_trecs",
            "time",
            "memory",
        }
        for check in found:
            answer = {True: ": yes, ", False: ": no, ", None: ": unknown, "}[check["met"]]
            assert answer in check["sentence"]
    assert {"peak_memory", "setup"} <= {check["name"] for check in found}
    assert notes(figures["sizes"])[-1] == "T-RECS was left out: it was not asked for."


def test_the_million_is_the_scale_of_that_name_and_is_compared_with_smaller_worlds() -> None:
    small, medium, large = plans(MILLION, quick=False)
    assert (small["consumers"], medium["consumers"]) == (10_000, 100_000)
    assert (large["consumers"], large["creators"]) == (1_000_000, 50_000)
    assert small["warm_up"] == medium["warm_up"] == large["warm_up"] >= SimulationConfig().platform.item_life
    assert small["days"] == medium["days"] == large["days"] == 30


def test_a_measurement_without_turns_has_a_table_too(figures: dict) -> None:
    first, last = figures["sizes"]
    alone = {name: value for name, value in first.items() if name != "turns"}
    cells = dict(re.split(r"\s{2,}", line.strip(), maxsplit=1) for line in table([alone, last]).splitlines()[-2:])
    assert all(cell.startswith("- ") for cell in cells.values())
    assert "in turns" not in table([alone])


@pytest.mark.parametrize(
    "arguments",
    [
        ["--threads", "0"],
        ["--out", "no/such/folder/figures.json"],
        ["--out", "."],
        ["--check", "--tolerance", "1.5"],
        ["--check", "--against", "no_such_figures.json"],
    ],
)
def test_bad_input_is_told_before_measuring(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["--quick", *arguments]) == 2
    assert Path(arguments[-1]).name in capsys.readouterr().err


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
    """Whoever commits new figures commits the table and the figure made from them."""
    page_text = (ROOT / page.PAGE).read_text(encoding="utf-8")
    latest = {
        name: json.loads((ROOT / path).read_text(encoding="utf-8"))
        for name, path in run.LATEST.items()
        if (ROOT / path).is_file()
    }
    for found in latest.values():
        assert not found["quick"]
        assert page.block(found) in page_text
    for name in run.LATEST:
        assert all(mark in page_text for mark in page.marks(name))
    if latest:
        drawn = (ROOT / page.FIGURE).read_text(encoding="utf-8")
        assert len(drawn) < 200_000
        assert all(f"{size['consumers']:,}" in drawn for size in figure.merged(latest))


def test_new_figures_replace_the_old_ones_on_the_page(figures: dict, tmp_path: Path) -> None:
    (tmp_path / "docs" / "figures").mkdir(parents=True)
    begin, end = page.marks(MILLION)
    (tmp_path / page.PAGE).write_text(f"above\n{begin}\nold\n{end}\nbelow\n", encoding="utf-8")
    written = page.refresh(tmp_path, MILLION, {BENCH: figures, MILLION: figures})
    assert written == [page.PAGE, page.FIGURE]
    text = (tmp_path / page.PAGE).read_text(encoding="utf-8")
    assert text == f"above\n{begin}\n{page.block(figures)}\n{end}\nbelow\n"
    assert (tmp_path / page.FIGURE).read_bytes() == figure.draw({BENCH: figures})


def test_a_full_run_keeps_its_figures_and_renews_the_page(
    figures: dict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both measurements from the command line on, but for the measuring; the last is compared with the first."""
    measured: list[int] = []

    def instead(plan: dict) -> dict:
        measured.append(plan["consumers"])
        return figures["sizes"][len(measured) % 2 - 1]

    monkeypatch.setattr(run, "ROOT", tmp_path)
    monkeypatch.setattr(run, "in_own_process", instead)
    (tmp_path / "docs" / "figures").mkdir(parents=True)
    lines = [mark for name in (BENCH, MILLION) for mark in page.marks(name)]
    (tmp_path / page.PAGE).write_text("\n".join(lines), encoding="utf-8")
    for words, name in ([], BENCH), (["--million"], MILLION), ([], BENCH):
        assert run.main([*words, "--no-trecs", "--threads", "1"]) == 0
        found = json.loads((tmp_path / run.LATEST[name]).read_text(encoding="utf-8"))
        assert found["measurement"] == name
        assert page.block(found) in (tmp_path / page.PAGE).read_text(encoding="utf-8")
        assert (tmp_path / page.FIGURE).is_file()
    assert measured == [1_000, 10_000, 100_000, 10_000, 100_000, 1_000_000, 1_000, 10_000, 100_000]
    assert capsys.readouterr().out.count("fell by more than") == 1
    assert not list(tmp_path.rglob("*.part"))


def test_the_drawn_set_prefers_figures_with_turns(figures: dict) -> None:
    alone = {"sizes": [{k: v for k, v in size.items() if k != "turns"} for size in figures["sizes"]]}
    for latest in ({BENCH: figures, MILLION: alone}, {MILLION: alone, BENCH: figures}):
        assert figure.merged(latest) == figures["sizes"]
