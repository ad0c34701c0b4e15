"""What every policy has: dates, a phase-in, a strength and an aim; and what it may say it asks for and is for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from ecosim import registry
from ecosim.config import REGIONS, Aim, PolicyConfig, SimulationConfig
from ecosim.errors import InputError, nearest
from ecosim.state.plan import Plan
from ecosim.state.schema import TIERS, Creators
from ecosim.state.world import World

Array = np.ndarray[Any, Any]


class Policy(Protocol):
    """A dated rule that changes levers of the plan and nothing else."""

    config: Any

    def apply(self, plan: Plan, world: World, day: int) -> None:
        """Move levers of today's plan; `day` counts from the end of burn-in."""


@dataclass(frozen=True)
class Claim:
    """What a policy asks of a lever at full strength, as far as its settings tell without a world.

    Attributes
    ----------
    lever : str
        Name of the lever, which also says the unit and how claims of several policies combine.
    value : float or sequence of float
        What the lever is moved to, or what is added; one number for all, or one for each term, tier or mode. Where it
        depends on the day, the most that it can be.
    aim : Aim
        Whose lever; by default everyone's.
    at_most : bool
        Whether the policy moves nothing here, and works against a lever that others have moved above `value`.
    """

    lever: str
    value: float | Sequence[float]
    aim: Aim = field(default_factory=Aim)
    at_most: bool = False


class Claiming(Policy, Protocol):
    """A policy that says what it asks for, so that it is compared with the others before a run starts."""

    def claims(self, config: SimulationConfig) -> Sequence[Claim]:
        """Say what is asked for at full strength in a run of these settings."""


@dataclass(frozen=True)
class Purpose:
    """What a policy is for: an outcome that it is meant to raise, or to lower, whatever it does beside.

    Declared before any run, so that whether a policy does what it is for is not read from whichever effect is largest.

    Attributes
    ----------
    outcome : str
        Name of a metric; of a group of creators, what it gets: impressions, income or publishing.
    higher : bool
        Whether it is meant to rise.
    kind, group : str
        A group of creators as the table of winners and losers names it, such as "tier" and "tail"; empty for the
        outcome of the world as a whole.
    """

    outcome: str
    higher: bool = True
    kind: str = ""
    group: str = ""


GROUP_OUTCOMES = ("impressions", "income", "publishing")
"""What a policy may be meant to bring a group of creators: the measures of the table of winners and losers."""


class Purposeful(Policy, Protocol):
    """A policy that says what it is for, so that an experiment tells first whether it did that."""

    def purposes(self, config: SimulationConfig) -> Sequence[Purpose]:
        """Say what is meant to change in a run of these settings."""


def meant_for(aim: Aim, outcome: str) -> list[Purpose]:
    """Return the purposes of a policy that is to bring more of something to every group its aim names but by age."""
    groups = [("tier", tier.value) for tier in aim.tiers or ()]
    groups += [("vertical", f"vertical {number}") for number in aim.verticals or ()]
    groups += [("region", REGIONS[number]) for number in aim.regions or ()]
    return [Purpose(outcome, kind=kind, group=group) for kind, group in groups]


def declared(config: SimulationConfig, names: Sequence[str]) -> list[tuple[str, Purpose]]:
    """Return what policies of a run are for, by the policy's name; some are for nothing in particular.

    Raises
    ------
    InputError
        When a policy is for something that is not measured.
    """
    return [(name, purpose) for name in names for purpose in _purposes(name, config)]


def _purposes(name: str, config: SimulationConfig) -> Sequence[Purpose]:
    policy: Any = registry.policies.create(config.policies[name])
    found = policy.purposes(config) if hasattr(policy, "purposes") else ()
    who = f"policies.{name} (kind {config.policies[name].kind})"
    if not isinstance(found, Sequence) or not all(isinstance(one, Purpose) for one in found):
        raise InputError(f"{who}: `purposes` returns {found!r}. It has to return a list of Purpose.")
    for one in found:
        known = GROUP_OUTCOMES if one.kind else registry.metrics.names()
        if one.outcome not in known:
            whose = "of a group of creators " if one.kind else ""
            raise InputError(
                f"{who} is for '{one.outcome}', which is not measured {whose}here.{nearest(one.outcome, known)} "
                f"Known: {', '.join(known)}."
            )
    return found


def strength(config: PolicyConfig, day: int) -> float:
    """Strength of a policy on a day: 0 outside its dates, rising linearly over the phase-in."""
    if day < config.start or (config.stop is not None and day >= config.stop):
        return 0.0
    phased = min(1.0, (day - config.start + 1) / (config.phase_in + 1))
    return config.strength * phased


def select(aim: Aim, creators: Creators, world_day: int) -> Array:
    """Return which creators a policy is aimed at (bool[m]); those who left never are.

    Parameters
    ----------
    aim : Aim
        Tiers, verticals, regions and age; None for all.
    creators : Creators
        The table.
    world_day : int
        Today on the world's own count, on which ``creators.entered`` runs.
    """
    chosen: Array = creators.alive.copy()
    if aim.tiers is not None:
        chosen &= np.isin(creators.tier, [TIERS.index(tier.value) for tier in aim.tiers])
    if aim.verticals is not None:
        chosen &= np.isin(creators.vertical, aim.verticals)
    if aim.regions is not None:
        chosen &= np.isin(creators.region, aim.regions)
    if aim.max_age is not None:
        chosen &= (world_day - creators.entered <= aim.max_age) & ~creators.founder
    return chosen


def rows_of(aim: Aim, creators: Creators, world_day: int) -> Array:
    """Return the rows of those a policy is aimed at; see :func:`select`."""
    return np.flatnonzero(select(aim, creators, world_day))


def raised(usual: float, wanted: float, strength: float) -> float:
    """Value of a lever that is raised from its default to what is wanted by strength; never below the default."""
    return usual + strength * max(wanted - usual, 0.0)
