"""The policies of a run and how hard they bit: what the feed showed otherwise than under the default rules."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ecosim import registry
from ecosim.config import Aim, PolicyConfig
from ecosim.config.describe import Setting, settings_of
from ecosim.language import retold, say
from ecosim.reports.numbers import clauses, enumerated, named, number, percent
from ecosim.results import RunResult
from ecosim.results.phases import in_force

PROMISED = {"exposure_floor": "floor_met_share"}
"""Policies that promise something to somebody, and the measure that says how far it was kept."""

WHY_MISSED = (
    "A guarantee can be missed: a creator without a live item cannot be shown, and a reserved slot is of no use for a "
    "consumer who has seen all that it could hold."
)

EMPTIED = 0.0005
"""Share of the slots below which neither emptied nor additional slots are spoken of."""


@dataclass(frozen=True)
class Policy:
    """A policy as the report shows it; `kept` is label and value of the measure of what it promises."""

    name: str
    summary: str
    period: str
    strength: str
    aim: str
    settings: list[tuple[str, str]]
    kept: tuple[str, str] | None


@dataclass(frozen=True)
class Shift:
    """Impressions that a group of creators got on the panel's slots, per recording day."""

    group: str
    default: float
    actual: float

    @property
    def change(self) -> str:
        """Gain or loss of the group, relative to the default rules."""
        return f"{100 * (self.actual / self.default - 1):+z.1f}%" if self.default > 0 else "–"


@dataclass(frozen=True)
class Bite:
    """What shadow serving saw: the panel served twice on the same state, with and without the policies."""

    days: int
    differing: float
    total: Shift
    shifts: list[Shift]

    @property
    def emptied(self) -> float:
        """Slots a day that the policies left empty and the default rules fill; negative when it is the reverse."""
        return self.total.default - self.total.actual

    @property
    def words(self) -> str:
        """Say it in a sentence."""
        if self.differing == 0:
            return say(
                "On the feed the policies were inert: on every recording day the panel was shown exactly what the "
                "default rules would have shown. If they were meant to act there, raise their strength or look whom "
                "they are aimed at."
            )
        return say(
            "On {days} a panel of consumers was served twice from the same state, once with the policies and once by "
            "the default rules: {share} of its slots differed, {emptied}.",
            days=say("1 recording day") if self.days == 1 else say("{count} recording days", count=self.days),
            share=percent(self.differing),
            emptied=self._emptied_words,
        )

    @property
    def _emptied_words(self) -> str:
        part = self.emptied / self.total.default if self.total.default > 0 else 0.0
        if part > EMPTIED:
            return say("and {share} of the slots that the default rules fill were left empty", share=percent(part))
        if part < -EMPTIED:
            return say("and none was left empty because of them; {share} more slots were filled", share=percent(-part))
        return say("and none was left empty because of them")


def policies(result: RunResult) -> list[Policy]:
    """Describe each policy of the run."""
    return [_policy(name, config, result) for name, config in result.config.policies.items()]


def bite(result: RunResult) -> Bite | None:
    """Average what shadow serving recorded while policies were in force; None when there is nothing."""
    if not result.config.policies or "bite" not in result.tables:
        return None
    frame = result.frame("bite")
    frame = frame[frame["day"].map(lambda day: in_force(result.config, day)).astype(bool)]
    whole = frame[frame["group"] == "all"]
    if whole.empty or whole["slots"].sum() == 0:
        return None
    means = frame.groupby("group", sort=False)[["slots_default", "slots"]].mean()
    shifts = {
        str(group): Shift(str(group), float(row.slots_default), float(row.slots)) for group, row in means.iterrows()
    }
    total = shifts.pop("all")
    differing = float(whole["differing"].sum() / whole["slots"].sum())
    return Bite(int(whole["day"].nunique()), differing, total, list(shifts.values()))


def paid_otherwise(result: RunResult) -> list[str]:
    """Say for each purpose what was paid a day and what the default rules would have paid for the same.

    Purposes for which nothing differs are left out. The same means what was shown, published and ordered on that day;
    what the policies brought about is not in it.
    """
    if "payments" not in result.tables:
        return []
    frame = result.frame("payments")
    frame = frame[frame["day"] >= 0]
    days = max(1, int((result.daily["day"] >= 0).sum()))
    totals = frame.groupby("purpose", sort=True)[["fen", "fen_default"]].sum() / (100 * days)
    return [
        say(
            "{purpose}: {paid} yuan a day, {default} by the default rules",
            purpose=retold(str(purpose)),
            paid=number(row.fen, 0),
            default=number(row.fen_default, 0),
        )
        for purpose, row in totals.iterrows()
        if row.fen != row.fen_default
    ]


def _policy(name: str, config: PolicyConfig, result: RunResult) -> Policy:
    general = set(settings_of(PolicyConfig))
    own = [
        (say(setting.description) or key, _measured(getattr(config, key), setting))
        for key, setting in settings_of(type(config)).items()
        if key not in general
    ]
    when = period(config, result.config.days)
    if config.phase_in:
        when += say(", phased in over {days} days", days=config.phase_in)
    summary = registry.policies[config.kind].summary if config.kind in registry.policies.names() else config.kind
    return Policy(
        named(name), say(summary), when, f"{config.strength:g}", _aim(config.aim), own, _kept(config.kind, result)
    )


def _measured(value: object, setting: Setting) -> str:
    """Write what a setting holds with its unit."""
    return f"{value} {say(setting.unit)}".strip()


def period(config: PolicyConfig, days: int) -> str:
    """Say on which days of the run a policy works; the run may end before it would stop."""
    if config.start >= days:
        return say("never: it would start on day {day}, after the last day, {last}", day=config.start, last=days - 1)
    if config.stop is None:
        return say("day {day} to the end", day=config.start)
    if config.stop > days:
        return say("day {day} to the end (it would stop after day {last})", day=config.start, last=config.stop - 1)
    return say("day {day} to day {last}", day=config.start, last=config.stop - 1)


def _kept(kind: str, result: RunResult) -> tuple[str, str] | None:
    """Say how far the promise of a policy was kept, where it makes one and that was measured."""
    value = result.summary.get(PROMISED.get(kind, ""), math.nan)
    return (say(str(registry.metrics[PROMISED[kind]].cls.label)), percent(value)) if math.isfinite(value) else None


def _aim(aim: Aim) -> str:
    from ecosim.config import REGIONS

    parts = []
    if aim.tiers:
        parts.append(say("{tiers} creators", tiers=enumerated([say(tier.value) for tier in aim.tiers])))
    if aim.verticals:
        parts.append(say("verticals {verticals}", verticals=enumerated([str(vertical) for vertical in aim.verticals])))
    if aim.regions:
        parts.append(say("regions {regions}", regions=enumerated([say(REGIONS[region]) for region in aim.regions])))
    if aim.max_age is not None:
        parts.append(say("creators up to {days} days after entry", days=aim.max_age))
    return clauses(parts) or say("everyone")
