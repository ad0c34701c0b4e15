"""Who is served after whom: neighbours on the list ask for the same slates, which stay close to the processor.

The order changes no result, as nobody's day depends on when it is served.
"""

import numpy as np

from ecosim.kernels.jit import on_shares, released_kernel

HOOD = 1 << 16
"""Consumers who are put in order together; their columns fit into the last cache, which the next shares with them."""


def line_up(region, interest, regions, hood=HOOD):
    """Put each hood of consumers into the order of region and of the vertical that interests them most, then of id.

    Parameters
    ----------
    region, interest : int32[n], float32[n, V]
        Region tier, and estimated shares of interest.
    regions, hood : int
        Number of region tiers; consumers in a hood.

    Returns
    -------
    int32[n]
        Rows in the order of serving.
    """
    order = np.empty(region.size, np.int32)
    hoods = -(-region.size // hood)
    on_shares(lambda first, last: line_up_hoods(first, last, region, interest, regions, hood, order), hoods, 1)
    return order


@released_kernel
def line_up_hoods(begin, end, region, interest, regions, hood, out):
    """Put the consumers of hoods `begin` to before `end` in line; see :func:`line_up`."""
    people, verticals = interest.shape
    key = np.empty(hood, np.int32)
    start = np.empty(regions * verticals + 1, np.int64)
    for first in range(begin * hood, min(end * hood, people), hood):
        last = min(first + hood, people)
        start[:] = 0
        for person in range(first, last):
            top = 0
            for v in range(1, verticals):
                if interest[person, v] > interest[person, top]:
                    top = v
            key[person - first] = region[person] * verticals + top
            start[key[person - first] + 1] += 1
        for group in range(regions * verticals):
            start[group + 1] += start[group]
        for person in range(first, last):
            group = key[person - first]
            out[first + start[group]] = person
            start[group] += 1
