"""Measure ecosim at one size: days end to end, stages, memory, and turn about with the hand-written Mesa model.

Run as a program it takes a :class:`Plan` as JSON and prints what it measured as JSON; every size gets its own process.
"""

from __future__ import annotations

import datetime
import gc
import json
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.mesa_feed import FeedModel
from ecosim.api import add_report
from ecosim.config import REGIONS, ScaleConfig, SimulationConfig
from ecosim.kernels.jit import set_threads
from ecosim.model import EcosystemModel
from ecosim.results import RunResult, manifest, summarise
from ecosim.results.folder import RunFolder
from ecosim.state.world import World

DEFAULT_RUN = 300
"""Days of the run that `make run` makes, burn-in included."""


@dataclass(frozen=True)
class Plan:
    """What to measure.

    Attributes
    ----------
    consumers, creators, threads : int
        Size of the world and threads of its kernels.
    warm_up, days : int
        Days until the shelf is full, which are not measured, and days that are.
    rounds : int
        How often ecosim and Mesa take turns.
    turn : int
        Days that ecosim lives in one turn.
    mesa_consumers, mesa_days : int
        Size of the Mesa model and the days it lives in one turn.
    report : bool
        Whether to time the figures and the report too.
    """

    consumers: int
    creators: int
    threads: int
    warm_up: int
    days: int
    rounds: int
    turn: int
    mesa_consumers: int
    mesa_days: int
    report: bool = False


@dataclass
class Span:
    """Days lived and the time they took."""

    seconds: float = 0.0
    days: int = 0
    consumer_days: int = 0
    impressions: int = 0

    def add(self, seconds: float, consumer_days: int, impressions: int) -> None:
        """Add a day."""
        self.seconds += seconds
        self.days += 1
        self.consumer_days += consumer_days
        self.impressions += impressions

    @property
    def rates(self) -> dict[str, float]:
        """What is compared: impressions and consumer-days a second."""
        return {
            "impressions_per_second": self.impressions / self.seconds,
            "consumer_days_per_second": self.consumer_days / self.seconds,
        }


def measure(plan: Plan) -> dict[str, Any]:
    """Measure one size: set-up, memory, days, what ends a run, then turns with Mesa."""
    started = time.perf_counter()
    config = SimulationConfig(
        days=plan.days + 2 * plan.rounds * plan.turn,
        burn_in=plan.warm_up,
        threads=plan.threads,
        scale=ScaleConfig(name="benchmark", consumers=plan.consumers, creators=plan.creators),
    )
    EcosystemModel.compile(config)
    rehearse(config)
    compiled = time.perf_counter()
    memory = reset_peak_memory()
    model = EcosystemModel(config)
    built = time.perf_counter()
    for _ in range(plan.warm_up):
        model.step()
    days = live(model, plan.days)
    finish = end(model, report=False)
    growth = None if memory is None else peak_memory() - memory
    seconds = days["seconds"] + finish
    result = {
        "consumers": plan.consumers,
        "creators": plan.creators,
        "threads": plan.threads,
        "compile_seconds": compiled - started,
        "setup_seconds": built - compiled,
        "warm_up_days": plan.warm_up,
        **days,
        "finish_seconds": finish,
        "seconds": seconds,
        "impressions_per_second": days["impressions"] / seconds,
        "seconds_per_consumer_day": seconds / days["consumer_days"],
        "memory_growth_bytes": growth,
        "memory_bytes_per_consumer": None if growth is None else growth / plan.consumers,
        "items": int(model.world.items.size),
        "candidates_per_session": candidates_per_session(model.world),
        "candidates_quota": quota(config),
    }
    if plan.report:
        whole = end(model, report=True)
        daily = days["seconds"] / days["days"]
        result["report_seconds"] = whole - finish
        result["default_run_impressions_per_second"] = (
            DEFAULT_RUN * days["impressions"] / days["days"] / (DEFAULT_RUN * daily + whole)
        )
    result["turns"] = take_turns(model, plan)
    model.close()
    return result


def rehearse(config: SimulationConfig) -> None:
    """Live a whole tiny run, so that libraries loaded late are not counted as memory or time of the world."""
    tiny = replace(config, days=2, burn_in=1, scale=ScaleConfig(name="rehearsal", consumers=60, creators=12))
    model = EcosystemModel(tiny)
    for _ in range(3):
        model.step()
    end(model, report=False)
    model.close()


def live(model: EcosystemModel, days: int) -> dict[str, Any]:
    """Live some days and return totals, the median day, and seconds by stage."""
    span, each, before = Span(), [], dict(model.world.timings)
    for _ in range(days):
        each.append(live_day(model, span))
    stages = {name: seconds - before.get(name, 0.0) for name, seconds in model.world.timings.items()}
    stages["faces, recorder, data collector"] = span.seconds - sum(stages.values())
    return {
        "days": days,
        "days_seconds": span.seconds,
        "seconds": span.seconds,
        "median_day_seconds": statistics.median(each),
        "consumer_days": span.consumer_days,
        "impressions": span.impressions,
        "impressions_per_consumer_day": span.impressions / span.consumer_days,
        "stages": stages,
    }


def live_day(model: EcosystemModel, span: Span) -> float:
    """Live a day, add it to the span, and return its seconds."""
    before = time.perf_counter()
    model.step()
    seconds = time.perf_counter() - before
    today = model.world.today
    span.add(seconds, int(today.consumers_served), int(today.impressions))
    return seconds


def end(model: EcosystemModel, *, report: bool) -> float:
    """Do what ends a run (tables, measures over the run, the folder, perhaps the report); return its seconds."""
    before, config = time.perf_counter(), model.config
    tables = model.recorder.tables()
    summary = summarise(tables["daily"], model.run_measures(), {})
    facts = manifest.build(
        config,
        status="complete",
        started=datetime.datetime.now().astimezone(),
        wall_seconds=0.0,
        compile_seconds=0.0,
        timings=model.world.timings,
        impressions=0,
        threads=config.threads or 1,
    )
    with tempfile.TemporaryDirectory() as folder:
        result = RunResult(config, summary, tables, facts)
        extras = (lambda path: add_report(result, path)) if report else None
        target = Path(folder) / "run"
        RunFolder.write(target, config=config, tables=tables, summary=summary, manifest=facts, extras=extras)
    return time.perf_counter() - before


def take_turns(model: EcosystemModel, plan: Plan) -> dict[str, Any]:
    """Let ecosim on all threads, ecosim on one thread and Mesa take turns, in changing order; return rates and ratios.

    A machine that is slow for a while is slow for all three, so that the ratio of each round means something.
    """
    peer = FeedModel(plan.mesa_consumers)
    peer.step()
    rounds: list[dict[str, Span]] = []
    for number in range(plan.rounds):
        spans = {"ecosim": Span(), "ecosim_one_thread": Span(), "mesa": Span()}
        for name in sorted(spans, reverse=number % 2 == 1):
            gc.collect()
            if name == "mesa":
                for _ in range(plan.mesa_days):
                    mesa_day(peer, spans[name])
            else:
                set_threads(plan.threads if name == "ecosim" else 1)
                for _ in range(plan.turn):
                    live_day(model, spans[name])
        rounds.append(spans)
    set_threads(plan.threads)
    measures = ("impressions_per_second", "consumer_days_per_second")
    result: dict[str, Any] = {"rounds": plan.rounds, "mesa_consumers": plan.mesa_consumers}
    for name in rounds[0]:
        result[name] = {m: statistics.median(spans[name].rates[m] for spans in rounds) for m in measures}
    for name in ("ecosim", "ecosim_one_thread"):
        for m in measures:
            ratios = [spans[name].rates[m] / spans["mesa"].rates[m] for spans in rounds]
            key = f"{name}_over_mesa_{m.removesuffix('_per_second')}"
            result[key] = {"median": statistics.median(ratios), "least": min(ratios), "most": max(ratios)}
    return result


def mesa_day(model: FeedModel, span: Span) -> None:
    """Live a day of the Mesa model."""
    before = time.perf_counter()
    model.step()
    span.add(time.perf_counter() - before, len(model.agents), model.impressions_today)


def quota(config: SimulationConfig) -> int:
    """Return how many candidates a session asks for when no slate is short and no policy reserves slots."""
    platform = config.platform
    return platform.recall_interest + platform.recall_hot + platform.recall_fresh + platform.recall_followed


def candidates_per_session(world: World) -> float:
    """Return how many candidates a session of the last day scored on average: the quotas, as far as slates reach."""
    platform, people, allocation = world.config.platform, world.consumers, world.today.allocation
    assert allocation is not None
    length = allocation.slates.length.reshape(-1, len(REGIONS))
    breadth = platform.recall_breadth
    shares = breadth / world.verticals + (1 - breadth) * people.profile_interest.astype(np.float64)
    taken = np.minimum(platform.recall_interest * shares, length[: world.verticals].T[people.region]).sum(axis=1)
    pools = (platform.recall_hot, platform.recall_fresh, platform.recall_reserved)
    for k, wanted in enumerate(pools):
        taken += np.minimum(wanted, length[world.verticals + k][people.region])
    fresh = (allocation.shelf.latest[world.follows.creator] >= 0).astype(np.int64)
    counted = np.concatenate(([0], np.cumsum(fresh)))
    followed = counted[world.follows.start[1:]] - counted[world.follows.start[:-1]]
    taken += np.minimum(platform.recall_followed, followed)
    weight = people.sessions * people.active
    return float((taken * weight).sum() / weight.sum())


def reset_peak_memory() -> int | None:
    """Let the process's peak memory begin anew and return what it holds now, in bytes; None where that is unknown."""
    gc.collect()
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return None
    return _status("VmRSS")


def peak_memory() -> int:
    """Return the most memory held since the reset, in bytes."""
    return _status("VmHWM")


def _status(name: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) * 1024
    raise OSError(f"/proc/self/status has no {name}")


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(Plan(**json.loads(sys.argv[1])))) + "\n")
