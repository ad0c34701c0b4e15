"""Sensitivity analyses: the same worlds at every point, resumed, and honest about what is missing."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import ecosim
from ecosim.config.sensitivity import sensitivity
from ecosim.errors import InputError
from ecosim.results.sensitivity import INDICES, POINTS, RUNS, Sensitivity
from ecosim.runner.sensitivity import analyse, lay_out

WORDS = [
    "vary.ranker.popularity=[0,1]",
    "vary=[brand.active]",
    "trajectories=4",
    "seeds=2",
    "days=5",
    "burn_in=1",
    "outcomes=[impressions_gini]",
    "branch=false",  # the stub cannot be saved
]


@pytest.fixture
def sloped(stub: Any) -> Any:
    """Give the stub's world an outcome: 3 times popularity, 2 with brands, 10 times the floor's share."""

    def tables(self: Any) -> dict[str, pa.Table]:
        config = self.config
        floor = config.policies.get("exposure_floor")
        gini = 3 * config.ranker.popularity + 2 * config.brand.active + config.seed
        gini += 10 * floor.share_of_mean if floor is not None else 0
        days = range(-config.burn_in, self.world.day - config.burn_in)
        return {"daily": pa.table({"day": pa.array(days, pa.int32()), "impressions_gini": [gini for _ in days]})}

    stub.tables = tables
    return stub


def run(folder: Path, *words: str) -> Sensitivity:
    return analyse(lay_out(sensitivity(words or WORDS)), folder, 1)


def tables(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in (RUNS, POINTS, INDICES)}


def mu_star(result: Sensitivity) -> dict[str, float]:
    return {row["setting"]: row["value"] for row in result.rows() if row["index"] == "mu_star"}


def test_the_slopes_of_a_known_world_come_out(sloped: Any, tmp_path: Path) -> None:
    result = run(tmp_path / "x")
    assert mu_star(result) == pytest.approx({"ranker.popularity": 3, "brand.active": 2})
    assert all(row["noise"] == pytest.approx(0, abs=1e-9) for row in result.rows() if row["index"] == "mu_star")
    assert {row["verdict"] for row in result.rows() if row["index"] == "mu_star"} == {"above noise"}
    told = result.plan["sensitivity"]
    assert (told["method"], told["vary"]["ranker.popularity"]) == ("morris", [0, 1])
    assert Sensitivity.load(tmp_path / "x").indices["value"].notna().any()


def test_points_with_the_same_settings_are_run_once(sloped: Any, tmp_path: Path) -> None:
    layout = lay_out(sensitivity([*WORDS, "levels=4"]))
    assert len(layout.points) == 12
    assert len(layout.experiment.arms) <= 2 * 8, "four levels of popularity, brands or none, two seeds"
    assert len({str(arm.config) for arm in layout.experiment.arms}) == len(layout.experiment.arms)
    assert "= 24 runs (" in layout.cost
    for values, stem in zip(layout.settings, layout.runs["baseline"], strict=True):
        (config,) = [arm.config for arm in layout.experiment.arms if arm.name == f"{stem}-1"]
        assert (config.ranker.popularity, config.brand.active) == (values["ranker.popularity"], values["brand.active"])


def test_the_effect_of_a_scenario_is_asked_about_by_differences(sloped: Any, tmp_path: Path) -> None:
    words = [*WORDS, "scenarios=[baseline,exposure_floor]", "vary.policies.exposure_floor.share_of_mean=[0.1,0.3]"]
    layout = lay_out(sensitivity(words))
    counts = [sum(arm.scenario == name for arm in layout.experiment.arms) for name in ("baseline", "exposure_floor")]
    assert counts[0] < counts[1], "the baseline has no floor to vary"
    result = analyse(layout, tmp_path / "x", 1)
    assert {(row["scenario"], row["baseline"]) for row in result.rows()} == {("exposure_floor", "baseline")}
    assert mu_star(result) == pytest.approx(
        {"ranker.popularity": 0, "brand.active": 0, "policies.exposure_floor.share_of_mean": 2}, abs=1e-9
    )


def test_ctrl_c_keeps_finished_runs_and_the_rest_makes_the_same_tables(sloped: Any, tmp_path: Path) -> None:
    expected = tables(run(tmp_path / "whole").path)
    lived: list[int] = []

    def press(day: int) -> None:
        lived.append(day)
        if len(lived) == 20:  # in the fourth run
            os.kill(os.getpid(), signal.SIGINT)

    sloped.hook = staticmethod(press)
    with pytest.raises(KeyboardInterrupt, match=r"3 of .* runs are finished and kept"):
        run(tmp_path / "x")
    assert not (tmp_path / "x" / INDICES).exists()
    result = run(tmp_path / "x")
    assert result.reused == 3
    assert tables(result.path) == expected


def test_an_analysis_may_grow_but_not_turn_into_another(sloped: Any, tmp_path: Path) -> None:
    first = run(tmp_path / "x")
    more = [word.replace("trajectories=4", "trajectories=6") for word in WORDS]
    grown = run(tmp_path / "x", *more)
    assert grown.reused == len(first.plan["runs"])
    assert tables(grown.path) == tables(run(tmp_path / "whole", *more).path)
    with pytest.raises(InputError, match="holds another sensitivity analysis"):
        run(tmp_path / "x", *[word.replace("[0,1]", "[0,2]") for word in more])


def test_a_failed_run_is_a_row_and_its_trajectory_is_left_out(sloped: Any, tmp_path: Path) -> None:
    expected = tables(run(tmp_path / "whole").path)
    lived: list[int] = []

    def fail(day: int) -> None:
        lived.append(day)
        if len(lived) == 8:
            raise RuntimeError("broken")

    sloped.hook = staticmethod(fail)
    result = run(tmp_path / "x")
    assert result.errors == ("RuntimeError: broken",)
    assert result.runs["status"].tolist().count("failed") == 1
    assert {row["blocks"] for row in result.rows()} <= {0, 1, 2, 3}
    assert all(row["value"] is None for row in result.rows()), "three trajectories are too few"
    again = run(tmp_path / "x")
    assert again.errors == ()
    assert tables(again.path) == expected


def test_another_analysis_than_this_is_not_loaded(sloped: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not hold a finished sensitivity analysis"):
        Sensitivity.load(tmp_path)


def test_from_python_with_the_engine(tmp_path: Path) -> None:
    words = ["vary=[consumer.watch_quality,consumer.satiation_style]", "method=sobol", "samples=8", "seeds=1"]
    told: list[str] = []
    result = ecosim.sensitivity(
        [*words, "scale=toy", "days=2", "burn_in=1", "outcomes=[watch_seconds_per_consumer_day]"],
        tmp_path / "x",
        1,
        announce=told.append,
    )
    assert told == ["sobol: 2 settings, 8 base samples: 32 points x 1 seed = 32 runs"]
    assert (tmp_path / "x" / "sensitivity.svg").is_file()
    assert {row["verdict"] for row in result.rows()} == {"one seed"}
    total = {row["setting"]: row["value"] for row in result.rows() if row["index"] == "ST"}
    assert sum(total.values()) > 0.5
