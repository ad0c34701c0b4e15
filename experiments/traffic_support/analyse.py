"""Hold the predictions about support against the runs, and draw cost against benefit.

``python -m experiments.traffic_support.analyse runs/traffic_support`` reads what
``ecosim compare experiment=traffic_support`` has written.
"""

from __future__ import annotations

from pathlib import Path

from experiments.findings import Prediction
from experiments.outcomes import study
from experiments.panels import draw_outcomes, save
from experiments.runs import Quantity, Runs, less
from experiments.taken import LATER, displaced_share, income_of, paid_for_policies
from experiments.traffic_support.pareto import draw_pareto

HERE = Path(__file__).parent

LABELS = {
    "support_floor": "floor",
    "support_newcomers": "newcomers",
    "support_cap": "cap",
    "support_pools": "pools",
    "support_fund": "fund",
    "support_training": "training",
    "support_floor_and_cap": "floor + cap",
    "support_floor_and_training": "floor + training",
}
FLOOR, NEWCOMERS, CAP, POOLS, FUND, TRAINING, WITH_CAP, WITH_TRAINING = LABELS

SURVIVAL, UTILITY = "newcomer_survival_180d", "consumer_utility"
GINI, STYLES = "impressions_gini", "exposure_effective_styles"

QUANTITIES = (
    Quantity("displaced", "impressions displaced (share)", of=displaced_share),
    Quantity("paid", "paid for the policies (yuan a day)", of=paid_for_policies),
    Quantity(SURVIVAL, "newcomers alive after 180 days (share)"),
    Quantity("income_head", "income of those who were head", relative=True, of=income_of("head")),
    Quantity("income_waist", "income of those who were waist", relative=True, of=income_of("waist")),
    Quantity("income_tail", "income of those who were tail", relative=True, of=income_of("tail")),
    Quantity("income_later", "income of those who came later", relative=True, of=income_of(LATER)),
    Quantity(GINI, "Gini of impressions"),
    Quantity(STYLES, "styles shown (effective number)"),
    Quantity("supply_effective_styles", "styles on offer (effective number)"),
    Quantity(UTILITY, "consumers: utility of a day", relative=True),
    Quantity("gmv", "sales", relative=True),
    Quantity("platform_profit", "platform: profit", relative=True),
)

PREDICTIONS = (
    Prediction("a", "floor: consumers lose utility", UTILITY, less(FLOOR), -1),
    Prediction("a", "newcomers: consumers lose utility", UTILITY, less(NEWCOMERS), -1),
    Prediction("a", "cap: consumers lose utility", UTILITY, less(CAP), -1),
    Prediction("a", "pools cost consumers less than the floor", UTILITY, less(POOLS, FLOOR), 1),
    Prediction("b", "floor: more newcomers last", SURVIVAL, less(FLOOR), 1),
    Prediction("b", "newcomers: more newcomers last", SURVIVAL, less(NEWCOMERS), 1),
    Prediction("b", "the floor keeps more newcomers than the lift of newcomers", SURVIVAL, less(FLOOR, NEWCOMERS), 1),
    Prediction("b", "the cap keeps fewer newcomers than the floor", SURVIVAL, less(CAP, FLOOR), -1),
    Prediction("b", "pools keep fewer newcomers than the floor", SURVIVAL, less(POOLS, FLOOR), -1),
    Prediction("c", "cap: impressions are less concentrated than under the floor", GINI, less(CAP, FLOOR), -1),
    Prediction("c", "cap: who was head loses more income than under the floor", "income_head", less(CAP, FLOOR), -1),
    Prediction("d", "floor: sales fall", "gmv", less(FLOOR), -1),
    Prediction("d", "newcomers: sales fall", "gmv", less(NEWCOMERS), -1),
    Prediction("d", "cap: sales fall", "gmv", less(CAP), -1),
    Prediction("e", "fund: more newcomers last", SURVIVAL, less(FUND), 1),
    Prediction("e", "the fund keeps more newcomers than the training", SURVIVAL, less(FUND, TRAINING), 1),
    Prediction("e", "fund: more styles are on offer", "supply_effective_styles", less(FUND), 1),
    Prediction("e", "training: consumers gain utility", UTILITY, less(TRAINING), 1),
    Prediction("e", "fund: the platform earns less", "platform_profit", less(FUND), -1),
    Prediction("f", "floor and cap keep fewer newcomers than the floor alone", SURVIVAL, less(WITH_CAP, FLOOR), -1),
    Prediction(
        "f", "floor and training cost consumers less than the floor alone", UTILITY, less(WITH_TRAINING, FLOOR), 1
    ),
    Prediction(
        "f", "floor and training keep more newcomers than both alone add up to", SURVIVAL,
        {WITH_TRAINING: 1, FLOOR: -1, TRAINING: -1, "baseline": 1}, 1,
    ),
)  # fmt: skip


def draw(runs: Runs, out: Path) -> None:
    """Write ``pareto`` and ``outcomes``, as SVG and PNG."""
    save(draw_pareto(runs, (SURVIVAL, STYLES), (UTILITY, "platform_profit"), LABELS), out, "pareto")
    save(draw_outcomes(runs, [key for key in runs.quantities if key != "paid"], LABELS), out, "outcomes")


main = study(HERE, QUANTITIES, PREDICTIONS, LABELS, draw, shows_pairing=FLOOR).main


if __name__ == "__main__":
    raise SystemExit(main())
