"""A day, from morning to night: one tuple of stages in causal order.

Between stages everyone reads the state that the stage before left. Each stage declares what it reads and writes; debug
mode holds it to that.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from ecosim.errors import InvariantError
from ecosim.stages import (
    adaptation,
    allocation,
    arrivals,
    diffusion,
    exits,
    measurement,
    planning,
    policies,
    publishing,
    retirement,
    rewiring,
    serving,
    settlement,
    shadow,
)
from ecosim.state.columns import Table
from ecosim.state.world import Today, World


@dataclass(frozen=True)
class Stage:
    """One step of the day.

    Attributes
    ----------
    name : str
        What it is called in timings and in the printed plan.
    run : callable
        The step.
    reads, writes : str
        Parts of the world, separated by blanks; a table's columns as ``table.column``, all of them as ``table.*``.
        What is written may be read.
    """

    name: str
    run: Callable[[World], None]
    reads: str
    writes: str

    @property
    def summary(self) -> str:
        """First line of the stage's docstring."""
        return (self.run.__doc__ or "").strip().split("\n")[0]


DAY: tuple[Stage, ...] = (
    Stage("arrivals", arrivals.welcome, "creators.welfare creators.entered", "creators.* collaborators"),
    Stage("policies", policies.apply_policies, "creators.*", "plan"),
    Stage(
        "planning",
        planning.plan_brands,
        "plan creators.*",
        "creators.deal creators.deals brands.* products.* deals.* market ledger",
    ),
    Stage(
        "publishing",
        publishing.publish,
        "plan creators.* knowledge collaborators brands.* deals.* market",
        "creators.effort creators.mode creators.aspiration creators.posts creators.badge items.*",
    ),
    Stage(
        "allocation",
        allocation.allocate,
        "plan items.* creators.* knowledge products.* brands.* consumers.active consumers.sessions consumers.slots",
        "",
    ),
    Stage(
        "shadow", shadow.cast_shadow, "plan items.* creators.* knowledge products.* brands.* follows consumers.*", ""
    ),
    Stage(
        "serving",
        serving.serve,
        "plan items.* follows consumers.*",
        " ".join(f"consumers.{column}" for column in serving.ADAPTING) + " "
        "items.impressions items.watch items.interactions items.follows items.shares items.clicks items.orders "
        "items.reach items.impressions_today items.watch_today items.interactions_today items.follows_today "
        "items.shares_today items.clicks_today items.orders_today items.reach_today",
    ),
    Stage("diffusion", diffusion.diffuse, "friends", "consumers.inbox consumers.senders"),
    Stage(
        "settlement",
        settlement.settle_accounts,
        "plan items.* creators.alive creators.brand creators.serial creators.tier consumers.region",
        "ledger creators.savings creators.impressions_month creators.income_month creators.earned_ads "
        "creators.earned_fees creators.earned_video creators.earned_live creators.earned_grants creators.sales_month "
        "brands.* products.* deals.sold orders.* "
        "consumers.trust consumers.ally consumers.ally_trust consumers.ally_orders consumers.allies",
    ),
    Stage(
        "adaptation",
        adaptation.adapt,
        "plan items.* creators.*",
        "creators.welfare creators.prosperity creators.skill creators.beliefs creators.style creators.record_views "
        "creators.record_watch creators.record_interactions creators.record_follows items.heat items.level knowledge",
    ),
    Stage(
        "rewiring",
        rewiring.rewire,
        "creators.alive creators.brand creators.serial consumers.active",
        "follows creators.followers creators.tier",
    ),
    Stage(
        "exits",
        exits.leave,
        "creators.serial creators.entered creators.welfare consumers.satisfaction",
        "creators.alive creators.left creators.effort consumers.active",
    ),
    Stage(
        "measurement",
        measurement.measure,
        "plan items.* creators.* consumers.* brands.* products.* deals.* orders.* follows ledger knowledge",
        "",
    ),
    Stage("retirement", retirement.retire_items, "items.*", "items.* consumers.inbox knowledge"),
)
"""The day. Arrivals come before the policies, which may be aimed at who has just entered."""


def run_day(world: World) -> None:
    """Run through the day's stages and move on to the next day."""
    world.today = Today()
    if world.day > 0:  # brands' capital of the first morning belongs to the first day
        world.ledger.open_day()
    for stage in DAY:
        began = time.perf_counter()
        if world.config.engine.debug:
            run_checked(stage, world)
        else:
            stage.run(world)
        world.timings[stage.name] = world.timings.get(stage.name, 0.0) + time.perf_counter() - began
    world.day += 1


def describe(timings: dict[str, float] | None = None) -> str:
    """Return the plan of a day as text, with the seconds spent in each stage where they are known."""
    lines = []
    for number, stage in enumerate(DAY, 1):
        spent = f"  [{timings.get(stage.name, 0.0):.2f} s]" if timings else ""
        lines.append(f"{number:2d}. {stage.name}{spent}: {stage.summary}")
        if stage.name == "serving":
            lines += [f"      - {step}" for step in serving.STEPS]
        lines.append(f"      reads {stage.reads or 'nothing'}; writes {stage.writes or 'only what it hands on today'}")
    return "\n".join(lines)


def run_checked(stage: Stage, world: World) -> None:
    """Run a stage and raise an InvariantError if it touched what it does not declare."""
    before = fingerprint(world)
    tables = tables_of(world)
    for table in tables.values():
        table.accessed = set()
    stage.run(world)
    touched = {f"{name}.{column}" for name, table in tables.items() for column in table.accessed or ()}
    for table in tables.values():
        table.accessed = None
    after = fingerprint(world)
    written = {part for part in after if before.get(part) != after[part]}
    may_write = set(stage.writes.split())
    may_touch = may_write | set(stage.reads.split())
    undeclared = sorted(p for p in written if not _declared(p, may_write))
    unread = sorted(p for p in touched if not _declared(p, may_touch))
    if undeclared or unread:
        raise InvariantError(
            f"stage '{stage.name}' wrote {undeclared or 'nothing'} and read {unread or 'nothing'} without declaring it"
        )


def _declared(part: str, allowed: set[str]) -> bool:
    return part in allowed or f"{part.split('.')[0]}.*" in allowed


def fingerprint(world: World) -> dict[str, int]:
    """Return a checksum of every part of the world."""
    return {name: zlib.crc32(array.tobytes()) for name, array in parts(world)}


def tables_of(world: World) -> dict[str, Table]:
    """Return the world's tables by name."""
    return {"consumers": world.consumers, "creators": world.creators, "items": world.items, **world.economy.tables()}


def parts(world: World) -> Iterator[tuple[str, np.ndarray]]:
    """Iterate over the world's arrays by name."""
    for name, table in tables_of(world).items():
        for column in table.columns():
            yield f"{name}.{column.name}", table.cells[column.name][: table.size].reshape(-1)
    yield "market", np.concatenate((world.economy.fee_price, world.economy.on_sale.reshape(-1)))
    yield "follows", np.concatenate((world.follows.start, world.follows.creator.astype(np.int64)))
    for name, ties in (("friends", world.friends), ("collaborators", world.collaborators)):
        yield name, np.concatenate((ties.start, ties.neighbour.astype(np.int64)))
    yield "plan", np.concatenate([lever.value.reshape(-1) for lever in world.plan.levers.values()])
    books = [*world.ledger.balance.values(), *world.ledger.flows.values()]
    yield "ledger", np.concatenate((np.array(books, np.int64), world.ledger.earnings.reshape(-1)))
    known = world.knowledge
    numbers = np.array([known.item_impressions, known.clicks, known.product_views])
    arrays = (known.sums, known.hits, known.chart_style, known.chart_key, numbers, known.set_aside)
    yield "knowledge", np.concatenate([array.astype(np.float64).reshape(-1) for array in arrays])
