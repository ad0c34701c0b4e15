"""What pages say of pairing: the ratio, and the seeds that are needed where there is no gain."""

from __future__ import annotations

import pandas as pd

from experiments.pairing import ratio_table


def row(outcome: str, horizon: float | None, ratio: float, seeds: float, scenario: str = "floor") -> dict[str, object]:
    return {
        "scenario": scenario, "outcome": outcome, "horizon": horizon, "pairs": 5, "variance_ratio": ratio,
        "seeds_needed": seeds,
    }  # fmt: skip


def test_a_line_for_each_outcome_and_a_column_for_each_horizon() -> None:
    found = pd.DataFrame(
        [
            row("gmv", 30.0, 41.4, 9),
            row("gmv", 90.0, 1.2, 37),
            row("gmv", None, float("nan"), 4),
            row("impressions_gini", 30.0, 7.26, 3),
            row("gmv", 30.0, 99.0, 1, scenario="another"),
        ]
    )
    head, _, sales, gini = ratio_table(found, "floor", {"gmv": "sales"})
    assert head == "| | 30 days | 90 days | whole run |"
    assert sales == "| sales | 41 | 1.2 (37 seeds) | – |"
    assert gini.split("|")[1:] == [" Gini of impressions ", " 7.3 ", " – ", " – ", ""]
