"""Shards as Ray actors: each holds its consumers, on this machine or on another of the cluster."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ecosim.cluster import LostShard, connected, cores
from ecosim.kernels.jit import max_threads, set_threads
from ecosim.stages.distant import Distant, Shard, owned
from ecosim.state.columns import Cells
from ecosim.state.schema import Consumers
from ecosim.state.world import World


def summon(world: World) -> Distant:
    """Put a world's consumers into actors.

    Which cluster that is: see :func:`ecosim.cluster.connected`.

    Raises
    ------
    InputError
        When Ray is not installed.
    """
    return Distant(world, world.config.engine.shards, lambda parts: Actors(parts, world.config.threads))


class Home(Shard):
    """A shard in a process of its own, on so many threads."""

    def __init__(self, people: Consumers, first: int, threads: int) -> None:
        set_threads(min(threads, max_threads()))
        people.cells = Cells(owned(dict(people.cells)))
        super().__init__(people, first)


class Actors:
    """A fleet of Ray actors.

    Parameters
    ----------
    parts : sequence of (Consumers, int)
        The consumers of each shard, and the id of the first.
    threads : int or None
        Threads of all shards together; None for all that the cluster has.
    """

    def __init__(self, parts: Sequence[tuple[Consumers, int]], threads: int | None) -> None:
        self._ray = connected("engine=ray")
        there = cores(self._ray)
        share = min(there, threads or there) / len(parts)
        each = max(int(share), 1)
        reserved = each if share >= 1 else math.floor(share * 100) / 100  # more shards than cores take turns
        home = self._ray.remote(Home).options(num_cpus=reserved, scheduling_strategy="SPREAD")
        self._actors = [home.remote(people, first, each) for people, first in parts]

    def ask(self, method: str, news: Sequence[tuple[Any, ...]], common: tuple[Any, ...] = ()) -> list[Any]:
        """Call a method of every actor; what is common is put into Ray's store once, and read from there."""
        shared = [self._ray.put(thing) for thing in common]
        errors = self._ray.exceptions
        try:
            asked = zip(self._actors, news, strict=True)
            answers: list[Any] = self._ray.get([getattr(home, method).remote(*shared, *own) for home, own in asked])
        except errors.RayTaskError as error:
            raise error.cause from None
        except errors.RayActorError as error:
            raise LostShard(
                f"an actor of Ray was lost, and the consumers it held ({error}). With recording.checkpoint_every set, "
                "`ecosim resume` goes on from the last checkpoint, also without engine=ray"
            ) from None
        return answers

    def close(self) -> None:
        """End the actors; Ray itself stays."""
        for home in self._actors:
            self._ray.kill(home)
