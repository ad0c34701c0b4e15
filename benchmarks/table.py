"""The table of a measurement: a line per figure, a column per size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

OURS = {
    "ecosim": "ecosim",
    "ecosim_one_session": "ecosim, one session of 30 a day",
    "ecosim_one_thread": "ecosim, one thread",
}
"""Ecosim as it is by default, with the day that others' consumers have, and on one thread."""
PEERS = {"mesa": "Mesa by hand", "twin": "the plain twin", "trecs": "T-RECS", "trecs_untrained": "T-RECS, not fitted"}
"""Who takes turns with ecosim."""
STAGES = 8
"""Stages listed: the dearest at the largest size."""
ABSENT = "-"

Size = dict[str, Any]
Row = tuple[str, list[str]]


def table(sizes: list[Size]) -> str:
    """Return the table as text."""
    rows = [*_whole(sizes), *_stages(sizes), *_turns(sizes), *_bounds(sizes)]
    wide = max(len(name) for name, _ in rows)
    lines = [f"{name:<{wide}}" + "".join(f"{cell:>22}" for cell in cells) for name, cells in rows]
    return "\n".join(line.rstrip() for line in lines)


def _whole(sizes: list[Size]) -> list[Row]:
    """Days end to end."""
    return [
        ("consumers", [f"{s['consumers']:,}" for s in sizes]),
        ("impressions a second", [f"{s['impressions_per_second']:,.0f}" for s in sizes]),
        ("microseconds per consumer-day", [f"{1e6 * s['seconds_per_consumer_day']:.2f}" for s in sizes]),
        ("impressions per consumer-day", [f"{s['impressions_per_consumer_day']:.1f}" for s in sizes]),
        ("candidates scored per session", [f"{s['candidates_per_session']:.0f}" for s in sizes]),
        ("kB per consumer", [_scaled(s["memory_bytes_per_consumer"], 1e3) for s in sizes]),
        ("peak memory of the process, GB", [_scaled(s.get("peak_memory_bytes"), 1e9) for s in sizes]),
        ("set-up, s", [f"{s['setup_seconds']:.2f}" for s in sizes]),
    ]


def _scaled(size: float | None, unit: float) -> str:
    return "unknown" if size is None else f"{size / unit:.2f}"


def _stages(sizes: list[Size]) -> list[Row]:
    """Milliseconds a day, whole and by stage, on all threads and, where turns were taken, on one."""
    threads = sizes[-1]["threads"]

    def cell(size: Size, name: str | None) -> str:
        here = size["days_seconds"] if name is None else size["stages"][name]
        alone = size.get("turns", {}).get("stages", {}).get("ecosim_one_thread", {})
        one = None if name is None or threads == 1 else alone.get(name)
        text = f"{1e3 * here / size['days']:,.2f}"
        return text if one is None else f"{text} | {1e3 * one:,.2f}"

    both = "" if threads == 1 else f": {threads} threads | one, in turns"
    dearest = sorted(sizes[-1]["stages"], key=lambda name: -sizes[-1]["stages"][name])[:STAGES]
    rows = [(f"a day, ms{both}", [cell(s, None) for s in sizes])]
    return rows + [(f"  {name}", [cell(s, name) for s in sizes]) for name in dearest]


def _turns(sizes: list[Size]) -> list[Row]:
    """Rates of all who took turns, then ratios of rounds."""
    if not any("turns" in s for s in sizes):
        return []
    taking = [name for name in PEERS if any(name in s.get("turns", {}).get("rates", {}) for s in sizes)]

    def rate(name: str) -> list[str]:
        return _of(sizes, lambda t: f"{t['rates'][name]['impressions_per_second']:,.0f}")

    def ratio(key: str) -> list[str]:
        return _of(sizes, lambda t: spread(t["ratios"][key]))

    rows: list[Row] = [("in turns: impressions a second", ["" for _ in sizes])]
    rows += [(f"  {OURS[name]}", rate(name)) for name in OURS]
    rows += [(f"  {PEERS[name]}", rate(name)) for name in taking]
    if sizes[-1]["threads"] > 1:
        rows.append((f"{sizes[-1]['threads']} threads over one, the whole day", ratio("threads")))
    for name in taking:
        own = _of(sizes, lambda t, name=name: f"{t['rates'][name]['consumers']:,}")
        rows += [
            (f"times {PEERS[name]}, whose world has", own),
            ("  per consumer-day", ratio(f"ecosim_over_{name}_consumer_days")),
            ("  per consumer-day of one session", ratio(f"ecosim_one_session_over_{name}_consumer_days")),
            ("  per impression", ratio(f"ecosim_over_{name}_impressions")),
            ("  per impression, one thread", ratio(f"ecosim_one_thread_over_{name}_impressions")),
        ]
    return rows


def _bounds(sizes: list[Size]) -> list[Row]:
    """What the hardware does a second, and the share of serving's time that this would take."""
    if not any("bounds" in s.get("turns", {}) for s in sizes):
        return []
    shares = {"feed": "  share of the feed alone", "matrix": "  share of serving"}
    rows: list[Row] = [
        ("the feed alone, share of serving", _of(sizes, lambda t: f"{t['bounds']['feed_share_of_serving']:.0%}")),
        ("  million scores a second", _of(sizes, lambda t: f"{t['bounds']['feed_scores_per_second'] / 1e6:,.0f}")),
        ("matrix product of the same scores", ["" for _ in sizes]),
        ("  million scores a second", _of(sizes, lambda t: f"{t['bounds']['matrix_scores_per_second'] / 1e6:,.0f}")),
    ]
    for key, name in shares.items():
        rows.append((name, _of(sizes, lambda t, key=key: spread(t["bounds"][f"share_of_{key}"], 100) + "%")))
    return [
        *rows,
        ("memory that serving must touch", ["" for _ in sizes]),
        ("  GB a second, triad", _of(sizes, lambda t: f"{t['bounds']['memory_bytes_per_second'] / 1e9:.1f}")),
        ("  share of serving", _of(sizes, lambda t: spread(t["bounds"]["share_of_memory"], 100) + "%")),
    ]


def _of(sizes: list[Size], cell: Callable[[dict[str, Any]], str]) -> list[str]:
    """Return a figure of the turns at every size, or a dash where it was not taken."""
    cells = []
    for size in sizes:
        try:
            cells.append(cell(size["turns"]))
        except KeyError:
            cells.append(ABSENT)
    return cells


def spread(ratio: dict[str, float], times: float = 1) -> str:
    """Write a ratio as its median, with the least and the most in brackets."""
    median, least, most = (times * ratio[key] for key in ("median", "least", "most"))
    places = 0 if median >= 100 else 1 if median >= 10 else 2
    return f"{median:,.{places}f} ({least:,.{places}f}-{most:,.{places}f})"
