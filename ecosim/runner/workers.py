"""Processes of this machine, one run each; a run whose process dies is done again, and the others do not notice.

When one worker dies loky ends them all, and does not say whose death it was. So all that was under way is done again,
one at a time: a run that ends its worker once more has done so by itself.
"""

from __future__ import annotations

import logging
import os
import re
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from ecosim.interrupts import SOON, deferred, spared

log = logging.getLogger(__name__)

Row = dict[str, Any]
Do = Callable[[Any, Sequence[str]], Row]
"""Does a task, given what happened to it before, and turns whatever happens into a row."""

TRIES = 3
"""A task whose worker is lost so often has failed; perhaps it is what ends its workers."""

ONE_THREAD = {
    f"{library}_NUM_THREADS": "1"
    for library in ("OMP", "MKL", "OPENBLAS", "BLIS", "NUMEXPR", "NUMBA")
} | {"VECLIB_MAXIMUM_THREADS": "1"}  # fmt: skip
"""What a worker's libraries are told, so that so many workers as there are cores do not get into each other's way."""

_IDLE_SECONDS = 300  # until workers go; another batch of runs finds them warm


def failed(error: BaseException) -> Row:
    """Return the row of a task that an error has ended."""
    return {"status": "failed", "error": f"{type(error).__name__}: {error}", "summary": {}}


def lost_again(what: str, lost: list[str]) -> Row | None:
    """Note that a task's worker was lost; return its row when it was so too often, None when it is done once more."""
    lost.append(what)
    if len(lost) < TRIES:
        log.warning("a worker was lost (%s); its run is done once more", what)
        return None
    return {"status": "failed", "error": f"its worker was lost {TRIES} times ({', '.join(lost)})", "summary": {}}


def side_by_side(do: Do, tasks: Sequence[Any], workers: int) -> Iterator[tuple[int, Row]]:
    """Do tasks in processes, `workers` at a time; yield their numbers and rows as they end.

    Parameters
    ----------
    do : callable
        Does a task in a worker.
    tasks : sequence
        What it is given.
    workers : int
        Processes.
    """
    waiting, alone = deque(range(len(tasks))), deque[int]()
    running: dict[Future[Row], int] = {}
    lost: dict[int, list[str]] = {}

    def begin(queue: deque[int]) -> None:
        try:
            with spared():
                running[_executor(workers).submit(do, tasks[queue[0]], tuple(lost.get(queue[0], ())))] = queue[0]
        except BrokenProcessPool:  # by a task that is running; the next one to begin gets other workers
            return
        queue.popleft()

    _begin_trackers()
    with deferred() as stop:
        try:
            while waiting or alone or running:
                if alone and not running:
                    begin(alone)
                while waiting and not alone and not lost.keys() & set(running.values()) and len(running) < workers:
                    begin(waiting)
                done = wait(running, SOON, return_when=FIRST_COMPLETED).done
                stop.check()
                for ended in done:
                    number = running.pop(ended)
                    row = _row(ended, lost, number)
                    if row is None:
                        alone.append(number)
                    else:
                        yield number, row
        finally:
            if running:
                _executor(workers).shutdown(kill_workers=True)


def _begin_trackers() -> None:
    """Begin the processes that clear up after others before any worker: they hear no signal, but unblock ours."""
    from multiprocessing import resource_tracker as own

    from joblib.externals.loky.backend import resource_tracker as loky

    own.ensure_running()
    loky.ensure_running()


def _executor(workers: int) -> Any:
    """Return the processes that are there, or new ones where none are or one has died."""
    from joblib.externals.loky import get_reusable_executor

    # Fresh interpreters: a fork after numba's threads have run would hang.
    return get_reusable_executor(
        workers, timeout=_IDLE_SECONDS, env=ONE_THREAD, initializer=_follow, initargs=(os.getpid(),)
    )


def _follow(parent: int) -> None:
    """End this worker soon after its parent was killed, so that it does not write beside whoever goes on."""
    # Ctrl-C is for the parent to heed; what the block in which the worker was begun does everywhere but on Windows.
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _row(ended: Future[Row], lost: dict[int, list[str]], number: int) -> Row | None:
    """Return how a task ended; None when it is to be done once more, because its worker was lost."""
    error = ended.exception()
    if error is None:
        return ended.result()
    if isinstance(error, BrokenProcessPool):
        return lost_again(_how(error), lost.setdefault(number, []))
    return failed(error)


def _how(error: BrokenProcessPool) -> str:
    """Say in a word how a worker ended, as in ``SIGKILL(-9)``."""
    codes = re.search(r"exit codes of the workers are \{(.+?)\}", str(error))
    return codes[1] if codes else type(error).__name__
