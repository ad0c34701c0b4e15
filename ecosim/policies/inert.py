"""Inert policies: what is told at the end of a run of those that did nothing, or could not do all they promised."""

from __future__ import annotations

from ecosim.state.levers import LEVERS, MOST_RESERVED, Bite
from ecosim.state.world import World


def unmoved(world: World) -> list[str]:
    """Say which policies aimed at nobody, and which moved no lever on any day."""
    told = []
    for name, policy in world.policies.items():
        if name in world.moved:
            continue
        if name not in world.met and policy.config.strength > 0:
            told.append(
                f"policies.{name} aimed at nobody: no creator met its aim on any day on which it was in force; widen "
                "its aim or its dates"
            )
        else:
            told.append(
                f"policies.{name} is inert: it moved no lever on any day (kind {policy.config.kind}, strength "
                f"{policy.config.strength:g}, from day {policy.config.start}); look at its strength, dates and aim"
            )
    return told


def without_bite(world: World, slots: float, yuan: float) -> list[str]:
    """Say which levers were moved without moving a slot, a fen or a decision, as far as that shows on the day.

    Parameters
    ----------
    world : World
        After its last day.
    slots : float
        Share of the panel's slots that the policies have moved.
    yuan : float
        Yuan that they have moved.
    """
    moved = set().union(*world.moved.values()) if world.moved else set()
    levers = {bite: sorted(name for name in moved if LEVERS[name].bite is bite) for bite in Bite}
    told = []
    if levers[Bite.SLOTS] and slots == 0:
        told.append(
            f"the policies moved {', '.join(levers[Bite.SLOTS])}, but not one slot of the panel showed another "
            "item because of them"
        )
    if levers[Bite.YUAN] and yuan == 0:
        told.append(f"the policies moved {', '.join(levers[Bite.YUAN])}, but not one fen was paid otherwise")
    if "choice_noise" in moved and not getattr(world.strategy, "chance", True):
        told.append(
            f"the policies moved choice_noise, but strategy '{world.config.strategy.kind}' leaves nothing to chance"
        )
    return told


def cut_short(world: World) -> list[str]:
    """Say whether pools of verticals and regions wanted more slots on the last day than can be set aside."""
    wanted = float(world.knowledge.set_aside.sum())
    if wanted <= MOST_RESERVED:
        return []
    return [
        f"the pools of verticals and regions wanted {wanted:.0%} of all slots set aside on the last day, and at most "
        f"{MOST_RESERVED:.0%} can be, so they were shown less than they are guaranteed; guarantee less, or fewer groups"
    ]
