"""Ties among equals: the growth of a graph whose hubs attract, and the race for those who enter later."""

import math

import numpy as np

from ecosim.kernels import lanes, words
from ecosim.kernels.draws import NETWORK, draw, uniform64
from ecosim.kernels.jit import kernel, on_threads, released_kernel

_ROUNDING = 1.000001  # leaves room for rounding where a bound is compared


@kernel
def attach_newborns(seed, part, ties, a, b):
    """Grow a graph by preferential attachment (Barabasi and Albert 1999).

    It begins as a star of ``ties + 1`` nodes. Each further node is tied to as many different nodes, each chosen with a
    chance in proportion to its ties: an end of any earlier edge, drawn evenly.

    Parameters
    ----------
    part : int
        Part of the stream of draws.
    ties : int
        Ties that a node brings along; at least 1, and less than the number of nodes.
    a, b : int64[ties * (n - ties)]
        The edges: older and younger end, in the order of their making.
    """
    ends = np.empty(2 * a.size, np.int64)
    for k in range(ties):
        a[k], b[k] = 0, k + 1
        ends[2 * k], ends[2 * k + 1] = 0, k + 1
    made = ties
    for newborn in range(ties + 1, a.size // ties + ties):
        first, attempt = made, 0
        while made < first + ties:
            word = draw(seed, NETWORK, part, newborn, attempt, 0, 0)[0]
            attempt += 1
            chosen = ends[np.int64(uniform64(word) * 2 * first)]
            known = False
            for k in range(first, made):
                known = known or a[k] == chosen
            if not known:
                a[made], b[made] = chosen, newborn
                made += 1
        for k in range(first, made):
            ends[2 * k], ends[2 * k + 1] = a[k], b[k]


def race(seed, day, entrants, living, inside, count, threads):
    """Find whom each entrant ties up with: the first to arrive, some of its vertical and the rest of others.

    Creator j arrives at an entrant after an exponential time of rate r_j, drawn for the pair of serials; equal times
    go to the older serial.

    Parameters
    ----------
    day : int
        Part of the stream of draws.
    entrants : tuple of int64[e], int32[e]
        Serials and verticals.
    living : tuple of int64[n], int32[n], float64[n]
        Serials, verticals and rates of those who come into question.
    inside : int64[e]
        How many of the entrant's own vertical; there are as many, and enough of others.
    count : int
        How many in all.
    threads : int
        Threads, each with entrants of its own; changes no result.

    Returns
    -------
    int64[e, count]
        Places among the living, in order of arrival: first those of the same vertical.
    """
    out = np.full((inside.size, count), -1, np.int64)
    serial = np.zeros(-(-living[0].size // lanes.WIDTH) * lanes.WIDTH, np.uint32)
    serial[: living[0].size] = living[0]

    def work(thread):
        desk = np.empty(serial.size, np.uint32), np.empty(count, np.float64)
        run_races(thread, threads, seed, day, *entrants, serial, *living[1:], inside, *desk, out)

    on_threads(work, threads)
    return out


@released_kernel
def run_races(thread, threads, seed, day, own, home, serial, vertical, rate, inside, word, arrival, out):
    """Run every so-many-th entrant's race; ``word`` (uint32[n]) and ``arrival`` (float64[count]) are working space."""
    for k in range(thread, own.size, threads):
        for first in range(0, serial.size, lanes.WIDTH):
            other = words.load_words(serial, first)
            drawn = words.draw_words(seed, NETWORK, day, own[k], other, words.spread_word(np.uint32(0)))
            words.store_words(word, first, drawn[0])
        arrival[:] = math.inf
        split = inside[k]
        latest_inside = math.inf if split > 0 else -1.0
        latest_outside = math.inf if split < arrival.size else -1.0
        for j in range(vertical.size):
            within = vertical[j] == home[k]
            least = 1.0 - uniform64(word[j])  # -log u is at least 1 - u
            if least > (latest_inside if within else latest_outside) * rate[j] * _ROUNDING:
                continue
            if within:
                latest_inside = arrive(j, word[j], rate[j], serial, 0, split, arrival, out[k])
            else:
                latest_outside = arrive(j, word[j], rate[j], serial, split, arrival.size, arrival, out[k])


@kernel
def arrive(j, word, rate, serial, first, last, arrival, out):
    """Let creator `j` arrive among the earliest of a group, places `first` to before `last`; return the last's time."""
    time = -math.log(uniform64(word)) / rate
    place = last
    while place > first:
        other = arrival[place - 1]
        if other < time or (other == time and serial[out[place - 1]] < serial[j]):
            break
        place -= 1
    for k in range(last - 1, place, -1):
        arrival[k], out[k] = arrival[k - 1], out[k - 1]
    if place < last:
        arrival[place], out[place] = time, j
    return arrival[last - 1]
