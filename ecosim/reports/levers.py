"""The policies of a run and how hard they bit: what the feed showed otherwise than under the default rules."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ecosim import registry
from ecosim.config import Aim, PolicyConfig
from ecosim.config.describe import settings_of
from ecosim.reports.numbers import number, percent
from ecosim.results import RunResult


@dataclass(frozen=True)
class Policy:
    """A policy as the report shows it."""

    name: str
    summary: str
    period: str
    strength: str
    aim: str
    settings: list[tuple[str, str]]


@dataclass(frozen=True)
class Bite:
    """What shadow serving saw: the panel served twice on the same state, with and without the policies."""

    days: int
    differing: float
    others: list[tuple[str, str]]

    @property
    def words(self) -> str:
        """Say it in a sentence."""
        if self.differing == 0:
            return (
                "The policies were inert: on every recording day the panel was shown exactly what the default rules "
                "would have shown. Raise their strength or look whom they are aimed at."
            )
        share = "an unknown share" if math.isnan(self.differing) else percent(self.differing)
        return (
            f"On {self.days} recording days a panel of consumers was served twice from the same state, once with the "
            f"policies and once without: {share} of its slots differed."
        )


def policies(result: RunResult) -> list[Policy]:
    """Describe each policy of the run."""
    return [_policy(name, config) for name, config in result.config.policies.items()]


def bite(result: RunResult) -> Bite | None:
    """Average what shadow serving recorded on measured days; None when there is nothing."""
    if not result.config.policies or "bite" not in result.tables:
        return None
    frame = result.frame("bite")
    frame = frame[frame["day"] >= 0]
    if frame.empty:
        return None
    differing = math.nan
    if {"slots", "differing"} <= set(frame.columns) and frame["slots"].sum() > 0:
        differing = float(frame["differing"].sum() / frame["slots"].sum())
    others = [
        (name.replace("_", " "), _written(name, float(frame[name].mean())))
        for name in frame.select_dtypes(np.number).columns
        if name not in ("day", "slots", "differing")
    ]
    return Bite(int(frame["day"].nunique()), differing, others)


def _policy(name: str, config: PolicyConfig) -> Policy:
    general = set(settings_of(PolicyConfig))
    own = [
        (setting.description or key, f"{getattr(config, key)} {setting.unit}".strip())
        for key, setting in settings_of(type(config)).items()
        if key not in general
    ]
    stop = "the end" if config.stop is None else f"day {config.stop - 1}"
    period = f"day {config.start} to {stop}"
    if config.phase_in:
        period += f", phased in over {config.phase_in} days"
    summary = registry.policies[config.kind].summary if config.kind in registry.policies.names() else config.kind
    return Policy(name.replace("_", " "), summary, period, f"{config.strength:g}", _aim(config.aim), own)


def _aim(aim: Aim) -> str:
    from ecosim.config import REGIONS

    parts = []
    if aim.tiers:
        parts.append(", ".join(tier.value for tier in aim.tiers) + " creators")
    if aim.verticals:
        parts.append("verticals " + ", ".join(map(str, aim.verticals)))
    if aim.regions:
        parts.append("regions " + ", ".join(REGIONS[region] for region in aim.regions))
    if aim.max_age is not None:
        parts.append(f"creators up to {aim.max_age} days after entry")
    return "; ".join(parts) or "everyone"


def _written(name: str, value: float) -> str:
    return percent(value) if name.endswith("share") else number(value)
