"""One run: check, compile, build the world, live the days, write the folder."""

from __future__ import annotations

import datetime
import logging
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosim.config import EngineConfig, SimulationConfig
from ecosim.config.identity import config_hash
from ecosim.errors import InputError
from ecosim.interrupts import Stop, deferred
from ecosim.networks import populated
from ecosim.runner.checks import available_threads, check
from ecosim.runner.course import Course
from ecosim.runner.loading import load
from ecosim.runner.progress import Phase, Progress, Report, silent
from ecosim.runner.target import check_target, to_be_written
from ecosim.runner.unfinished import Unfinished, keep_rows

if TYPE_CHECKING:
    import pyarrow as pa

    from ecosim.model import EcosystemModel
    from ecosim.results import RunResult

log = logging.getLogger(__name__)

Extras = Callable[["RunResult", Path], None]
"""Adds figures and the report of a result to its folder; handed in, since they stand above the runner."""


@dataclass
class _Job:
    """One run as it is carried out: its settings, where its results go, and who is told."""

    config: SimulationConfig
    target: Path | None
    report: Report
    extras: Extras | None
    command: Sequence[str]
    course: Course = field(default_factory=Course)
    unfinished: Unfinished | None = None
    starts: Sequence[Path] = ()
    remarks: Sequence[str] = ()
    resumed: bool = False

    @property
    def left(self) -> str:
        """What a signal leaves of the run before its results are written, as the end of a sentence."""
        if self.unfinished is None or not self.unfinished.states():
            return "nothing was written"
        return f"`ecosim resume {self.target}` goes on from the last checkpoint"


def run(
    config: SimulationConfig,
    *,
    progress: Report | None = None,
    write: bool = True,
    extras: Extras | None = None,
    command: Sequence[str] = (),
    start: Path | None = None,
    go_on: bool = False,
    remarks: Sequence[str] = (),
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
    start : Path, optional
        A saved state of a run with the same past, from which this one goes on.
    go_on : bool
        Whether to go on with the same run if it was left unfinished; by default that is an error, so that no
        checkpoint is lost by mistake.
    remarks : sequence of str
        What happened to the run before it began, for its warnings.

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
    check(config)
    job = _Job(populated(config), None, progress or silent, extras, command)
    job.starts, job.remarks = [] if start is None else [start], remarks
    if not write:
        return _carry_out(job)
    with to_be_written(config, job.course.started) as job.target:
        return _kept(job, go_on) if config.recording.checkpoint_every else _carry_out(job)


def _kept(job: _Job, go_on: bool) -> RunResult:
    """Carry out a run with checkpoints."""
    assert job.target is not None
    job.unfinished = Unfinished(job.target)
    with job.unfinished.held():
        _begin(job, job.unfinished, go_on)
        try:
            return _carry_out(job)
        except (InputError, KeyboardInterrupt):
            if not job.unfinished.states():  # nothing that anyone could go on from
                job.unfinished.remove()
            raise


def _begin(job: _Job, unfinished: Unfinished, go_on: bool) -> None:
    """Note what the run is, or find what is left of it."""
    if not unfinished.begun:
        unfinished.begin(job.config, job.command, job.course.started)
        return
    if not go_on:
        raise InputError(
            f"out: an unfinished run is in '{unfinished.folder}'. Finish it by `ecosim resume {unfinished.target}`, "
            "remove that folder, or name another one."
        )
    if config_hash(unfinished.read()[0]) != config_hash(job.config):
        raise InputError(f"out: '{unfinished.folder}' holds an unfinished run of other settings. Name another folder.")
    job.starts, job.resumed = [*unfinished.states(), *job.starts], True


def resume(
    run: Path | str,
    *,
    engine: EngineConfig | None = None,
    progress: Report | None = None,
    extras: Extras | None = None,
) -> RunResult:
    """Finish a run that was killed, from its last checkpoint.

    Parameters
    ----------
    run : path
        The run folder that was to be written, or the folder of the unfinished run beside it.
    engine : EngineConfig, optional
        How the machine works from now on, on which no result depends; as before when left out.
    progress, extras : callable, optional
        As for :func:`run`.

    Returns
    -------
    RunResult
        The run; its tables have the bytes that they would have had without the break.

    Raises
    ------
    InputError
        When there is no unfinished run of that name, or it was begun by other versions.
    """
    unfinished = Unfinished.named(run)
    with unfinished.held():
        config, noted = unfinished.read()
        threads = min(config.threads or available_threads(), available_threads())
        config = replace(config, out=str(unfinished.target), threads=threads, engine=engine or config.engine)
        check(config)
        check_target(unfinished.target)
        job = _Job(config, unfinished.target, progress or silent, extras, noted["command"], unfinished=unfinished)
        job.course.started = datetime.datetime.fromisoformat(noted["started"])
        job.starts, job.resumed = unfinished.states(), True
        return _carry_out(job)


def live(config: SimulationConfig, days: int, path: Path) -> None:
    """Live some days and save the state, for runs that share them.

    Parameters
    ----------
    config : SimulationConfig
        Settings of the past, with the policies of all runs that go on from it; those that have not begun are idle.
    days : int
        How many, burn-in included.
    path : Path
        The file of the state.

    Raises
    ------
    InputError
        When a policy has moved a lever before its first day, so that the past is not one that runs could share.
    KeyboardInterrupt
        On Ctrl-C; nothing is written then.
    """
    job = _Job(populated(config), None, silent, None, ())
    with _built(job) as model, deferred() as stop:
        with stop.cuttable():
            for _ in range(days):
                model.step()
                stop.check()
        date = days - config.burn_in
        early = [name for name in model.world.moved if config.policies[name].start >= date]
        if early:
            raise InputError(f"policies.{early[0]} moved levers before its first day, so its past cannot be shared.")
        model.save(path)


def _carry_out(job: _Job) -> RunResult:
    """Build, live and write."""
    with _built(job) as model, deferred() as stop:
        try:
            with stop.cuttable():
                _live(model, job, stop)
        except KeyboardInterrupt as error:
            raise KeyboardInterrupt(f"{str(error) or 'interrupted'}; {job.left}") from None
        config = job.config
        job.report(Progress(Phase.WRITE, int(model.world.day), config.total_days, config.burn_in, model.impressions))
        result = _finish(model, job)
        if job.unfinished is not None:
            job.unfinished.remove()
        return result


@contextmanager
def _built(job: _Job) -> Iterator[EcosystemModel]:
    """Give a model whose kernels are compiled, and let go of it in the end; loading libraries counts as compiling."""
    try:
        model = _build(job)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"interrupted before a day was measured; {job.left}") from None
    try:
        yield model
    finally:
        model.close()


def _build(job: _Job) -> EcosystemModel:
    config, course = job.config, job.course
    job.report(Progress(Phase.COMPILE, days=config.total_days, burn_in=config.burn_in))
    compiled = load(config)
    course.compile_seconds += compiled
    job.report(Progress(Phase.BUILD, days=config.total_days, burn_in=config.burn_in, seconds=compiled))
    before = time.perf_counter()
    from ecosim.model import EcosystemModel

    with deferred() as stop:
        with stop.cuttable():
            model = _from_saved(job) or EcosystemModel(config)
        if job.target is not None:
            keep_rows(model, job.target, job.unfinished)
        if stop:
            model.close()
            raise KeyboardInterrupt
    course.setup_seconds = time.perf_counter() - before
    return model


def _from_saved(job: _Job) -> EcosystemModel | None:
    """Go on from the first of the saved states that is whole; None when none is."""
    from ecosim.model import EcosystemModel
    from ecosim.recording import DamagedRows
    from ecosim.saving import DamagedState, read_header

    for path in job.starts:
        try:
            model = EcosystemModel.load(path, job.config)
        except (DamagedRows, DamagedState) as error:
            log.warning("%s", error)
            continue
        job.course.take_over(int(model.world.day), read_header(path).notes)
        return model
    if job.resumed:
        told = f"The unfinished run of '{job.target}' had no checkpoint that is whole; it began again at its first day."
        log.warning("%s", told)
        job.remarks = [*job.remarks, told]
    return None


def _live(model: EcosystemModel, job: _Job, stop: Stop) -> None:
    config, unfinished = job.config, job.unfinished
    first, before, served = time.perf_counter(), int(model.world.day), model.impressions
    every = config.recording.checkpoint_every
    for _ in range(before, config.total_days):
        model.step()
        day = int(model.world.day)
        job.report(
            Progress(
                Phase.DAYS,
                day=day,
                days=config.total_days,
                burn_in=config.burn_in,
                impressions=model.impressions - served,
                seconds=time.perf_counter() - first,
                before=before,
            )
        )
        heard, over = stop.number, day == config.total_days
        if heard and (unfinished is None or over or not stop.killed):
            job.course.interrupted = not over
            return
        if unfinished is not None and not over and (heard or day % every == 0):
            unfinished.keep(model, job.course.notes())
        if heard:  # who ends the process does not mean that the run is over
            raise KeyboardInterrupt(f"ended by {stop.name} after {day} days")


def _finish(model: EcosystemModel, job: _Job) -> RunResult:
    from ecosim.results import RunResult, summarise
    from ecosim.results.manifest import build

    config, course = job.config, job.course
    manifest: dict[str, Any] = build(
        config,
        status="interrupted" if course.interrupted else "complete",
        started=course.started,
        wall_seconds=course.seconds,
        compile_seconds=course.compile_seconds,
        timings={"setup": course.setup_seconds, **model.world.timings},
        impressions=model.impressions,
        threads=config.threads or available_threads(),
        command=job.command,
        warnings=[*model.warnings(), *job.remarks],
        continued=course.continued,
    )
    machine = {name: _number(manifest[name]) for name in ("impressions_per_second", "peak_memory_mb", "wall_seconds")}
    summary = summarise(model.recorder.table("daily"), model.run_measures(), machine)
    if job.target is None:
        return RunResult(config, summary, model.recorder.tables(), manifest)
    result = RunResult(config, summary, {}, manifest)
    _write(job, job.target, result, model.recorder.parts())
    return result


def _write(job: _Job, target: Path, result: RunResult, parts: Mapping[str, Iterator[pa.Table]]) -> None:
    """Write the folder part by part; the result reads from it what it is asked for."""
    from ecosim.results import StoredTables
    from ecosim.results.folder import RunFolder

    extras = job.extras
    try:
        result.path = RunFolder.write(
            target,
            config=job.config,
            tables=parts,
            summary=result.summary,
            manifest=result.manifest,
            extras=None if extras is None else lambda folder: _add(extras, result, folder),
        )
    except InputError as error:
        if job.unfinished is None or not job.unfinished.states():
            raise
        raise InputError(
            f"{error}\nThe run is not lost: `ecosim resume {target}` goes on from its last checkpoint."
        ) from None
    result.tables = StoredTables(result.path)


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def _add(extras: Extras, result: RunResult, folder: Path) -> None:
    """Add figures and report; a defect in drawing must not cost the results of a long run."""
    from ecosim.results import StoredTables

    result.tables = StoredTables(folder)
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
