"""Rounds in which all take turns, so that a machine that is slow for a while is slow for all; then ratios of rounds.

What is reported is the median over rounds of the ratio within a round, with the least and the most.
"""

from __future__ import annotations

import gc
import statistics
from collections.abc import Mapping
from typing import Any

from benchmarks.bounds import MatrixProduct, Triad, bytes_per_day, candidates_per_session, scores_per_day
from benchmarks.contestants import MEASURES, Contestant, Ecosim, Span
from benchmarks.feed_alone import measure_feed
from benchmarks.trecs_peer import LeftOutError
from ecosim.kernels.jit import set_threads

OURS = ("ecosim", "ecosim_one_session", "ecosim_one_thread")
Round = dict[str, Any]
"""Spans by contestant, and the rates and demands of the hardware bounds."""


def take_turns(contestants: Mapping[str, Contestant], rounds: int, *, stream: int) -> dict[str, Any]:
    """Let all take turns and return rates, ratios, stages and shares of the hardware bounds.

    Parameters
    ----------
    contestants : mapping
        By name; those of :data:`OURS` are among them. Who cannot go on is left out, and why is noted.
    rounds : int
        Rounds, at least one.
    stream : int
        Elements of the arrays by which memory bandwidth is measured.
    """
    ours, left_out = contestants["ecosim"], {}
    assert isinstance(ours, Ecosim)
    world, threads = ours.model.world, ours.threads
    product = MatrixProduct(round(candidates_per_session(world)), scores_per_day(world), threads)
    memory = Triad(threads, stream)
    found: list[Round] = []
    for number in range(rounds):
        spans: Round = {"matrix": product.rate(), "memory": memory.rate()}
        for name in sorted(contestants, reverse=number % 2 == 1):
            if name in left_out or number % contestants[name].every:
                continue
            gc.collect()
            try:
                contestants[name].turn(span := Span())
            except LeftOutError as error:
                left_out[name] = str(error)
            else:
                spans[name] = span
        spans["scores"], spans["bytes"] = scores_per_day(world), bytes_per_day(world)
        found.append(spans)
    set_threads(threads)
    return {
        "rounds": rounds,
        "left_out": left_out,
        "rates": {name: _rates(found, name, who) for name, who in contestants.items() if name not in left_out},
        "ratios": _ratios(found, [name for name in contestants if name not in left_out]),
        "stages": {name: _stages(found, name) for name in contestants if name in OURS},
        "bounds": _bounds(found, measure_feed(ours.model, threads)),
    }


def _rates(found: list[Round], name: str, who: Contestant) -> dict[str, Any]:
    spans = [spans[name] for spans in found if name in spans]
    rates = {f"{m}_per_second": statistics.median(span.rate(m) for span in spans) for m in MEASURES}
    return {"consumers": who.consumers, "rounds": len(spans), "days": spans[0].days, **rates}


def _ratios(found: list[Round], names: list[str]) -> dict[str, dict[str, float]]:
    """Ratios of ecosim to each of the others, and of all threads to one."""
    ratios = {"threads": _spread([s["ecosim"].rate("consumer_days") / s["ecosim_one_thread"].rate("consumer_days")
                                  for s in found])}  # fmt: skip
    for peer in names:
        if peer in OURS:
            continue
        for ours in (name for name in names if name in OURS):
            for m in MEASURES:
                each = [spans[ours].rate(m) / spans[peer].rate(m) for spans in found if peer in spans]
                ratios[f"{ours}_over_{peer}_{m}"] = _spread(each)
    return ratios


def _stages(found: list[Round], name: str) -> dict[str, float]:
    """Seconds a day by stage: the median over rounds."""
    return {
        stage: statistics.median(spans[name].stages[stage] / spans[name].days for spans in found)
        for stage in found[0][name].stages
    }


def _bounds(found: list[Round], feed: dict[str, Any]) -> dict[str, Any]:
    """Return what the hardware does a second, what a day asks of it, and the share of serving that this would take.

    The feed alone was timed once: its share of serving, and the matrix product's share of it.
    """
    matrix = [spans["matrix"] for spans in found]
    serving = [spans["ecosim"].stages["serving"] / spans["ecosim"].days for spans in found]
    paired = list(zip(found, serving, strict=True))
    return {
        "matrix_scores_per_second": statistics.median(matrix),
        "memory_bytes_per_second": statistics.median(spans["memory"] for spans in found),
        "scores_per_day": found[-1]["scores"],
        "bytes_per_day": found[-1]["bytes"],
        "share_of_matrix": _spread([s["scores"] / s["matrix"] / seconds for s, seconds in paired]),
        "feed_share_of_serving": feed["feed_seconds"] / feed["serving_seconds"],
        "feed_scores_per_second": feed["scores"] / feed["feed_seconds"],
        "share_of_feed": _spread([feed["scores"] / feed["feed_seconds"] / rate for rate in matrix]),
        "share_of_memory": _spread([s["bytes"] / s["memory"] / seconds for s, seconds in paired]),
    }


def _spread(values: list[float]) -> dict[str, float]:
    return {"median": statistics.median(values), "least": min(values), "most": max(values)}
