"""Figures of an experiment: if these fail, a reader sees certainty where there is none, or a winner who is beaten."""

from __future__ import annotations

import itertools
import math

import pytest
from matplotlib.colors import to_hex

from ecosim.plots import to_svg
from ecosim.plots.effects import TITLE, Course, Effect, draw_courses, draw_effects, draw_tradeoff, parted, undominated

NAN = math.nan
SURE = Effect("sure", -0.1, -0.15, -0.05, "lower")
UNSURE = Effect("unsure", 0.02, -0.2, 0.24, "unclear")
ALONE = Effect("alone", 0.3, NAN, NAN, "unclear")


def test_what_stands_is_filled_and_what_does_not_is_hollow() -> None:
    figure = draw_effects("one", {"": [SURE, UNSURE, ALONE]})
    (ax,) = figure.axes
    marks = [line for line in ax.lines if len(line.get_xdata()) == 1]
    assert [line.get_xdata()[0] for line in marks] == [-0.1, 0.02, 0.3]
    assert [line.get_marker() for line in marks] == ["s", "o", "o"]
    assert [to_hex(str(line.get_markerfacecolor())) == "#ffffff" for line in marks] == [False, True, True]
    ends = [tuple(line.get_xdata()) for line in ax.lines if len(line.get_xdata()) == 2][:2]
    assert ends == [(-0.15, -0.05), (-0.2, 0.24)]  # and none for the one without an interval
    assert [text.get_text() for text in ax.get_yticklabels()] == ["sure", "unsure", "alone"]


def test_a_single_wide_interval_does_not_flatten_the_rest() -> None:
    wild = Effect("wild", 0.01, -50.0, 50.0, "unclear")
    low, high = draw_effects("one", {"": [SURE, UNSURE, wild]}).axes[0].get_xlim()
    assert low <= -0.1 < 0.02 <= high
    assert high - low < 2


def test_every_scenario_has_its_course_and_the_same_axis() -> None:
    course = Course([6, 13], [0.0, 0.1], [0.0, 0.05], [0.0, 0.15], [7, 10])
    figure = draw_courses("gmv", dict.fromkeys(("a", "b", "c"), course))
    shown = [ax for ax in figure.axes if ax.get_visible()]
    assert [ax.get_title("left") or ax.get_title() for ax in shown] == ["a", "b", "c"]
    assert len({ax.get_ylim() for ax in shown}) == 1
    drawn = [{float(line.get_xdata()[0]) for line in ax.lines if len(line.get_xdata()) == 2} for ax in shown]
    assert all({7.0, 10.0} <= days for days in drawn)


def test_who_is_beaten_in_both_is_not_on_the_line() -> None:
    points = {
        "cheap": (-0.01, 0.1),
        "dear": (-0.1, 0.3),
        "worse": (-0.2, 0.2),
        "harm": (-0.1, -0.1),
        "twin": (-0.1, 0.3),
    }
    assert set(undominated(points)) == {"", "cheap", "dear", "twin"}
    assert set(undominated({"free": (0.01, 0.1)})) == {"free"}  # beats the baseline, too


@pytest.mark.parametrize("count", [1, 9])
def test_equal_figures_are_equal_bytes(count: int) -> None:
    points = {f"scenario {k}": (SURE, UNSURE) for k in range(count)}
    first, second = (to_svg(draw_tradeoff(points, "watch time", "newcomers")) for _ in range(2))
    assert first == second


def test_names_of_any_length_leave_room_for_the_effects() -> None:
    """Matplotlib warns, which is an error here, where a name is as wide as the figure."""
    name = "no_popularity, " + ", ".join(f"section.setting_{number}=0.25" for number in range(8))
    figure = draw_effects("long", {"": [Effect(f"{name}, {k}", 0.1, 0.05, 0.15, "higher") for k in range(3)]})
    ax = figure.axes[0]
    assert ax.get_position().width > 0.3
    boxes = [label.get_window_extent() for label in ax.get_yticklabels()]
    assert all(upper.y0 >= lower.y1 - 1 for upper, lower in itertools.pairwise(boxes))


def test_a_long_title_is_not_cut_off() -> None:
    """It says which days are shown, and its end would lie outside the figure."""
    title = "three. While exposure floor (phasing in until day 16) and innovation fund worked: days 7 to 20"
    figure = draw_effects(title, {"": [Effect("gmv", 0.1, 0.05, 0.15, "higher")]})
    figure.canvas.draw()
    box = figure.texts[0].get_window_extent()
    assert box.x1 <= figure.bbox.x1
    assert box.y1 <= figure.bbox.y1
    assert figure.axes[0].get_window_extent().y1 <= box.y0
    assert figure.texts[0].get_text().replace("\n", " ") == title


def test_chinese_titles_are_parted_by_the_width_of_their_characters() -> None:
    title = "两个政策先后生效的情景。保底曝光（至第 16 天逐步到位）、创新基金生效期间：第 7 至 20 天"
    lines = parted(title)
    assert "".join(lines).replace(" ", "") == title.replace(" ", "")
    assert all(2 * sum(ord(letter) > 255 for letter in line) <= TITLE for line in lines)


@pytest.mark.parametrize("count", [1, 9, 30])
def test_a_legend_of_many_scenarios_leaves_the_axes_their_room(count: int) -> None:
    """Constrained layout gave up, and drew the legend over the axes."""
    one = Effect("", 0.1, -0.1, 0.2, "unclear")
    figure = draw_tradeoff({f"scenario {number}, days 1 to 28": (one, one) for number in range(count)}, "watch", "new")
    assert figure.axes[0].get_position().height * figure.get_figheight() > 2
    drawn = {(line.get_marker(), line.get_color()) for line in figure.axes[0].lines if "scenario" in line.get_label()}
    assert len(drawn) == count


def test_many_dates_are_strokes_that_hide_nothing() -> None:
    def reach(count: int) -> set[float]:
        course = Course([1, 2], [0.1, 0.2], [0.0, 0.0], [0.3, 0.3], range(1, count + 1))
        lines = draw_courses("title", {"one": course}).axes[0].lines
        return {line.get_ydata()[0] for line in lines if len(set(line.get_xdata())) == 1}

    assert reach(3) == {0.0}
    assert reach(40) == {0.94}
