"""Whom to follow: a creature's name, or a rule that picks one worth following."""

from __future__ import annotations

import copy

import numpy as np

from ecosim.config import SimulationConfig
from ecosim.errors import InputError, nearest
from ecosim.model import EcosystemModel
from ecosim.networks import populated
from ecosim.runner.progress import Report
from ecosim.stages.arrivals import potential_entrants
from ecosim.stages.genesis import SERIAL_BITS
from ecosim.stories.watching import Purchases, watch

KINDS = ("creator", "consumer", "brand")
RULES: dict[str, dict[str, str]] = {
    "creator": {
        "top": "the creator with most followers on the last day",
        "newcomer": "of those who entered from day 0 on, the one with most followers on the last day",
        "stopped": "of those who entered from day 0 on and stopped, the one with most followers",
    },
    "consumer": {
        "top": "the consumer who ordered most often",
        "wary": "the consumer with least trust in the platform on the last day",
    },
    "brand": {
        "top": "the brand that sold most",
        "poorest": "the brand with least savings on the last day",
    },
}
"""Rules that pick a creature by what became of it in the first world."""


def checked(kind: str, name: str, config: SimulationConfig) -> str | int:
    """Return the rule or the number that a word names, before anything runs.

    Raises
    ------
    InputError
        For a kind or a name that cannot be.
    """
    if kind not in KINDS:
        raise InputError(f"story: there are no lives of '{kind}'.{nearest(kind, KINDS)} Known: {', '.join(KINDS)}.")
    if kind == "brand" and not config.brand.active:
        raise InputError("story brand: there are no brands, since brand.active=false. Leave that out.")
    if name in RULES[kind]:
        return name
    if not name.isdecimal():
        raise InputError(f"story {kind}: found '{name}'.{nearest(name, RULES[kind])} {_known(kind, config)}")
    scale = populated(config).scale
    most = {"consumer": scale.consumers, "brand": scale.brand_count}.get(kind)
    if most is not None and int(name) >= most:
        raise InputError(f"there is no {kind} {name}. {_known(kind, config)}")
    return int(name)


def _known(kind: str, config: SimulationConfig) -> str:
    """Say what there is, and what picks one."""
    scale = populated(config).scale
    first = {"creator": scale.creators, "consumer": scale.consumers, "brand": scale.brand_count}[kind]
    text = f"Allowed: 0 to {first - 1}"
    if kind == "creator":
        text += " for who is there from the start, the number in column `serial` of careers.parquet for who enters"
    rules = ", ".join(f"{name} ({meaning})" for name, meaning in RULES[kind].items())
    return f"{text}; or a rule that picks one: {rules}."


def exists(serial: int, model: EcosystemModel) -> None:
    """Refuse a creator who is neither there from the start nor among those who may enter in this run.

    Brands' own accounts are told with their brand.
    """
    world = model.world
    found = np.flatnonzero(world.creators.serial == serial)
    if found.size and world.creators.brand[found[0]] >= 0:
        brand = int(world.creators.brand[found[0]])
        raise InputError(f"creator {serial} is the account of brand {brand}. Ask for `ecosim story brand {brand}`.")
    if found.size:
        return
    morning = copy.copy(world)
    morning.day = (serial >> SERIAL_BITS) - 1
    if not 0 <= morning.day < world.config.total_days or serial not in potential_entrants(morning):
        raise InputError(f"there is no creator {serial}. {_known('creator', world.config)}")


def picked(kind: str, rule: str, config: SimulationConfig, progress: Report) -> int:
    """Live the world once and pick by a rule."""
    purchases = Purchases()

    def ask(model: EcosystemModel) -> int:
        if kind == "creator":
            return _creator(rule, model)
        if kind == "consumer":
            return int(purchases.count.argmax() if rule == "top" else model.world.consumers.trust.argmin())
        brands = model.world.economy.brands
        return int(brands.sold.argmax() if rule == "top" else brands.savings.argmin())

    return watch(config, [purchases] if kind == "consumer" else [], progress, ask)


def _creator(rule: str, model: EcosystemModel) -> int:
    creators = model.world.creators
    chosen = creators.brand < 0
    if rule != "top":
        chosen &= creators.entered >= model.config.burn_in
    if rule == "stopped":
        chosen &= creators.left >= 0
    rows = np.flatnonzero(chosen)
    if rows.size == 0:
        raise InputError(f"story creator {rule}: there was nobody of that kind in this run. Take more days, or top.")
    return int(creators.serial[rows[creators.followers[rows].argmax()]])
