"""What pairing buys: how many times more seeds a difference would take if runs did not share people and luck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ecosim import registry
from ecosim.results.comparison import Comparison
from ecosim.results.differences import OUTCOMES

NO_GAIN = 1.5
"""Below this pairing bought next to nothing, and the seeds needed are told."""

WHOLE = "whole run"


def ratios(comparison: Comparison, outcomes: Sequence[str] = OUTCOMES) -> pd.DataFrame:
    """Return a row for every scenario, outcome and horizon.

    Columns: `scenario`, `outcome`, `horizon` (days; NaN for the whole run), `pairs`, `variance_ratio` (variance of the
    difference without pairing over that of the pairs) and `seeds_needed` (for a half-width of a quarter of the
    difference).
    """
    columns = ["scenario", "outcome", "horizon", "pairs", "variance_ratio", "seeds_needed"]
    rows = comparison.differences
    return rows.loc[rows["outcome"].isin(outcomes), columns].reset_index(drop=True)


def ratio_table(found: pd.DataFrame, scenario: str, labels: Mapping[str, str] | None = None) -> list[str]:
    """Lay the ratios of a scenario out for a page: a line for each outcome, a column for each horizon."""
    own = found[found["scenario"] == scenario]
    horizons = [*sorted(own["horizon"].dropna().unique()), None]
    heads = [f"{horizon:.0f} days" if horizon is not None else WHOLE for horizon in horizons]
    lines = [f"| | {' | '.join(heads)} |", "|---|" + "---|" * len(heads)]
    for outcome in dict.fromkeys(own["outcome"]):
        label = (labels or {}).get(outcome) or str(registry.metrics[outcome].cls.label)
        cells = []
        for horizon in horizons:
            at = own["horizon"].isna() if horizon is None else own["horizon"] == horizon
            cells.append(_cell(own[at & (own["outcome"] == outcome)]))
        lines.append(f"| {label} | {' | '.join(cells)} |")
    return lines


def _cell(rows: pd.DataFrame) -> str:
    """Write a ratio; where there is no gain, with the seeds that are needed."""
    ratio = float(rows["variance_ratio"].iloc[0]) if len(rows) else np.nan
    if not np.isfinite(ratio):
        return "–"
    text = f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.1f}"
    needed = float(rows["seeds_needed"].iloc[0])
    return f"{text} ({needed:,.0f} seeds)" if ratio < NO_GAIN and np.isfinite(needed) else text
