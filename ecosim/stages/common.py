"""What several stages need: tiers, newcomers, names that consumers know brands by, and shapes of drawn traits."""

from __future__ import annotations

import numpy as np

from ecosim.state.columns import Array
from ecosim.state.economy import FORMATS
from ecosim.state.schema import HEAD, HEAD_SHARE, TAIL, WAIST, WAIST_SHARE, Creators
from ecosim.state.world import NEWCOMER_DAYS, World


def rank_tiers(creators: Creators) -> Array:
    """Return every creator's tier (int8[m]): head the top 1% by followers, waist the next 9%, tail the rest.

    Ties go to the older serial. Creators who left are tail.
    """
    tier = np.full(creators.size, TAIL, np.int8)
    alive = np.flatnonzero(creators.alive)
    ranked = alive[np.lexsort((creators.serial[alive], -creators.followers[alive]))]
    head = max(1, round(HEAD_SHARE * alive.size))
    tier[ranked[: max(head, round(WAIST_SHARE * alive.size))]] = WAIST
    tier[ranked[:head]] = HEAD
    return tier


def newcomers(world: World) -> Array:
    """Return who entered during the last month and still publishes (bool[m])."""
    creators = world.creators
    chosen: Array = creators.alive & ~creators.founder & (world.day - creators.entered < NEWCOMER_DAYS)
    return chosen


def account_keys(world: World) -> Array:
    """By what consumers know each brand (int32[B]): the row of its own account, else a number below -1."""
    account = world.economy.brands.account
    keys: Array = np.where(account >= 0, account, -2 - np.arange(account.size)).astype(np.int32)
    return keys


def item_kinds(world: World) -> Array:
    """Seller and format of every item, seller x 2 + format (int32[k]): 0 the brand's own account, else 1 + tier."""
    items, creators = world.items, world.creators
    seller = np.where(creators.brand[items.creator] >= 0, 0, 1 + creators.tier[items.creator])
    kinds: Array = (seller * len(FORMATS) + (items.parts != 0)).astype(np.int32)
    return kinds


def unit(rows: Array) -> Array:
    """Scale rows to unit length (float64)."""
    lengths: Array = np.sqrt((rows * rows).sum(axis=1, keepdims=True))
    scaled: Array = rows / np.maximum(lengths, 1e-12)
    return scaled


def pick(shares: Array, u: Array) -> Array:
    """Choose an index (int32) in proportion to `shares` for each uniform."""
    edges = np.cumsum(shares / shares.sum())
    chosen: Array = np.minimum(np.searchsorted(edges, u, side="right"), shares.size - 1).astype(np.int32)
    return chosen


def lognormal(mean: float, spread: float, z: Array) -> Array:
    """Turn standard normals into log-normal numbers of a given mean and sd of the logarithm."""
    drawn: Array = mean * np.exp(spread * z - spread * spread / 2)
    return drawn
