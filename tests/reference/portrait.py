"""Portraits of a day, of the engine and of the twin in the same plain form, so that they can be laid side by side."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecosim.state.schema import MONTH
from ecosim.state.world import World
from tests.reference.model import ReferenceModel

COUNTS = ("impressions", "watch", "interactions", "follows")
CAREER = ("alive", "entered", "left", "tier", "mode", "posts", "followers", "savings", "vertical", "region", "founder")
PERSON = ("interest", "satiation", "recent", "satisfaction", "profile_interest", "profile_taste", "taste")
ARTIST = ("style", "skill", "talent", "welfare", "prosperity", "beliefs", "aspiration", "effort")
RECORD = ("views", "watch", "interactions", "follows")

Portrait = dict[str, Any]


def outcomes_of_world(world: World) -> Portrait:
    """Everything discrete that happened on the day that the engine has just run."""
    items, creators, today = world.items, world.creators, world.today
    assert today.panel is not None, "the panel must hold every consumer, in debug mode"
    shown: list[list[tuple[int, ...]]] = [[] for _ in range(world.consumers.size)]
    for consumer, *entry in zip(*(today.panel[k].tolist() for k in ("consumer", "serial", "number", "watch", "flags")),
                                strict=True):  # fmt: skip
        shown[consumer].append(tuple(entry))
    keys = list(zip(items.serial.tolist(), items.number.tolist(), strict=True))
    models = zip(items.model_serial.tolist(), items.model_number.tolist(), strict=True)
    counts = [getattr(items, f"{name}{when}").tolist() for when in ("", "_today") for name in COUNTS]
    serials = creators.serial.tolist()
    yesterday = (world.day - 1) % MONTH
    return {
        "shown": shown,
        "items": dict(zip(keys, zip(*counts, strict=True), strict=True)),
        "made": dict(zip(keys, zip(items.mode.tolist(), models, items.duration.tolist(), strict=True), strict=True)),
        "creators": {
            serial: {name: getattr(creators, name)[row].item() for name in CAREER} for row, serial in enumerate(serials)
        },
        "income": dict(zip(serials, creators.income_month[:, yesterday].tolist(), strict=True)),
        "attention": dict(zip(serials, creators.impressions_month[:, yesterday].tolist(), strict=True)),
        "follows": [[serials[c] for c in world.follows.of(row)] for row in range(world.consumers.size)],
        "active": world.consumers.active.tolist(),
        "balance": dict(world.ledger.balance),
        "flows": world.ledger.flows,
        "entered": [serials[row] for row in today.entered],
        "left": [serials[row] for row in today.left],
        "slots": today.slots,
        "levels": dict(zip(keys, items.level.tolist(), strict=True)),
    }


def outcomes_of_twin(model: ReferenceModel) -> Portrait:
    """Everything discrete that happened on the day that the twin has just run."""
    items, creators = model.platform.items, model.creators
    yesterday = model.day - 1
    none = (0, 0)
    return {
        "shown": [consumer.shown for consumer in model.consumers],
        "items": {i.key: tuple(getattr(i, f"{name}{t}") for t in ("", "_today") for name in COUNTS) for i in items},
        "made": {i.key: (i.mode, i.imitated.key if i.imitated else none, i.duration) for i in items},
        "creators": {c.serial: {name: getattr(c, name) for name in CAREER} for c in creators},
        "income": {c.serial: c.income_on[yesterday] for c in creators},
        "attention": {c.serial: c.impressions_on[yesterday] for c in creators},
        "follows": [[creator.serial for creator in consumer.follows] for consumer in model.consumers],
        "active": [consumer.active for consumer in model.consumers],
        "balance": dict(model.ledger.balance),
        "flows": model.ledger.flows,
        "entered": [c.serial for c in model.entered],
        "left": [c.serial for c in model.left],
        "slots": sum(consumer.slots_wanted for consumer in model.consumers),
        "levels": {i.key: i.level for i in items},
    }


def minds_of_world(world: World) -> dict[str, np.ndarray]:
    """Everything continuous that the engine remembers."""
    known = world.knowledge
    return {
        **{f"consumer {name}": np.array(getattr(world.consumers, name)) for name in PERSON},
        **{f"creator {name}": np.array(getattr(world.creators, name)) for name in ARTIST},
        **{f"record {name}": np.array(getattr(world.creators, f"record_{name}")) for name in RECORD},
        **{f"item {name}": np.array(getattr(world.items, name)) for name in ("heat", "quality", "style")},
        "verticals": known.sums,
        "hits": known.hits,
        "item_impressions": np.array(known.item_impressions),
    }


def minds_of_twin(model: ReferenceModel) -> dict[str, np.ndarray]:
    """Everything continuous that the twin remembers."""
    platform = model.platform
    return {
        **{f"consumer {name}": np.array([getattr(c, name) for c in model.consumers]) for name in PERSON},
        **{f"creator {name}": np.array([getattr(c, name) for c in model.creators]) for name in ARTIST},
        **{f"record {name}": np.array([c.record[name] for c in model.creators]) for name in RECORD},
        **{
            f"item {name}": np.array([getattr(i, name) for i in platform.items])
            for name in ("heat", "quality", "style")
        },
        "verticals": np.array(platform.sums),
        "hits": platform.hits,
        "item_impressions": np.array(platform.item_impressions),
    }
