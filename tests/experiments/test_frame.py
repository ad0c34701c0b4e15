"""The frame of experiments: runs found and asked, predictions judged by intervals, pages written between marks."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import ecosim
from ecosim.errors import InputError
from ecosim.results.inference import compare
from experiments.command import SMOKE, Asked, Study, Told, kept
from experiments.findings import Finding, Prediction, came_out, finding_lines, judged
from experiments.page import write_between
from experiments.runs import Quantity, Runs, less, window


def test_a_prediction_comes_out_only_where_the_whole_interval_lies_on_its_side() -> None:
    up, both = [1.0, 1.1, 0.9, 1.0, 1.05], [1.0, -1.1, 0.9, -1.0, 0.05]
    zero = [0.0] * 5
    assert came_out(compare(up, zero), 1) == "yes"
    assert came_out(compare(up, zero), -1) == "no"
    assert came_out(compare(both, zero), 1) == "unclear"
    assert came_out(compare([1.0], [0.0]), 1) == "not measured"
    assert came_out(compare([math.nan, math.nan], [0.0, 0.0]), 1) == "not measured"


def test_predictions_are_judged_by_their_whole_interval() -> None:
    up, none = np.array([1.0, 1.1, 0.9, 1.0, 1.05]), np.zeros(5)
    rows = [
        Finding("a", "up", 1, up),
        Finding("a", "down", -1, up),
        Finding("a", "nothing", 0, none),
        Finding("a", "something", 0, up),
        Finding("a", "unknown", 1, none * np.nan),
    ]
    assert judged(rows)["came_out"].tolist() == ["yes", "no", "yes", "no", "not measured"]


def test_windows_that_were_not_lived_are_not_measured() -> None:
    daily = pd.DataFrame({1: np.arange(10.0), 2: np.arange(10.0) + 1})
    assert window(daily, 2, 5).tolist() == [3.0, 4.0]
    assert np.isnan(window(daily, 8, 12)).all()


def test_a_page_keeps_what_stands_around_the_marks(tmp_path: Path) -> None:
    page = tmp_path / "README.md"
    page.write_text("before\n<!-- x: begin (written by analyse.py; do not edit) -->\nold\n<!-- x: end -->\nafter\n")
    write_between(page, "x", ["new", "lines"])
    text = page.read_text()
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "old" not in text
    assert "new\nlines" in text


def test_a_diary_is_kept_and_read_again(tmp_path: Path) -> None:
    made: list[int] = []

    def make() -> pd.DataFrame:
        made.append(1)
        return pd.DataFrame({"day": [0, 1]})

    for _ in range(2):
        assert kept(tmp_path / "a" / "x.parquet", make)["day"].tolist() == [0, 1]
    assert made == [1]
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["x.parquet"]


SALES = Quantity("gmv", "sales", relative=True)


def test_scenarios_are_compared_seed_by_seed_and_what_was_not_run_is_not_measured(tmp_path: Path) -> None:
    folder = ecosim.compare(["scenarios=[baseline,brand_mix_head]", *SMOKE], tmp_path / "x", 1).path
    runs = Runs(folder, [SALES])
    runs.check()
    sales = pd.read_parquet(folder / "runs.parquet").pivot(index="seed", columns="scenario", values="gmv")
    expected = (sales["brand_mix_head"] / sales["baseline"] - 1).mean()
    assert runs.contrast("gmv", less("brand_mix_head")).mean == pytest.approx(expected, abs=1e-12)
    missing = Prediction("a", "never run", "gmv", less("exposure_floor"), 1).held(runs)
    known = Prediction("a", "run", "gmv", less("brand_mix_head"), 1).held(runs)
    frame = judged([missing, known])
    assert frame["came_out"].iloc[0] == "not measured"
    assert frame["quantity"].tolist() == ["gmv", "gmv"]
    assert f"{100 * expected:+.2f}%" in finding_lines([known])[-1]
    with pytest.raises(InputError, match="not swept over ranker"):
        runs.at({"ranker": "random"})
    with pytest.raises(InputError, match="nothing to compare with"):
        runs.at({"seed": "99"}).check()
    with pytest.raises(InputError, match="nothing to compare with"):
        runs.at({"scenario": "brand_mix_head"}).check()


def test_a_point_of_a_sweep_is_named_as_a_value_or_as_text(tmp_path: Path) -> None:
    words = ["scenarios=[baseline,no_copying]", "scale=toy", "days=2", "burn_in=0", "seeds=1", "replay=0,1"]
    ecosim.compare(words, tmp_path / "x", 1)
    runs = Runs(tmp_path / "x")
    first, second = (runs.at({"replay": replay}).values("baseline", "impressions_gini") for replay in (0, "1"))
    assert first.shape == second.shape == (1,)
    assert first != second
    with pytest.raises(InputError, match=r"not swept over sharing\.active"):
        runs.at({"sharing.active": True})
    with pytest.raises(InputError, match="swept over more"):
        runs.values("baseline", "impressions_gini")


def study(tmp_path: Path) -> Study:
    """A study of one experiment, that lies in a folder of its own and prints how many runs it was given."""
    here = tmp_path / "brand_mix"
    here.mkdir()
    page = "<!-- findings: begin (written by analyse.py; do not edit) -->\n<!-- findings: end -->\n"
    (here / "README.md").write_text(page)

    def analyse(asked: Asked) -> Told:
        count = len(asked.runs["brand_mix"].table)
        return Told({"made": pd.DataFrame({"runs": [count]})}, {"findings": [f"{count} runs"]}, f"{count} runs")

    return Study(here, {"brand_mix": ("scenarios=[baseline,brand_mix_head]",)}, analyse, [SALES])


def test_a_named_folder_is_read_as_it_is_and_told_on_the_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = study(tmp_path)
    words = ["scenarios=[baseline,brand_mix_head]", "strategy=fixed,imitate_top", *SMOKE]
    folder = ecosim.compare(words, tmp_path / "x", 1).path
    assert asked.main([str(folder), "--where", "strategy=fixed"]) == 0
    assert "\n4 runs\n" in (asked.here / "README.md").read_text()
    assert pd.read_csv(asked.here / "results" / "made.csv")["runs"].tolist() == [4]
    assert asked.main([str(tmp_path / "nothing")]) == 2
    assert "does not hold a finished experiment" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        asked.main([str(folder), "--smoke"])
    assert "read as it is" in capsys.readouterr().err


def test_what_is_missing_is_run_once_and_a_smoke_run_keeps_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, done = study(tmp_path), []
    run = ecosim.compare

    def toy(words: list[str], *rest: Any, **options: Any) -> Any:
        done.append(words)
        return run([*words, *SMOKE, "scenarios=[baseline,brand_mix_head]"], *rest, **options)

    monkeypatch.setattr(ecosim, "compare", toy)
    page = (asked.here / "README.md").read_text()
    assert asked.main(["--smoke"]) == 0
    assert (asked.here / "README.md").read_text() == page
    assert [path.name for path in asked.here.iterdir()] == ["README.md"]
    done.clear()
    for _ in range(2):
        assert asked.main(["--runs", str(tmp_path / "runs")]) == 0
    assert done == [["experiment=brand_mix"]]
    assert "running what is missing of brand_mix" in capsys.readouterr().err
