"""Whether ecosim has become slower: ratios of a new measurement against those of the committed one.

Seconds differ from machine to machine; ratios to what was measured beside them differ less.
"""

from __future__ import annotations

from typing import Any

from benchmarks.table import PEERS, spread

TOLERANCE = 0.15
Key = tuple[int, str]


def ratios(found: dict[str, Any]) -> dict[Key, dict[str, float]]:
    """Return every ratio that should not fall, by consumers and name; sizes of the peers are part of the name."""
    result: dict[Key, dict[str, float]] = {}
    for size in found["sizes"]:
        turns = size.get("turns")
        if turns is None:
            continue
        n, on = size["consumers"], f"on {size['threads']} threads"
        for peer, title in PEERS.items():
            for ours, measure, words in (
                ("ecosim", "consumer_days", "consumer-day"),
                ("ecosim_one_session", "consumer_days", "consumer-day of one session"),
                ("ecosim", "impressions", "impression"),
            ):
                ratio = turns["ratios"].get(f"{ours}_over_{peer}_{measure}")
                if ratio is not None:
                    who = f"{title} at {turns['rates'][peer]['consumers']:,}"
                    result[n, f"times {who}, per {words}, {on}"] = ratio
        if size["threads"] > 1 and "threads" in turns["ratios"]:
            result[n, f"{size['threads']} threads over one"] = turns["ratios"]["threads"]
        shares = {
            "matrix": "matrix product in serving",
            "feed": "matrix product in the feed alone",
            "memory": "memory in serving",
        }
        for bound, words in shares.items():
            if "bounds" in turns:
                result[n, f"share of the {words}, {on}"] = turns["bounds"][f"share_of_{bound}"]
    return result


def compare(found: dict[str, Any], before: dict[str, Any], tolerance: float) -> tuple[list[str], list[str]]:
    """Compare two measurements.

    Returns
    -------
    fell : list of str
        A sentence for each ratio that is smaller than before by more than the tolerance.
    told : list of str
        What was compared, and what should be known of it.
    """
    new, old = ratios(found), ratios(before)
    common = [key for key in new if key in old]
    fell = []
    for key in common:
        is_now, was = new[key]["median"], old[key]["median"]
        if is_now < (1 - tolerance) * was:
            less = f"{1 - is_now / was:.0%} less"
            fell.append(f"{key[0]:,} consumers, {key[1]}: {spread(new[key])}, was {spread(old[key])}, {less}")
    told = [f"{len(common)} ratios compared with {before['date'][:10]}, {len(fell)} fell by more than {tolerance:.0%}"]
    if not common:
        told = [f"nothing can be compared with {before['date'][:10]}: other sizes, threads or peers"]
    if found["machine"]["cpu"] != before["machine"]["cpu"]:
        told.append(f"another processor then ({before['machine']['cpu']}): ratios to the hardware's bound may differ")
    if (found["load_before"] or 0) > 1:
        told.append(f"this machine had other work (load {found['load_before']}): look again when it is idle")
    return fell, told
