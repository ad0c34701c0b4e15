"""Worlds in which hardly anything happens: if these fail, a run has its tables and no page to read them by."""

from __future__ import annotations

import datetime

import pytest

from ecosim import plots, reports
from ecosim.config.compose import compose
from ecosim.language import Language
from ecosim.model import EcosystemModel
from ecosim.results import RunResult, summarise
from ecosim.results.manifest import build
from tests.reports.test_report import read

NO_ORDERS = ["burn_in=0", "days=3", "commerce.click_base=-10", "commerce.order_base=-10"]
NO_BRANDS = ["brand.active=false", "live.active=false", "sharing.active=false", "population.verticals=1"]
NO_CREATORS = ["creator.exit_hazard=1", "creator.exit_steepness=0", "creator.entry_chance=0"]
NO_CONSUMERS = ["consumer.lapse_rate=1", "consumer.lapse_slope=0", "consumer.return_rate=0"]
IDLE = ["policy=[exposure_floor,innovation_fund]", "policies.exposure_floor.strength=0"]
IDLE += ["policies.innovation_fund.strength=0"]


def lived(*words: str, stopped: int | None = None) -> RunResult:
    """Live a toy world, to its end or to a day on which it is stopped."""
    config = compose(["scale=toy", "threads=1", *words])
    model = EcosystemModel(config)
    for _ in range(stopped or config.total_days):
        model.step()
    manifest = build(
        config,
        status="interrupted" if stopped else "complete",
        started=datetime.datetime(2026, 1, 2),
        wall_seconds=1.0,
        compile_seconds=0.1,
        timings={"setup": 0.1},
        impressions=model.impressions,
        threads=1,
        command=("ecosim", "run"),
    )
    summary = summarise(model.recorder.table("daily"), model.run_measures(), {})
    result = RunResult(config, summary, model.recorder.tables(), manifest)
    model.close()
    return result


@pytest.mark.parametrize(
    ("words", "stopped", "said"),
    [
        (NO_ORDERS, None, "nobody ordered anything"),
        (["burn_in=0", "days=1", "recording.panel=0", *IDLE[:1]], None, "their bite is not known"),
        (["burn_in=0", "days=2", *NO_BRANDS, *IDLE], None, "Commerce is switched off"),
        (["burn_in=5", "days=3", *NO_CREATORS, *NO_CONSUMERS], None, "lived 3 measured days"),
        (["burn_in=5", "days=3"], 2, "stopped before the end of burn-in"),
        (["burn_in=0", "days=2", "recording.metrics=[imitation_share,gmv]", *NO_ORDERS[2:]], None, "Imitations"),
    ],
    ids=["no orders", "one day", "no brands", "nobody left", "stopped", "few metrics"],
)
def test_a_world_has_its_figures_and_its_page(words: list[str], stopped: int | None, said: str) -> None:
    result = lived(*words, stopped=stopped)
    figures = plots.draw_all(result.tables, result.config)
    assert figures, "nothing was drawn"
    assert all(figure is not None for figure in figures.values())
    for language in Language:
        _, text = read(reports.render(result, {}, language))
        assert said in text or language is Language.CHINESE
