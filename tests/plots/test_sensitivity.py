"""The figure of a sensitivity analysis shows every setting of every outcome, and what is noise."""

from __future__ import annotations

from typing import Any

from ecosim.plots.sensitivity import draw
from ecosim.plots.style import to_svg


def row(setting: str, index: str, value: float | None, **more: Any) -> dict[str, Any]:
    usual = {"scenario": "floor", "baseline": "baseline", "outcome": "impressions_gini", "low": None, "high": None}
    return {**usual, "setting": setting, "index": index, "value": value, "noise": None, "verdict": None, **more}


def morris(setting: str, value: float, verdict: str) -> list[dict[str, Any]]:
    return [
        row(setting, "mu_star", value, low=0.5 * value, high=1.5 * value, noise=0.3, verdict=verdict),
        row(setting, "sigma", 0.1, noise=0.2),
        row(setting, "mu", -value),
    ]


def faces(ax: Any) -> list[str]:
    """Return the filling of the round marks, from the lowest to the highest."""
    marks = [line for line in ax.lines if line.get_marker() == "o"]
    return [str(line.get_markerfacecolor()) for line in sorted(marks, key=lambda line: float(line.get_ydata()[0]))]


def test_settings_are_ordered_and_what_is_noise_is_hollow() -> None:
    rows = [*morris("a.large", 2.0, "above noise"), *morris("b.small", 0.2, "within noise")]
    figure = draw(rows)
    (ax,) = figure.axes
    assert [label.get_text() for label in ax.get_yticklabels()] == ["b.small", "a.large"]
    hollow, filled = faces(ax)
    assert hollow == "white"
    assert filled != "white"
    assert "floor less baseline" in ax.get_title(loc="left")
    assert [bar.get_width() for bar in ax.patches] == [0.3, 0.3], "the noise of mu*"
    assert to_svg(draw(rows)) == to_svg(figure), "equal rows, equal bytes"


def test_an_outcome_of_which_nothing_is_known_says_so() -> None:
    rows = [row("a", "S1", None), row("a", "ST", None)]
    rows += [one | {"outcome": "gmv", "value": 0.4, "low": 0.3, "high": 0.5} for one in rows]
    first, second = draw(rows).axes
    assert [text.get_text() for text in first.texts] == ["cannot be told"]
    assert not second.texts
    assert len(second.lines) == 5, "two marks, two intervals, the line at zero"
