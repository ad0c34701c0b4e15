"""Hold the predictions about doses against the runs, say the shape of every response, and draw them.

``python -m experiments.dose_response.analyse`` writes the scenarios of all doses, runs what is missing of them under
``runs``, and writes the small results beside this file.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

import ecosim
from experiments.command import Asked, Study, Told
from experiments.dose_response.doses import NAME, doses, policies, scenario, write
from experiments.dose_response.figure import draw_responses
from experiments.dose_response.responses import Response, bend
from experiments.findings import Prediction, clear
from experiments.panels import save
from experiments.runs import UNKNOWN, Quantity, Runs, interval, less
from experiments.taken import Take, displaced_share, income_of, last_days, paid_for_policies, settled

HERE = Path(__file__).parent

COUNTY, LAST_VERTICAL = 3, 11
"""Whom the pools are for by default."""


def lately(measure: str) -> Take:
    """Mean of a daily measure from the day on from which displacement is taken, when the policy has settled in."""

    def take(result: ecosim.RunResult) -> float:
        return float(settled(result.daily)[measure].mean())

    return take


def shown(column: str, value: int) -> Take:
    """Share of all creators' impressions of 28 days that those with a value have, on the last day."""

    def take(result: ecosim.RunResult) -> float:
        rows = last_days(result.creators)
        rows = rows[rows["day"] == rows["day"].max()]
        whole = float(rows["impressions_28d"].sum())
        return float(rows.loc[rows[column] == value, "impressions_28d"].sum()) / whole if whole else float("nan")

    return take


def measure(key: str, label: str, relative: bool = False) -> Quantity:
    """A daily measure, from when the policy has settled in."""
    return Quantity(key, label, relative, lately(key))


DISPLACED, PAID = "displaced", "paid"
GINI, UTILITY, WATCHED, SALES = "impressions_gini", "consumer_utility", "watch_seconds_per_consumer_day", "gmv"
PROFIT, NEWCOMERS, IMITATED = "platform_profit", "newcomer_impression_share", "imitation_share"

QUANTITIES = (
    Quantity(DISPLACED, "displaced (share)", of=displaced_share),
    Quantity(PAID, "paid (yuan a day)", of=paid_for_policies),
    measure(GINI, "Gini of impressions"),
    measure(UTILITY, "consumers: utility", relative=True),
    measure(WATCHED, "time watched", relative=True),
    measure(SALES, "sales", relative=True),
    measure(PROFIT, "platform: profit", relative=True),
    measure(NEWCOMERS, "shown: newcomers (share)"),
    measure(IMITATED, "imitations (share)"),
    measure("innovation_share", "innovations (share)"),
    measure("impressions_top_1pct_share", "shown: top 1% (share)"),
    measure("exposure_effective_styles", "styles shown (number)"),
    measure("intra_list_diversity", "variety of a list"),
    measure("interaction_rate", "likes an impression"),
    measure("items_published", "videos published", relative=True),
    measure("income_gini", "Gini of income"),
    measure("fees_head_share", "fees to the head (share)"),
    Quantity("income_tail", "income of the tail", relative=True, of=income_of("tail")),
    Quantity("shown_county", "shown: county (share)", of=shown("region", COUNTY)),
    Quantity("shown_vertical", "shown: the vertical (share)", of=shown("vertical", LAST_VERTICAL)),
)

MAIN = {
    "brand_budget_mix": "fees_head_share",
    "commission_ladder": "income_gini",
    "creator_training": "income_tail",
    "diversity_rerank": "intra_list_diversity",
    "exposure_cap": "impressions_top_1pct_share",
    "exposure_floor": NEWCOMERS,
    "honor_badges": "items_published",
    "innovation_fund": "innovation_share",
    "newcomer_support": NEWCOMERS,
    "originality_protection": IMITATED,
    "ranking_weights": "interaction_rate",
    "regional_pool": "shown_county",
    "take_rate": PROFIT,
    "traffic_pools": "exposure_effective_styles",
    "transparency": IMITATED,
    "vertical_pool": "shown_vertical",
}
"""What each policy is for."""

PAYING = frozenset({"commission_ladder", "creator_training", "innovation_fund", "take_rate"})
"""Policies that bite in yuan; the others bite in impressions, or in neither."""

ALIKE = (GINI, UTILITY, WATCHED, SALES)
"""What is asked of all."""

GUARANTEES = ("exposure_floor", "regional_pool", "vertical_pool")
SCORES = ("diversity_rerank", "exposure_cap", "newcomer_support", "originality_protection", "ranking_weights")
NEITHER = ("brand_budget_mix", "honor_badges", "transparency")


def more(policy: str) -> dict[str, float]:
    """Weights of what the largest dose adds to half of it."""
    top = doses(policy)[-1]
    return less(scenario(policy, top), scenario(policy, top / 2))


def full(policy: str) -> dict[str, float]:
    """Weights of what the policy does at dose 1."""
    return less(scenario(policy, 1.0))


def plain(policy: str) -> str:
    """Write the name of a policy in words."""
    return policy.replace("_", " ")


PREDICTIONS = (
    *(
        Prediction("a", f"{plain(name)}: more is displaced by the largest dose than by half of it", DISPLACED,
                   more(name), 1)
        for name in (*GUARANTEES, *SCORES, "traffic_pools")
    ),
    *(Prediction("b", f"{plain(name)}: what is displaced saturates", DISPLACED, bend(name), -1) for name in SCORES),
    *(
        Prediction("c", f"{plain(name)}: what is displaced accelerates", DISPLACED, bend(name), 1)
        for name in GUARANTEES
    ),
    Prediction("d", "exposure floor: consumers' loss accelerates", UTILITY, bend("exposure_floor"), -1),
    Prediction("d", "exposure floor: the Gini falls further at the largest dose", GINI, more("exposure_floor"), -1),
    Prediction("d", "exposure cap: the Gini falls further at the largest dose", GINI, more("exposure_cap"), -1),
    Prediction("e", "diversity rerank: a quarter is good for consumers", UTILITY,
               less(scenario("diversity_rerank", 0.25)), 1),
    Prediction("e", "diversity rerank: the full dose is worse for consumers than half of it", UTILITY,
               more("diversity_rerank"), -1),
    Prediction("f", "innovation fund: what is paid accelerates", PAID, bend("innovation_fund"), 1),
    Prediction("f", "take rate: the platform's profit falls", PROFIT, full("take_rate"), -1),
    *(Prediction("g", f"{plain(name)}: nothing is displaced on the spot", DISPLACED, full(name), 0)
      for name in NEITHER),
)  # fmt: skip


def bite(policy: str) -> str:
    """Return the quantity in which a policy bites."""
    return PAID if policy in PAYING else DISPLACED


def columns(policy: str) -> tuple[str, ...]:
    """Return the quantities that are told of a policy, the same for all but the first two."""
    return (bite(policy), MAIN[policy], *ALIKE)


def tables(runs: Runs) -> dict[str, pd.DataFrame]:
    """Return every response at every dose, and its shape."""
    responses, shapes = [], []
    for policy in policies():
        for quantity in runs.quantities:
            found = Response.of(runs, policy, quantity)
            named = {"policy": policy, "quantity": quantity, "relative": runs.quantities[quantity].relative}
            for dose in found.doses:
                values = runs.differences(quantity, less(scenario(policy, dose)))
                responses.append({**named, "dose": dose, **interval(values)})
            curve = interval(runs.differences(quantity, bend(policy)))
            shapes.append({**named, "shape": found.shape, **{f"bend_{key}": value for key, value in curve.items()}})
    return {"responses": pd.DataFrame(responses), "shapes": pd.DataFrame(shapes)}


def shape_lines(runs: Runs) -> list[str]:
    """Lay out the effect at dose 1 and the shape of every response for a page."""
    labels = [runs.quantities[key].label for key in ALIKE]
    lines = [f"| | bite | what it is for | {' | '.join(labels)} |", "|---|---|---|" + "---|" * len(labels)]
    for policy in policies():
        cells = [_cell(runs, policy, key) for key in columns(policy)]
        lines.append(f"| {plain(policy)} | {' | '.join(cells)} |")
    return lines


def _cell(runs: Runs, policy: str, key: str) -> str:
    quantity, found = runs.quantities[key], runs.contrast(key, full(policy))
    name = f"{quantity.label}: " if key not in ALIKE else ""
    if not np.isfinite(found.mean):
        return f"{name}{UNKNOWN}"
    text = quantity.text(found.mean)
    text = f"**{text}**" if clear(found) else text
    return f"{name}{text}; {Response.of(runs, policy, key).shape}"


def analyse(asked: Asked) -> Told:
    """Draw the responses, say their shapes, and hold the predictions against them."""
    runs = asked.runs[NAME]
    save(draw_responses(runs, {policy: columns(policy) for policy in policies()}), asked.out, "responses")
    told = Told.of([one.held(runs) for one in PREDICTIONS], tables(runs), [runs.made_from()], "difference")
    told.page["shapes"] = shape_lines(runs)
    return told


SMOKE = tuple(scenario(policy, 1.0) for policy in policies()) + tuple(
    scenario("exposure_floor", dose) for dose in doses("exposure_floor") if dose != 1
)
"""What a smoke run looks at: every policy, and every dose of one."""

main = Study(
    HERE, {NAME: (f"scenarios=[baseline,{','.join(SMOKE)}]", "scale.consumers=300")}, analyse, QUANTITIES, write
).main

if __name__ == "__main__":
    raise SystemExit(main())
