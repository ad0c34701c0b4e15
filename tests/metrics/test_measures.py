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


@pytest.fixture(scope="module")
def kept() -> World:
    """The same, and no item has retired yet, so that all that was shown can be looked at."""
    config = small_config(recording=RecordingConfig(panel=40, panel_every=1, metrics=[]))
    config.platform.item_life = 30
    return run_world(config, DAYS)


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


def test_further_concentration(kept: World) -> None:
    creators, items, measures = kept.creators, kept.items, kept.today.measures
    living = np.flatnonzero(creators.alive).tolist()
    month = [sum(creators.impressions_month[row].tolist()) for row in living]
    assert measures["impressions_hhi"] == pytest.approx(sum((x / sum(month)) ** 2 for x in month))
    assert measures["impressions_top_01pct_share"] == pytest.approx(max(month) / sum(month))
    earned = [sum(creators.income_month[row].tolist()) for row in living]
    assert measures["income_top_1pct_share"] == pytest.approx(max(earned) / sum(earned))
    followers = creators.followers[living].tolist()
    assert measures["followers_top_1pct_share"] == pytest.approx(max(followers) / sum(followers))
    assert math.isnan(measures["impressions_tail_exponent"])  # too few for a tail
    watched = dict.fromkeys(range(creators.size), 0)
    for creator, time in zip(items.creator.tolist(), items.watch.tolist(), strict=True):
        watched[creator] += time
    seconds = [watched[row] for row in living]
    mean_difference = sum(abs(a - b) for a in seconds for b in seconds) / (2 * len(seconds) * sum(seconds))
    assert measures["watch_gini"] == pytest.approx(mean_difference)


def test_concentration_within_groups(lived: World) -> None:
    creators, measures = lived.creators, lived.today.measures
    living = np.flatnonzero(creators.alive)
    kinds = {
        "verticals": creators.vertical,
        "regions": creators.region,
        "cohorts": np.where(creators.founder, -1, 0),  # who entered within twelve weeks is one cohort
    }
    for kind, group in kinds.items():
        total, people = 0.0, 0
        for value in set(group[living].tolist()):
            amounts = [int(creators.impressions_month[row].sum()) for row in living if group[row] == value]
            if len(amounts) > 1 and sum(amounts) > 0:
                difference = sum(abs(a - b) for a in amounts for b in amounts)
                total += len(amounts) * difference / (2 * len(amounts) * sum(amounts))
                people += len(amounts)
        assert measures[f"impressions_gini_within_{kind}"] == pytest.approx(total / people)


def test_mobility_over_two_fortnights() -> None:
    world = run_world(small_config(days=40), 40)
    creators = world.creators
    there = [row for row in np.flatnonzero(creators.alive).tolist() if creators.entered[row] <= 39 - 27]
    ring = creators.impressions_month
    now = {row: sum(int(ring[row, day % 28]) for day in range(26, 40)) for row in there}
    before = {row: sum(int(ring[row, day % 28]) for day in range(12, 26)) for row in there}
    world.day -= 1  # measures are taken before the day is counted as over
    assert len(there) > 3
    rank = {name: np.argsort(np.argsort([x[row] for row in there])) for name, x in (("a", before), ("b", now))}
    if len(set(before.values())) == len(set(now.values())) == len(there):
        expected = np.corrcoef(rank["a"], rank["b"])[0, 1]
        assert registry.metrics["impressions_rank_correlation"].cls().measure(world) == pytest.approx(expected)
    count = max(1, round(0.1 * len(there)))

    def best(amount: dict[int, int]) -> set[int]:
        return set(sorted(there, key=lambda row: (-amount[row], creators.serial[row]))[:count])

    kept = len(best(before) & best(now)) / count
    assert registry.metrics["impressions_top_10pct_kept"].cls().measure(world) == pytest.approx(kept)


def test_mobility_is_not_known_in_the_first_four_weeks(lived: World) -> None:
    assert math.isnan(lived.today.measures["impressions_rank_correlation"])
    assert math.isnan(lived.today.measures["impressions_top_10pct_kept"])


def test_what_the_panel_shows(kept: World) -> None:
    panel, measures, items = kept.today.panel, kept.today.measures, kept.items
    assert panel is not None
    row_of = {key: row for row, key in enumerate(zip(items.serial.tolist(), items.number.tolist(), strict=True))}
    lists: dict[int, list[tuple[int, int]]] = {}
    for consumer, serial, number, watch in zip(
        *(panel[name].tolist() for name in ("consumer", "serial", "number", "watch")), strict=True
    ):
        lists.setdefault(consumer, []).append((row_of[serial, number], watch))
    sets = [{row for row, _ in x} for x in lists.values()]
    pairs = [(a, b) for i, a in enumerate(sets) for b in sets[:i]]
    assert measures["consumer_overlap"] == pytest.approx(
        sum(len(a & b) for a, b in pairs) / sum(len(a | b) for a, b in pairs)
    )
    cosine = items.style.astype(float) @ items.style.T.astype(float)
    within = [np.mean([cosine[i, j] for i in x for j in x if i != j]) for x in sets if len(x) > 1]
    assert measures["intra_list_diversity"] == pytest.approx(1 - np.mean(within), abs=1e-6)
    numbers = []
    for x in lists.values():
        time = [sum(watch for row, watch in x if items.vertical[row] == v) for v in range(kept.verticals)]
        shares = [t / sum(time) for t in time if t]
        numbers.append(math.exp(-sum(s * math.log(s) for s in shares)))
    assert measures["consumer_variety"] == pytest.approx(np.mean(numbers))


def test_the_panel_is_looked_at_on_recording_days_alone() -> None:
    """Although debug mode keeps a log of every day: what is measured must not depend on it."""
    world = run_world(small_config(recording=RecordingConfig(panel=40, panel_every=4, metrics=[])), 4)
    assert math.isnan(world.today.measures["consumer_overlap"])
    run_day(world)
    assert 0 < world.today.measures["consumer_overlap"] < 1


def test_likeness_and_utility(kept: World) -> None:
    items, today, measures = kept.items, kept.today, kept.today.measures
    panel = today.panel
    assert panel is not None
    keys = zip(items.serial.tolist(), items.number.tolist(), strict=True)
    length = dict(zip(keys, items.duration.tolist(), strict=True))
    utility = 0.0
    for serial, number, watch in zip(*(panel[name].tolist() for name in ("serial", "number", "watch")), strict=True):
        share = watch / length[serial, number]
        utility += share - 0.25 * (1 - share)
    assert measures["consumer_utility"] == pytest.approx(utility / today.consumers_served)
    assert measures["consumers_retained"] == pytest.approx(kept.consumers.active.sum() / kept.consumers.size)
    row, near = (DAYS - 1) % 8, 0
    for vertical, style, shown in zip(
        items.vertical.tolist(), items.style, items.impressions_today.tolist(), strict=True
    ):
        near += shown * bool(style @ kept.knowledge.chart_style[row, vertical, 0] >= 0.8)
    assert 0 < measures["template_share"] == pytest.approx(near / today.impressions)
    assert measures["exposure_similarity"] > 0
