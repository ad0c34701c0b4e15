"""The contract of policies."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ecosim.config import REGIONS, Aim, BrandConfig, CommerceConfig, SimulationConfig
from ecosim.pipeline import fingerprint, run_day
from ecosim.policies.base import declared
from ecosim.registry import Entry
from ecosim.stages.genesis import create_world
from ecosim.state.plan import LEVERS, Combine, Plan, Shape
from ecosim.state.schema import TIERS
from ecosim.state.world import World
from ecosim.testing.worlds import digest, documented, require, run_world, small_config

DAYS = 12


def busy_config(days: int = DAYS, **changes: Any) -> SimulationConfig:
    """Return the settings of the small and hectic world with much bought, and creators who misread results."""
    world = small_config(days=days)
    sections: dict[str, Any] = {
        "scale": replace(world.scale, brands=3),
        "brand": BrandConfig(start_budget=2.0, fee_price=200.0, affiliate_posts=0.5),
        "commerce": CommerceConfig(click_base=-2.0, order_base=-1.5, delivery_days=2),
        "creator": replace(world.creator, learning_noise=0.3),
    }
    return small_config(days=days, **(sections | changes))


def check_policy(entry: Entry, **settings: Any) -> None:
    """Check that a policy keeps its dates, strength and aim, changes levers only, stacks, and bites.

    Bites means that at full strength some slot, payment or decision of a small world differs from those without it. The
    world runs in debug mode, so that its books balance and its invariants hold every day.

    Parameters
    ----------
    entry : Entry
        The registered policy.
    **settings
        Settings under which it should bite in a small world; the defaults where they do.
    """
    documented(entry)
    start, stop = 3, 9
    dated = entry.config(**({"start": start, "stop": stop} | settings))
    start, stop = dated.start, dated.stop if dated.stop is not None else DAYS
    without = run_world(busy_config(), DAYS)
    inert = run_world(busy_config(policies={"p": entry.config(**(settings | {"strength": 0.0}))}), DAYS)
    require(digest(without) == digest(inert), entry, "changes the world at strength 0")
    world, ever_moved = create_world(busy_config(policies={"p": dated})), False
    for day in range(DAYS):
        run_day(world)
        moved = not world.plan.equals(Plan.default(world.config, world.plan.boost.value.size))
        ever_moved = ever_moved or moved
        on = start <= day < stop
        require(on or not moved, entry, f"moves levers on day {day}; its dates are {start} to {stop}")
    require(ever_moved, entry, "moves no lever at full strength, in a small world with newcomers and many in the tail")
    require(_bites(world, without), entry, "moves levers without any effect on the world: it does not bite")
    require(sum(world.ledger.balance.values()) == 0, entry, "loses or makes money: the ledger does not balance")
    _check_purposes(entry, world.config)
    _check_on_the_spot(entry, settings, world)


def _check_purposes(entry: Entry, config: SimulationConfig) -> None:
    """Check that whom a policy is for, if it says so, are groups that are measured."""
    groups = {
        "tier": TIERS,
        "region": REGIONS,
        "vertical": [f"vertical {n}" for n in range(config.population.verticals)],
    }
    for _, purpose in declared(config, list(config.policies)):
        there = not purpose.kind or purpose.group in groups.get(purpose.kind, ())
        require(there, entry, f"is for the {purpose.kind} '{purpose.group}', which does not exist")


def _bites(world: World, without: World) -> bool:
    """Whether anything but the plan, and badges that only repeat it, differs between two worlds."""
    one, other = fingerprint(world), fingerprint(without)
    return any(one[part] != other[part] for part in one if part not in ("plan", "creators.badge"))


def _check_on_the_spot(entry: Entry, settings: dict[str, Any], world: World) -> None:
    """Apply a policy to a plan by hand, at several strengths, with an aim, and on top of itself."""

    def moved(plan: Plan, **changes: Any) -> Plan:
        config = entry.config(**(settings | {"start": 0, "stop": None, "strength": 1.0} | changes))
        entry.cls(config).apply(plan, world, 0)
        return plan

    def plan_under(**changes: Any) -> Plan:
        return moved(Plan.default(world.config, world.creators.size), **changes)

    before = fingerprint(world)
    full, half, none = plan_under(), plan_under(strength=0.5), plan_under(strength=0.0)
    require(
        fingerprint(world) == before, entry, "changes the world itself; a policy may only change levers of the plan"
    )
    default = Plan.default(world.config, world.creators.size)
    require(none.equals(default), entry, "moves levers at strength 0")
    slow = plan_under(phase_in=1)
    require(slow.equals(half), entry, "does not phase in: on the first of two days it must work at half its strength")
    for name in LEVERS:
        default_value = default.levers[name].value
        to_half = np.abs(half.levers[name].value - default_value)
        to_full = np.abs(full.levers[name].value - default_value)
        require(bool(np.all(to_half <= to_full + 1e-6)), entry, f"moves lever '{name}' further at half strength")
    _check_aim(entry, plan_under(aim=Aim(verticals=[0])), world)
    _check_stacking(entry, moved(plan_under(strength=0.5)), moved(plan_under(), strength=0.5), full)


def _check_aim(entry: Entry, aimed: Plan, world: World) -> None:
    """Require that nobody outside vertical 0 is moved; levers that have nobody to be aimed at may ignore the aim."""
    default = Plan.default(world.config, world.creators.size)
    outside = (world.creators.vertical != 0) | ~world.creators.alive
    others = {Shape.CREATOR: outside, Shape.CREATOR_MODE: outside, Shape.VERTICAL: np.arange(world.verticals) != 0}
    for name, lever in LEVERS.items():
        if lever.shape in others:
            where = others[lever.shape]
            spared = np.array_equal(aimed.levers[name].value[where], default.levers[name].value[where])
            require(spared, entry, f"moves lever '{name}' of creators or verticals it is not aimed at")


def _check_stacking(entry: Entry, half_first: Plan, full_first: Plan, full: Plan) -> None:
    """Require that a policy on top of itself combines as its levers declare: in any order, or the last wins."""
    for name, lever in LEVERS.items():
        one, other = half_first.levers[name].value, full_first.levers[name].value
        if lever.combine is Combine.REPLACE:
            wins = np.allclose(one, full.levers[name].value, rtol=1e-5, atol=1e-6)
            require(wins, entry, f"does not replace lever '{name}' when it comes last at full strength")
        else:
            same = np.allclose(one, other, rtol=1e-5, atol=1e-6)
            require(same, entry, f"moves lever '{name}' by an order of policies, though it combines by {lever.combine}")
