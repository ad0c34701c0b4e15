"""The run in a few plain sentences, built from its numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ecosim.language import say
from ecosim.metrics.survival import kaplan_meier
from ecosim.reports import trade
from ecosim.reports.levers import WHY_MISSED
from ecosim.reports.numbers import named, number, percent, several
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
            return say("stayed about the same")
        return say("rose") if self.end > self.start else say("fell")


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
            say("This run was stopped before the end of burn-in, so that nothing was measured."),
            say("The tables hold the days of burn-in only."),
        ]
    feed = (_opening, _concentration, _newcomers, _guarantee, _variety, _consumers)
    said = [*(say(result) for say in feed), *trade.sentences(result), _uncertainty(result)]
    return [part for part in said if part]


def measured_days(result: RunResult) -> int:
    """Return the number of days measured after burn-in."""
    return int((result.daily["day"] >= 0).sum())


def _opening(result: RunResult) -> str:
    return say(" ").join(part for part in (_setting(result), _settling(result)) if part)


def _setting(result: RunResult) -> str:
    config, days = result.config, measured_days(result)
    policies = [name for name, policy in config.policies.items() if policy.strength > 0]
    rules = say(" with {policies}", policies=several([say("the {policy}", policy=named(name)) for name in policies]))
    text = say(
        "{consumers:,} consumers and at first {creators:,} creators lived {days:,} measured days{stopped} under the "
        "{feed} feed{rules}",
        consumers=config.scale.consumers,
        creators=config.scale.creators,
        days=days,
        stopped=say(" (the run was interrupted; {days} were planned)", days=config.days) if days < config.days else "",
        feed=named(config.ranker.kind, "-"),
        rules=rules if policies else "",
    )
    impressions, each = _of(result, "impressions"), _of(result, "impressions_per_consumer_day")
    if not math.isfinite(impressions):
        return say("{text}.", text=text)
    if not math.isfinite(each):
        return say("{text}; it made {impressions} impressions a day.", text=text, impressions=number(impressions))
    return say(
        "{text}; an active consumer was shown {each} items a day ({impressions} in all).",
        text=text, each=number(each, 0), impressions=number(impressions),
    )  # fmt: skip


def _settling(result: RunResult) -> str:
    """Warn before trends are told that a world still on its way moves whatever the rules are."""
    burn_in = result.config.burn_in
    if burn_in >= SETTLED or measured_days(result) < FEWEST:
        return ""
    return say(
        "Burn-in was short: {burn_in} days, where fees, income and its inequality take some {settled} to settle. Part "
        "of every trend told below is that settling.",
        burn_in=burn_in, settled=SETTLED,
    )  # fmt: skip


def _concentration(result: RunResult) -> str:
    gini, top = _of(result, "impressions_gini"), _of(result, "impressions_top_1pct_share")
    if not math.isfinite(gini):
        return ""
    text = say(
        "The Gini coefficient of impressions over creators is {gini:.2f} (0: all equal, 1: one has all)", gini=gini
    )
    if math.isfinite(top):
        text += say("; the most seen 1% of creators receive {share} of all impressions", share=percent(top))
        tenth = _of(result, "impressions_top_10pct_share")
        text += say(", the most seen 10% {share}", share=percent(tenth)) if math.isfinite(tenth) else ""
    moved = change(result, "impressions_gini")
    if moved is None:
        return say("{text}.", text=text)
    return say(
        "{text}. Concentration {rose} during measurement: a Gini of {start:.2f} in the first {days} days, {end:.2f} in "
        "the last.",
        text=text, rose=moved.verb, start=moved.start, days=moved.days, end=moved.end,
    )  # fmt: skip


def _newcomers(result: RunResult) -> str:
    survival = _of(result, "newcomer_survival_180d")
    if math.isfinite(survival):
        se = _survival_se(result)
        doubt = say(" (standard error {points:.1f} points)", points=100 * se) if math.isfinite(se) else ""
        text = say(
            "Of a hundred newcomers, {alive:.0f} still publish after 180 days{doubt}", alive=100 * survival, doubt=doubt
        )
    else:
        text = say("How many newcomers last 180 days cannot be told: fewer than 30 were observed at that age")
    share = _of(result, "newcomer_impression_share")
    if not math.isfinite(share):
        return say("{text}.", text=text)
    return say("{text}; newcomers receive {share} of impressions.", text=text, share=percent(share))


def _guarantee(result: RunResult) -> str:
    """Say how far a floor was kept; a policy of the user's own may set one too, so the measure is asked."""
    met = _of(result, "floor_met_share")
    if not math.isfinite(met):
        return ""
    return say(
        "Of a hundred creators with a guaranteed floor of impressions, {met:.0f} got it. {why}",
        met=100 * met, why=say(WHY_MISSED),
    )  # fmt: skip


def _variety(result: RunResult) -> str:
    supplied, watched = _of(result, "supply_effective_styles"), _of(result, "consumption_effective_styles")
    if not math.isfinite(supplied):
        return ""
    text = say("What is published, each item once, is as varied as {styles:.1f} unrelated styles", styles=supplied)
    text += say(", what is watched, by seconds, as {styles:.1f}", styles=watched) if math.isfinite(watched) else ""
    imitated = _of(result, "imitation_share")
    text += (
        say("; {share} of new items imitate a recent hit", share=percent(imitated)) if math.isfinite(imitated) else ""
    )
    moved = change(result, "supply_effective_styles")
    if moved is None:
        return say("{text}.", text=text)
    return say(
        "{text}. The variety published {rose}, from {start:.1f} to {end:.1f} styles.",
        text=text, rose=moved.verb, start=moved.start, end=moved.end,
    )  # fmt: skip


def _consumers(result: RunResult) -> str:
    seconds = _of(result, "watch_seconds_per_consumer_day")
    if not math.isfinite(seconds):
        return ""
    text = say("An active consumer watches {minutes:.1f} minutes a day", minutes=seconds / 60)
    moved = change(result, "watch_seconds_per_consumer_day")
    if moved is None:
        return say("{text}.", text=text)
    return say(
        "{text}; watch time {rose} ({start:.1f} to {end:.1f} minutes).",
        text=text, rose=moved.verb, start=moved.start / 60, end=moved.end / 60,
    )  # fmt: skip


def _uncertainty(result: RunResult) -> str:
    return say(
        "All this is one run with one seed ({seed}): another seed gives other winners and somewhat other numbers, and "
        "nothing here says how much. For intervals, and before comparing policies, run replications.",
        seed=result.config.seed,
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
