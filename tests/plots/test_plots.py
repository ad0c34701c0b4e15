"""The figures: if these fail, a picture shows something else than the tables say, or differs between equal runs."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pytest

from ecosim import plots
from ecosim.config import SimulationConfig
from ecosim.metrics.base import gini
from ecosim.plots.concentration import lorenz, present, snapshot_days
from ecosim.plots.money import income, payments
from ecosim.plots.sales import paths
from ecosim.plots.style import amount_text, columns_of
from ecosim.plots.ties import drawn_accounts
from ecosim.plots.variety import common_map
from tests import madeup


@pytest.fixture(scope="module")
def tables():
    return madeup.tables()


@pytest.fixture(scope="module")
def config():
    policy = {"kind": "exposure_floor", "start": 60, "stop": 200}
    return SimulationConfig(burn_in=60, days=240, policies={"exposure_floor": policy})


def texts(figure):
    return " | ".join(text.get_text() for text in figure.findobj(mpl.text.Text) if text.get_text())


# ---------------------------------------------------------------------------------------------- what is computed


def test_lorenz_by_hand():
    owners, held = lorenz([1, 0, 3, 0])
    assert owners.tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert held.tolist() == [0, 0, 0, 0.25, 1]


@pytest.mark.parametrize(("values", "expected"), [([2, 2], [0, 0.5, 1]), ([0, 0], [0, 0.5, 1]), ([5, -1], [0, 0, 1])])
def test_lorenz_at_its_ends(values, expected):
    assert lorenz(values)[1].tolist() == expected


def test_the_area_is_the_gini_coefficient():
    values = np.random.default_rng(1).lognormal(0, 1, 50)
    owners, held = lorenz(values)
    assert 1 - np.sum(np.diff(owners) * (held[1:] + held[:-1])) == pytest.approx(gini(values))


def test_both_maps_have_the_same_axes():
    rng = np.random.default_rng(2)
    first, second = rng.normal(size=(30, 16)), rng.normal(size=(40, 16))
    (one, two), explained = common_map([first, second])
    (again, _), _ = common_map([first[::-1], second])
    assert one.shape == (30, 2)
    assert two.shape == (40, 2)
    assert again[::-1] == pytest.approx(one)
    assert 0 < explained[1] <= explained[0] < 1


def test_snapshots_at_the_start_and_the_end_of_measurement(tables):
    creators = columns_of(tables, "creators")
    start, end = snapshot_days(creators)
    assert -7 < start <= 0
    assert end == 239
    creators["left"][(creators["day"] == end).nonzero()[0][:3]] = end - 1
    assert present(creators, end).sum() == (creators["day"] == end).sum() - 3


def test_accounts_of_brands_are_nobody_who_is_present(tables):
    creators = columns_of(tables, "creators")
    before = present(creators, 239).sum()
    creators["brand"][(creators["day"] == 239).nonzero()[0][:2]] = 0
    assert present(creators, 239).sum() == before - 2


def snapshots(rows):
    """Tables of creators, from (creator, day, tier, earned by source)."""
    creator, day, tier, earned = zip(*rows, strict=True)
    columns = {"creator": creator, "day": day, "tier": tier, "brand": [-1 if c < 90 else 0 for c in creator]}
    sources = zip(("ads", "video", "live", "fees"), zip(*earned, strict=True), strict=True)
    return {
        name: np.array(column) for name, column in (*columns.items(), *((f"earned_{s}_fen", v) for s, v in sources))
    }


def test_income_is_what_was_gained_during_measurement():
    earned = income(
        snapshots(
            [
                (1, -7, 2, (100, 0, 0, 0)), (1, 0, 2, (200, 10, 0, 0)), (1, 7, 1, (260, 10, 5, 0)),
                (1, 14, 0, (300, 10, 5, 1_000)),  # rises from tail to head
                (2, 7, 2, (7, 0, 0, 0)), (2, 14, 2, (8, 0, 0, 0)),  # has entered since
                (99, 0, 2, (0, 0, 0, 0)), (99, 14, 2, (500, 0, 0, 0)),  # the account of a brand
            ]
        )
    )  # fmt: skip
    assert earned is not None
    assert earned.fen.tolist() == [[40, 0, 0, 1_000, 0], [60, 0, 5, 0, 0], [8, 0, 0, 0, 0]]
    assert earned.a_month == pytest.approx([1_040 / 7 * 28, 65 / 7 * 28, 8 / 14 * 28])


def test_income_of_a_single_snapshot_is_that_since_the_first_day():
    earned = income(snapshots([(1, 9, 2, (100, 0, 0, 0))]), burn_in=10)
    assert earned is not None
    assert earned.fen.sum() == 100
    assert earned.a_month[2] == pytest.approx(100 / 20 * 28)


def test_the_funnel_is_that_of_the_measured_weeks():
    funnel = {
        "day": np.array([-7, 0, 7]), "source": np.array(["friends"] * 3), "format": np.array(["live"] * 3),
        "exposures": np.array([5, 100, 50]), "clicks": np.array([5, 9, 6]), "orders": np.array([5, 1, 2]),
        "gmv_fen": np.array([5, 700, 900]),
    }  # fmt: skip
    (path,) = paths(funnel)
    assert (path.name, path.exposures, path.clicks, path.orders, path.gmv) == ("friends, live", 150, 15, 3, 1_600)


def test_payments_are_yuan_a_measured_day():
    flows = {
        "day": np.array([-1, 0, 0, 1]), "source": np.array(["a"] * 4), "target": np.array(["b"] * 4),
        "purpose": np.array(["x", "x", "y", "y"]), "fen": np.array([9_999, 100, 300, 600]),
    }  # fmt: skip
    assert payments(flows) == {("a", "b"): (5.0, ["y", "x"])}


def test_accounts_in_the_picture_of_ties_are_those_of_several(tables):
    network = columns_of(tables, "network")
    drawn = drawn_accounts(network)
    fans = {int(row): int((network["other"][network["kind"] == "follow"] == row).sum()) for row in drawn}
    assert min(fans.values()) >= 2
    assert len(drawn) <= 60


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.5, "0.5"), (950, "950"), (999.9, "1k"), (12_345, "12.3k"), (4.56e6, "4.56M"), (np.nan, "unknown")],
)
def test_amounts_are_short(value, text):
    assert amount_text(value) == text


# ------------------------------------------------------------------------------------------------ what is drawn


def test_every_figure_is_drawn(tables, config):
    figures = plots.draw_all(tables, config)
    assert set(figures) == {drawing.name for drawing in plots.DRAWINGS}
    assert "exposure floor" in texts(figures["concentration"])
    assert "exposure_floor" not in texts(figures["concentration"])
    assert "burn-in" in texts(figures["concentration"])
    assert "after 180 days" in texts(figures["survival"])
    assert "end (day 239)" in texts(figures["style_map"])
    assert all(drawing.caption for drawing in plots.DRAWINGS)


def test_a_world_of_the_feed_alone_has_no_figures_of_commerce(tables, config):
    figures = plots.draw_all(madeup.feed_alone(), config)
    assert {drawing.name for drawing in plots.DRAWINGS} - set(figures) == {"sales", "funnel", "income"}
    assert "friends" in texts(plots.draw_all(tables, config)["network"])
    assert "friends" not in texts(figures["network"])


def test_income_is_seen_where_it_runs_with_impressions(tables, config):
    """Where creators live from advertising alone, both lines are the same."""
    daily = tables["daily"]
    same = daily.set_column(daily.column_names.index("income_gini"), "income_gini", daily["impressions_gini"])
    (ax,) = plots.draw_all({**tables, "daily": same}, config)["concentration"].axes
    bold = [line for line in ax.get_lines() if line.get_linewidth() >= 1]
    over, under = bold[-1], bold[0]
    assert np.array_equal(over.get_ydata(), under.get_ydata())
    assert over.get_linewidth() < under.get_linewidth() / 2
    assert over.get_color() != under.get_color()


def test_figures_follow_the_tables(tables, config):
    creators = columns_of(tables, "creators")
    values = creators["impressions_28d"][present(creators, 239)]
    expected = f"end (day 239): Gini {gini(values):.2f}"
    assert expected in texts(plots.draw_all(tables, config)["lorenz_impressions"])


@pytest.mark.parametrize(("burn_in", "days"), [(0, 1), (0, 3), (5, 2), (30, 20)])
def test_short_runs_are_drawn_as_far_as_they_go(burn_in, days):
    config = SimulationConfig(burn_in=burn_in, days=days)
    figures = plots.draw_all(madeup.tables(burn_in, days, founders=20), config)
    assert {"concentration", "lorenz_impressions"} <= set(figures)
    for figure in figures.values():
        plots.to_svg(figure)


def test_a_run_stopped_before_anything_was_measured_is_no_error(tables, config):
    empty = {name: table.slice(0, 0) for name, table in tables.items()}
    assert plots.draw_all(empty, config) == {}
    assert plots.draw_all({}, config) == {}


def test_the_time_axis_of_an_interrupted_run_ends_with_its_days(config):
    figures = plots.draw_all(madeup.tables(60, 100), config)
    for name in ("concentration", "consumers", "creators", "variety"):
        assert [ax.get_xlim() for ax in figures[name].axes] == [(-60, 100)] * len(figures[name].axes)


def test_days_without_a_value_are_gaps(tables, config):
    daily = tables["daily"]
    column = daily.column_names.index("interaction_rate")
    values = daily["interaction_rate"].to_numpy().copy()
    values[::5] = np.nan
    broken = {**tables, "daily": daily.set_column(column, "interaction_rate", [values])}
    figure = plots.draw_all(broken, config)["consumers"]
    drawn = [np.asarray(line.get_ydata(), float) for axes in figure.axes for line in axes.lines]
    assert any(line.size == values.size and np.isnan(line[::5]).all() for line in drawn), "the gaps are drawn over"
    plots.to_svg(figure)


def test_without_orders_there_is_no_panel_of_their_shares(tables, config):
    """What part of no orders is live is not known on any day; the panel had no limits then."""
    daily = tables["daily"]
    names = ("live_order_share", "friends_order_share", "return_rate")
    for name in names:
        daily = daily.set_column(daily.column_names.index(name), name, [np.full(daily.num_rows, np.nan)])
    for name in ("gmv", "orders"):
        daily = daily.set_column(daily.column_names.index(name), name, [np.zeros(daily.num_rows)])
    figure = plots.draw_all({**tables, "daily": daily}, config)["sales"]
    assert [ax.get_ylabel() for ax in figure.axes] == ["yuan a day"]
    without = {**tables, "daily": daily.drop_columns(["imitation_share"])}
    assert len(plots.draw_all(without, config)["variety"].axes) == 1


def test_a_figure_that_fails_costs_itself_alone(tables, config, tmp_path, monkeypatch, failed_figures):
    def broken(tables, config):
        raise ValueError("no limits")

    spoilt = [replace(one, draw=broken) if one.name == "sales" else one for one in plots.DRAWINGS[:10]]
    monkeypatch.setattr(plots, "DRAWINGS", spoilt)
    figures = plots.draw_all(tables, config)
    assert [name for name, figure in figures.items() if figure is None] == ["sales"]
    assert len(figures) == 10
    assert failed_figures == [
        "the figure 'sales' could not be drawn (ValueError: no limits); the tables and all other figures are complete"
    ]
    figures["funnel"].set_size_inches(1e6, 1)  # no picture is as wide as that
    plots.save_all({name: figures[name] for name in ("sales", "funnel", "survival")}, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"survival.svg", "survival.png"}
    assert "the figure 'funnel' could not be drawn" in failed_figures[-1]


def test_a_full_disk_is_no_failure_of_a_figure(tables, config, tmp_path, monkeypatch):
    def full(self, content):
        raise OSError("no space left")

    monkeypatch.setattr(plots, "DRAWINGS", plots.DRAWINGS[:1])
    monkeypatch.setattr(type(tmp_path), "write_bytes", full)
    with pytest.raises(OSError, match="no space"):
        plots.save_all(plots.draw_all(tables, config), tmp_path)


def test_a_policy_of_strength_zero_is_not_marked(tables):
    policy = {"kind": "exposure_floor", "start": 60, "strength": 0.0}
    config = SimulationConfig(burn_in=60, days=240, policies={"exposure_floor": policy})
    assert "exposure floor" not in texts(plots.draw_all(tables, config)["concentration"])


# ------------------------------------------------------------------------------------------------------- files


def test_equal_tables_give_equal_bytes(tables, config):
    first, second = plots.draw_all(tables, config), plots.draw_all(madeup.tables(), config)
    for name in first:
        svg = plots.to_svg(first[name])
        assert svg == plots.to_svg(first[name])
        assert svg == plots.to_svg(second[name])
        assert plots.to_png(first[name]) == plots.to_png(second[name])


def test_a_users_own_settings_of_matplotlib_change_nothing(tables, config):
    before = plots.to_svg(plots.draw_all(tables, config)["concentration"])
    with mpl.rc_context({"font.size": 20, "axes.facecolor": "black", "svg.hashsalt": "other"}):
        inside = dict(mpl.rcParams)
        assert plots.to_svg(plots.draw_all(tables, config)["concentration"]) == before
        assert dict(mpl.rcParams) == inside


def test_many_creators_do_not_make_a_huge_file():
    config = SimulationConfig(burn_in=10, days=30)
    figures = plots.draw_all(madeup.tables(10, 30, founders=3000), config)
    assert len(plots.to_svg(figures["style_map"])) < 600_000


def test_saved_as_svg_and_png(tmp_path, tables, config):
    figures = plots.draw_all(tables, config)
    plots.save_all(figures, tmp_path / "figures")
    assert {path.name for path in (tmp_path / "figures").iterdir()} == {
        f"{name}.{ending}" for name in figures for ending in ("svg", "png")
    }
    assert b"<svg" in (tmp_path / "figures" / "survival.svg").read_bytes()


def test_pyplot_is_never_imported():
    code = "import sys, ecosim.plots; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
