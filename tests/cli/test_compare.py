"""`ecosim compare`: bad input is one message, code 2 and nothing left; a table closes what went well."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

TWO = "scenarios=[baseline,exposure_floor]"
FLOOR = "policies.exposure_floor"
NOBODY = [TWO, "policy=exposure_floor", f"{FLOOR}.aim.tiers=[head]"]
CLASH = ["scenarios=[baseline,transparency]", "policy=[exposure_floor,vertical_pool]", f"{FLOOR}.share_of_mean=1.0"]
CLASH += ["policies.vertical_pool.slots=0.5"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["scenarios=[baseline,exposure_flor]"], "Did you mean 'exposure_floor'?"),
        (["scenarios=[exposure_floor]"], "there is nothing to compare with"),
        ([TWO, "seeds=0"], "seeds: found 0"),
        ([TWO, "days=5", "out=full"], "out: 'full' is not empty"),
        ([TWO, "-j", "0"], "--jobs: found 0"),
        ([TWO, "nonsense"], "'nonsense' is not an override"),
        ([*CLASH, "seeds=2"], "scenario 'baseline': policies.exposure_floor and policies.vertical_pool conflict"),
        ([*NOBODY, "policies.exposure_floor.aim.max_age=0"], "nobody is head on the day of entry"),
        (["nonsense", "full"], "'nonsense' is neither a folder of runs nor a setting"),
        (["full", "mine"], "'full' is no run"),
        (
            [TWO, "scenarios=[baseline,late]", "--config-dir", "mine", "days=5"],
            "scenario late: policies.exposure_floor",
        ),
    ],
)
def test_bad_input_is_told_and_leaves_nothing(ecosim: Callable[..., Any], words: list[str], expected: str) -> None:
    Path("full").mkdir()
    Path("full/mine.txt").write_text("mine")
    Path("mine/scenario").mkdir(parents=True)
    Path("mine/scenario/late.yaml").write_text("policies: {exposure_floor: {start: 9}}")
    done = ecosim("compare", *words)
    assert done.code == 2
    assert expected in done.err
    assert "Traceback" not in done.err
    assert sorted(entry.name for entry in Path().iterdir()) == ["full", "mine"]


def test_a_comparison_ends_with_a_table_and_its_files(ecosim: Callable[..., Any]) -> None:
    words = ["compare", TWO, "seeds=1", "scale=toy", "days=3", "burn_in=1", "out=x", "-j", "1"]
    done = ecosim(*words)
    assert done.code == 0, done.err
    assert "exposure_floor, less baseline: over the whole run, 1 pair" in done.out
    assert "What exposure floor is for: Gini of impressions should be lower" in done.out
    assert "too few pairs to tell" in " ".join(done.out.split())
    assert "One pair has no interval" in done.out
    assert all(f"x/{name}.parquet" in done.out for name in ("runs", "differences", "bite"))
    page = Path("x/report.html").read_text(encoding="utf-8")
    assert "What follows from exposure_floor, in place of baseline?" in page
    assert "ecosim compare 'scenarios=[baseline,exposure_floor]' seeds=1" in page.replace("&#39;", "'")
    assert "2 of 2 runs complete, 2 of them from 1 shared past of 1 day." in done.out
    assert "2 of 2 runs complete, 2 of them there before." in ecosim(*words).out
    again = ecosim("compare", "x/runs/baseline-1", "x/runs/exposure_floor-1", "out=y")
    assert again.code == 0, again.err
    assert "exposure_floor, less baseline: over the whole run, 1 pair" in again.out
    assert "2 of 2 runs complete." in again.out
    assert Path("y/differences.parquet").read_bytes() == Path("x/differences.parquet").read_bytes()
    assert Path("y/report.html").is_file()


def test_what_runs_warn_of_is_told_once_a_scenario(ecosim: Callable[..., Any]) -> None:
    """As `ecosim run` tells it: here of a floor for heads who entered yesterday, whom no day has seen."""
    Path("mine/scenario").mkdir(parents=True)
    Path("mine/scenario/nobody.yaml").write_text(
        "# A floor for nobody.\npolicies: {exposure_floor: {aim: {tiers: [head], max_age: 1}}}\n"
    )
    words = ["scenarios=[baseline,nobody]", "--config-dir", "mine", "seeds=2", "scale=toy", "days=3", "burn_in=1"]
    done = ecosim("compare", *words, "out=x", "-j", "1")
    assert done.code == 0, done.err
    told = [line for line in done.out.splitlines() if "aimed at nobody" in line]
    assert len(told) == 1
    assert told[0].startswith("warning: nobody, 2 of 2 runs: policies.exposure_floor aimed at nobody")


def test_a_scenario_without_a_change_is_warned_of(ecosim: Callable[..., Any]) -> None:
    Path("mine/scenario").mkdir(parents=True)
    Path("mine/scenario/empty.yaml").write_text("# Nothing yet.\noverrides: []\n")
    words = ["scenarios=[baseline,empty]", "--config-dir", "mine", "seeds=1", "scale=toy", "days=2", "burn_in=0"]
    done = ecosim("compare", *words, "recording.figures=false", "out=x", "-j", "1")
    assert done.code == 0, done.err
    told = [line for line in done.out.splitlines() if line.startswith("warning: empty changes nothing")]
    assert len(told) == 1
    assert "empty changes nothing: its settings are those of baseline" in Path("x/report.html").read_text("utf-8")
