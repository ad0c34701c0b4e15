"""The summary: if these fail, a run's headline numbers are not what its days say."""

from __future__ import annotations

import json
import math

import pyarrow as pa
import pytest

from ecosim.results.summary import from_json, summarise, to_json

NAN = float("nan")


def test_burn_in_does_not_count(tables):
    summary = summarise(tables["daily"], {})
    assert summary == pytest.approx({"impressions_gini": 0.25, "impressions": 25.0})


def test_the_last_180_measured_days_count():
    days = list(range(-100, 365))
    daily = pa.table({"day": pa.array(days, pa.int32()), "x": [float(day) for day in days]})
    assert summarise(daily, {})["x"] == pytest.approx((185 + 364) / 2)


def test_days_without_a_value_are_left_out():
    daily = pa.table({"day": [0, 1, 2], "some": [1.0, NAN, 3.0], "none": [NAN, NAN, NAN]})
    summary = summarise(daily, {"newcomer_survival_180d": NAN}, {"wall_seconds": 7})
    assert summary["some"] == 2
    assert math.isnan(summary["none"])
    assert math.isnan(summary["newcomer_survival_180d"])
    assert summary["wall_seconds"] == 7


def test_a_run_stopped_in_burn_in_has_no_numbers():
    daily = pa.table({"day": pa.array([-3, -2], pa.int32()), "x": [1.0, 2.0]})
    assert math.isnan(summarise(daily, {})["x"])
    assert math.isnan(summarise(daily.slice(0, 0), {})["x"])


def test_json_is_flat_with_null_for_what_is_unknown():
    text = to_json({"a": 1.5, "b": NAN, "c": float("inf")})
    assert json.loads(text) == {"a": 1.5, "b": None, "c": None}
    back = from_json(text)
    assert back["a"] == 1.5
    assert math.isnan(back["b"])
