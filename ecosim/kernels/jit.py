"""How kernels are compiled: one decorator, so that every kernel has the same arithmetic.

No fastmath: a sum has one order, so that the engine and its plain twin agree to the last bit. Compiled code is
cached on disk; numba does not notice an edit in a helper of another file, so tests name their cache folder by the
hash of the sources.
"""

import numba

scalar = numba.njit(cache=True, error_model="numpy")
"""Compile a small function of numbers; called from kernels and, one at a time, from the plain twin."""

kernel = numba.njit(cache=True, error_model="numpy")
"""Compile a loop over arrays on one thread."""

inlined = numba.njit(cache=True, error_model="numpy", inline="always")
"""Compile a part of one kernel that stands alone for the reader but is merged into its caller.

Bundles of many arrays are dear to pass on, and a slice of a shared array makes threads wait for one another on its
reference count; parts that run once an impression are therefore merged, and index rows instead of slicing them.
"""

parallel_kernel = numba.njit(cache=True, error_model="numpy", parallel=True)
"""Compile a loop over arrays whose ``prange`` iterations own what they write."""

prange = numba.prange


def set_threads(count: int | None) -> int:
    """Set the number of threads of all kernels and return it.

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
    """Return how many threads parallel kernels use now."""
    return int(numba.get_num_threads())
