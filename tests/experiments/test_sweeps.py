"""Experiments over swept settings: each runs at toy from its command to its figures, and judges as it says."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import ecosim
from ecosim import registry
from ecosim.config.experiments import experiment
from ecosim.model import EcosystemModel
from experiments.homogenization import copying, wave
from experiments.matthew_effect import channels, reversal
from tests.docs.pages import ROOT, commands

TABLES = {
    "matthew_effect": {"findings", "worlds", "decomposition", "reversal"},
    "homogenization": {"findings", "copying", "wave", "wave_daily"},
}


def analyse(name: str) -> Any:
    return importlib.import_module(f"experiments.{name}.analyse")


@pytest.mark.parametrize("name", TABLES)
def test_an_experiment_runs_at_toy_from_its_command_to_its_figures(name: str, tmp_path: Path) -> None:
    page = ROOT / "experiments" / name / "README.md"
    before = page.read_text(encoding="utf-8")
    assert analyse(name).main(["--smoke", "--out", str(tmp_path)]) == 0
    assert {path.stem for path in tmp_path.glob("*.csv")} == TABLES[name]
    pictures = {path.stem for path in tmp_path.glob("*.svg")}
    assert pictures == {path.stem for path in tmp_path.glob("*.png")}
    assert all(f"results/{picture}.svg" in before for picture in pictures)
    findings = pd.read_csv(tmp_path / "findings.csv")
    assert all(f"**({letter}) " in before for letter in findings["letter"]), "the page says why, before"
    assert set(findings["came_out"]) <= {"yes", "no", "unclear", "not measured"}
    assert page.read_text(encoding="utf-8") == before, "a smoke run keeps nothing"


@pytest.mark.parametrize("name", TABLES)
def test_commands_of_the_page_can_be_composed(name: str) -> None:
    found = [words for words in commands(ROOT / "experiments" / name / "README.md") if words[0] == "compare"]
    assert {f"experiment={own}" for own in analyse(name).EXPERIMENTS} <= {words[1] for words in found}
    for words in found:
        assert experiment(words[1:]).arms


def test_every_world_is_a_cell_of_the_experiment_and_lived_twice() -> None:
    arms = experiment(["experiment=matthew_effect", "seeds=1"]).arms
    cells = {
        (arm.scenario, arm.config.ranker.affinity, arm.config.sharing.active, arm.config.replay)  # type: ignore[attr-defined]
        for arm in arms
    }
    asked = {
        (scenario, where["ranker.affinity"], where["sharing.active"], replay)
        for scenario, where in map(channels.cell, channels.WORLDS)
        for replay in (0, 1)
    }
    assert cells == asked
    assert len(arms) == len(asked) == 32


def test_what_the_studies_ask_for_was_run() -> None:
    rules = experiment(["experiment=matthew_reversal"])
    assert set(rules.changes) == {"baseline", *(f"popularity_{length}" for length in reversal.LENGTHS)}
    for length in reversal.LENGTHS:
        arm = next(arm for arm in rules.arms if arm.scenario == f"popularity_{length}")
        assert arm.config.policies["ranking_weights"].stop == length
        assert length + reversal.AFTER[1] <= arm.config.days, "what is left of the rule must still be seen"
    models = {arm.config.strategy.kind for arm in experiment(["experiment=homogenization_models"]).arms}
    assert models == {*copying.OTHERS, copying.NOBODY}
    assert models | {copying.USUAL} == set(registry.strategies.names()), "every behaviour model is asked"
    assert set(copying.SIDES) | set(reversal.MEASURES) <= set(registry.metrics.names())


def test_the_division_is_exact_and_gives_each_channel_its_own() -> None:
    """An additive value is divided into its terms; a value that takes two is shared by the two."""
    own = dict(zip(channels.CHANNELS, (5.0, 3.0, -2.0, 0.0), strict=True))
    both = frozenset({channels.QUALITY, channels.FRIENDS})
    values = {
        world: np.array([1.0 + sum(own[channel] for channel in world) + 4.0 * (both <= world)])
        for world in channels.WORLDS
    }
    parts = {name: float(part[0]) for name, part in channels.shapley(values).items()}
    assert parts == pytest.approx({"quality": 7.0, "popularity": 3.0, "personalisation": -2.0, "friends": 2.0})


def test_what_comes_again_is_told_from_luck() -> None:
    generator = np.random.default_rng(5)
    fit = generator.uniform(0, 2, 4000)

    def lived(spread: float) -> pd.Series:
        return pd.Series(fit + spread * generator.standard_normal(fit.size))

    same, noisy = channels.replayed(lived(0.0), lived(0.0)), channels.replayed(lived(0.5), lived(0.5))
    assert same["luck"] == same["unpredictability"] == 0
    assert same["lasting"] == pytest.approx(1 / 3, rel=0.05)
    assert noisy["lasting"] == pytest.approx(1 / 3, rel=0.1), "luck does not come again"
    assert noisy["luck"] == pytest.approx(0.25, rel=0.1)
    assert noisy["concentration"] == pytest.approx(noisy["lasting"] + noisy["luck"])
    with pytest.raises(AssertionError, match="same creators"):
        channels.replayed(pd.Series([1.0, 1.0]), pd.Series([1.0, 1.0], index=[1, 2]))


def test_the_parts_of_concentration_add_up() -> None:
    generator = np.random.default_rng(2)
    found = {
        world: pd.DataFrame(generator.uniform(0.1, 1, (3, 6)), columns=list(channels.QUANTITIES))
        for world in channels.WORLDS
    }
    for frame in found.values():
        frame["concentration"] = frame["lasting"] + frame["luck"]
    assert sum(channels.decomposition(found).values()) == pytest.approx(np.ones(3))


def test_only_copies_stop_resembling_without_copying() -> None:
    """Where nobody imitates the switch does nothing; a copy made without it does not look like its model."""

    def items(*words: str) -> Any:
        model = EcosystemModel(ecosim.compose(["scale=toy", "burn_in=0", "days=9", "threads=1", *words]))
        for _ in range(9):
            model.step()
        return model.world.items

    style = items("strategy=fixed").style
    assert (style == items("strategy=fixed", "scenario=no_copying").style).all()
    likeness = []
    for words in ((), ("scenario=no_copying",)):
        found = items("strategy=imitate_top", *words)
        keys = {(s, n): row for row, (s, n) in enumerate(zip(found.serial, found.number, strict=True))}
        models = np.array(
            [keys.get(key, -1) for key in zip(found.model_serial, found.model_number, strict=True)], np.int64
        )
        copies = np.flatnonzero(models >= 0)
        assert copies.size
        likeness.append(float((found.style[copies] * found.style[models[copies]]).sum(axis=1).mean()))
    assert likeness[0] > 0.9
    assert likeness[1] < 0.8


def test_a_planted_hit_is_shown_more_and_leaves_the_rest_of_the_evening_alone() -> None:
    """With and without are one world until the hit is planted, and the hit is the vertical's hottest from then on."""
    with_it, without = (wave.live("imitate_top", 3, planted, wave.TOY) for planted in (True, False))
    assert (with_it.loc[0, ["new", "new_near"]] == without.loc[0, ["new", "new_near"]]).all(), "drawn before anyone saw"
    model = EcosystemModel(ecosim.compose([*wave.TOY, *wave.COMMON, "seed=3"]))
    for _ in range(model.config.burn_in):
        model.step()
    items, row = model.world.items, wave.choose(model.world)
    rivals = (items.vertical == items.vertical[row]) & (items.parts == 0)
    wave.raised(model.world, row)
    assert items.heat[row] == items.heat[rivals].max()
    assert items.quality[row] == items.quality.max()
    assert items.day[row] == items.day[rivals & (items.mode == items.mode[row])].max()
    assert (without["shown_near"] <= without["shown"]).all()
    assert (without["new_near"] <= without["new"]).all()
    assert without["shown"].sum() > 0
