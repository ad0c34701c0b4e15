"""How kernels are compiled: one decorator, so that every kernel has the same arithmetic.

No fastmath: a sum has one order, so that the engine and its plain twin agree to the last bit. Compiled code is
cached on disk. numba does not notice an edit in a helper of another file and would run what was compiled before, so
the cache folder is named by a hash of the kernels' sources; ``NUMBA_CACHE_DIR`` overrides it.
"""

import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numba


def cache_folder() -> Path:
    """Return the folder of what was compiled from the kernels as they stand now."""
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "ecosim" / digest.hexdigest()[:16]


def _keep_apart() -> None:
    """Point numba to the folder of these sources, unless the user chose one or it cannot be written."""
    if "NUMBA_CACHE_DIR" in os.environ:
        return
    try:
        folder = cache_folder()
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # no home, or a read-only one: numba finds a place of its own
        return
    if os.access(folder, os.W_OK):
        numba.config.CACHE_DIR = str(folder)


_keep_apart()  # must come before the first decorator, which reads the setting

scalar = numba.njit(cache=True, error_model="numpy")
"""Compile a small function of numbers; called from kernels and, one at a time, from the plain twin."""

kernel = numba.njit(cache=True, error_model="numpy")
"""Compile a loop over arrays on one thread."""

_PART: dict[str, Any] = {"forceinline": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}

part = numba.njit(error_model="numpy", **_PART)
"""Compile a part of one kernel that stands alone for the reader but is merged into its caller.

Bundles of many arrays are dear to pass on; what runs once a session or an impression is therefore merged. Python
cannot call a part: entrances for it would cost a quarter of the time to compile.
"""

released_kernel = numba.njit(cache=True, error_model="numpy", nogil=True)
"""Compile a kernel that several Python threads run at once, each on what it alone writes."""


def on_threads(work: Callable[[int], None], threads: int) -> None:
    """Do some work once on each of so many threads, and wait for all; `work` takes the thread's number."""
    if threads == 1:
        work(0)
        return
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))


def threads_for(count: int, least: int = 4096) -> int:
    """Return on how many threads to do some work of so many rows.

    A thread with fewer than `least` rows to do would take longer to start than to finish.
    """
    return max(1, min(get_threads(), count // least))


def on_shares(work: Callable[[int, int], None], count: int, least: int = 4096) -> None:
    """Do some work on all threads, each from a first to before a last of so many rows, and wait for all."""
    threads = threads_for(count, least)
    edges = [count * thread // threads for thread in range(threads + 1)]
    on_threads(lambda thread: work(edges[thread], edges[thread + 1]), threads)


def set_threads(count: int | None) -> int:
    """Set the number of threads that serving uses and return it.

    Parameters
    ----------
    count : int or None
        At least 1 and at most :func:`max_threads`; None for all.
    """
    chosen = max_threads() if count is None else count
    numba.set_num_threads(chosen)
    return chosen


def max_threads() -> int:
    """Return how many threads this process may use."""
    return int(numba.config.NUMBA_NUM_THREADS)


def get_threads() -> int:
    """Return how many threads serving uses now."""
    return int(numba.get_num_threads())
