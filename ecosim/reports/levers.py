"""The policies of a run and how hard they bit: what the feed showed otherwise than under the default rules."""

from __future__ import annotations

from dataclasses import dataclass

from ecosim import registry
from ecosim.config import Aim, PolicyConfig
from ecosim.config.describe import settings_of
from ecosim.reports.numbers import percent
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
class Shift:
    """Impressions that a group of creators got on the panel's slots, per recording day."""

    group: str
    default: float
    actual: float

    @property
    def change(self) -> str:
        """Gain or loss of the group, relative to the default rules."""
        return f"{100 * (self.actual / self.default - 1):+.1f}%" if self.default > 0 else "–"


@dataclass(frozen=True)
class Bite:
    """What shadow serving saw: the panel served twice on the same state, with and without the policies."""

    days: int
    differing: float
    shifts: list[Shift]

    @property
    def words(self) -> str:
        """Say it in a sentence."""
        if self.differing == 0:
            return (
                "The policies were inert: on every recording day the panel was shown exactly what the default rules "
                "would have shown. Raise their strength or look whom they are aimed at."
            )
        days = "recording day" if self.days == 1 else "recording days"
        return (
            f"On {self.days} {days} a panel of consumers was served twice from the same state, once with the policies "
            f"and once by the default rules: {percent(self.differing)} of its slots differed."
        )


def policies(result: RunResult) -> list[Policy]:
    """Describe each policy of the run."""
    return [_policy(name, config) for name, config in result.config.policies.items()]


def bite(result: RunResult) -> Bite | None:
    """Average what shadow serving recorded while policies were in force; None when there is nothing."""
    if not result.config.policies or "bite" not in result.tables:
        return None
    frame = result.frame("bite")
    frame = frame[frame["day"].map(lambda day: day >= 0 and _in_force(result, day)).astype(bool)]
    whole = frame[frame["group"] == "all"]
    if whole.empty or whole["slots"].sum() == 0:
        return None
    means = frame[frame["group"] != "all"].groupby("group", sort=False)[["slots_default", "slots"]].mean()
    shifts = [Shift(str(group), float(row.slots_default), float(row.slots)) for group, row in means.iterrows()]
    return Bite(int(whole["day"].nunique()), float(whole["differing"].sum() / whole["slots"].sum()), shifts)


def _in_force(result: RunResult, day: int) -> bool:
    return any(
        policy.start <= day and (policy.stop is None or day < policy.stop) for policy in result.config.policies.values()
    )


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
