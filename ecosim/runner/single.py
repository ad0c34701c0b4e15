"""One run: check, compile, build the world, live the days, write the folder."""

from __future__ import annotations

import datetime
import logging
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosim.config import SimulationConfig
from ecosim.networks import populated
from ecosim.runner.checks import available_threads, check
from ecosim.runner.interrupts import Stop, deferred
from ecosim.runner.progress import Phase, Progress, Report, silent

if TYPE_CHECKING:
    from ecosim.model import EcosystemModel
    from ecosim.results import RunResult

log = logging.getLogger(__name__)

Extras = Callable[["RunResult", Path], None]
"""Adds figures and the report of a result to its folder; handed in, since they stand above the runner."""


@dataclass
class _Course:
    """What a run measured of itself: when it began, how long things took, whether it was stopped."""

    started: datetime.datetime = field(default_factory=lambda: datetime.datetime.now().astimezone())
    clock: float = field(default_factory=time.perf_counter)
    compile_seconds: float = 0.0
    setup_seconds: float = 0.0
    impressions: int = 0
    interrupted: bool = False

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self.clock


def run(
    config: SimulationConfig,
    *,
    progress: Report | None = None,
    write: bool = True,
    extras: Extras | None = None,
    command: Sequence[str] = (),
) -> RunResult:
    """Run one simulation.

    Parameters
    ----------
    config : SimulationConfig
        The settings. `config.out` names the run folder; without it the folder is `runs/<time>-<scenario>-<seed>`.
    progress : callable, optional
        Told of each step forward.
    write : bool
        Whether to write the run folder.
    extras : callable, optional
        Adds figures and the report; a failure there is logged and costs no results.
    command : sequence of str
        The command line, for the manifest.

    Returns
    -------
    RunResult
        Its status is `interrupted` when Ctrl-C ended the run after at least one day.

    Raises
    ------
    InputError
        Before anything is computed, when the settings or the folder cannot be used. Nothing is left behind.
    KeyboardInterrupt
        On Ctrl-C before the first day, or twice within one day. Nothing is left behind; its message says which.
        While results are written Ctrl-C is ignored.
    """
    report, course = progress or silent, _Course()
    check(config)
    config = populated(config)
    target = _target(config, course.started) if write else None
    with _built(config, course, report) as model, deferred() as stop:
        _live(model, config, course, report, stop)
        stop.hold()
        report(Progress(Phase.WRITE, model.world.day, config.total_days, config.burn_in, course.impressions))
        return _finish(model, config, course, target, extras, command)


def _target(config: SimulationConfig, started: datetime.datetime) -> Path:
    from ecosim.results.folder import check_out, default_out

    target = Path(config.out) if config.out is not None else default_out(config, started)
    check_out(target)
    return target


@contextmanager
def _built(config: SimulationConfig, course: _Course, report: Report) -> Iterator[EcosystemModel]:
    """Give a model whose kernels are compiled, and let go of it in the end; loading libraries counts as compiling."""
    try:
        model = _build(config, course, report)
    except KeyboardInterrupt:
        raise KeyboardInterrupt("interrupted before a day was measured; nothing was written") from None
    try:
        yield model
    finally:
        model.close()


def _build(config: SimulationConfig, course: _Course, report: Report) -> EcosystemModel:
    report(Progress(Phase.COMPILE, days=config.total_days, burn_in=config.burn_in))
    before = time.perf_counter()
    from ecosim.model import EcosystemModel  # imports numba and mesa; not before the settings are known to be good

    EcosystemModel.compile(config)
    course.compile_seconds = time.perf_counter() - before
    report(Progress(Phase.BUILD, days=config.total_days, burn_in=config.burn_in, seconds=course.compile_seconds))
    before = time.perf_counter()
    model = EcosystemModel(config)
    course.setup_seconds = time.perf_counter() - before
    return model


def _live(model: EcosystemModel, config: SimulationConfig, course: _Course, report: Report, stop: Stop) -> None:
    first = time.perf_counter()
    for _ in range(config.total_days):
        model.step()
        course.impressions += int(model.world.impressions_today)
        report(
            Progress(
                Phase.DAYS,
                day=int(model.world.day),
                days=config.total_days,
                burn_in=config.burn_in,
                impressions=course.impressions,
                seconds=time.perf_counter() - first,
            )
        )
        if stop:
            course.interrupted = int(model.world.day) < config.total_days
            return


def _finish(
    model: EcosystemModel,
    config: SimulationConfig,
    course: _Course,
    target: Path | None,
    extras: Extras | None,
    command: Sequence[str],
) -> RunResult:
    from ecosim.results import RunResult, summarise
    from ecosim.results.folder import RunFolder
    from ecosim.results.manifest import build

    tables = model.recorder.tables()
    manifest: dict[str, Any] = build(
        config,
        status="interrupted" if course.interrupted else "complete",
        started=course.started,
        wall_seconds=course.seconds,
        compile_seconds=course.compile_seconds,
        timings={"setup": course.setup_seconds, **model.world.timings},
        impressions=course.impressions,
        threads=config.threads or available_threads(),
        command=command,
        warnings=model.warnings(),
    )
    machine = {name: _number(manifest[name]) for name in ("impressions_per_second", "peak_memory_mb", "wall_seconds")}
    summary = summarise(tables["daily"], model.run_measures(), machine)
    result = RunResult(config, summary, tables, manifest)
    if target is not None:
        result.path = RunFolder.write(
            target,
            config=config,
            tables=tables,
            summary=summary,
            manifest=manifest,
            extras=None if extras is None else lambda folder: _add(extras, result, folder),
        )
    return result


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def _add(extras: Extras, result: RunResult, folder: Path) -> None:
    """Add figures and report; a defect in drawing must not cost the results of a long run."""
    written = {entry.name for entry in folder.iterdir()}
    try:
        extras(result, folder)
    except Exception as error:
        log.error(
            "the figures or the report could not be made (%s: %s); the tables are complete",
            type(error).__name__,
            error,
            exc_info=log.isEnabledFor(logging.DEBUG),
        )
        for entry in folder.iterdir():
            if entry.name not in written:
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
