"""`ecosim sensitivity`: what cannot be done is one message, and what was done ends with tables and a figure."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

VARY = "vary=[consumer.watch_quality,consumer.satiation_style,brand.active]"


def test_bad_input_is_told_and_leaves_nothing(ecosim: Callable[..., Any]) -> None:
    for words, expected in (
        (["vary=[consumer.wach_quality]"], "Did you mean 'consumer.watch_quality'?"),
        ([VARY, "trajectories=1"], "must be at least 4"),
        ([VARY, "scale=toy", "-j", "0", "out=x"], "--jobs: found 0"),
    ):
        done = ecosim("sensitivity", *words)
        assert done.code == 2
        assert expected in done.err
        assert "Traceback" not in done.err
    assert list(Path().iterdir()) == []


def test_without_salib_it_says_what_to_install(ecosim: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "SALib", None)
    done = ecosim("sensitivity", VARY)
    assert done.code == 2
    assert "pip install 'ecosim[sensitivity]'" in done.err


def test_it_ends_with_a_table_a_figure_and_its_files(ecosim: Callable[..., Any]) -> None:
    words = ["sensitivity", VARY, "trajectories=4", "seeds=2", "scale=toy", "days=3", "burn_in=1", "out=x", "-j", "1"]
    done = ecosim(*words, "outcomes=[watch_seconds_per_consumer_day,newcomer_survival_180d]")
    assert done.code == 0, done.err
    assert "morris: 3 settings, 4 trajectories: 16 points x 2 seeds = 32 runs" in done.err
    assert "watch_seconds_per_consumer_day in baseline" in done.out
    assert "μ*" in done.out
    assert "●" in done.out
    for name in ("sensitivity.parquet", "points.parquet", "runs.parquet", "sensitivity.svg"):
        assert f"x/{name}" in done.out
        assert Path("x", name).stat().st_size > 1000
    assert Path("x/sensitivity.svg").read_bytes().startswith(b"<?xml")
    again = ecosim(*words, "outcomes=[watch_seconds_per_consumer_day]")
    assert "of them there before" in again.out
