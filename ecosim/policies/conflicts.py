"""Conflicts: what policies ask for on the same days of the same levers, and what cannot be had together.

Policies combine by the rules of their levers, so most of them stack. Not all that is asked for can be given, though:
no more than all slots can be guaranteed, a budget be bound to tiers twice, a rate be two rates. Policies say by their
claims what they ask for; the plan of a day is sketched from the claims alone, for a few creators of every kind, and
held against the limits of :mod:`ecosim.policies.limits`. A policy that claims nothing is in no conflict.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np

from ecosim import registry
from ecosim.config import PolicyConfig, SimulationConfig
from ecosim.errors import InputError, nearest
from ecosim.policies.base import Array, Claim, declared, strength
from ecosim.policies.limits import LIMITS, Groups
from ecosim.state.levers import LEVERS, Combine
from ecosim.state.plan import Plan

_ROUNDING = 1e-5
"""Levers are float32; what exceeds a limit by less than this does not exceed it."""


@dataclass(frozen=True)
class Conflict:
    """Policies that cannot all be kept: refused before a run, or only told of."""

    policies: tuple[str, ...]
    text: str
    refused: bool


@dataclass(frozen=True)
class _Asked:
    """A claim with the policy that makes it and where it reaches."""

    name: str
    policy: PolicyConfig
    claim: Claim
    reach: Array


class Sketch:
    """Plans as the claims of a run's policies would make them."""

    def __init__(self, config: SimulationConfig) -> None:
        self.config = config
        self.groups = Groups(config)
        self.asked = [
            _Asked(name, policy, claim, self.groups.reach(claim))
            for name, policy in config.policies.items()
            if policy.strength > 0
            for claim in _claims(name, policy, config)
        ]

    @cached_property
    def usual(self) -> Plan:
        """The plan of the platform without policies."""
        return Plan.default(self.config, self.groups.size)

    @cached_property
    def plans(self) -> dict[int, Plan]:
        """Plans of the days between which nothing but strengths change, and these in one direction."""
        days: set[int] = set()
        for policy in (asked.policy for asked in self.asked):
            turns = [policy.start, policy.start + policy.phase_in + 1]
            turns += [] if policy.stop is None else [policy.stop]
            days.update(day for turn in turns for day in (turn - 1, turn))
        first, last = -self.config.burn_in, self.config.days - 1
        return {day: self.plan(day) for day in sorted({first, last} | {day for day in days if first <= day <= last})}

    def plan(self, day: int, without: str = "") -> Plan:
        """Sketch the plan of a day, leaving a policy out."""
        plan = self.usual.copy()
        for asked in self.asked:
            if asked.name != without and not asked.claim.at_most:
                _move(plan, asked, strength(asked.policy, day), self.usual)
        return plan

    def claimants(self, levers: Sequence[str], day: int) -> list[str]:
        """Policies that move one of the levers on a day, in their order."""
        names = [
            asked.name
            for asked in self.asked
            if asked.claim.lever in levers and not asked.claim.at_most and strength(asked.policy, day) > 0
        ]
        return list(dict.fromkeys(names))

    def asking(self, names: Sequence[str], levers: Sequence[str]) -> str:
        """Say what each of some policies asks of some levers at full strength."""
        told = []
        for name in names:
            own = [asked for asked in self.asked if asked.name == name and asked.claim.lever in levers]
            kinds = [f"{asked.claim.lever}={asked.policy.strength * np.max(asked.claim.value):.3g}" for asked in own]
            told.append(f"{name} asks for {_joined(kinds)}")
        return "; ".join(told) + "; "

    def together(self, names: Sequence[str]) -> tuple[int, int]:
        """First and last day of the run on which all of the policies are in force."""
        chosen = [self.config.policies[name] for name in names]
        stops = [policy.stop for policy in chosen if policy.stop is not None]
        first = max(-self.config.burn_in, *(policy.start for policy in chosen))
        return first, min(self.config.days, *stops) - 1 if stops else self.config.days - 1


def conflicts(config: SimulationConfig) -> list[Conflict]:
    """Return what the policies of a run ask for and cannot be given, as far as its settings tell.

    Parameters
    ----------
    config : SimulationConfig
        The run.

    Raises
    ------
    InputError
        When a policy claims a lever that does not exist, or values that do not fit it, or is for what is not measured.
    """
    declared(config, list(config.policies))
    sketch = Sketch(config)
    if not sketch.asked:
        return []
    return [*_undone(sketch), *_beyond(sketch), *_against(sketch)]


def _claims(name: str, policy: PolicyConfig, config: SimulationConfig) -> Sequence[Claim]:
    made: Any = registry.policies.create(policy)
    claims: Sequence[Claim] = made.claims(config) if hasattr(made, "claims") else ()
    for claim in claims:
        if claim.lever not in LEVERS:
            raise InputError(
                f"policies.{name} (kind {policy.kind}) claims lever '{claim.lever}', which does not exist."
                f"{nearest(claim.lever, LEVERS)} Known: {', '.join(LEVERS)}."
            )
    return claims


def _move(plan: Plan, asked: _Asked, now: float, usual: Plan) -> None:
    """Move a lever as the policy would, where its claim reaches."""
    lever, claim = plan.levers[asked.claim.lever], asked.claim
    before, wanted = lever.value.copy(), np.asarray(claim.value, np.float64)
    try:
        wanted = np.broadcast_to(wanted, before.shape)
    except ValueError:
        raise InputError(
            f"policies.{asked.name} (kind {asked.policy.kind}) claims {claim.value} of lever '{claim.lever}', which "
            f"has the shape {before.shape}. Claim one number, or one for each {lever.lever.shape.value}."
        ) from None
    rule = lever.lever.combine
    if rule is Combine.ADD:
        lever.add(now * wanted)
    elif rule is Combine.MULTIPLY:
        lever.scale(1.0 + now * (wanted - 1.0))
    elif rule is Combine.MAX:
        default = usual.levers[claim.lever].value
        lever.raise_to(default + now * np.maximum(wanted - default, 0.0))
    else:
        lever.replace(wanted, now)
    lever.value[...] = np.where(asked.reach, lever.value, before)


def _undone(sketch: Sketch) -> Iterator[Conflict]:
    """Find policies of which nothing is left, because a later one sets the same lever to something else.

    One that is aimed at a part of those whom the earlier one reaches is an exception from it, and none of these; nor is
    one that is not at full strength, which makes a mixture.
    """
    found: dict[tuple[str, str], list[str]] = {}
    narrow: set[tuple[str, str]] = set()
    setting = [asked for asked in sketch.asked if LEVERS[asked.claim.lever].combine is Combine.REPLACE]
    for one, other in combinations([asked for asked in setting if not asked.claim.at_most], 2):
        if one.name == other.name or one.claim.lever != other.claim.lever or other.policy.strength < 1.0:
            continue
        same = np.array_equal(np.asarray(one.claim.value), np.asarray(other.claim.value))
        if not same and not _within(other.reach, one.reach) and np.any(one.reach & other.reach):
            found.setdefault((one.name, other.name), []).append(one.claim.lever)
            if _within(one.reach, other.reach):
                narrow.add((one.name, other.name))
    for (early, late), levers in found.items():
        first, last = sketch.together((early, late))
        full = sketch.config.policies[late]
        first = max(first, full.start + full.phase_in)
        if first <= last:
            advice = "Leave one of them out, or let one stop before the other starts"
            if first > sketch.config.policies[early].start:
                advice = f"Let the first stop there (policies.{early}.stop={first}), or leave one of them out"
            if (early, late) in narrow:
                advice = f"Select policies.{early} after policies.{late}, as an exception from it, or leave one out"
            text = (
                f"both set {_listed(levers)}, to other values, so that nothing is left of policies.{early}, "
                f"which comes first. {advice}; with a strength below 1, policies.{late} would be mixed with it."
            )
            yield Conflict((early, late), f"{_named((early, late))} conflict {_days(first, last)}: {text}", True)


def _within(part: Array, whole: Array) -> bool:
    """Whether all of a part, and not the whole of it, is in the whole."""
    return bool(np.all(whole | ~part) and np.any(whole & ~part))


def _beyond(sketch: Sketch) -> Iterator[Conflict]:
    """Find limits that the policies exceed together; what exceeds them without policies is not theirs."""
    exceeded: list[set[str]] = []
    for limit in LIMITS:
        most = limit.most(sketch.config) + _ROUNDING
        totals = {day: limit.total(plan, sketch.groups) for day, plan in sketch.plans.items()}
        day = max(totals, key=lambda day: totals[day])
        if totals[day] <= most or limit.total(sketch.usual, sketch.groups) > most:
            continue
        if any(levers <= set(limit.levers) for levers in exceeded):  # one message on what is one mistake
            continue
        exceeded.append(set(limit.levers))
        names = sketch.claimants(limit.levers, day)
        needed = [n for n in names if limit.total(sketch.plan(day, n), sketch.groups) < totals[day] - _ROUNDING]
        names = needed or names
        how = f"come to {totals[day]:.3g} {_days(day, day)}, and {limit.most(sketch.config):.3g} is the most"
        several = ", or let one stop before the other starts" if len(names) > 1 and limit.refused else ""
        verb = "conflict" if len(names) > 1 else "asks for too much"
        when = f"({'together ' * (len(names) > 1)}in force {_days(*sketch.together(names))})"
        asked = sketch.asking(names, limit.levers) if limit.itemised else ""
        text = f"{_named(names)} {verb} {when}: {asked}{limit.what} {how}. {limit.so}{several}."
        yield Conflict(tuple(names), text, limit.refused)


def _against(sketch: Sketch) -> Iterator[Conflict]:
    """Find policies that raise a lever for those from whom another takes back what is above its ceiling."""
    for bound in (asked for asked in sketch.asked if asked.claim.at_most):
        lever, ceiling = bound.claim.lever, np.asarray(bound.claim.value)
        for asked in sketch.asked:
            if asked.claim.at_most or asked.claim.lever != lever or asked.name == bound.name:
                continue
            names = (asked.name, bound.name)
            first, last = sketch.together(names)
            days = [day for day in sketch.plans if first <= day <= last]
            top = max(days, key=lambda day: strength(asked.policy, day), default=first)
            plan = sketch.usual.copy()
            _move(plan, asked, strength(asked.policy, top), sketch.usual)
            given = plan.levers[lever].value
            where = asked.reach & bound.reach & (given > ceiling + _ROUNDING)
            if first <= last and np.any(where):
                most = float(given[np.broadcast_to(where, given.shape)].max())
                text = (
                    f"{_named(names)} work against each other {_days(first, last)}: the first raises lever '{lever}' "
                    f"to {most:.3g} ({LEVERS[lever].unit}) for creators from whom the second takes what is above "
                    f"{float(ceiling.min()):.3g}. Aim them at different creators, or bring the two closer."
                )
                yield Conflict(names, text, False)


def _named(names: Sequence[str]) -> str:
    return _joined([f"policies.{name}" for name in names])


def _listed(levers: Sequence[str]) -> str:
    return ("lever " if len(levers) == 1 else "levers ") + _joined([f"'{lever}'" for lever in levers])


def _joined(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _days(first: int, last: int) -> str:
    return f"on day {first}" if first == last else f"on days {first} to {last}"
