"""Limits: what levers can bear together, whichever policies move them.

What is guaranteed is added up as shares of all slots. A slot shows a video of one vertical and of one region, so pools
of verticals add up, and pools of regions do; a pool of a vertical and one of a region may be filled by one video. What
a floor gives to creators of a group counts for the group's pool as well. Who belongs to which tier, vertical and region
is known before a run but for the luck of the draw, which is left as a margin: what is refused can hardly be had in any
world of these settings.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np

from ecosim.config import REGIONS, SimulationConfig
from ecosim.policies.base import Array, Claim
from ecosim.state.levers import LEVERS, MOST_RESERVED, Shape
from ecosim.state.plan import Plan
from ecosim.state.schema import HEAD_SHARE, TIERS, WAIST_SHARE
from ecosim.state.world import vertical_shares

_LUCK = 2.0
"""Margin for a share of creators, times one over the root of their number: four standard deviations or more."""


class Groups:
    """A newcomer and an older creator of each tier, vertical and region: the rows of a sketched plan.

    Attributes
    ----------
    tier, vertical, region : int array
        What the row is.
    young : bool array
        Whether it is the newcomer; an aim at newcomers reaches nobody else.
    share : float64 array
        Part of all creators for whom it stands; 0 for newcomers, whose number nobody knows before a run.
    luck : float
        By how much the share of a vertical or region among creators may differ from what is expected.
    """

    def __init__(self, config: SimulationConfig) -> None:
        verticals = config.population.verticals
        rows = np.array(list(product(range(len(TIERS)), range(verticals), range(len(REGIONS)), (0, 1))))
        self.tier, self.vertical, self.region, young = rows.T
        self.young = young.astype(bool)
        self.verticals = verticals
        tiers = np.array([HEAD_SHARE, WAIST_SHARE - HEAD_SHARE, 1.0 - WAIST_SHARE])
        regions = np.array(config.population.region_shares)
        share = tiers[self.tier] * vertical_shares(config)[self.vertical] * (regions / regions.sum())[self.region]
        self.share: Array = np.where(self.young, 0.0, share)
        self.luck = _LUCK / float(np.sqrt(config.scale.creators))

    @property
    def size(self) -> int:
        """Number of rows."""
        return int(self.tier.size)

    def reach(self, claim: Claim) -> Array:
        """Where a claim reaches its lever, in the lever's shape or one that is broadcast to it (bool)."""
        aim, shape = claim.aim, LEVERS[claim.lever].shape
        if shape is Shape.VERTICAL:
            return np.isin(np.arange(self.verticals), range(self.verticals) if aim.verticals is None else aim.verticals)
        if shape not in (Shape.CREATOR, Shape.CREATOR_MODE):
            return np.array(True)
        reached = np.ones(self.size, bool) if aim.max_age is None else self.young.copy()
        tiers = None if aim.tiers is None else [TIERS.index(tier.value) for tier in aim.tiers]
        for column, named in ((self.tier, tiers), (self.vertical, aim.verticals), (self.region, aim.regions)):
            if named is not None:
                reached &= np.isin(column, named)
        return reached if shape is Shape.CREATOR else reached[:, None]


@dataclass(frozen=True)
class Limit:
    """What levers can bear, whichever policies move them.

    Attributes
    ----------
    levers : tuple of str
        The levers that are added up.
    total : callable
        Of a sketched plan and its groups.
    most : callable
        What the total must not exceed, of the settings.
    what, so : str
        What the total is, and what follows or what to do.
    refused : bool
        Whether more is a contradiction, or allowed and hardly meant.
    itemised : bool
        Whether it is said what each policy asks for, where levers are of different kinds.
    """

    levers: tuple[str, ...]
    total: Callable[[Plan, Groups], float]
    most: Callable[[SimulationConfig], float]
    what: str
    so: str
    refused: bool = True
    itemised: bool = False


_POOLS = {"vertical_slots": "vertical", "region_slots": "region"}


def _pooled(lever: str) -> Callable[[Plan, Groups], float]:
    """Sum what every vertical or region is guaranteed; within one the largest promise counts."""

    def total(plan: Plan, groups: Groups) -> float:
        value, of = plan.levers[lever].value, getattr(groups, _POOLS[lever])
        return float(sum(value[of == number].max() for number in np.unique(of)))

    return total


def _floors(plan: Plan, groups: Groups) -> float:
    """Share of all slots that floors promise at least, all creators together."""
    floor, old = plan.reserved_share.value.astype(np.float64), ~groups.young
    uneven = max(float(np.ptp(floor[old & (groups.tier == tier)])) for tier in range(len(TIERS)))
    return max(float((floor * groups.share).sum()) - groups.luck * uneven, 0.0)


def _beyond_floors(lever: str, plan: Plan, groups: Groups) -> float:
    """Share of slots by which pools exceed at least what floors give to the same verticals or regions."""
    promised, floor, of = plan.levers[lever].value, plan.reserved_share.value, getattr(groups, _POOLS[lever])
    floors, total = _floors(plan, groups), 0.0
    for number in np.unique(of):
        there = of == number
        members = min(float(groups.share[there].sum()) + groups.luck, 1.0)
        total += max(float(promised[there].max()) - min(floors, members * float(floor[there].max())), 0.0)
    return total


def _at_least(plan: Plan, groups: Groups) -> float:
    """Share of all slots without which floors and pools cannot all be kept, however they are filled."""
    return _floors(plan, groups) + max(_beyond_floors(lever, plan, groups) for lever in _POOLS)


def _each_by_itself(plan: Plan, groups: Groups) -> float:
    """Share of all slots if no video counted for the pool of a vertical, that of a region and a level at once."""
    pools = sum(_beyond_floors(lever, plan, groups) for lever in _POOLS)
    return _floors(plan, groups) + pools + _of_levels(plan, groups)


def _of_levels(plan: Plan, _: Groups) -> float:
    return float((int(plan.pool_levels.value) - 1) * plan.fresh_slots.value)


def _of_a_sale(plan: Plan, _: Groups) -> float:
    return float(plan.commission.value.max() + plan.take_rate.value.max())


LIMITS = (
    Limit(
        ("vertical_slots",), _pooled("vertical_slots"), lambda _: 1.0,
        "the shares of all slots that verticals are guaranteed", "Aim at fewer verticals, or guarantee each less",
    ),
    Limit(
        ("region_slots",), _pooled("region_slots"), lambda _: 1.0,
        "the shares of all slots that regions are guaranteed", "Aim at fewer regions, or guarantee each less",
    ),
    Limit(
        ("pool_levels", "fresh_slots"), _of_levels, lambda _: MOST_RESERVED,
        "the shares of all slots that are set aside for the levels above the fresh pool",
        "Set fewer levels, or fewer slots for each",
    ),
    Limit(
        ("reserved_share", "vertical_slots", "region_slots"), _at_least, lambda _: 1.0,
        "the shares of all slots that creators and groups are guaranteed, what a floor gives to a group counted once,",
        "Guarantee less, or fewer creators", itemised=True,
    ),
    Limit(
        ("reserved_share", "vertical_slots", "region_slots", "pool_levels", "fresh_slots"), _each_by_itself,
        lambda _: 1.0, "the shares of all slots that are guaranteed or set aside, each by itself,",
        "They can be kept only where one video counts for several of them", refused=False, itemised=True,
    ),
    Limit(
        ("fee_mix",), lambda plan, _: float(plan.fee_mix.value.sum()), lambda _: 1.0,
        "the parts of fee budgets that are bound to tiers", "Bind smaller parts",
    ),
    Limit(
        ("commission", "take_rate"), _of_a_sale, lambda _: 1.0,
        "the highest commission and the take rate of a sale, as shares of the price,",
        "Lower one of them (brand.commission is part of it)",
    ),
    Limit(
        ("commission", "take_rate"), _of_a_sale, lambda config: config.brand.margin if config.brand.active else np.inf,
        "the highest commission and the take rate of a sale, as shares of the price,",
        "That is brand.margin: brands lose money on such sales", refused=False,
    ),
)  # fmt: skip
"""All limits; where one is exceeded, a later one on the same levers and others is not looked at."""
