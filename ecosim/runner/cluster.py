"""Runs on a Ray cluster: one core each, and again elsewhere when a worker or its machine is lost."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

from ecosim import cluster
from ecosim.interrupts import SOON, deferred
from ecosim.runner.workers import Do, Row, failed, lost_again


def cores() -> int:
    """Return how many runs the cluster has room for at a time."""
    return cluster.cores(cluster.connected("runner=ray"))


def on_cluster(do: Do, tasks: Sequence[Any], workers: int) -> Iterator[tuple[int, Row]]:
    """Do tasks on the cluster, `workers` at a time; yield their numbers and rows as they end.

    The folders of the runs must be the same on all machines, under the same path.
    """
    ray = cluster.connected("runner=ray")
    # One core a run, which also tells libraries to use one thread. A lost worker is noted here, so Ray tries once.
    far = ray.remote(_there).options(num_cpus=1, max_retries=0, scheduling_strategy="SPREAD")
    waiting = deque(range(len(tasks)))
    running: dict[Any, int] = {}
    lost: dict[int, list[str]] = {}
    with deferred() as stop:
        try:
            while waiting or running:
                while waiting and len(running) < workers:
                    number = waiting.popleft()
                    running[far.remote(do, tasks[number], lost.get(number, []), os.getcwd())] = number
                done, _ = ray.wait(list(running), timeout=SOON)
                stop.check()
                for ended in done:
                    number = running.pop(ended)
                    row = _row(ray, ended, lost.setdefault(number, []))
                    if row is None:
                        waiting.append(number)
                    else:
                        yield number, row
        finally:
            for task in running:
                ray.cancel(task, force=True)


def _there(do: Do, task: Any, lost: Sequence[str], folder: str) -> Row:
    """Do a task on whatever machine this is, with relative paths as they were meant."""
    os.chdir(folder)
    return do(task, lost)


def _row(ray: Any, ended: Any, lost: list[str]) -> Row | None:
    """Return how a task ended; None when it is to be done once more, because its worker was lost."""
    errors = ray.exceptions
    try:
        row: Row = ray.get(ended)
    except errors.RayTaskError as error:  # the task could not even begin
        return failed(error.cause)
    except errors.RayError as error:
        return lost_again(type(error).__name__, lost)
    return row
