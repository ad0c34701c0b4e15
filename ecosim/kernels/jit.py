"""How kernels are compiled: one decorator, so that every kernel has the same arithmetic.

No fastmath: a sum has one order, so that the engine and its plain twin agree to the last bit. Compiled code is
cached on disk; numba does not notice an edit in a helper of another file, so tests name their cache folder by the
hash of the sources.
"""

from typing import Any

import numba

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
