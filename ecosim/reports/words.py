"""The run in a few plain sentences, built from its numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ecosim.metrics.survival import kaplan_meier
from ecosim.reports import trade
from ecosim.reports.levers import WHY_MISSED
from ecosim.reports.numbers import listed, number, percent, spoken
from ecosim.results import RunResult

WINDOW = 28
"""Days at either end of measurement that are compared."""

FEWEST = 14
"""Measured days below which nothing is said about change."""

SETTLED = 120
"""Days of burn-in after which fees, income and its Gini coefficient have come to rest in the baseline."""

NEGLIGIBLE = 0.01
"""Relative change below which a measure is said to have stayed the same."""


@dataclass(frozen=True)
class Change:
    """A measure at the start and at the end of measurement, each the mean over `days` days."""

    start: float
    end: float
    days: int

    @property
    def verb(self) -> str:
        """Say in which direction it went."""
        if abs(self.end - self.start) <= NEGLIGIBLE * abs(self.start):
            return "stayed about the same"
        return "rose" if self.end > self.start else "fell"


def change(result: RunResult, name: str, window: int = WINDOW) -> Change | None:
    """Compare the first and the last days of measurement; None when there are too few."""
    daily = result.daily
    if name not in daily:
        return None
    values = daily.loc[daily["day"] >= 0, name].to_numpy(dtype=np.float64)
    days = min(window, values.size // 2)
    if values.size < FEWEST or not np.isfinite(values[:days]).any() or not np.isfinite(values[-days:]).any():
        return None
    return Change(float(np.nanmean(values[:days])), float(np.nanmean(values[-days:])), days)


def sentences(result: RunResult) -> list[str]:
    """Return the summary of a run, one sentence or two an entry, the uncertainty last."""
    if not measured_days(result):
        return [
            "This run was stopped before the end of burn-in, so that nothing was measured.",
            "The tables hold the days of burn-in only.",
        ]
    feed = (_opening, _concentration, _newcomers, _guarantee, _variety, _consumers)
    said = [*(say(result) for say in feed), *trade.sentences(result), _uncertainty(result)]
    return [part for part in said if part]


def measured_days(result: RunResult) -> int:
    """Return the number of days measured after burn-in."""
    return int((result.daily["day"] >= 0).sum())


def _opening(result: RunResult) -> str:
    return " ".join(part for part in (_setting(result), _settling(result)) if part)


def _setting(result: RunResult) -> str:
    config, days = result.config, measured_days(result)
    policies = [name for name, policy in config.policies.items() if policy.strength > 0]
    rules = f" with {listed([f'the {spoken(name)}' for name in policies])}" if policies else ""
    stopped = f" (the run was interrupted; {config.days} were planned)" if days < config.days else ""
    text = (
        f"{config.scale.consumers:,} consumers and at first {config.scale.creators:,} creators lived "
        f"{days:,} measured days{stopped} under the {spoken(config.ranker.kind, '-')} feed{rules}"
    )
    impressions, each = _of(result, "impressions"), _of(result, "impressions_per_consumer_day")
    if not math.isfinite(impressions):
        return f"{text}."
    if not math.isfinite(each):
        return f"{text}; it made {number(impressions)} impressions a day."
    return f"{text}; an active consumer was shown {number(each, 0)} items a day ({number(impressions)} in all)."


def _settling(result: RunResult) -> str:
    """Warn before trends are told that a world still on its way moves whatever the rules are."""
    burn_in = result.config.burn_in
    if burn_in >= SETTLED or measured_days(result) < FEWEST:
        return ""
    return (
        f"Burn-in was short: {burn_in} days, where fees, income and its inequality take some {SETTLED} to settle. Part "
        "of every trend told below is that settling."
    )


def _concentration(result: RunResult) -> str:
    gini, top = _of(result, "impressions_gini"), _of(result, "impressions_top_1pct_share")
    if not math.isfinite(gini):
        return ""
    text = f"The Gini coefficient of impressions over creators is {gini:.2f} (0: all equal, 1: one has all)"
    if math.isfinite(top):
        text += f"; the most seen 1% of creators receive {percent(top)} of all impressions"
        tenth = _of(result, "impressions_top_10pct_share")
        text += f", the most seen 10% {percent(tenth)}" if math.isfinite(tenth) else ""
    moved = change(result, "impressions_gini")
    if moved is None:
        return text + "."
    return (
        f"{text}. Concentration {moved.verb} during measurement: a Gini of {moved.start:.2f} in the first {moved.days} "
        f"days, {moved.end:.2f} in the last."
    )


def _newcomers(result: RunResult) -> str:
    survival = _of(result, "newcomer_survival_180d")
    if math.isfinite(survival):
        se = _survival_se(result)
        doubt = f" (standard error {100 * se:.1f} points)" if math.isfinite(se) else ""
        text = f"Of a hundred newcomers, {100 * survival:.0f} still publish after 180 days{doubt}"
    else:
        text = "How many newcomers last 180 days cannot be told: fewer than 30 were observed at that age"
    share = _of(result, "newcomer_impression_share")
    return text + (f"; newcomers receive {percent(share)} of impressions." if math.isfinite(share) else ".")


def _guarantee(result: RunResult) -> str:
    """Say how far a floor was kept; a policy of the user's own may set one too, so the measure is asked."""
    met = _of(result, "floor_met_share")
    if not math.isfinite(met):
        return ""
    return f"Of a hundred creators with a guaranteed floor of impressions, {100 * met:.0f} got it. {WHY_MISSED}"


def _variety(result: RunResult) -> str:
    supplied, watched = _of(result, "supply_effective_styles"), _of(result, "consumption_effective_styles")
    if not math.isfinite(supplied):
        return ""
    text = f"What is published is as varied as {supplied:.1f} unrelated styles"
    text += f", what is watched as {watched:.1f}" if math.isfinite(watched) else ""
    imitated = _of(result, "imitation_share")
    text += f"; {percent(imitated)} of new items imitate a recent hit" if math.isfinite(imitated) else ""
    moved = change(result, "supply_effective_styles")
    if moved is None:
        return text + "."
    return f"{text}. The variety published {moved.verb}, from {moved.start:.1f} to {moved.end:.1f} styles."


def _consumers(result: RunResult) -> str:
    seconds = _of(result, "watch_seconds_per_consumer_day")
    if not math.isfinite(seconds):
        return ""
    text = f"An active consumer watches {seconds / 60:.1f} minutes a day"
    moved = change(result, "watch_seconds_per_consumer_day")
    if moved is None:
        return text + "."
    return f"{text}; watch time {moved.verb} ({moved.start / 60:.1f} to {moved.end / 60:.1f} minutes)."


def _uncertainty(result: RunResult) -> str:
    return (
        f"All this is one run with one seed ({result.config.seed}): another seed gives other winners and somewhat "
        "other numbers, and nothing here says how much. For intervals, and before comparing policies, run replications."
    )


def _survival_se(result: RunResult) -> float:
    if "careers" not in result.tables:
        return math.nan
    careers, daily = result.frame("careers"), result.daily
    entrants = careers[~careers["founder"].astype(bool)]
    curve = kaplan_meier(entrants["entered"], entrants["left"].astype(float), 0, int(daily["day"].max()) + 1)
    return curve.at(180)[1]


def _of(result: RunResult, name: str) -> float:
    return result.summary.get(name, math.nan)
