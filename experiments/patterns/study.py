"""Run the arms, hold the patterns against them, draw the figure.

``python -m experiments.patterns.study --seeds 10`` runs what is missing under ``runs/patterns`` and writes the small
results beside this file. Every number is a mean over seeds with a 95% interval (Student's t on paired differences).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import ecosim
from experiments.common import Array, Finding, Interval, model_version, relative_change, tell
from experiments.figure import draw
from experiments.patterns.arms import ARMS, COMMON, SHORT

HERE = Path(__file__).parent


class Study:
    """The runs of all arms, read on demand.

    Parameters
    ----------
    folder : Path
        Where the runs are kept; an arm that is there is not run again.
    seeds : sequence of int
        Replications.
    """

    def __init__(self, folder: Path, seeds: Sequence[int]) -> None:
        self.folder = folder
        self.seeds = list(seeds)

    def arm(self, name: str) -> Path:
        """Return the folder of an arm, running it if it is missing."""
        out = self.folder / model_version() / f"{name}-{self.seeds[0]}-{self.seeds[-1]}"
        if not (out / "runs.parquet").exists():
            print(f"running {name} ({len(self.seeds)} seeds)", file=sys.stderr, flush=True)
            configs = [ecosim.compose(ARMS[name].command(seed, COMMON)) for seed in self.seeds]
            ecosim.sweep(configs, out)
        return out

    def results(self, name: str) -> list[Any]:
        """Return the results of an arm, one a seed, in the order of the seeds."""
        found = [ecosim.RunResult.load(path.parent) for path in self.arm(name).rglob("summary.json")]
        by_seed = {result.config.seed: result for result in found}
        return [by_seed[seed] for seed in self.seeds]

    def daily(self, name: str, measure: str, days: int | None = None) -> Array:
        """Return an arm's mean of a daily measure over the first measured `days`, one number a seed."""
        values = []
        for result in self.results(name):
            daily = result.daily
            chosen = daily[(daily["day"] >= 0) & (daily["day"] < (days or ARMS[name].days))]
            values.append(float(chosen[measure].mean()))
        return np.array(values)

    def summary(self, name: str, measure: str) -> Array:
        """Return a run's measure, one number a seed."""
        return np.array([float(result.summary[measure]) for result in self.results(name)])

    def series(self, name: str, measure: str) -> pd.DataFrame:
        """Return a daily measure by day (rows) and seed (columns)."""
        frames = [
            result.daily.set_index("day")[measure].rename(seed)
            for seed, result in zip(self.seeds, self.results(name), strict=True)
        ]
        return pd.concat(frames, axis=1)


def multinomial_gini(total: int, creators: int, seed: int) -> float:
    """Gini of impressions that fall on creators by chance alone."""
    from ecosim.metrics.base import gini

    return gini(np.random.default_rng(seed).multinomial(total, np.full(creators, 1 / creators)))


def control(study: Study) -> list[Finding]:
    """(a) Without any mechanism the Gini is that of a multinomial."""
    differences = []
    for seed, result in zip(study.seeds, study.results("control"), strict=True):
        last = result.creators[result.creators["day"] == result.creators["day"].max()]
        total, creators = int(last["impressions_28d"].sum()), len(last)
        chance = np.mean([multinomial_gini(total, creators, 1000 * seed + k) for k in range(40)])
        differences.append(float(result.daily["impressions_gini"].iloc[-1]) - float(chance))
    interval = Interval.of(differences)
    return [Finding("a", "Gini of impressions, control less multinomial", interval, interval.low <= 0 <= interval.high)]


def matthew(study: Study) -> list[Finding]:
    """(b) Equals become unequal, and who wins is luck."""
    gini = study.series("equal", "impressions_gini")
    rise = Interval.of((gini.loc[120:149].mean() - gini.loc[27:56].mean()).to_numpy())
    agreement = Interval.of(
        [_rank_correlation(a, b) for a, b in zip(study.results("equal"), study.results("equal_again"), strict=True)]
    )
    overlap = Interval.of(
        [_shared_winners(a, b) for a, b in zip(study.results("equal"), study.results("equal_again"), strict=True)]
    )
    return [
        Finding("b", "rise of the Gini, days 120-149 less days 27-56", rise, rise.above_zero),
        Finding("b", "rank correlation of creators between replays of one world", agreement, agreement.high < 0.9),
        Finding("b", "share of the top 10% that is the top 10% in the replay", overlap, overlap.high < 0.75),
    ]


def _last_impressions(result: Any) -> pd.Series:
    creators = result.creators
    return creators[creators["day"] == creators["day"].max()].set_index("serial")["impressions_28d"]


def _rank_correlation(a: Any, b: Any) -> float:
    return float(_last_impressions(a).rank().corr(_last_impressions(b).rank()))


def _shared_winners(a: Any, b: Any) -> float:
    first, second = _last_impressions(a), _last_impressions(b)
    size = max(1, round(0.1 * len(first)))
    return len(set(first.nlargest(size).index) & set(second.nlargest(size).index)) / size


def rankers(study: Study) -> list[Finding]:
    """(c) The multi-objective feed concentrates more than a random or a chronological one."""
    base = study.daily("baseline", "impressions_gini", SHORT)
    findings = []
    for other in ("random", "chronological"):
        interval = Interval.of(base - study.daily(other, "impressions_gini", SHORT))
        findings.append(Finding("c", f"Gini, multi-objective less {other}", interval, interval.above_zero))
    return findings


def popularity(study: Study) -> list[Finding]:
    """(d) Newcomers' survival falls as popularity weighs more."""
    survival = {
        name: study.summary(name, "newcomer_survival_180d")
        for name in ("popularity_none", "baseline", "popularity_high")
    }
    first = Interval.of(survival["baseline"] - survival["popularity_none"])
    second = Interval.of(survival["popularity_high"] - survival["baseline"])
    whole = Interval.of(survival["popularity_high"] - survival["popularity_none"])
    return [
        Finding("d", "survival, weight 0.4 less 0", first, first.mean < 0),
        Finding("d", "survival, weight 1 less 0.4", second, second.mean < 0),
        Finding("d", "survival, weight 1 less 0", whole, whole.below_zero),
    ]


def imitation(study: Study) -> list[Finding]:
    """(e) Imitation costs watch time where style satiation and likeness are on, and hardly where either is off."""
    effects = {}
    for label, with_it, without in (
        ("both on", "baseline", "no_imitation"),
        ("style satiation off", "no_satiation", "no_satiation_no_imitation"),
        ("likeness off", "no_likeness", "no_likeness_no_imitation"),
    ):
        effects[label] = relative_change(study, (with_it, without), "watch_seconds_per_consumer_day", SHORT)
    both = Interval.of(effects["both on"])
    findings = [Finding("e", "watch time with imitation, both on (relative)", both, both.below_zero)]
    for label in ("style satiation off", "likeness off"):
        interval = Interval.of(effects[label])
        findings.append(
            Finding(
                "e", f"watch time with imitation, {label} (relative)", interval, abs(interval.mean) < abs(both.mean) / 2
            )
        )
        gap = Interval.of(effects["both on"] - effects[label])
        findings.append(Finding("e", f"loss with both on less loss with {label}", gap, gap.below_zero))
    return findings


def uptake(study: Study) -> list[Finding]:
    """(f) Imitation is taken up less when it pays less."""
    interval = Interval.of(
        study.daily("imitation_dear", "imitation_share", SHORT) - study.daily("baseline", "imitation_share", SHORT)
    )
    return [Finding("f", "imitation share, cost 0.4 less 0.06", interval, interval.below_zero)]


def support(study: Study) -> list[Finding]:
    """(g) Floors and newcomer support bite, raise newcomers' survival, and cost something."""
    base = study.summary("baseline", "newcomer_survival_180d")
    watch = study.summary("baseline", "watch_seconds_per_consumer_day")
    findings = []
    for policy in ("exposure_floor", "newcomer_support"):
        bite = Interval.of([_bite(result) for result in study.results(policy)])
        saved = Interval.of(study.summary(policy, "newcomer_survival_180d") - base)
        moved = Interval.of([_displaced(result) for result in study.results(policy)])
        cost = Interval.of(study.summary(policy, "watch_seconds_per_consumer_day") / watch - 1)
        findings += [
            Finding("g", f"{policy}: share of the panel's slots that differ", bite, bite.above_zero),
            Finding("g", f"{policy}: newcomers' survival less baseline", saved, saved.above_zero),
            Finding("g", f"{policy}: impressions displaced between groups (cost)", moved, np.isfinite(moved.mean)),
            Finding("g", f"{policy}: watch time against baseline (cost, relative)", cost, np.isfinite(cost.mean)),
        ]
    return findings


def _bite(result: Any) -> float:
    table = result.frame("bite")
    chosen = table[(table["group"] == "all") & (table["day"] >= 0)]
    return float(chosen["differing"].sum() / chosen["slots"].sum())


def _displaced(result: Any) -> float:
    table = result.frame("bite")
    chosen = table[table["day"] >= 0].groupby("group")[["slots", "slots_default"]].sum()
    tiers = chosen.loc[chosen.index.intersection(["head", "waist", "tail", "brands"])]
    return float((tiers["slots"] - tiers["slots_default"]).abs().sum() / 2 / chosen.loc["all", "slots_default"])


PATTERNS: dict[str, Callable[[Study], list[Finding]]] = {
    "a": control, "b": matthew, "c": rankers, "d": popularity, "e": imitation, "f": uptake, "g": support,
}  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the study and write its results."""
    return tell(Study, PATTERNS, draw, HERE, arguments)


if __name__ == "__main__":
    raise SystemExit(main())
