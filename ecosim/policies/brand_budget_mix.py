"""Brand budget mix: brands split fee budgets over tiers by a given mix, such as 30/50/20."""

from __future__ import annotations

from typing import Annotated

from ecosim.config import PolicyConfig, SimulationConfig
from ecosim.config.fields import schema, share
from ecosim.policies.base import Claim, Purpose, strength
from ecosim.registry import policies
from ecosim.state.plan import Plan
from ecosim.state.schema import HEAD, TAIL, TIERS, WAIST
from ecosim.state.world import World


@schema
class BrandBudgetMixConfig(PolicyConfig):
    """Settings of the mix; what is left of one is split as brands believe. It has no aim: it works on brands."""

    kind: str = "brand_budget_mix"
    head: Annotated[float, share("part of fee budgets bound to head creators")] = 0.3
    waist: Annotated[float, share("part of fee budgets bound to waist creators")] = 0.5
    tail: Annotated[float, share("part of fee budgets bound to tail creators")] = 0.2


@policies.register("brand_budget_mix", BrandBudgetMixConfig)
class BrandBudgetMix:
    """Bind brands' fee budgets to tiers, by strength; the rest they split as they believe (fact S09).

    The counterpart of matrix placement, by which agencies spread a campaign over head, waist and tail accounts. Lever:
    `fee_mix`, one part a tier. A budget that a tier cannot use, because its creators cost more than a brand has there
    or are all taken, stays unspent. Parts that sum to more than one are refused before a run. Uncertain: whether brands
    follow such advice when their own experience says otherwise, which is what strength stands for.
    """

    def __init__(self, config: BrandBudgetMixConfig) -> None:
        self.config = config

    def claims(self, config: SimulationConfig) -> list[Claim]:
        """Ask for the parts of the tiers, in their order."""
        return [Claim("fee_mix", (self.config.head, self.config.waist, self.config.tail))]

    def purposes(self, config: SimulationConfig) -> list[Purpose]:
        """Let brands pay creators below the head, as far as the mix binds budgets to them."""
        parts = {TAIL: self.config.tail, WAIST: self.config.waist}
        return [Purpose("income", kind="tier", group=TIERS[tier]) for tier, part in parts.items() if part > 0]

    def apply(self, plan: Plan, world: World, day: int) -> None:
        """Bind parts of the budgets."""
        for tier, part in ((HEAD, self.config.head), (WAIST, self.config.waist), (TAIL, self.config.tail)):
            plan.fee_mix.raise_to(strength(self.config, day) * part, tier)
