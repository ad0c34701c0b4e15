"""Say for each main finding under which strategies of creators it has which sign, and draw it as a matrix.

``python -m experiments.robustness.analyse runs/robustness`` reads what ``ecosim compare experiment=robustness`` has
written.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

import ecosim
from ecosim.errors import InputError
from ecosim.metrics.survival import kaplan_meier
from ecosim.results.inference import holm
from experiments.command import Asked, Study, Told
from experiments.findings import came_out
from experiments.runs import Quantity, Runs, less

HERE = Path(__file__).parent
USUAL = "reinforcement"
AGE = 90
"""Days after which survival is asked for: as long as the runs allow."""

SIGNIFICANT = 0.05
SIGNS = {"yes": "higher", "no": "lower", "unclear": "unclear", "not measured": "not measured"}
ARROWS = {"higher": "▲", "lower": "▼", "unclear": "·", "not measured": "–"}


def survival(result: ecosim.RunResult) -> float:
    """Return the chance that a newcomer still publishes after `AGE` days (Kaplan-Meier)."""
    careers, daily = result.frame("careers"), result.daily
    entrants = careers[~careers["founder"].astype(bool)]
    if entrants.empty:
        return float("nan")
    curve = kaplan_meier(entrants["entered"], entrants["left"].astype(float), 0, int(daily["day"].max()) + 1)
    return float(curve.at(AGE)[0])


GINI = Quantity("impressions_gini", "Gini of impressions")
WATCH = Quantity("watch_seconds_per_consumer_day", "time watched", relative=True)
NEWCOMERS = Quantity("newcomer_impression_share", "impressions of newcomers (share)")
ALIVE = Quantity("creators_alive", "creators who publish", relative=True)
SURVIVAL = Quantity("survival", f"newcomers alive after {AGE} days (share)", of=survival)
STYLES = Quantity("consumption_effective_styles", "styles watched", relative=True)
IMITATION = Quantity("imitation_share", "imitations (share of new videos)")


@dataclass(frozen=True)
class Claim:
    """What a scenario is said to change."""

    scenario: str
    quantity: Quantity


CLAIMS = (
    *(Claim("exposure_floor", quantity) for quantity in (GINI, NEWCOMERS, SURVIVAL, ALIVE, WATCH)),
    *(Claim("newcomer_support", quantity) for quantity in (NEWCOMERS, SURVIVAL, ALIVE, WATCH)),
    *(Claim("popularity_off", quantity) for quantity in (GINI, IMITATION, WATCH)),
    *(Claim("diversity_rerank", quantity) for quantity in (GINI, STYLES, WATCH)),
)
QUANTITIES = tuple({claim.quantity.key: claim.quantity for claim in CLAIMS}.values())


def strategies(runs: Runs) -> list[str]:
    """Return the strategies under which the experiment was run, the usual one first."""
    if "strategy" not in runs.table:
        raise InputError(
            f"'{runs.comparison.path}' was run under one strategy only. "
            "List several: strategy=reinforcement,fixed,best_response."
        )
    found = list(dict.fromkeys(runs.table["strategy"]))
    return sorted(found, key=lambda name: (name != USUAL, found.index(name)))


def signs(runs: Runs) -> pd.DataFrame:
    """Return a row for each claim and strategy: the paired difference, its interval, and which sign stands."""
    rows = []
    for strategy in strategies(runs):
        under = runs.at({"strategy": strategy})
        for claim in CLAIMS:
            found = under.contrast(claim.quantity.key, less(claim.scenario))
            rows.append(
                {
                    "scenario": claim.scenario, "quantity": claim.quantity.key, "strategy": strategy,
                    "mean": found.mean, "low": found.low, "high": found.high, "seeds": found.pairs, "p": found.p,
                    "sign": SIGNS[came_out(found, 1)],
                }
            )  # fmt: skip
    frame = pd.DataFrame(rows)
    frame["p_holm"] = holm(frame["p"].tolist())
    return frame


def verdict(cells: pd.DataFrame) -> str:
    """Say what becomes of a claim, from its row of strategies.

    It flips where two strategies give opposite signs that both stand; it holds where all give the same.
    """
    clear = cells.loc[cells["sign"].isin(["higher", "lower"]), "sign"]
    if clear.empty:
        return "unclear under all"
    if clear.nunique() > 1:
        return "flips"
    if len(clear) == len(cells):
        return f"{clear.iloc[0]} under all"
    return f"{clear.iloc[0]} under {len(clear)} of {len(cells)}, never the other way"


def cells_of(frame: pd.DataFrame, claim: Claim) -> pd.DataFrame:
    """Return the row of a claim, one line a strategy."""
    return frame[(frame["scenario"] == claim.scenario) & (frame["quantity"] == claim.quantity.key)]


def page(frame: pd.DataFrame, made_from: str) -> list[str]:
    """Lay out the matrix for README.md."""
    names = list(dict.fromkeys(frame["strategy"]))
    lines = ["| | " + " | ".join(names) + " | in all |", "|---|" + "---|" * (len(names) + 1)]
    for claim in CLAIMS:
        own = cells_of(frame, claim)
        cells = [_cell(row, claim.quantity) for row in own.itertuples()]
        lines.append(f"| {claim.scenario}: {claim.quantity.label} | " + " | ".join(cells) + f" | {verdict(own)} |")
    clear = frame["sign"].isin(["higher", "lower"])
    standing = int((clear & (frame["p_holm"] < SIGNIFICANT)).sum())
    return [
        "![The sign of each finding under each strategy](results/signs.svg)",
        "",
        *lines,
        "",
        f"Of {len(frame)} cells {int(clear.sum())} have an interval without zero; {standing} of them stand after "
        f"correction for being many (Holm). {made_from}",
    ]


def _cell(row: object, quantity: Quantity) -> str:
    low, high, mean, sign = (getattr(row, name) for name in ("low", "high", "mean", "sign"))
    if sign == "not measured":
        return ARROWS["not measured"]
    return f"{ARROWS[str(sign)]} {quantity.text(mean)} ({quantity.text(low)} to {quantity.text(high)})"


def made_from(runs: Runs) -> str:
    """Say what the numbers were made from."""
    scale = runs.config.scale
    return (
        f"Seeds {', '.join(map(str, runs.seeds))}; {scale.consumers:,} consumers, {scale.creators:,} creators, "
        f"{runs.days}; {runs.versions}"
    )


def analyse(asked: Asked) -> Told:
    """Tell the signs and draw them."""
    from experiments.robustness.figure import draw

    runs = asked.runs[HERE.name]
    frame = signs(runs)
    draw(frame, asked.out)
    verdicts = [f"{claim.scenario}, {claim.quantity.label}: {verdict(cells_of(frame, claim))}" for claim in CLAIMS]
    return Told({"signs": frame}, {"findings": page(frame, made_from(runs))}, "\n".join(verdicts))


main = Study(HERE, {HERE.name: ("scale.consumers=300",)}, analyse, QUANTITIES).main

if __name__ == "__main__":
    raise SystemExit(main())
