"""Runs on a Ray cluster: one core each, and again elsewhere when a worker or its machine is lost."""

from __future__ import annotations

import os
import socket
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ecosim import cluster
from ecosim.errors import InputError
from ecosim.interrupts import deferred
from ecosim.runner.workers import ONE_THREAD, Do, Row, failed, lost_again
from ecosim.versions import check_maker, source_digest, versions

_ADVICE = "Finished runs are kept. Start the rest when the cluster is back, on another one, or without runner=ray"


def cores() -> int:
    """Return how many runs the cluster has room for at a time."""
    return max(cluster.cores(cluster.connected("runner=ray")), 1)


def on_cluster(do: Do, tasks: Sequence[Any], workers: int, folder: Path | None = None) -> Iterator[tuple[int, Row]]:
    """Do tasks on the cluster, `workers` at a time; yield their numbers and rows as they end.

    Parameters
    ----------
    do : callable
        Does a task there.
    tasks : sequence
        What it is given.
    workers : int
        How many at a time.
    folder : Path, optional
        Where the tasks write. It must be the same on all machines, under the same path; where it is not, tasks fail.

    Raises
    ------
    LostCluster
        When the cluster is lost, not some of its machines alone.
    """
    ray = cluster.connected("runner=ray")
    watch = cluster.Watch(ray, _ADVICE)
    # One core and one thread a run, whatever a machine's own environment says. A lost worker is noted here, so Ray
    # tries once.
    alone = {"env_vars": ONE_THREAD}
    far = ray.remote(_there).options(num_cpus=1, max_retries=0, scheduling_strategy="SPREAD", runtime_env=alone)
    here = {"versions": versions(), "source": source_digest()}, os.getcwd(), folder
    waiting = deque(range(len(tasks)))
    running: dict[Any, int] = {}
    lost: dict[int, list[str]] = {}
    with deferred() as stop:
        try:
            while waiting or running:
                while waiting and len(running) < workers:
                    number = waiting.popleft()
                    running[far.remote(do, tasks[number], lost.get(number, []), *here)] = number
                done = watch.ended(list(running))
                stop.check()
                for ended in done:
                    number = running.pop(ended)
                    row = _row(ray, ended, watch, lost.setdefault(number, []))
                    if row is None:
                        waiting.append(number)
                    else:
                        yield number, row
        except cluster.LostCluster:
            running.clear()  # nobody is there who could cancel them
            raise
        finally:
            for task in running:
                ray.cancel(task, force=True)


def _there(do: Do, task: Any, lost: Sequence[str], made: Mapping[str, Any], current: str, folder: Path | None) -> Row:
    """Do a task on whatever machine this is, with relative paths as they were meant."""
    name = socket.gethostname()
    check_maker(
        f"runner=ray: results of '{name}' would be made",
        {"versions": versions(), "source": source_digest()},
        made,
        "Install the same there.",
    )
    for shared in (current, folder):
        if shared is not None and not Path(current, shared).is_dir():
            raise InputError(
                f"runner=ray: '{name}' has no folder '{shared}'. Runs write into it wherever they are done: name "
                "one by out= that all machines share under the same path, or take that machine out of the cluster."
            )
    os.chdir(current)
    return do(task, lost)


def _row(ray: Any, ended: Any, watch: cluster.Watch, lost: list[str]) -> Row | None:
    """Return how a task ended; None when it is to be done once more, because its worker was lost."""
    errors = ray.exceptions
    try:
        row: Row = ray.get(ended)
    except errors.RayTaskError as error:  # the task could not even begin
        return failed(_without_traceback(error.cause) if isinstance(error.cause, errors.RayError) else error.cause)
    except errors.LocalRayletDiedError:
        watch.lost("Ray on this machine has ended, and with it the way to the cluster")
    except errors.RayError as error:
        return lost_again(type(error).__name__, lost)
    return row


def _without_traceback(error: Exception) -> InputError:
    """Return what kept Ray from beginning a task, most often a package that is not there."""
    return InputError(
        f"runner=ray: a machine could not begin the run ({cluster.reason(error)}). Install the same ecosim and "
        "plug-ins on all machines."
    )
