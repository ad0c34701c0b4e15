"""Measures of a day against their naive twins: counted again, one creature at a time, from tables and the full log."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ecosim import registry
from ecosim.config import RecordingConfig
from ecosim.metrics.base import Direction
from ecosim.pipeline import run_day
from ecosim.state.world import NEWCOMER_DAYS, World
from ecosim.testing import run_world, small_config

DAYS = 9


@pytest.fixture(scope="module")
def lived() -> World:
    """A world of which everybody's day is logged, on the evening before retirement would hide items."""
    return run_world(small_config(recording=RecordingConfig(panel=40, panel_every=1, metrics=[])), DAYS)


def test_names_that_scripts_rely_on() -> None:
    promised = {
        "impressions", "impressions_gini", "impressions_top_1pct_share", "impressions_top_10pct_share",
        "followers_gini", "income_gini", "creators_alive", "creators_entered", "newcomer_survival_180d",
        "newcomer_impression_share", "supply_effective_styles", "exposure_effective_styles",
        "consumption_effective_styles", "imitation_share", "watch_seconds_per_consumer_day", "interaction_rate",
        "consumer_satisfaction", "consumers_active",
    }  # fmt: skip
    assert promised <= set(registry.metrics.names())


def test_every_metric_says_what_it_is() -> None:
    for entry in registry.metrics:
        assert entry.cls.label
        assert entry.cls.unit
        assert isinstance(entry.cls.direction, Direction)


def test_what_is_counted_a_day(lived: World) -> None:
    measures, panel = lived.today.measures, lived.today.panel
    assert panel is not None
    served = lived.today.consumers_served
    assert measures["impressions"] == panel["item"].size
    assert measures["watch_seconds_per_consumer_day"] == pytest.approx(panel["watch"].sum() / 1000 / served)
    assert measures["impressions_per_consumer_day"] == pytest.approx(panel["item"].size / served)
    assert measures["interaction_rate"] == pytest.approx((panel["flags"] & 1).mean())
    assert measures["consumers_active"] == sum(lived.consumers.active.tolist())
    assert measures["creators_alive"] == sum(lived.creators.alive.tolist())
    assert measures["creators_entered"] == sum(e == DAYS - 1 for e in lived.creators.entered.tolist())
    assert measures["creators_left"] == sum(e == DAYS - 1 for e in lived.creators.left.tolist())


def test_newcomers_impressions(lived: World) -> None:
    panel, creators = lived.today.panel, lived.creators
    assert panel is not None
    serials = creators.serial.tolist()
    new = {
        serial
        for serial, entered, founder in zip(serials, creators.entered.tolist(), creators.founder.tolist(), strict=True)
        if not founder and DAYS - 1 - entered < NEWCOMER_DAYS
    }
    shown = panel["serial"].tolist()
    share = sum(serial in new for serial in shown) / len(shown)
    assert share > 0
    assert lived.today.measures["newcomer_impression_share"] == pytest.approx(share)


def test_modes_of_new_items(lived: World) -> None:
    born = [m for m, d in zip(lived.items.mode.tolist(), lived.items.day.tolist(), strict=True) if d == DAYS - 1]
    measures = lived.today.measures
    assert measures["items_published"] == len(born)
    assert measures["imitation_share"] == pytest.approx(born.count(1) / len(born))
    assert measures["innovation_share"] == pytest.approx(born.count(2) / len(born))


def test_concentration_is_that_of_the_living(lived: World) -> None:
    living = np.flatnonzero(lived.creators.alive)
    month = [sum(lived.creators.impressions_month[row].tolist()) for row in living]
    mean_difference = sum(abs(a - b) for a in month for b in month) / (2 * len(month) * sum(month))
    measures = lived.today.measures
    assert measures["impressions_gini"] == pytest.approx(mean_difference)
    top = max(1, round(0.1 * len(month)))
    assert measures["impressions_top_10pct_share"] == pytest.approx(sum(sorted(month)[-top:]) / sum(month))


def test_satisfaction_is_that_of_the_active(lived: World) -> None:
    people = zip(lived.consumers.satisfaction.tolist(), lived.consumers.active.tolist(), strict=True)
    active = [satisfaction for satisfaction, here in people if here]
    assert lived.today.measures["consumer_satisfaction"] == pytest.approx(math.fsum(active) / len(active))


def test_a_metric_left_out_changes_no_other() -> None:
    """With a metric added, every other column is equal."""
    some = ["impressions", "followers_gini", "consumer_satisfaction"]
    whole = run_world(small_config(recording=RecordingConfig(metrics=[])), 4)
    part = run_world(small_config(recording=RecordingConfig(metrics=some)), 4)
    for _ in range(2):
        run_day(whole)
        run_day(part)
        assert part.today.measures == {name: whole.today.measures[name] for name in some}


def test_homogeneous_feeds_show_fewer_styles(lived: World) -> None:
    measures = lived.today.measures
    for side in ("supply", "exposure", "consumption"):
        assert 1 <= measures[f"{side}_effective_styles"] <= 16
