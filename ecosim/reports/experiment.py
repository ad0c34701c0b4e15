"""The report of an experiment: what each scenario brings about, in words, then as a scorecard with intervals."""

from __future__ import annotations

import math
import shlex
from collections.abc import Sequence
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ecosim import registry
from ecosim.reports.numbers import percent
from ecosim.reports.single import TEMPLATES
from ecosim.results.comparison import BITE, DIFFERENCES, RUNS, Comparison

ARROWS = {
    "higher": "▲ higher",
    "lower": "▼ lower",
    "unclear": "· unclear",
    "equal": "= equal",
    "single pair": "? one pair",
}
"""A verdict is a sign and a word, so that neither colour nor print matters."""

Row = dict[str, Any]


def write_experiment(result: Comparison) -> None:
    """Write `report.html` into the folder of an experiment."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    page = environment.get_template("experiment.html.j2").render(_context(result))
    partial = result.report.with_name(f".{result.report.name}.tmp")
    partial.write_text(page, encoding="utf-8")
    partial.replace(result.report)


def _context(result: Comparison) -> dict[str, Any]:
    rows = [row for row in result.rows(DIFFERENCES) if row["verdict"] is not None]
    statuses = [row["status"] for row in result.rows(RUNS)]
    return {
        "plan": result.plan,
        "complete": statuses.count("complete"),
        "total": len(statuses),
        "sentences": sentences(rows),
        "cards": cards(rows),
        "bite": _bite(result.rows(BITE)),
        "command": shlex.join(["ecosim", "compare", *result.plan["words"]]),
    }


def sentences(rows: Sequence[Row]) -> list[str]:
    """Say for each scenario over the whole run what stands after correction, and how much is unclear."""
    said = []
    for scenario, point in dict.fromkeys((row["scenario"], row["point"]) for row in rows):
        own = [row for row in rows if (row["scenario"], row["point"], row["horizon"]) == (scenario, point, None)]
        clear = [f"{_label(row)} {row['verdict']}{_by(row)}" for row in own if row["verdict"] in ("higher", "lower")]
        where = f" ({point})" if point else ""
        found = "; ".join(clear) if clear else "no difference stands"
        said.append(
            f"{scenario}{where}, against {own[0]['baseline']}: {found}. Of {len(own)} outcomes, "
            f"{sum(row['verdict'] == 'unclear' for row in own)} are unclear."
        )
    return said


def cards(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Arrange the outcomes of each scenario at each horizon."""
    arranged: dict[str, list[Row]] = {}
    for row in rows:
        when = "whole run" if row["horizon"] is None else f"{row['horizon']} days after the start"
        title = ", ".join(part for part in (row["scenario"], row["point"], when) if part)
        unknown = row["low"] is None
        arranged.setdefault(title, []).append(
            {
                "label": _label(row),
                "baseline": _short(row["baseline_mean"]),
                "difference": _short(row["difference"], "+"),
                "interval": "–" if unknown else f"{_short(row['low'], '+')} to {_short(row['high'], '+')}",
                "verdict": ARROWS[row["verdict"]],
            }
        )
    return arranged


def _bite(rows: Sequence[Row]) -> list[tuple[str, str]]:
    """Return the share of the panel's slots that differ, by scenario, over all its runs."""
    found = []
    for name in dict.fromkeys((row["scenario"], row["point"]) for row in rows):
        own = [row for row in rows if (row["scenario"], row["point"]) == name and row["group"] == "all"]
        slots = math.fsum(row["slots"] for row in own)
        share = math.fsum(row["differing"] for row in own) / slots if slots > 0 else math.nan
        found.append((", ".join(part for part in name if part), percent(share)))
    return found


def _label(row: Row) -> str:
    name = str(row["outcome"])
    return str(registry.metrics[name].cls.label) if name in registry.metrics.names() else name.replace("_", " ")


def _by(row: Row) -> str:
    return "" if row["relative"] is None else f" by {percent(abs(row['relative']))} of the baseline"


def _short(value: float, sign: str = "") -> str:
    return f"{value:{sign},.0f}" if abs(value) >= 1000 else f"{value:{sign}.3g}"
