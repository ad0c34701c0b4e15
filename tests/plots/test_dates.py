"""When policies work, above a figure: if these fail, one policy too many hides what the figure shows."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.lines import Line2D

from ecosim import registry
from ecosim.config import SimulationConfig
from ecosim.plots.dates import ROWS, Span, arranged, at_work, mark_time
from ecosim.plots.style import panels, styled

KINDS = registry.policies.names()


def settings(count, dated):
    """Make up that many policies, all from day 0 on or each with dates of its own."""
    policies = {}
    for number in range(count):
        dates = {"start": 7 * number % 200, "stop": 7 * number % 200 + 20 + number % 5} if dated else {}
        kind = KINDS[number % len(KINDS)]
        policies[kind if number < len(KINDS) else f"{kind}_{number}"] = {"kind": kind, **dates}
    return SimulationConfig(burn_in=60, days=240, policies=policies)


@styled
def drawn(config, end=240):
    figure, (ax,) = panels()
    days = np.arange(-config.burn_in, end)
    ax.plot(days, np.linspace(0, 1, days.size))
    mark_time(ax, days, config, "Inequality between creators")
    return figure


def texts(figure):
    return [text.get_text() for text in figure.findobj(mpl.text.Text) if text.get_text()]


@pytest.mark.parametrize("dated", [False, True])
@pytest.mark.parametrize("count", [1, 4, 12, 24, 30])
def test_the_axes_keep_their_room_however_many_policies_there_are(count, dated):
    plain, marked = drawn(settings(0, dated)), drawn(settings(count, dated))
    assert marked.axes[0].get_position().height > 0.7 * plain.axes[0].get_position().height
    assert marked.axes[0].get_position().width > 0.95 * plain.axes[0].get_position().width
    canvas = marked.get_tightbbox()
    assert canvas.x0 >= 0
    assert canvas.x1 <= marked.get_figwidth()


def test_a_few_policies_are_named_and_many_counted():
    few = texts(drawn(settings(3, dated=True)))
    assert {"brand budget mix", "commission ladder", "creator training"} <= set(few)
    many = texts(drawn(settings(24, dated=True)))
    assert "policies at work: at most 4 of 24" in many
    assert "brand budget mix" not in many
    together = texts(drawn(settings(12, dated=False)))
    assert {"policies at work: at most 12 of 12", "12"} <= set(together)


def test_the_band_counts_the_policies_of_each_day():
    policies = {"a": {"kind": "exposure_floor", "stop": 100}, "b": {"kind": "exposure_floor", "start": 50, "stop": 150}}
    policies |= {f"c{number}": {"kind": "transparency", "start": 200 + number} for number in range(8)}
    figure = drawn(SimulationConfig(burn_in=0, days=240, policies=policies))
    band = [line for line in figure.axes[0].findobj(Line2D) if line.get_linewidth() == 10]
    counts = [(*line.get_xdata(), round((line.get_alpha() - 0.15) / 0.75 * 8)) for line in band]
    assert counts[:3] == [(0, 50, 1), (50, 100, 2), (100, 150, 1)]
    assert counts[3:] == [(200 + k, 201 + k if k < 7 else 240, k + 1) for k in range(8)]


def test_brackets_stand_side_by_side_where_their_names_leave_room():
    one, other, over = Span(0, 50, "a"), Span(60, 100, "b"), Span(40, 70, "c")
    assert arranged([one, other, over], 0, 240) == [[one, other], [over]]
    assert arranged([Span(0, 10, "a long name beside it"), Span(12, 20, "b")], 0, 240) != [[one, other]]
    assert len(arranged([Span(0, 10, "a long name beside it"), Span(12, 20, "b")], 0, 240)) == 2


def test_names_of_policies_with_the_same_dates_share_a_row_while_there_is_room():
    figure = drawn(settings(4, dated=False))
    assert "brand budget mix, commission ladder" in texts(figure)
    assert ROWS >= 2


def test_policies_that_do_nothing_or_never_begin_are_not_marked():
    policies = {
        "idle": {"kind": "exposure_floor", "strength": 0.0},
        "late": {"kind": "exposure_floor", "start": 200},
        "early": {"kind": "exposure_floor", "start": -90, "stop": -70},
    }
    config = SimulationConfig(burn_in=60, days=240, policies=policies)
    assert at_work(config, -60, 100) == []
    assert texts(drawn(config, 100)).count("burn-in") == 1


@pytest.mark.parametrize("days", [[-60], [0], [-60, -59]])
def test_an_axis_of_a_single_day_has_its_limits(days):
    @styled
    def draw():
        figure, (ax,) = panels()
        mark_time(ax, np.array(days), settings(3, dated=True), "Inequality between creators")
        return figure

    low, high = draw().axes[0].get_xlim()
    assert (low, high) == (-60, days[-1] + 1)
