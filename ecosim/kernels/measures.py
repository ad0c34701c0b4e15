"""Measures: passes over large tables for which array expressions would need temporary arrays of their size."""

import numpy as np

from ecosim.kernels.jit import kernel


@kernel
def add_moments(styles, weights, out):
    """Add the weighted second moments of styles to ``out``, entry after entry.

    Parameters
    ----------
    styles : float32[n, D]
        Styles.
    weights : float64[n]
        Their weights.
    out : float64[D, D]
        Added to: the sum of ``weight * style style^T``.
    """
    style = np.empty(styles.shape[1])
    for i in range(styles.shape[0]):
        for a in range(style.size):
            style[a] = styles[i, a]
        for a in range(style.size):
            weighted = style[a] * weights[i]
            for b in range(style.size):
                out[a, b] += weighted * style[b]


@kernel
def pick_known(account, value, nobody, out):
    """List the values of known accounts, row by row; return how many there are.

    Parameters
    ----------
    account, value : int32[n, K], float32[n, K]
        Accounts that consumers know, and a value of each.
    nobody : int
        Mark of an empty place.
    out : float64[n * K]
        Written from the beginning on.
    """
    found = 0
    for person in range(account.shape[0]):
        for k in range(account.shape[1]):
            out[found] = value[person, k]  # without a jump: overwritten by the next if nobody is known here
            found += account[person, k] != nobody
    return found
