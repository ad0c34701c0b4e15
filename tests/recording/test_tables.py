"""The tables of a run: if these fail, what a user adds up from the folder is not what happened in the world."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ecosim.config import BrandConfig, CommerceConfig, LiveConfig, RecordingConfig, SharingConfig
from ecosim.model import EcosystemModel
from ecosim.recording.economy import SAMPLE
from ecosim.results import RunResult
from ecosim.state.economy import FUNNEL_STEPS
from ecosim.testing import small_config

BURN_IN, DAYS = 5, 17
CONFIG = replace(
    small_config(
        days=DAYS,
        consumers=60,
        creators=30,
        brand=BrandConfig(products=4, price=2_000),
        commerce=CommerceConfig(click_base=-1.5, order_base=1.0, delivery_days=2, need=0.2, return_base=-0.5),
        recording=RecordingConfig(panel=5, snapshot_every=7, metrics=[]),
    ),
    burn_in=BURN_IN,
)


@pytest.fixture(scope="module")
def model() -> Iterator[EcosystemModel]:
    model = EcosystemModel(CONFIG)
    for _ in range(CONFIG.total_days):
        model.step()
    yield model
    model.close()


@pytest.fixture(scope="module")
def tables(model: EcosystemModel) -> dict[str, pd.DataFrame]:
    return {name: table.to_pandas() for name, table in model.recorder.tables().items()}


def test_the_funnel_adds_up(model: EcosystemModel, tables: dict[str, pd.DataFrame]) -> None:
    funnel, daily, brands = tables["funnel"], tables["daily"], model.world.economy.brands
    assert funnel["orders"].sum() == daily["orders"].sum() == brands.orders.sum() > 0
    assert funnel["gmv_fen"].sum() == brands.sold.sum()
    assert funnel["gmv_fen"].sum() / 100 == pytest.approx(daily["gmv"].sum())
    back = tables["flows"].query("purpose == 'refunds'")["fen"].sum()
    assert back == brands.returned.sum() > 0
    assert 0 < funnel["returns"].sum() < funnel["orders"].sum()
    assert (funnel[["views", "interactions", "clicks"]].max(axis=1) <= funnel["exposures"]).all()
    assert (funnel["orders"] <= funnel["clicks"]).all()
    assert (funnel[[*FUNNEL_STEPS]].sum(axis=1) > 0).all()
    assert all(funnel[step].dtype == np.int64 for step in (*FUNNEL_STEPS, "gmv_fen"))


def test_weeks_of_the_funnel_begin_with_measurement(tables: dict[str, pd.DataFrame]) -> None:
    funnel, daily = tables["funnel"], tables["daily"]
    assert sorted(funnel["day"].unique()) == [-7, 0, 7, 14]
    by_week = daily.assign(week=daily["day"] // 7 * 7).groupby("week")["orders"].sum()
    assert funnel.groupby("day")["orders"].sum().tolist() == by_week.tolist()
    assert not funnel.duplicated(["day", "seller", "format", "source", "region"]).any()


def test_snapshots_of_brands(model: EcosystemModel, tables: dict[str, pd.DataFrame]) -> None:
    snapshots, table = tables["brands"], model.world.economy.brands
    assert snapshots["day"].unique().tolist() == [0, 7, 14, DAYS - 1]
    assert len(snapshots) == 4 * table.size
    last = snapshots[snapshots["day"] == DAYS - 1]
    for column, name in (
        ("sold_fen", "sold"),
        ("orders", "orders"),
        ("savings_fen", "savings"),
        ("reached", "reached"),
    ):
        assert last[column].tolist() == getattr(table, name).tolist()
    tiers = last[["paid_fees_head_fen", "paid_fees_waist_fen", "paid_fees_tail_fen"]]
    assert tiers.sum(axis=1).tolist() == last["paid_fees_fen"].tolist()
    fees = tables["flows"].query("purpose == 'fees'")["fen"].sum()
    assert last["paid_fees_fen"].sum() == fees > 0


def test_creators_and_accounts_of_brands_can_be_told_apart(
    model: EcosystemModel, tables: dict[str, pd.DataFrame]
) -> None:
    last = tables["creators"].query(f"day == {DAYS - 1}")
    accounts, creators = last[last["brand"] >= 0], last[last["brand"] < 0]
    assert accounts["creator"].tolist() == model.world.economy.brands.account.tolist()
    assert accounts["left"].isna().all()
    assert (accounts[["income_28d_fen", "earned_ads_fen", "earned_fees_fen"]] == 0).all(axis=None)
    living = creators[creators["left"].isna()]
    assert living["creator"].tolist() == np.flatnonzero(model.world.creators.alive).tolist()
    result = RunResult(CONFIG, {}, model.recorder.tables(), {})
    assert (result.creators["brand"] < 0).all()
    assert (result.frame("creators")["brand"] >= 0).any()
    assert (tables["careers"]["brand"] >= 0).sum() == model.world.economy.brands.size
    assert not set(tables["styles"]["creator"]) & set(accounts["creator"])


def test_what_creators_earned_is_what_was_paid(tables: dict[str, pd.DataFrame]) -> None:
    """Nobody has left for so long that the last snapshot misses them."""
    last = tables["creators"].query(f"day == {DAYS - 1}")
    paid = tables["flows"].query("target == 'creators'").groupby("purpose")["fen"].sum()
    assert last["earned_ads_fen"].sum() == paid["ad share"]
    assert last["earned_fees_fen"].sum() == paid["fees"]
    assert last["earned_video_fen"].sum() + last["earned_live_fen"].sum() == paid["commission"]


def test_the_sample_of_the_network_is_part_of_it(model: EcosystemModel, tables: dict[str, pd.DataFrame]) -> None:
    network, world = tables["network"], model.world
    follows, friends = network.query("kind == 'follow'"), network.query("kind == 'friend'")
    for consumer, followed in follows.groupby("consumer")["other"]:
        assert followed.tolist() == world.follows.of(int(consumer)).tolist()
    assert set(follows["consumer"]) | set(friends["consumer"]) | set(friends["other"]) <= set(range(60))
    assert len(friends) > 0
    assert all(b in world.friends.of(a) for a, b in zip(friends["consumer"], friends["other"], strict=True))
    assert (friends["consumer"] < friends["other"]).all()
    assert (world.creators.followers[follows["other"].astype(int)] == follows["followers"]).all()
    people = set(follows["consumer"]) | set(friends["consumer"]) | set(friends["other"])
    assert SAMPLE / 2 < len(people) <= SAMPLE


def test_a_run_cut_short_has_its_last_day() -> None:
    model = EcosystemModel(CONFIG)
    for _ in range(BURN_IN + 3):
        model.step()
    tables = {name: table.to_pandas() for name, table in model.recorder.tables().items()}
    model.close()
    assert tables["brands"]["day"].max() == tables["creators"]["day"].max() == 2


def test_without_brands_there_are_no_tables_of_them() -> None:
    off = replace(
        CONFIG, days=2, burn_in=0, brand=BrandConfig(active=False), live=LiveConfig(active=False),
        sharing=SharingConfig(active=False),
    )  # fmt: skip
    model = EcosystemModel(off)
    before = model.recorder.tables()
    model.step()
    tables = model.recorder.tables()
    model.close()
    assert not {"funnel", "brands"} & (before.keys() | tables.keys())
    assert set(tables["network"]["kind"].to_pylist()) == {"follow"}
    assert set(tables["creators"]["brand"].to_pylist()) == {-1}


def test_before_the_first_day_the_tables_are_empty_but_there() -> None:
    model = EcosystemModel(CONFIG)
    tables = model.recorder.tables()
    model.close()
    assert tables["funnel"].num_rows == 0
    assert tables["brands"].num_rows == model.world.economy.brands.size


def test_segments_add_up_to_what_everyone_watched_and_spent(
    model: EcosystemModel, tables: dict[str, pd.DataFrame]
) -> None:
    segments, people = tables["segments"], model.world.consumers
    assert segments["day"].unique().tolist() == [0, 7, 14, DAYS - 1]
    last = segments[segments["day"] == DAYS - 1].groupby("kind")[["consumers", "active", "watch_ms", "spent_fen"]].sum()
    assert set(last.index) == {"activity", "purse", "taste", "interest", "region", "trust"}
    assert (last["consumers"] == people.size).all()
    assert (last["active"] == people.active.sum()).all()
    daily = tables["daily"]
    watched = (daily["watch_seconds_per_consumer_day"] * daily["consumers_active"]).sum()
    assert last["watch_ms"].nunique() == 1
    assert last["watch_ms"].iloc[0] / 1000 == pytest.approx(watched, rel=0.05)  # those of today, and of last night
    assert (last["spent_fen"] == model.world.economy.brands.sold.sum()).all()


def test_who_is_in_a_segment_never_changes(tables: dict[str, pd.DataFrame]) -> None:
    """In a world of which everything but the people is another."""
    other = EcosystemModel(replace(CONFIG, brand=BrandConfig(active=False), days=8))
    for _ in range(other.config.total_days):
        other.step()
    there = other.recorder.tables()["segments"].to_pandas()
    other.close()
    fixed = ["day", "kind", "segment", "consumers"]
    here = tables["segments"].query("kind != 'trust' and day <= 7")[fixed].reset_index(drop=True)
    assert there.query("kind != 'trust'")[fixed].reset_index(drop=True).equals(here)
    assert (there["spent_fen"] == 0).all()


def test_impressions_are_counted_since_the_first_day(model: EcosystemModel, tables: dict[str, pd.DataFrame]) -> None:
    """The run is shorter than a month and nobody leaves for long, so that the last snapshot has them all."""
    last = tables["creators"].query(f"day == {DAYS - 1}")
    assert (last["impressions"] == last["impressions_28d"]).all()
    assert last["impressions"].sum() == tables["daily"]["impressions"].sum()
