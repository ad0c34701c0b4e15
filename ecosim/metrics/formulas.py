"""Small formulas of measures: concentration, rank correlation, likeness of styles, effective numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

FEWEST_IN_TAIL = 10
"""Creators in the tail below which its exponent is not estimated."""


def herfindahl(values: Array) -> float:
    """Sum of squared shares (Herfindahl and Hirschman): 1 / n when all are equal, 1 when one has it all.

    NaN when all are zero.
    """
    x = np.sort(np.asarray(values, np.float64))
    total = x.sum()
    return float(((x / total) ** 2).sum()) if x.size and total > 0 else float("nan")


def theil(values: Array) -> float:
    """Theil's T, the mean of x / mean x ln(x / mean): 0 when all are equal, ln n when one has it all.

    Who has nothing adds nothing. NaN when all are zero.
    """
    x = np.sort(np.asarray(values, np.float64))
    if x.size == 0 or x.sum() <= 0:
        return float("nan")
    relative = x[x > 0] / x.mean()
    return float((relative * np.log(relative)).sum() / x.size)


def tail_exponent(values: Array, share: float = 0.1) -> float:
    """Exponent a of a tail P(X > x) ~ x^-a, by Hill (1975), from the largest `share` of the entries.

    ``a = k / sum(ln x_i / x_(k + 1))`` over the k largest; the smaller, the heavier the tail. NaN when fewer than
    :data:`FEWEST_IN_TAIL` are in the tail, when it reaches down to zero, or when all in it are equal.
    """
    x = np.sort(np.asarray(values, np.float64))[::-1]
    k = round(share * x.size)
    if k < FEWEST_IN_TAIL or k >= x.size or x[k] <= 0:
        return float("nan")
    total = float(np.log(x[:k] / x[k]).sum())
    return k / total if total > 0 else float("nan")


def gini_within(values: Array, group: Array) -> float:
    """Mean Gini coefficient within groups, weighted by their members.

    Groups of one, and groups that have nothing, are left out; NaN when no group is left.
    """
    values = np.asarray(values, np.float64)
    if values.size == 0:
        return float("nan")
    order = np.lexsort((values, group))
    x, member_of = values[order], np.asarray(group)[order]
    start = np.flatnonzero(np.concatenate(([True], member_of[1:] != member_of[:-1])))
    size = np.diff(np.append(start, x.size))
    rank = np.arange(x.size) - np.repeat(start, size) + 1
    total, ranked = np.add.reduceat(x, start), np.add.reduceat(rank * x, start)
    known = (size > 1) & (total > 0)
    if not known.any():
        return float("nan")
    size, total, ranked = size[known], total[known], ranked[known]
    return float(np.average(2.0 * ranked / (size * total) - (size + 1) / size, weights=size))


def rank_correlation(a: Array, b: Array) -> float:
    """Rank correlation (Spearman), equals sharing their mean rank. NaN when either is the same for all."""
    if a.size < 2:
        return float("nan")
    x, y = _centred_ranks(a), _centred_ranks(b)
    scale = float(np.sqrt((x * x).sum() * (y * y).sum()))
    return float((x * y).sum() / scale) if scale > 0 else float("nan")


def _centred_ranks(values: Array) -> Array:
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    rank: Array = (np.cumsum(count) - (count - 1) / 2)[place] - (values.size + 1) / 2
    return rank


def mean_similarity(styles: Array, weights: Array) -> float:
    """Mean cosine between two different entries that are drawn by weight.

    With m the weighted mean of unit vectors this is ``(|m|^2 - sum w^2) / (1 - sum w^2)``, without going through pairs.
    NaN when one entry has all the weight.

    Parameters
    ----------
    styles : float[n, D]
        Unit vectors.
    weights : float[n]
        At least 0.
    """
    total = float(np.sum(weights, dtype=np.float64))
    if total <= 0:
        return float("nan")
    w = np.asarray(weights, np.float64) / total
    alone = float((w * w).sum())
    mean = np.einsum("n,na->a", w, np.asarray(styles, np.float64))
    return (float((mean * mean).sum()) - alone) / (1.0 - alone) if alone < 1.0 - 1e-9 else float("nan")


def pooled_overlap(entries: Array, owner: Array) -> float:
    """Overlap of lists (Jaccard): what two lists share over what they hold together, summed over all pairs of lists.

    A ratio of sums, so that it takes one pass however many lists there are.

    Parameters
    ----------
    entries, owner : int[v]
        What is listed, and on whose list; nobody lists anything twice.
    """
    lists = np.unique(owner).size
    times = np.unique(entries, return_counts=True)[1].astype(np.int64)
    shared = int((times * (times - 1) // 2).sum())
    together = (lists - 1) * int(times.sum()) - shared
    return shared / together if together > 0 else float("nan")


def mean_list_similarity(styles: Array, owner: Array) -> float:
    """Mean over lists of the mean cosine between two of their entries; lists of one entry are left out.

    Parameters
    ----------
    styles : float[v, D]
        Unit vectors of the entries.
    owner : int[v]
        Whose list an entry is on.
    """
    _, row, size = np.unique(owner, return_inverse=True, return_counts=True)
    sums = [np.bincount(row, weights=styles[:, d], minlength=size.size) for d in range(styles.shape[1])]
    length = sum((column * column for column in sums), np.zeros(size.size))
    several = size > 1
    if not several.any():
        return float("nan")
    n = size[several].astype(np.float64)
    return float(((length[several] - n) / (n * (n - 1.0))).mean())


def effective_number(amounts: Array) -> Array:
    """Effective number of kinds in each row: the exponential of the entropy of its shares (Hill 1973).

    Parameters
    ----------
    amounts : float[n, kinds]
        At least 0, no row all 0.
    """
    share = amounts / amounts.sum(axis=1, keepdims=True)
    number: Array = np.exp(-(share * np.log(np.where(share > 0, share, 1.0))).sum(axis=1))
    return number
