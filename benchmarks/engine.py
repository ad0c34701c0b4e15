"""Measure ecosim at one size: set-up, memory, days end to end and by stage, then rounds in which others take turns.

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
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from benchmarks.bounds import STREAM, candidates_per_session
from benchmarks.contestants import Contestant, Ecosim, Mesa, Span, TRecs, Twin, live
from benchmarks.mesa_feed import SLOTS
from benchmarks.trecs_peer import LeftOutError, Peer
from benchmarks.turns import take_turns
from ecosim.api import add_report
from ecosim.config import ScaleConfig, SimulationConfig
from ecosim.model import EcosystemModel
from ecosim.results import RunResult, manifest, summarise
from ecosim.results.folder import RunFolder

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
        How often all take turns; 0 for no turns.
    turn : int
        Days that ecosim lives in one turn.
    mesa_consumers, mesa_days : int
        Size of the Mesa model and the days it lives in one turn.
    twin_consumers, twin_warm_up, twin_every : int
        Size of the plain twin (0: it stays away), its days before the first round, and the rounds it takes part in:
        every so-many-th. It lives a day in one turn.
    trecs_users, trecs_every : int
        The same of T-RECS; it lives a step in one turn.
    trecs_python : str
        Interpreter of T-RECS's environment; where there is none, `trecs_left_out` says why.
    trecs_environment : dict
        Variables that T-RECS needs and that were taken from this process.
    stream : int
        Elements of the arrays by which memory bandwidth is measured.
    report : bool
        Whether to time the figures and the report too.
    """

    consumers: int
    creators: int
    threads: int
    warm_up: int
    days: int
    rounds: int = 0
    turn: int = 1
    mesa_consumers: int = 1_000
    mesa_days: int = 1
    twin_consumers: int = 0
    twin_warm_up: int = 7
    twin_every: int = 1
    trecs_users: int = 0
    trecs_every: int = 1
    trecs_python: str | None = None
    trecs_left_out: str = "it was not asked for"
    trecs_environment: dict[str, str] = field(default_factory=dict)
    stream: int = STREAM
    report: bool = False


def measure(plan: Plan) -> dict[str, Any]:
    """Measure one size: set-up, memory, days, what ends a run, then turns with others."""
    started = time.perf_counter()
    config = SimulationConfig(
        days=plan.days + 2 * plan.rounds * plan.turn + 1,
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
    tell(f"set up in {built - compiled:.1f} s; living {plan.warm_up} + {plan.days} days")
    for _ in range(plan.warm_up):
        model.step()
    days = measured_days(model, plan.days)
    finish = end(model, report=False)
    peak = None if memory is None else peak_memory()
    growth = None if memory is None or peak is None else peak - memory
    seconds = days["seconds"] + finish
    result = {
        "consumers": plan.consumers,
        "creators": plan.creators,
        "brands": int(model.world.economy.brands.size),
        "threads": plan.threads,
        "compile_seconds": compiled - started,
        "setup_seconds": built - compiled,
        "warm_up_days": plan.warm_up,
        **days,
        "finish_seconds": finish,
        "seconds": seconds,
        "impressions_per_second": days["impressions"] / seconds,
        "seconds_per_consumer_day": seconds / days["consumer_days"],
        "peak_memory_bytes": peak,
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
    tell(f"{result['impressions_per_second'] / 1e6:.2f} million impressions a second")
    if plan.rounds:
        tell(f"{plan.rounds} rounds with others")
        result["turns"] = turns(model, plan)
    model.close()
    return result


def tell(words: str) -> None:
    """Say how far it is, beside the figures."""
    print(f"  {words}", file=sys.stderr, flush=True)


def one_session(config: SimulationConfig) -> SimulationConfig:
    """Give every consumer the day that those of the Mesa model and of T-RECS have: one session of 30 slots."""
    habits = replace(
        config.population,
        sessions=1.0,
        sessions_spread=0.0,
        slots=float(SLOTS),
        slots_spread=0.0,
        region_watch=[1.0] * len(config.population.region_watch),
    )
    return replace(config, population=habits)


def turns(model: EcosystemModel, plan: Plan) -> dict[str, Any]:
    """Bring the others in, take turns, and say who was left out and why."""
    alike = EcosystemModel(one_session(model.config))
    for _ in range(plan.warm_up):
        alike.step()
    contestants: dict[str, Contestant] = {
        "ecosim": Ecosim(model, plan.threads, plan.turn),
        "ecosim_one_session": Ecosim(alike, plan.threads, plan.turn),
        "ecosim_one_thread": Ecosim(model, 1, plan.turn),
        "mesa": Mesa(plan.mesa_consumers, plan.mesa_days),
    }
    left_out, peer = {}, None
    if plan.twin_consumers:
        contestants["twin"] = Twin(model.config, plan.twin_consumers, plan.twin_warm_up, plan.twin_every)
    if plan.trecs_users:
        try:
            if plan.trecs_python is None:
                raise LeftOutError(plan.trecs_left_out)
            peer = Peer(plan.trecs_python, plan.trecs_users, plan.threads, plan.trecs_environment)
        except LeftOutError as error:
            left_out["trecs"] = str(error)
        else:
            contestants["trecs"] = TRecs(peer, plan.trecs_every, train=True)
            contestants["trecs_untrained"] = TRecs(peer, plan.trecs_every, train=False)
    try:
        result = take_turns(contestants, plan.rounds, stream=plan.stream)
    finally:
        alike.close()
        if peer is not None:
            peer.close()
    return result | {"left_out": left_out | result["left_out"]}


def rehearse(config: SimulationConfig) -> None:
    """Live a whole tiny run, so that libraries loaded late are not counted as memory or time of the world."""
    tiny = replace(config, days=2, burn_in=1, scale=ScaleConfig(name="rehearsal", consumers=60, creators=12))
    model = EcosystemModel(tiny)
    for _ in range(3):
        model.step()
    end(model, report=False)
    model.close()


def measured_days(model: EcosystemModel, days: int) -> dict[str, Any]:
    """Live some days and return totals, the median day, and seconds by stage."""
    span = Span()
    each = live(model, days, span)
    return {
        "days": days,
        "days_seconds": span.seconds,
        "seconds": span.seconds,
        "median_day_seconds": statistics.median(each),
        "consumer_days": span.consumer_days,
        "impressions": span.impressions,
        "impressions_per_consumer_day": span.impressions / span.consumer_days,
        "stages": span.stages | {"faces, recorder, data collector": span.seconds - sum(span.stages.values())},
    }


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


def quota(config: SimulationConfig) -> int:
    """Return how many candidates a session asks for when no slate is short and no policy reserves slots."""
    platform, live_too = config.platform, config.live.recall if config.live.active else 0
    videos = platform.recall_interest + platform.recall_hot + platform.recall_fresh + platform.recall_followed
    return videos + live_too


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
