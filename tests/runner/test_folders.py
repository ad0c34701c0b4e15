"""Comparing runs that are there: if these fail, runs are paired that have nothing to do with each other."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

import ecosim
from ecosim.config.experiments import experiment
from ecosim.config.identity import config_hash
from ecosim.errors import InputError
from ecosim.results.comparison import TABLES, Comparison
from ecosim.runner import compare, run, sweep
from ecosim.runner.folders import lay_out, named
from tests.editing import rewritten

SHORT = ["days=32", "burn_in=2", "recording.figures=false", "recording.panel=0"]


@pytest.fixture
def here(stub: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, with runs of the stub."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def finished(name: str, *words: str) -> str:
    """Make a run folder and return its name."""
    run(ecosim.compose([*SHORT, *words, f"out={name}"]))
    return name


def pairs(seeds: str = "1,2") -> list[str]:
    """Make runs of the baseline and of a floor under some seeds."""
    return [
        finished(f"{name}-{seed}", f"seed={seed}", *words)
        for name, words in (("plain", []), ("floor", ["policy=exposure_floor", "policies.exposure_floor.start=3"]))
        for seed in seeds.split(",")
    ]


def test_run_folders_give_the_tables_of_the_experiment_that_would_have_made_them(here: Path) -> None:
    words = ["scenarios=[baseline,exposure_floor]", "seeds=2", "branch=false", *SHORT]
    whole = compare(experiment(words), "whole", 1)
    single = [f"whole/runs/{name}" for name in whole.runs["run"]]
    for number, folders in enumerate((single, ["whole"], ["whole/runs", *single], single[::-1])):
        result = ecosim.compare([*folders, f"out=again{number}"])
        assert {name: (result.path / name).read_bytes() for name in TABLES} == {
            name: (whole.path / name).read_bytes() for name in TABLES
        }
        assert not (result.path / "runs").exists()
    assert Comparison.load(result.path).folder_of("baseline-2") == here / "whole" / "runs" / "baseline-2"


def test_scenarios_are_what_was_changed_and_the_report_says_what(here: Path) -> None:
    result = ecosim.compare([*pairs(), "out=x", "outcomes=[impressions_gini]"])
    assert result.plan["scenarios"] == {
        "baseline": [],
        "exposure_floor": ["policy=[exposure_floor]", "policies.exposure_floor.start=3"],
    }
    assert set(result.differences["pairs"]) == {2}
    assert result.plan["outcomes"] == ["impressions_gini"]
    page = result.report.read_text()
    assert "ecosim compare plain-1 plain-2 floor-1 floor-2 outcomes=[impressions_gini]" in page.replace("&#39;", "")
    assert "there is no bite.parquet in &#39;floor-1&#39;" in page


def test_a_sweep_of_many_runs_is_taken_apart(here: Path) -> None:
    configs = [
        ecosim.compose([*SHORT, f"consumer.satiation_style={style}", f"seed={seed}"])
        for style in (0, 0.5) for seed in (1, 2, 3)
    ]  # fmt: skip
    sweep(configs, "many", 1)
    with pytest.raises(InputError, match=r"2 different settings are called 'baseline'.*the folder of one run"):
        lay_out(["many"])
    first = f"many/runs/baseline-1-{config_hash(configs[3])[:8]}"
    found = lay_out([first, "many"]).experiment
    assert found.changes == {"baseline": [], "consumer.satiation_style-0.0": ["consumer.satiation_style=0.0"]}
    assert "consumer.satiation_style=0.5" in found.overrides
    assert (found.seeds, len(found.arms)) == ((1, 2, 3), 6)
    (Path(first) / "manifest.json").unlink()
    shutil.rmtree(f"many/runs/baseline-2-{config_hash(configs[4])[:8]}")
    left_out = lay_out([f"many/runs/baseline-3-{config_hash(configs[5])[:8]}", "many"]).left_out
    assert [line.partition(", ")[0] for line in left_out if "was planned there" in line] == [
        f"'many/runs/baseline-{config.seed}-{config_hash(config)[:8]}'" for config in configs[3:5]
    ]


def test_the_baseline_is_the_one_named_or_called_so_or_the_first(here: Path) -> None:
    others = [finished(kind, f"ranker={kind}") for kind in ("random", "popularity")]
    assert lay_out(others).experiment.baseline == "random"
    assert lay_out([*others, "baseline=popularity"]).experiment.baseline == "popularity"
    assert lay_out([*others, finished("plain")]).experiment.baseline == "baseline"
    with pytest.raises(InputError, match=r"no run is called so\. Did you mean 'random'"):
        lay_out([*others, "baseline=randon"])
    (here / "both").mkdir()
    for name in others:
        (here / name).rename(here / "both" / name)
    with pytest.raises(InputError, match="no run is called baseline, and the first folder holds several scenarios"):
        lay_out(["both"])


def test_replays_are_paired_with_the_same_replay(here: Path) -> None:
    folders = [
        finished(f"{name}{replay}", f"replay={replay}", *words)
        for name, words in (("a", []), ("b", ["ranker=random"]))
        for replay in (0, 1)
    ]
    found = lay_out(folders).experiment
    assert list(found.changes) == ["baseline", "random"]
    assert [(arm.scenario, arm.point) for arm in found.arms] == [
        ("baseline", "replay=0"), ("baseline", "replay=1"), ("random", "replay=0"), ("random", "replay=1"),
    ]  # fmt: skip


def test_a_run_without_a_counterpart_and_the_same_run_twice_are_left_out_by_name(here: Path) -> None:
    more = [finished("alone", "seed=7"), finished("twice", "seed=1", "scenario=other")]
    found = lay_out([*pairs("1"), *more])
    assert list(found.runs) == ["baseline-1", "exposure_floor-1"]
    told = " ".join(found.left_out)
    assert "'alone' (baseline, seed 7), which has no counterpart in any other scenario" in told
    assert "'twice', which is the same run as 'plain-1'" in told


def test_what_cannot_be_compared_is_one_message_and_leaves_nothing(here: Path) -> None:
    plain, floor = pairs("1")
    (here / "empty").mkdir()
    (here / "killed.unfinished").mkdir()
    for words, expected in (
        ([plain, "empty"], "'empty' is no run: neither it nor a folder in it holds a manifest.json"),
        ([plain, "nowhere"], "'nowhere' is neither a folder of runs nor a setting"),
        ([plain, "killed"], "'killed' is not finished. Finish it by `ecosim resume killed`"),
        ([plain, plain], "nothing to compare"),
        ([plain, finished("same", "seed=2")], "nothing to compare"),
        ([plain, finished("late", "ranker=random", "seed=5")], "random share no seed with those of baseline (seed 5 "),
        ([plain, finished("long", "ranker=random", "days=33")], "has days=33, and 'plain-1' has days=32"),
        ([plain, finished("toy", "ranker=random", "scale=toy")], "has scale.consumers="),
        ([plain, finished("panel", "ranker=random", "recording.panel=5")], "has recording.panel=5"),
        ([plain, floor, "days=5"], "days=5: runs that are there have their settings"),
        ([plain, floor, "outcomes=[gini]"], "there is no measure 'gini'"),
    ):
        with pytest.raises(InputError) as refused:
            ecosim.compare([*words, "out=x"])
        assert expected in str(refused.value)
        assert "\n" not in str(refused.value)
        assert not (here / "x").exists()


def changed(folder: str, **entries: Any) -> None:
    rewritten(Path(folder) / "manifest.json", **entries)


def test_runs_of_two_versions_are_not_paired_and_of_an_older_one_are_read(here: Path) -> None:
    plain, floor = pairs("1")
    changed(floor, source="feed")
    with pytest.raises(InputError, match=r"'floor-1' was made by other source files .*feed there, \w+ in 'plain-1'"):
        lay_out([plain, floor])
    changed(plain, source="feed")
    assert ecosim.compare([plain, floor, "out=x"]).plan["source"] == "feed"
    changed(floor, versions={"ecosim": "0.0.9"})
    with pytest.raises(InputError, match=r"other versions \(.*ecosim 0\.0\.9 there and"):
        lay_out([plain, floor])
    changed(floor, format=2)
    with pytest.raises(InputError, match=r"'floor-1' was written in format 2 by ecosim 0\.0\.9"):
        lay_out([plain, floor])


def test_an_interrupted_run_is_refused_by_name_and_left_out_of_many(here: Path) -> None:
    compare(experiment(["scenarios=[baseline,exposure_floor]", "seeds=2", "branch=false", *SHORT]), "whole", 1)
    changed("whole/runs/baseline-2", status="interrupted")
    with pytest.raises(InputError, match="'whole/runs/baseline-2' is not finished: its run was interrupted"):
        lay_out(["whole/runs/baseline-2", "whole"])
    found = lay_out(["whole"])
    assert list(found.runs) == ["baseline-1", "exposure_floor-1"]
    assert "'whole/runs/baseline-2', whose run was interrupted" in found.left_out


def test_a_folder_is_never_filled_by_two_kinds_of_comparison(here: Path) -> None:
    words = ["scenarios=[baseline,exposure_floor]", "seeds=1", "branch=false", *SHORT]
    compare(experiment(words), "whole", 1)
    with pytest.raises(InputError, match="'whole' holds an experiment"):
        ecosim.compare(["whole", "out=whole"])
    first = ecosim.compare(["whole", "out=x"])
    assert ecosim.compare(["whole", "out=x"]).plan == first.plan
    with pytest.raises(InputError, match="'x' holds a comparison of run folders"):
        compare(experiment(words), "x", 1)


def test_words_without_an_equals_sign_are_folders_unless_scenarios_are_named() -> None:
    assert named(["a", "b", "out=x"])
    assert not named(["scenarios=[a,b]", "nonsense"])
    assert not named(["experiment=x", "seeds=2"])
