"""The study of doses: asks all policies, runs at toy from its command to its figure, and tells shapes as it says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecosim.config.experiments import experiment
from ecosim.config.folders import config_root
from ecosim.results.inference import Paired
from experiments.dose_response import analyse, doses
from experiments.dose_response.responses import Response, bend
from experiments.runs import paired
from tests.docs.pages import ROOT

ZERO = np.zeros(5)
SPREAD = 0.05 * np.array([1.0, -1.0, 0.5, -0.5, 0.0])


def test_every_policy_is_asked_at_every_dose(tmp_path: Path) -> None:
    doses.write(tmp_path)
    found = experiment([f"experiment={doses.NAME}", "seeds=1"], [tmp_path])
    asked = {file.stem for file in (config_root() / "policy").glob("*.yaml")}
    assert set(doses.policies()) == asked == set(analyse.MAIN)
    configs = {arm.scenario: arm.config for arm in found.arms}
    assert configs.pop("baseline").policies == {}
    for policy in asked:
        own = {dose: configs.pop(doses.scenario(policy, dose)).policies for dose in doses.doses(policy)}
        assert all(set(chosen) == {policy} for chosen in own.values())
        assert [chosen[policy].strength for dose, chosen in own.items() if dose <= 1] == list(doses.PARTS)
        if doses.TWICE in own:
            full, double = own[1.0][policy], own[doses.TWICE][policy]
            assert double.strength == 1
            for key in doses.DOUBLED[policy]:
                assert np.array(getattr(double, key)) == pytest.approx(2 * np.array(getattr(full, key)))
    assert configs == {}


def test_predictions_speak_of_doses_that_are_run_and_the_page_says_why(tmp_path: Path) -> None:
    known = {"baseline", *(doses.scenario(name, dose) for name in doses.policies() for dose in doses.doses(name))}
    page = (ROOT / "experiments" / doses.NAME / "README.md").read_text(encoding="utf-8")
    for one in analyse.PREDICTIONS:
        assert set(one.terms) <= known
        assert one.quantity in {quantity.key for quantity in analyse.QUANTITIES}
        assert sum(one.terms.values()) == 0
        assert f"**({one.letter}) " in page
    for mark in ("shapes", "findings"):
        assert page.count(f"<!-- {mark}: begin (written by analyse.py; do not edit) -->") == 1


def test_it_runs_at_toy_from_its_command_to_its_figure(tmp_path: Path) -> None:
    page = ROOT / "experiments" / doses.NAME / "README.md"
    before = page.read_text(encoding="utf-8")
    assert analyse.main(["--smoke", "--out", str(tmp_path)]) == 0
    tables = {"findings.csv", "responses.csv", "shapes.csv"}
    assert {path.name for path in tmp_path.iterdir()} == tables | {"responses.svg", "responses.png"}
    assert page.read_text(encoding="utf-8") == before
    responses = pd.read_csv(tmp_path / "responses.csv")
    assert set(responses["policy"]) == set(doses.policies())
    asked = responses[responses["dose"] == 1].set_index(["policy", "quantity"])
    assert asked["mean"].notna().all(), "whatever is asked of a policy has an answer at the full dose"
    assert set(asked["seeds"]) == {2}
    assert (asked.xs("displaced", level="quantity")["mean"] > 0).any()
    assert (asked.xs("paid", level="quantity")["mean"] > 0).any()


def response(levels: dict[float, float], policy: str = "exposure_floor") -> Response:
    """A response with these effects at doses, known to within a twentieth."""
    values = {dose: level + SPREAD for dose, level in levels.items()} | {0.0: ZERO}
    given = tuple(levels)
    effects = [paired(values[dose]) for dose in given]
    steps = [paired(values[dose] - values[last]) for dose, last in zip(given, (0.0, *given[:-1]), strict=True)]
    top = given[-1]
    return Response(policy, "x", given, effects, steps, paired(values[top] - 2 * values[top / 2]))


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ({0.25: 0.25, 0.5: 0.5, 1.0: 1.0, 2.0: 2.0}, "rises from 0.25"),
        ({0.25: 0.5, 0.5: 0.8, 1.0: 1.0, 2.0: 1.1}, "rises from 0.25, saturates"),
        ({0.25: 0.0, 0.5: -0.2, 1.0: -0.8, 2.0: -3.0}, "falls from 0.5, accelerates"),
        ({0.25: 0.4, 0.5: 0.2, 1.0: -0.5}, "rises at 0.25, flips by 1"),
        ({0.25: 0.4, 0.5: 1.0, 1.0: 0.6}, "rises from 0.25, turns back by 1"),
        ({0.25: 0.0, 0.5: 0.01, 1.0: -0.01}, "unclear"),
        ({0.5: float("nan"), 1.0: float("nan")}, "not measured"),
    ],
)
def test_a_shape_is_told_by_what_is_clear(levels: dict[float, float], expected: str) -> None:
    assert response(levels).shape == expected


def test_what_does_nothing_at_all_is_told_from_what_is_not_seen() -> None:
    still: Paired = paired(ZERO)
    assert (
        Response("honor_badges", "displaced", (0.5, 1.0), [still, still], [still, still], still).shape
        == "nothing moves"
    )


def test_a_bend_weighs_the_upper_half_of_the_doses_against_the_lower() -> None:
    assert bend("exposure_floor") == {"exposure_floor-2": 1, "exposure_floor-1": -2, "baseline": 1}
    assert bend("take_rate") == {"take_rate-1": 1, "take_rate-0.5": -2, "baseline": 1}
