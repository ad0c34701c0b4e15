"""Conclusions: what ecosim sets out to reach, each as a number and as a sentence with its answer."""

from __future__ import annotations

from typing import Any

from benchmarks.plans import MILLION

SPEED = {"bench": 5e6, MILLION: 10e6}
"""Impressions a second, end to end on two threads."""
OVER_MESA, OVER_TRECS = 25.0, 150.0
SHOWN, SCORED = 40.0, 200.0
SPREAD = 0.3
THREADS = 1.7
MEMORY, SETUP = 4e9, 60.0

Size = dict[str, Any]
Check = dict[str, Any]


def checks(name: str, sizes: list[Size]) -> list[Check]:
    """Compare the figures of a measurement with what ecosim sets out to reach."""
    large = sizes[-1]
    small = sizes[0] if name == MILLION else sizes[-2]
    n, speed, least = f"{large['consumers']:,} consumers", large["impressions_per_second"], SPEED[name]
    found = [
        _check("speed", speed, speed >= least,
               f"At least {least / 1e6:g} million impressions a second at {n} on {large['threads']} threads",
               f"{speed / 1e6:.2f} million"),
        _at_least("shown", large["impressions_per_consumer_day"], SHOWN, f"impressions per consumer-day at {n}"),
        _at_least("scored", large["candidates_per_session"], SCORED, f"candidates scored per session at {n}"),
    ]  # fmt: skip
    if name == MILLION:
        peak, setup = large["peak_memory_bytes"], large["setup_seconds"]
        found += [
            _check("peak_memory", peak, None if peak is None else peak < MEMORY,
                   f"Less than {MEMORY / 1e9:g} GB at {n}, the process as a whole at its peak",
                   "not measured on this system" if peak is None else f"{peak / 1e9:.2f} GB"),
            _check("setup", setup, setup < SETUP, f"Set up in less than {SETUP:g} s at {n}", f"{setup:.1f} s"),
        ]  # fmt: skip
    steps = f"from {small['consumers']:,} to {n}"
    found += [
        _steady("time", "seconds_per_consumer_day", small, large, steps),
        _steady("memory", "memory_bytes_per_consumer", small, large, steps),
    ]
    return found + (_of_turns(large, n) if "turns" in large else [])


def _of_turns(large: Size, n: str) -> list[Check]:
    """What follows from the rounds at the largest size."""
    ratios = large["turns"]["ratios"]
    found = []
    for peer, title, least in (("mesa", "the Mesa model", OVER_MESA), ("trecs", "T-RECS", OVER_TRECS)):
        for ours, of in (("ecosim_one_session", "consumer-day of one session of 30 slots"),
                         ("ecosim", "consumer-day of each one's own")):  # fmt: skip
            name, ratio = f"{ours}_over_{peer}", ratios.get(f"{ours}_over_{peer}_consumer_days")
            claim = f"At least {least:g} times {title}, per {of}, at {n}"
            if ratio is None:
                reason = large["turns"]["left_out"].get(peer, "it did not take part")
                found.append(_check(name, None, None, claim, f"left out: {reason}"))
            else:
                median = ratio["median"]
                found.append(_check(name, median, median >= least, claim, f"{median:.1f} times"))
    if "threads" in ratios and large["threads"] > 1:
        median, claim = ratios["threads"]["median"], f"{large['threads']} threads at least {THREADS:g} times one"
        found.append(_check("threads", median, median >= THREADS, f"{claim}, the whole day at {n}", f"{median:.2f}"))
    return found


def notes(sizes: list[Size]) -> list[str]:
    """Say what share of the time of serving the hardware would need for the largest size, and who was left out."""
    large, told = sizes[-1], []
    if "turns" in large and "bounds" in large["turns"]:
        bounds = large["turns"]["bounds"]
        feed, matrix, memory = (bounds[f"share_of_{name}"]["median"] for name in ("feed", "matrix", "memory"))
        told.append(
            f"The hardware's bound, {large['consumers']:,} consumers: the feed alone runs at {feed:.1%} of the matrix "
            f"product of the same scores, {bounds['scores_per_day'] / 1e6:,.1f} million a day, of which numpy makes "
            f"{bounds['matrix_scores_per_second'] / 1e6:,.0f} million a second; it takes "
            f"{bounds['feed_share_of_serving']:.0%} of serving. Of serving as a whole, from recall to purchase, the "
            f"product would take {matrix:.1%}, and memory, at {bounds['memory_bytes_per_second'] / 1e9:.1f} GB a "
            f"second for the {bounds['bytes_per_day'] / 1e9:.2f} GB a day that it must touch, {memory:.1%}."
        )
    for reason in {reason for size in sizes for reason in size.get("turns", {}).get("left_out", {}).values()}:
        told.append(f"T-RECS was left out: {reason}.")
    return told


def _check(name: str, value: float | None, met: bool | None, claim: str, figure: str) -> Check:
    answer = "unknown" if met is None else "yes" if met else "no"
    return {"name": name, "met": met, "value": value, "sentence": f"{claim}: {answer}, {figure}."}


def _at_least(name: str, value: float, least: float, what: str) -> Check:
    return _check(name, value, value >= least, f"At least {least:g} {what}", f"{value:.1f}")


def _steady(name: str, figure: str, small: Size, large: Size, steps: str) -> Check:
    """Whether a figure per consumer stays within the spread from a smaller size to the largest."""
    claim = f"{name.capitalize()} per consumer within {SPREAD:.0%} {steps}"
    if not small[figure] or not large[figure]:
        return _check(name, None, None, claim, "not measured on this system")
    ratio = large[figure] / small[figure]
    return _check(name, ratio, abs(ratio - 1) <= SPREAD, claim, f"ratio {ratio:.2f}")
