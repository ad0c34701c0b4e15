"""Follows from known audiences: how many follow each creator is given, who they are is drawn."""

from __future__ import annotations

import numpy as np

from ecosim.networks.base import AUDIENCE, SCAN, Array, Parties
from ecosim.state.graph import Follows

_ROUNDS = 20
"""Batches of draws for an audience before the rest is taken from a count of everyone."""


def apportion(weight: Array, total: int, most: int) -> Array:
    """Share out a total in whole numbers (int64[m]) in proportion to weights, none above `most`.

    What exceeds `most` goes to the others in proportion; fractions round by largest remainder, ties to the lower row.
    The total is met as far as those with a weight can take it.
    """
    weights = weight.astype(np.float64)
    total = min(total, most * int(np.count_nonzero(weights > 0)))
    full = np.zeros(weights.size, np.bool_)
    quota = np.zeros(weights.size)
    while total:
        free = np.where(full, 0.0, weights)
        quota = free * ((total - most * int(full.sum())) / max(free.sum(), 1e-300))
        beyond = ~full & (quota >= most)
        if not beyond.any():
            break
        full |= beyond
    whole = np.where(full, most, np.floor(quota)).astype(np.int64)
    rest = np.where(full | (weights <= 0), -1.0, quota - np.floor(quota))
    whole[np.argsort(-rest, kind="stable")[: total - int(whole.sum())]] += 1
    return whole


def gather(followers: Array, parties: Parties, seed: int) -> Follows:
    """Draw who follows whom when the numbers of followers are given.

    Creators gather their audiences one after another, the largest first, among consumers who have room left within
    ``consumer.follows_limit``, in proportion to their interest in the creator's vertical. Where the limit leaves too
    little room for that, follows are dealt round and round, whatever the interests, so that the numbers hold.

    Parameters
    ----------
    followers : int64[m]
        Followers of each creator, at most the number of consumers, and in all at most what consumers may follow.
    parties : Parties
        Consumers and creators.
    seed : int
        Seed of the draws.
    """
    people = parties.interest.shape[0]
    largest_first = np.argsort(-followers, kind="stable")
    largest_first = largest_first[followers[largest_first] > 0]
    room = np.full(people, min(parties.limit, parties.vertical.size), np.int64)
    ladder: dict[int, Array] = {}
    audiences: list[Array] = []
    for creator in largest_first.tolist():
        vertical = int(parties.vertical[creator])
        if vertical not in ladder:
            ladder[vertical] = np.cumsum(parties.interest[:, vertical].astype(np.float64) + 1e-9)
        fans = _fans(creator, int(followers[creator]), ladder[vertical], room, seed)
        if fans.size < followers[creator]:
            audiences = _dealt(followers[largest_first], people, seed)
            break
        room[fans] -= 1
        audiences.append(fans)
    return _lists(largest_first, audiences, people)


def _fans(creator: int, count: int, ladder: Array, room: Array, seed: int) -> Array:
    """Draw different consumers with room left, in proportion to the steps of the ladder."""
    from ecosim.kernels import draws

    found = np.empty(0, np.int64)
    drawn = 0
    for _ in range(_ROUNDS if count <= room.size // 8 else 0):
        batch = np.arange(drawn, drawn + (count - found.size) * 5 // 4 + 8)
        drawn += batch.size
        u = draws.uniforms(seed, draws.NETWORK, AUDIENCE, np.full(batch.size, creator), batch)[:, 0]
        tried = np.minimum(np.searchsorted(ladder, u * ladder[-1], side="right"), room.size - 1)
        found = np.concatenate((found, tried[room[tried] > 0]))
        found = found[np.sort(np.unique(found, return_index=True)[1])][:count]
        if found.size == count:
            return found
    open_to = room > 0
    open_to[found] = False
    rest = np.flatnonzero(open_to)
    u = draws.uniforms(seed, draws.NETWORK, SCAN, np.full(rest.size, creator), rest)[:, 0]
    arrival = -np.log(u) / np.diff(ladder, prepend=0.0)[rest]
    missing = count - found.size
    if missing < rest.size:
        rest = rest[arrival <= np.partition(arrival, missing - 1)[missing - 1]][:missing]
    return np.concatenate((found, rest))


def _dealt(followers: Array, people: int, seed: int) -> list[Array]:
    """Deal follows round and round through all consumers in a drawn order: nobody has one more than another but one."""
    from ecosim.kernels import draws

    deck = np.argsort(draws.uniforms(seed, draws.NETWORK, SCAN, np.arange(people))[:, 1], kind="stable")
    dealt = deck[np.arange(int(followers.sum())) % people]
    return np.split(dealt, np.cumsum(followers)[:-1])


def _lists(creators: Array, audiences: list[Array], people: int) -> Follows:
    if not audiences:
        return Follows.empty(people)
    fan = np.concatenate(audiences)
    creator = np.repeat(creators, [audience.size for audience in audiences])
    start = np.concatenate(([0], np.cumsum(np.bincount(fan, minlength=people)))).astype(np.int64)
    return Follows(start, creator[np.argsort(fan, kind="stable")].astype(np.int32))
