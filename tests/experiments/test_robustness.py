"""The study of robustness runs at toy from its command to its matrix, and tells signs as it says."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from ecosim import registry
from ecosim.config.experiments import experiment
from experiments.robustness import analyse


def test_it_asks_every_strategy_there_is_about_scenarios_that_are_run() -> None:
    found = experiment(["experiment=robustness"])
    assert {arm.config.strategy.kind for arm in found.arms} == set(registry.strategies.names())
    assert {claim.scenario for claim in analyse.CLAIMS} == set(found.changes) - {found.baseline}
    measures = {quantity.key for quantity in analyse.QUANTITIES if quantity.of is None}
    assert measures == set(found.outcomes)
    assert measures <= set(registry.metrics.names())


def test_it_runs_at_toy_from_its_command_to_its_matrix(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    readme = (analyse.HERE / "README.md").read_text(encoding="utf-8")
    assert analyse.main(["--smoke", "--out", str(tmp_path)]) == 0
    assert {path.name for path in tmp_path.iterdir()} == {"signs.csv", "signs.svg", "signs.png"}
    frame = pd.read_csv(tmp_path / "signs.csv")
    assert len(frame) == len(analyse.CLAIMS) * len(registry.strategies.names())
    assert frame["strategy"].iloc[0] == analyse.USUAL
    asked = frame[frame["quantity"] != "survival"]  # no toy world lives for ninety days
    assert asked["mean"].notna().all()
    assert set(asked["seeds"]) == {2}
    assert (analyse.HERE / "README.md").read_text(encoding="utf-8") == readme
    assert "exposure_floor, Gini of impressions: " in capsys.readouterr().out
    lines = analyse.page(frame, "Two seeds.")
    assert sum(line.startswith("| ") for line in lines) == 1 + len(analyse.CLAIMS)
    assert all(line.count("|") == 8 for line in lines if line.startswith("|"))


@pytest.mark.parametrize(
    ("signs", "expected"),
    [
        (["higher"] * 5, "higher under all"),
        (["lower", "unclear", "lower", "lower", "not measured"], "lower under 3 of 5, never the other way"),
        (["higher", "higher", "unclear", "lower", "higher"], "flips"),
        (["unclear"] * 5, "unclear under all"),
    ],
)
def test_a_claim_holds_only_where_all_strategies_agree(signs: list[str], expected: str) -> None:
    assert analyse.verdict(pd.DataFrame({"sign": signs})) == expected


def test_what_is_no_experiment_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert analyse.main([str(tmp_path)]) == 2
    assert "does not hold a finished experiment" in capsys.readouterr().err
