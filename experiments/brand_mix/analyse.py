"""Hold the predictions about brands' budgets against the runs, and draw what each mix does.

``python -m experiments.brand_mix.analyse runs/brand_mix`` reads what ``ecosim compare experiment=brand_mix`` has
written.
"""

from __future__ import annotations

from pathlib import Path

import ecosim
from experiments.findings import Prediction
from experiments.outcomes import study
from experiments.panels import draw_outcomes, save
from experiments.runs import Quantity, Runs, less
from experiments.taken import income_of_tier, net, paid

HERE = Path(__file__).parent
HEAD, MATRIX = "brand_mix_head", "brand_budget_mix"
LABELS = {HEAD: "80/10/10", MATRIX: "30/50/20"}


def used_share(result: ecosim.RunResult) -> float:
    """Part of brands' weekly fee budgets that is spent, over the snapshots of the measured days."""
    brands = result.brands[result.brands["day"] >= 0]
    budget = float(brands["budget_week_fen"].sum())
    return float(brands["spent_week_fen"].sum()) / budget if budget else float("nan")


QUANTITIES = (
    Quantity("fees_head_share", "fees that go to the head (share)"),
    Quantity("budget_used", "fee budgets that are spent (share)", of=used_share),
    Quantity("fees", "fees paid", relative=True, of=paid("brands", "fees")),
    Quantity("brand_return_on_fees", "sales per yuan of fees", relative=True),
    Quantity("gmv", "sales of all brands", relative=True),
    Quantity("brand_net", "brands: what is left of sales", relative=True, of=net("brands")),
    Quantity("income_head", "income of the head", relative=True, of=income_of_tier("head")),
    Quantity("income_waist", "income of the waist", relative=True, of=income_of_tier("waist")),
    Quantity("income_tail", "income of the tail", relative=True, of=income_of_tier("tail")),
    Quantity("income_gini", "Gini of income"),
    Quantity("consumer_trust", "trust in the platform"),
    Quantity("platform_profit", "platform: profit", relative=True),
)

PREDICTIONS = (
    Prediction("a", "80/10/10: more of the fees goes to the head", "fees_head_share", less(HEAD), 1),
    Prediction(
        "a", "30/50/20: less of the fees goes to the head than under 80/10/10", "fees_head_share",
        less(MATRIX, HEAD), -1,
    ),
    Prediction("b", "80/10/10: less of the budgets is spent", "budget_used", less(HEAD), -1),
    Prediction("c", "80/10/10: a yuan of fees sells less", "brand_return_on_fees", less(HEAD), -1),
    Prediction(
        "c", "30/50/20: a yuan of fees sells more than under 80/10/10", "brand_return_on_fees", less(MATRIX, HEAD), 1
    ),
    Prediction("d", "80/10/10: the head earns more", "income_head", less(HEAD), 1),
    Prediction("d", "30/50/20: the waist earns more", "income_waist", less(MATRIX), 1),
    Prediction("d", "80/10/10: the tail earns less", "income_tail", less(HEAD), -1),
    Prediction("e", "30/50/20: income is less concentrated than under 80/10/10", "income_gini", less(MATRIX, HEAD), -1),
    Prediction("e", "30/50/20: sales are higher than under 80/10/10", "gmv", less(MATRIX, HEAD), 1),
)  # fmt: skip


def draw(runs: Runs, out: Path) -> None:
    """Write ``mixes`` as SVG and PNG."""
    save(draw_outcomes(runs, list(runs.quantities), LABELS), out, "mixes")


main = study(HERE, QUANTITIES, PREDICTIONS, LABELS, draw).main


if __name__ == "__main__":
    raise SystemExit(main())
