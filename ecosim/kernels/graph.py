"""Follows: a graph in CSR form whose edits are merged once a day."""

import numpy as np

from ecosim.kernels.draws import NETWORK, draw, uniform64
from ecosim.kernels.jit import kernel, on_shares, released_kernel


@released_kernel
def count_follows(first, last, start, follow, dropped, alive, added, out):
    """Count the follows of consumers `first` to before `last` after the day's edits: out int64[n]."""
    for person in range(first, last):
        kept = 0
        for edge in range(start[person], start[person + 1]):
            kept += not dropped[edge] and alive[follow[edge]]
        for k in range(added.shape[1]):
            kept += added[person, k] >= 0 and alive[added[person, k]]
        out[person] = kept


@released_kernel
def merge_follows(first, last, start, follow, dropped, alive, added, new_start, new_follow):
    """Write the merged lists of consumers `first` to before `last`: old follows that last, then the new ones."""
    for person in range(first, last):
        place = new_start[person]
        for edge in range(start[person], start[person + 1]):
            if not dropped[edge] and alive[follow[edge]]:
                new_follow[place] = follow[edge]
                place += 1
        for k in range(added.shape[1]):
            if added[person, k] >= 0 and alive[added[person, k]]:
                new_follow[place] = added[person, k]
                place += 1


def count_followers(follow, out):
    """Count followers: out int64[m]."""
    out[:] = 0
    parts = []
    on_shares(lambda first, last: parts.append(followers_of_share(follow[first:last], out.size)), follow.size)
    for part in parts:
        out += part


@released_kernel
def followers_of_share(follow, creators):
    """Count followers among some follows: int64[m]."""
    out = np.zeros(creators, np.int64)
    for edge in range(follow.size):
        out[follow[edge]] += 1
    return out


@kernel
def pick_vertical(interest, u):
    """Choose a vertical in proportion to interest."""
    total = 0.0
    for v in range(interest.size):
        total += interest[v]
        if u < total:
            return v
    return interest.size - 1


@kernel
def holds(out, begin, count, creator):
    """Whether a consumer's list of `count` follows holds the creator."""
    found = False
    for k in range(begin, begin + count):
        found = found or out[k] == creator
    return found


@kernel
def attach(seed, copying, wanted, interest, vertical_start, by_vertical, start, out):
    """Let consumers follow creators of the verticals that interest them.

    With chance `copying` a follow copies an earlier follow of the same vertical, else it goes to any of the creators
    who are there by then: creators appear one by one, by seniority, while consumers take turns by id. The number of
    followers then has a power-law tail of exponent 1 + 1 / copying (Simon 1955; Barabasi and Albert 1999), and who came
    early has most. A creator met twice is skipped.

    Parameters
    ----------
    wanted : int64[n]
        Follows wanted by each consumer.
    interest : float32[n, V]
        Shares by which verticals are chosen.
    vertical_start, by_vertical : int64[V + 1], int32[m]
        Creators by vertical, the most senior first.
    start : int64[n + 1]
        Where each consumer's list begins; room for all that is wanted.
    out : int32[sum of wanted]
        The follows, -1 where fewer were found.
    """
    out[:] = -1
    verticals = interest.shape[1]
    order = np.empty((verticals, out.size), np.int32)  # earlier follows by vertical; untouched pages cost no memory
    drawn = np.zeros(verticals, np.int64)
    for person in range(wanted.size):
        n = 0
        for k in range(wanted[person]):
            w0, w1, w2, _ = draw(seed, NETWORK, 0, person, k, 0, 0)
            v = pick_vertical(interest[person], uniform64(w0))
            members = vertical_start[v + 1] - vertical_start[v]
            if members == 0:
                continue
            size = 1 + (members - 1) * (person + 1) // wanted.size
            if drawn[v] > 0 and uniform64(w1) < copying:
                creator = order[v, np.int64(uniform64(w2) * drawn[v])]
            else:
                creator = by_vertical[vertical_start[v] + np.int64(uniform64(w2) * size)]
            if not holds(out, start[person], n, creator):
                out[start[person] + n] = creator
                order[v, drawn[v]] = creator
                drawn[v] += 1
                n += 1
