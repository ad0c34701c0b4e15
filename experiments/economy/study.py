"""Run the arms, hold the patterns against them, draw the figures.

``python -m experiments.economy.study --seeds 10`` runs what is missing under ``runs/economy`` and writes the small
results beside this file. Every number is a mean over seeds with a 95% interval (Student's t on paired differences).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.common import Array, Finding, Interval, relative_change, tell
from experiments.economy.arms import ARMS, DAYS, PERIOD, lab
from experiments.economy.diary import keep, page

HERE = Path(__file__).parent
JOBS = 2
TRUST = {"consumer_trust": "trust in the platform", "customer_trust": "customers' trust in brands"}


class Study:
    """The diaries of all arms, written on demand.

    Parameters
    ----------
    folder : Path
        Where they are kept; an arm that is there is not run again.
    seeds : sequence of int
        Replications.
    """

    def __init__(self, folder: Path, seeds: Sequence[int]) -> None:
        self.folder = folder
        self.seeds = list(seeds)

    def tables(self, name: str, part: str) -> list[pd.DataFrame]:
        """Return a table of an arm's diary, one a seed, running what is missing."""
        missing = [seed for seed in self.seeds if not page(self.folder, name, seed, part).exists()]
        if missing:
            from joblib import Parallel, delayed

            print(f"running {name} ({len(missing)} seeds)", file=sys.stderr, flush=True)
            Parallel(n_jobs=JOBS)(delayed(keep)(name, seed, self.folder) for seed in missing)
        return [pd.read_parquet(page(self.folder, name, seed, part)) for seed in self.seeds]

    def daily(self, name: str, measure: str, days: int | None = None) -> Array:
        """Return an arm's mean of a daily measure over the first measured `days`, one number a seed."""
        chosen = days or ARMS[name].days
        return np.array([float(diary[measure][diary["day"] < chosen].mean()) for diary in self.tables(name, "daily")])

    def series(self, name: str, measure: str) -> pd.DataFrame:
        """Return a daily measure by day (rows) and seed (columns)."""
        frames = [
            diary.set_index("day")[measure].rename(seed)
            for seed, diary in zip(self.seeds, self.tables(name, "daily"), strict=True)
        ]
        return pd.concat(frames, axis=1)


def head_shares(study: Study, name: str) -> Array:
    """Return the share of fees that head creators are paid, one number a seed."""
    shares = []
    for deals in study.tables(name, "deals"):
        measured = deals[(deals["day"] >= 0) & (deals["day"] < DAYS)]
        shares.append(float(measured.loc[measured["tier"] == 0, "fee"].sum() / measured["fee"].sum()))
    return np.array(shares)


def risk(study: Study) -> list[Finding]:
    """(h) The more brands shy from risk, the more of their fees goes to head creators."""
    none, usual, much = (head_shares(study, name) for name in ("risk_neutral", "baseline", "risk_averse"))
    level = Interval.of(usual)
    findings = [Finding("h", "head creators' share of fees, rho 1.5", level, bool(np.isfinite(level.mean)))]
    for label, difference in (
        ("rho 1.5 less 0", usual - none),
        ("rho 3 less 1.5", much - usual),
        ("rho 3 less 0", much - none),
    ):
        interval = Interval.of(difference)
        findings.append(Finding("h", f"head creators' share of fees, {label}", interval, interval.above_zero))
    return findings


def fees(study: Study) -> list[Finding]:
    """(i) Without fees creators' income is less concentrated."""
    findings = []
    for measure, label in (("income_gini", "Gini of income"), ("income_top_1pct_share", "top 1% of income")):
        interval = Interval.of(study.daily("no_fees", measure, DAYS) - study.daily("baseline", measure, DAYS))
        findings.append(Finding("i", f"{label}, fees off less on", interval, interval.below_zero))
    return findings


def trust(study: Study) -> list[Finding]:
    """(j) Trust falls when brands overpromise, and takes longer to come back than it took to go."""
    findings = []
    for measure, label in TRUST.items():
        gap = study.series("overpromise", measure) - study.series("baseline", measure)
        fall = Interval.of(gap.loc[PERIOD.stop - 1].to_numpy())
        down, back = half_lives(gap)
        longer, rest = Interval.of(back - down), Interval.of(gap.iloc[-1].to_numpy())
        findings += [
            Finding("j", f"{label}: after {len(PERIOD)} days of overpromising", fall, fall.below_zero),
            Finding("j", f"{label}: days until half of the fall", Interval.of(down), True),
            Finding("j", f"{label}: days from the lowest point until half is recovered", Interval.of(back), True),
            Finding("j", f"{label}: recovery's half life less the fall's, days", longer, longer.above_zero),
            Finding("j", f"{label}: {gap.index[-1] - PERIOD.stop + 1} days after the end", rest, True),
        ]
    return findings


def half_lives(gap: pd.DataFrame) -> tuple[Array, Array]:
    """Days until half of the fall, and from the lowest point until half is recovered, one number a seed.

    The fall of a seed is the lowest point of its gap. Where half is not recovered by the end of the run, the days that
    were watched stand in, so that the mean is too low rather than too high.
    """
    lowest, when = gap.min(), gap.idxmin()
    down = [float((gap.loc[PERIOD.start :, seed] <= lowest[seed] / 2).idxmax()) - PERIOD.start for seed in gap]
    back = []
    for seed in gap:
        after = gap.loc[when[seed] :, seed] >= lowest[seed] / 2
        back.append(float(after.idxmax() if after.any() else gap.index[-1]) - float(when[seed]))
    return np.array(down), np.array(back)


def sharing(study: Study) -> list[Finding]:
    """(k) Friends' shares make items' success more unequal and less predictable."""
    channel = Interval.of(study.daily("baseline", "from_friends", DAYS))
    findings = [Finding("k", "exposures to products that came through friends, share", channel, channel.above_zero)]
    for label, measure in MARKET.items():
        alone = Interval.of(measure(study, "friends") - measure(study, "nobody"))
        beside = Interval.of(measure(study, "both") - measure(study, "crowd"))
        findings += [
            Finding("k", f"{label}, friends less nobody", alone, alone.above_zero),
            Finding("k", f"{label}, friends beside the crowd less the crowd", beside, beside.above_zero),
        ]
    return findings


def crowd(study: Study) -> list[Finding]:
    """(m) A feed that knows what is popular makes items' success more unequal and less predictable."""
    findings = []
    for label, measure in MARKET.items():
        without, with_it = measure(study, "nobody"), measure(study, "crowd")
        level, interval = Interval.of(without), Interval.of(with_it - without)
        findings += [
            Finding("m", f"{label}, without influence", level, True),
            Finding("m", f"{label}, popularity on less off", interval, interval.above_zero),
        ]
    return findings


def inequality(study: Study, name: str) -> Array:
    """Return the mean over vintages of the Gini of impressions among items of equal age, one number a seed."""
    from ecosim.metrics.base import gini

    return np.array(
        [
            float(items[items["day"] < DAYS].groupby("day")["impressions"].apply(lambda x: gini(x.to_numpy())).mean())
            for items in study.tables(name, "items")
        ]
    )


def lab_inequality(study: Study, dose: str) -> Array:
    """Return the mean Gini of the two replays of the laboratory world."""
    mean: Array = (inequality(study, lab(dose, 0)) + inequality(study, lab(dose, 1))) / 2
    return mean


def unpredictability(study: Study, dose: str) -> Array:
    """Return how much an item's share of its vintage's impressions differs between replays, in mean shares.

    As Salganik, Dodds and Watts (2006) measure it: the mean over items of the absolute difference of market shares
    between two worlds. Items are the same in both: same creator, same quality, same style, same day.
    """
    values = []
    for first, second in zip(study.tables(lab(dose, 0), "items"), study.tables(lab(dose, 1), "items"), strict=True):
        both = market_shares(first).join(market_shares(second).add_suffix("_again"), how="inner")
        same = np.allclose(both["quality"], both["quality_again"], atol=1e-6)
        if not same or len(both) != len(first) or len(first) != len(second):
            raise AssertionError("the replays do not hold the same items")
        values.append(float((both["share"] - both["share_again"]).abs().mean()))
    return np.array(values)


def market_shares(items: pd.DataFrame) -> pd.DataFrame:
    """Return items by key with their share of the impressions of their vintage, in means of that vintage."""
    share = items["impressions"] / items.groupby("day")["impressions"].transform("mean")
    return items.assign(share=share).set_index(["serial", "number"])[["share", "quality"]]


def satiation(study: Study) -> list[Finding]:
    """(l) Homogenized supply costs watch time because consumers tire of what looks alike."""
    measure = "watch_seconds_per_consumer_day"
    with_it = relative_change(study, ("baseline", "no_imitation"), measure, DAYS)
    without = relative_change(study, ("no_satiation", "no_satiation_no_imitation"), measure, DAYS)
    both, alone, gap = Interval.of(with_it), Interval.of(without), Interval.of(with_it - without)
    likeness = Interval.of(
        study.daily("baseline", "supply_similarity", DAYS) - study.daily("no_imitation", "supply_similarity", DAYS)
    )
    return [
        Finding("l", "similarity of supply, imitation on less off", likeness, likeness.above_zero),
        Finding("l", "watch time with imitation, satiation on (relative)", both, both.below_zero),
        Finding("l", "watch time with imitation, satiation off (relative)", alone, abs(alone.mean) < abs(both.mean)),
        Finding("l", "loss with satiation less loss without", gap, gap.below_zero),
    ]


MARKET: dict[str, Callable[[Study, str], Array]] = {
    "Gini of items in the laboratory": lab_inequality,
    "unpredictability of items in the laboratory": unpredictability,
}
OPEN = frozenset(
    {
        "head creators' share of fees, rho 3 less 1.5",
        "unpredictability of items in the laboratory, friends beside the crowd less the crowd",
    }
)
"""What was asked and does not come out; README.md says why."""
PATTERNS: dict[str, Callable[[Study], list[Finding]]] = {
    "h": risk, "i": fees, "j": trust, "k": sharing, "l": satiation, "m": crowd,
}  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the study and write its results."""
    from experiments.economy.figure import draw

    return tell(Study, PATTERNS, draw, HERE, arguments)


if __name__ == "__main__":
    raise SystemExit(main())
