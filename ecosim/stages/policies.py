"""Policies: from the default levers, the policies due today make today's plan."""

from __future__ import annotations

from ecosim.config import PolicyConfig
from ecosim.errors import InputError
from ecosim.policies.base import select, strength
from ecosim.state.plan import Plan
from ecosim.state.world import World


def apply_policies(world: World) -> None:
    """Start from the default plan and let every policy, in the order of the config, move its levers."""
    world.plan = Plan.default(world.config, world.creators.size)
    for name, policy in world.policies.items():
        before = world.plan.copy()
        try:
            policy.apply(world.plan, world, world.date)
        except InputError as error:  # the lever knows what went wrong, not who did it
            raise InputError(f"policies.{name} (kind {policy.config.kind}): {error}") from error
        if name not in world.met and _meets(policy.config, world):
            world.met.add(name)
        levers = world.plan.differing(before)
        if levers:
            world.moved.setdefault(name, set()).update(levers)


def _meets(config: PolicyConfig, world: World) -> bool:
    """Whether a policy is in force today and somebody meets its aim."""
    return strength(config, world.date) > 0 and bool(select(config.aim, world.creators, world.day).any())
