"""Hold the predictions about the five rankers against their runs, and draw who pays for each.

``python -m experiments.rankers.analyse runs/rankers`` reads what ``ecosim compare experiment=rankers`` has written.
"""

from __future__ import annotations

from pathlib import Path

from experiments.findings import Prediction
from experiments.outcomes import study
from experiments.panels import draw_outcomes, save
from experiments.runs import Quantity, Runs, less
from experiments.taken import income_of_tier, net, shown_share

HERE = Path(__file__).parent

LABELS = {
    "random_feed": "random",
    "chronological_feed": "newest first",
    "popularity_feed": "popularity",
    "engagement_feed": "engagement",
}

QUANTITIES = (
    Quantity("consumer_utility", "consumers: utility of a day", relative=True),
    Quantity("watch_seconds_per_consumer_day", "consumers: time watched", relative=True),
    Quantity("consumers_retained", "consumers who stay (share)"),
    Quantity("income_head", "creators: income of the head", relative=True, of=income_of_tier("head")),
    Quantity("income_waist", "creators: income of the waist", relative=True, of=income_of_tier("waist")),
    Quantity("income_tail", "creators: income of the tail", relative=True, of=income_of_tier("tail")),
    Quantity("newcomer_survival_180d", "newcomers alive after 180 days (share)"),
    Quantity("impressions_gini", "Gini of impressions"),
    Quantity("shown_tail", "impressions of the tail (share)", of=shown_share("tail")),
    Quantity("exposure_effective_styles", "styles shown (effective number)"),
    Quantity("imitation_share", "imitations (share of new videos)"),
    Quantity("supply_effective_styles", "styles on offer (effective number)"),
    Quantity("gmv", "brands: sales", relative=True),
    Quantity("brand_net", "brands: what is left of sales", relative=True, of=net("brands")),
    Quantity("platform_profit", "platform: profit", relative=True),
)

PREDICTIONS = (
    Prediction("a", "random: consumers lose utility", "consumer_utility", less("random_feed"), -1),
    Prediction("a", "newest first: consumers lose utility", "consumer_utility", less("chronological_feed"), -1),
    Prediction("a", "popularity: consumers lose utility", "consumer_utility", less("popularity_feed"), -1),
    Prediction(
        "a", "engagement loses less utility than popularity", "consumer_utility",
        less("engagement_feed", "popularity_feed"), 1,
    ),
    Prediction("b", "random: impressions are less concentrated", "impressions_gini", less("random_feed"), -1),
    Prediction(
        "b", "newest first: impressions are less concentrated", "impressions_gini", less("chronological_feed"), -1
    ),
    Prediction("b", "popularity: impressions are more concentrated", "impressions_gini", less("popularity_feed"), 1),
    Prediction("c", "random: the head earns less", "income_head", less("random_feed"), -1),
    Prediction("c", "random: more newcomers last", "newcomer_survival_180d", less("random_feed"), 1),
    Prediction("c", "popularity: fewer newcomers last", "newcomer_survival_180d", less("popularity_feed"), -1),
    Prediction("d", "random: sales fall", "gmv", less("random_feed"), -1),
    Prediction("d", "random: the platform earns less", "platform_profit", less("random_feed"), -1),
    Prediction("d", "engagement: the platform earns less", "platform_profit", less("engagement_feed"), -1),
    Prediction("e", "popularity: fewer styles are shown", "exposure_effective_styles", less("popularity_feed"), -1),
    Prediction("e", "random: a smaller part imitates", "imitation_share", less("random_feed"), -1),
)  # fmt: skip


def draw(runs: Runs, out: Path) -> None:
    """Write ``who_pays`` as SVG and PNG."""
    save(draw_outcomes(runs, list(runs.quantities), LABELS), out, "who_pays")


main = study(HERE, QUANTITIES, PREDICTIONS, LABELS, draw).main


if __name__ == "__main__":
    raise SystemExit(main())
