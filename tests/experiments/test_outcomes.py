"""The experiments on `ecosim compare`: each runs at toy from its command to its figures, and judges as it says."""

from __future__ import annotations

import importlib
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ecosim.config.experiments import experiment
from ecosim.config.folders import SCENARIO, config_root, files
from ecosim.config.scenarios import scenario
from experiments.traffic_support import calibrate
from experiments.traffic_support.calibrate import NEAR, Search, settle
from experiments.traffic_support.pareto import frontier
from experiments.traffic_support.supports import ALONE, DISPLACED, PAID, Support, stacks
from tests.docs.pages import ROOT, commands

NAMES = ("traffic_support", "rankers", "brand_mix")


def analyse(name: str) -> Any:
    return importlib.import_module(f"experiments.{name}.analyse")


@pytest.mark.parametrize("name", NAMES)
def test_an_experiment_runs_at_toy_from_its_command_to_its_figures(name: str, tmp_path: Path) -> None:
    module = analyse(name)
    assert module.main(["--smoke", "--out", str(tmp_path)]) == 0
    written = {path.suffix for path in tmp_path.iterdir()}
    assert written == {".csv", ".svg", ".png"}
    findings, outcomes = (pd.read_csv(tmp_path / f"{table}.csv") for table in ("findings", "outcomes"))
    assert findings["prediction"].tolist() == [one.words for one in module.PREDICTIONS]
    assert set(findings["came_out"]) <= {"yes", "no", "unclear", "not measured"}
    compared = experiment([f"experiment={name}"])
    assert set(outcomes["scenario"]) == set(compared.changes)
    assert set(module.LABELS) == set(compared.changes) - {"baseline"}
    # A toy world is too short for survival; whatever else is asked of it must have an answer somewhere.
    known = (
        outcomes[outcomes["scenario"] != "baseline"].groupby("quantity")["difference"].apply(lambda x: x.notna().any())
    )
    assert set(known.index[~known]) <= {"newcomer_survival_180d", "brand_return_on_fees"}


@pytest.mark.parametrize("name", NAMES)
def test_predictions_speak_of_what_is_there(name: str) -> None:
    module = analyse(name)
    scenarios = set(experiment([f"experiment={name}"]).changes)
    for one in module.PREDICTIONS:
        assert set(one.terms) <= scenarios
        assert one.quantity in {quantity.key for quantity in module.QUANTITIES}
        assert sum(one.terms.values()) == 0, "a difference weighs what it compares alike"
        assert abs(one.sign) == 1
    page = (ROOT / "experiments" / name / "README.md").read_text(encoding="utf-8")
    assert all(f"**({one.letter}) " in page for one in module.PREDICTIONS), "the page says why, before"
    for mark in ("outcomes", "findings"):
        assert page.count(f"<!-- {mark}: begin (written by analyse.py; do not edit) -->") == 1


@pytest.mark.parametrize("name", NAMES)
def test_commands_of_the_page_can_be_composed(name: str) -> None:
    found = [words for words in commands(ROOT / "experiments" / name / "README.md") if words[0] == "compare"]
    two = list(experiment([f"experiment={name}"]).changes)[:2]  # the others are composed above
    assert found
    for words in found:
        assert experiment([*words[1:], f"scenarios=[{','.join(two)}]"]).arms


def test_every_policy_has_a_scenario_of_its_name() -> None:
    policies = {file.stem for file in (config_root() / "policy").glob("*.yaml")}
    assert policies <= set(files(SCENARIO))
    for name in policies:
        assert f"policy=[{name}]" in scenario(name)


def test_the_frontier_holds_what_nothing_beats_in_both() -> None:
    points = [(0.0, 0.0), (1.0, 2.0), (2.0, 1.0), (-1.0, -1.0), (1.0, 1.0), (3.0, 5.0)]
    assert frontier(points) == [(-1.0, -1.0), (0.0, 0.0), (1.0, 2.0), (3.0, 5.0)]


class Known:
    """A laboratory in which it is known what a dose displaces, as a part of the largest allowed, or pays."""

    def __init__(self, elasticity: float = 0.8, ceiling: float = math.inf) -> None:
        self.elasticity, self.ceiling, self.runs = elasticity, ceiling, 0

    def measure(self, wanted: Sequence[tuple[Search, float]]) -> None:
        for search, dose in wanted:
            self.runs += 1
            part = dose / search.support.high
            search.displaced[dose] = [min(0.3 * part**self.elasticity, self.ceiling)]
            search.paid[dose] = [70.0 * dose]


def test_doses_are_found_at_which_all_displace_the_same_and_pay_the_same() -> None:
    laboratory: Any = Known()
    alone = [Search(support) for support in ALONE]
    targets: dict[str, float] = {}
    doses = settle(alone, laboratory, targets, 4)
    assert doses["support_floor"] == 0.2
    assert doses["support_training"] == 1.0
    assert targets == {DISPLACED: pytest.approx(0.3 * 0.2**0.8), PAID: 70.0}
    for search in alone:
        found = search.found(doses[search.support.scenario])
        assert found == pytest.approx(targets[search.support.currency], rel=NEAR)
    before = laboratory.runs
    assert settle(alone, laboratory, targets, 4) == doses
    assert laboratory.runs == before, "what is found is not looked for again"


def test_what_saturates_keeps_the_nearest_dose_and_says_so() -> None:
    laboratory: Any = Known(ceiling=0.05)
    anchor = Search(Support("anchor", "", DISPLACED, 0.1, 0, 1, lambda dose: {}, anchor=True))
    weak = Search(Support("weak", "", DISPLACED, 0.01, 0, 0.5, lambda dose: {}))
    targets = {DISPLACED: 0.2}
    doses = settle([anchor, weak], laboratory, targets, 6)
    table = calibrate.rows([anchor, weak], doses, targets).set_index("scenario")
    assert not table.loc["weak", "reached"]
    assert table.loc["weak", "displaced"] == pytest.approx(0.05)
    assert "nearest to what was wanted" in calibrate.note(table.loc["weak"], 300)


def settings_of(name: str, folders: Sequence[Path] = ()) -> dict[str, float]:
    """Return what a scenario sets, by dotted name."""
    lines = [line.split("=") for line in scenario(name, folders) if line.startswith("policies.")]
    return {path: float(value) for path, value in lines}


def supports(doses: Mapping[str, float]) -> tuple[Support, ...]:
    return (*ALONE, *stacks(doses))


def test_a_support_is_written_as_a_scenario_that_sets_its_dose(tmp_path: Path) -> None:
    (tmp_path / "scenario").mkdir()
    for support in supports({one.scenario: 0.25 for one in ALONE}):
        file = tmp_path / "scenario" / f"{support.scenario}.yaml"
        file.write_text(support.text(0.5, "A note."))
        assert file.read_text().splitlines()[:2] == [f"# {support.words}", "# A note."]
        expected = {
            f"policies.{policy}.{key}": pytest.approx(value, rel=1e-3)
            for policy, settings in support.policies(0.5).items()
            for key, value in settings.items()
        }
        assert settings_of(support.scenario, [tmp_path]) == expected


def test_the_study_compares_all_supports_at_the_doses_that_were_found() -> None:
    table = ROOT / "experiments" / "traffic_support" / "results" / "doses.csv"
    doses = {support.scenario: support.dose for support in ALONE}
    if table.is_file():
        doses = pd.read_csv(table).set_index("scenario")["dose"].to_dict()
    assert set(experiment(["experiment=traffic_support"]).changes) == {
        "baseline",
        *(s.scenario for s in supports(doses)),
    }
    for support in supports(doses):
        dose = doses.get(support.scenario, support.dose)
        expected = {
            f"policies.{policy}.{key}": pytest.approx(value, rel=1e-3)
            for policy, settings in support.policies(dose).items()
            for key, value in settings.items()
        }
        assert settings_of(support.scenario) == expected, "run python -m experiments.traffic_support.calibrate"


def test_seeds_of_the_doses_are_not_those_of_the_study() -> None:
    assert not set(calibrate.SEEDS) & {*range(1, 21)}
    assert not set(calibrate.SEEDS) & set(experiment(["experiment=traffic_support"]).seeds)


def test_calibration_runs_at_toy() -> None:
    assert calibrate.main(["--smoke"]) == 0
