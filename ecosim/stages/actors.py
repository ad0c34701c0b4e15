"""Shards as Ray actors: each holds its consumers, on this machine or on another of the cluster."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Sequence
from typing import Any

from ecosim.cluster import LostCluster, LostShard, Watch, connected, share
from ecosim.kernels.jit import max_threads, set_threads
from ecosim.stages.distant import Distant, Shard, owned
from ecosim.state.columns import Cells
from ecosim.state.schema import Consumers
from ecosim.state.world import World
from ecosim.versions import check_maker, source_digest, versions

log = logging.getLogger(__name__)

SLOW = 30.0
"""Seconds after which it is told that actors wait for room."""

_ADVICE = (
    "With recording.checkpoint_every set, `ecosim resume RUN` goes on from the last checkpoint; with "
    "engine=default behind it, in one process"
)


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

    def maker(self) -> dict[str, Any]:
        """Return what serves here: versions and sources."""
        return {"versions": versions(), "source": source_digest()}


class Actors:
    """A fleet of Ray actors.

    Parameters
    ----------
    parts : sequence of (Consumers, int)
        The consumers of each shard, and the id of the first.
    threads : int or None
        Threads of all shards together; None for all that the cluster has.

    Raises
    ------
    InputError
        When the cluster has no room for them, or other versions of what makes results.
    """

    def __init__(self, parts: Sequence[tuple[Consumers, int]], threads: int | None) -> None:
        self._ray = connected("engine=ray")
        self._watch = Watch(self._ray, _ADVICE)
        room = share(self._ray, len(parts))
        if threads is not None:
            room = min(room, threads / len(parts))
        each = max(int(room), 1)
        reserved = each if room >= 1 else max(math.floor(room * 100) / 100, 0.01)
        home = self._ray.remote(Home).options(num_cpus=reserved, scheduling_strategy="SPREAD")
        self._actors = [home.remote(people, first, each) for people, first in parts]
        self._begin(reserved)

    def _begin(self, reserved: float) -> None:
        """Wait until all actors are there, and see that they are of the same making."""
        made = {"versions": versions(), "source": source_digest()}
        slow = (
            f"engine=ray: {len(self._actors)} shards wait for room on the Ray cluster, {reserved:g} cores each; "
            "others may be at work there"
        )
        for found in self.ask("maker", [()] * len(self._actors), slow=slow):
            check_maker("engine=ray: shards would be served", found, made, "Install the same on all machines.")

    def ask(
        self, method: str, news: Sequence[tuple[Any, ...]], common: tuple[Any, ...] = (), slow: str = ""
    ) -> list[Any]:
        """Call a method of every actor; what is common is put into Ray's store once, and read from there.

        If the answers take longer than some `SLOW` seconds, `slow` is said.
        """
        shared = [self._ray.put(thing) for thing in common]
        errors = self._ray.exceptions
        asked = [getattr(home, method).remote(*shared, *own) for home, own in zip(self._actors, news, strict=True)]
        try:
            began = time.monotonic()
            while len(self._watch.ended(asked, len(asked))) < len(asked):
                if slow and time.monotonic() - began > SLOW:
                    log.warning("%s", slow)
                    slow = ""
            answers: list[Any] = self._ray.get(asked)
        except errors.RayTaskError as error:
            raise error.cause from None
        except errors.RayError as error:  # the actor, or what it answered, ended with its machine
            raise LostShard(
                f"an actor of Ray was lost, and the consumers it held ({_short(error)}). {_ADVICE}"
            ) from None
        except LostCluster:
            self._actors = []  # nobody is there who could end them
            raise
        return answers

    def close(self) -> None:
        """End the actors; Ray itself stays."""
        for home in self._actors:
            self._ray.kill(home)


def _short(error: Exception) -> str:
    """Return what Ray says of an error without its lists of ids."""
    said = [line for line in str(error).splitlines() if line and not line.startswith(("\t", " "))]
    return " ".join(said).rstrip(". ")
