"""Experiments that compare scenarios: every quantity of each, its difference from the baseline, and the predictions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.command import Asked, Study, Told
from experiments.findings import Prediction, clear
from experiments.pairing import ratio_table, ratios
from experiments.runs import BASELINE, UNKNOWN, Quantity, Runs, interval, less, paired


def outcomes(runs: Runs) -> pd.DataFrame:
    """Return every quantity of every scenario: its level, and its difference from the baseline."""
    rows = []
    for scenario in runs.scenarios:
        for key, quantity in runs.quantities.items():
            found = interval(runs.differences(key, less(scenario)))
            rows.append(
                {
                    "scenario": scenario, "quantity": key, "relative": quantity.relative,
                    "level": paired(runs.values(scenario, key)).mean, "difference": found.pop("mean"), **found,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def outcome_table(runs: Runs, labels: Mapping[str, str]) -> list[str]:
    """Lay out the outcomes for a page: quantities down, scenarios across; bold where the interval leaves out zero."""
    shown = [name for name in runs.scenarios if name != BASELINE]
    lines = [
        "| | baseline | " + " | ".join(labels.get(name, name) for name in shown) + " |",
        "|---|---|" + "---|" * len(shown),
    ]
    for key, quantity in runs.quantities.items():
        level = paired(runs.values(BASELINE, key)).mean
        cells = [_cell(runs, name, quantity) for name in shown]
        usual = UNKNOWN if not np.isfinite(level) else f"{level:.3g}" if abs(level) < 100 else f"{level:,.0f}"
        lines.append(f"| {quantity.label} | {usual} | " + " | ".join(cells) + " |")
    config = runs.config
    return [
        *lines,
        "",
        f"{len(runs.seeds)} seeds ({', '.join(map(str, runs.seeds))}), scale {config.scale.name}, {runs.days}, "
        f"strategy {config.strategy.kind}; {runs.versions}",
    ]


def _cell(runs: Runs, scenario: str, quantity: Quantity) -> str:
    found = runs.contrast(quantity.key, less(scenario))
    text = quantity.text(found.mean)
    if np.isfinite(found.low):
        text += f" ±{quantity.text(found.high - found.mean, '')}"
    return f"**{text}**" if clear(found) else text


def study(
    here: Path,
    quantities: Sequence[Quantity],
    predictions: Sequence[Prediction],
    labels: Mapping[str, str],
    draw: Callable[[Runs, Path], None],
    *,
    shows_pairing: str | None = None,
) -> Study:
    """Return the study of the scenarios of one experiment, which has the name of its folder.

    Parameters
    ----------
    here : Path
        Folder of the experiment.
    quantities, predictions : sequence
        What runs are asked for, and what should come out.
    labels : mapping of str to str
        What figures and pages call the scenarios.
    draw : callable
        Draws the figures into a folder.
    shows_pairing : str, optional
        Scenario of which the page shows what pairing bought; all of them stand in `pairing.csv`.
    """

    def analyse(asked: Asked) -> Told:
        runs = asked.runs[here.name]
        draw(runs, asked.out)
        found = ratios(runs.comparison)
        numbers = found[["variance_ratio", "seeds_needed"]]
        pairing = found.assign(**numbers.map("{:.4g}".format, na_action="ignore"))  # uncertain beyond that
        tables = {"outcomes": outcomes(runs), "pairing": pairing}
        told = Told.of([one.held(runs) for one in predictions], tables, number="difference")
        told.page["outcomes"] = outcome_table(runs, labels)
        if shows_pairing:
            told.page["pairing"] = ratio_table(found, shows_pairing)
        return told

    return Study(here, {here.name: ()}, analyse, quantities)
