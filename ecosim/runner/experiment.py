"""Paired experiments: scenarios times seeds in one folder, of which only the missing runs are done.

Every run has a folder of its own, written whole or not at all; finished runs stay, whatever ends the experiment.
Started again with the same words it does the rest, and ends with the same tables, byte for byte: they are always
made from the run folders, in the order of the plan.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ecosim.config import SimulationConfig
from ecosim.config.experiments import Arm, Experiment
from ecosim.errors import InputError
from ecosim.networks import populated
from ecosim.runner.alone import alone
from ecosim.runner.begun import check_folder
from ecosim.runner.branching import Past, shared_pasts
from ecosim.runner.checks import check
from ecosim.runner.interrupts import held
from ecosim.runner.pool import PastTask, SweepReport, Task, places, run_all
from ecosim.runner.unfinished import Unfinished
from ecosim.runner.varying import varying

if TYPE_CHECKING:
    from ecosim.results.comparison import Comparison

log = logging.getLogger(__name__)

FORMAT = 1
RUNS = "runs"
PASTS = "pasts"
"""Folder of the saved states that runs start from; it is gone when the experiment is over."""

Result = TypeVar("Result")

Page = Callable[["Comparison"], None]
"""Writes the report of an experiment into its folder; handed in, since it stands above the runner."""


@dataclass(frozen=True)
class Planned:
    """A run: its place in the experiment, its settings as they will be run, and their hash."""

    arm: Arm
    config: SimulationConfig
    hash: str
    folder: Path


@dataclass(frozen=True)
class Filled:
    """A folder in which all has been run that could be: every run planned, those complete, and why others failed.

    `errors` has an entry for each run planned; `reused` is how many were there before, `shared` how many of the others
    went on from a past that they share.
    """

    folder: Path
    plan: dict[str, Any]
    planned: Sequence[Planned]
    complete: Sequence[Planned]
    errors: Sequence[str | None]
    reused: int
    shared: int

    @property
    def told(self) -> tuple[str, ...]:
        """Why runs failed, each reason once."""
        return tuple(dict.fromkeys(error for error in self.errors if error is not None))


def compare(
    experiment: Experiment,
    out: Path | str,
    jobs: int | None = None,
    *,
    progress: SweepReport | None = None,
    page: Page | None = None,
    command: Sequence[str] = (),
) -> Comparison:
    """Run what is missing of an experiment and write its tables.

    Parameters
    ----------
    experiment : Experiment
        Scenarios, seeds and settings.
    out : path
        Folder of the experiment: new, empty, or begun by the same experiment or a part of it.
    jobs : int, optional
        Processes at a time; as many as there are cores when left out.
    progress : callable, optional
        Told after each run that was missing.
    page : callable, optional
        Writes the report.
    command : sequence of str
        The command line, for the manifests.

    Raises
    ------
    InputError
        Before anything is computed; also when the folder belongs to another experiment or other versions.
    KeyboardInterrupt
        On Ctrl-C. Finished runs are kept; the message says how many.
    """
    from ecosim.results.comparison import TABLES
    from ecosim.results.folder import REPORT

    def finish(filled: Filled) -> Comparison:
        return _finish(filled, experiment, page)

    return fill(experiment, out, jobs, finish, (*TABLES, REPORT), progress=progress, command=command)


def fill(
    experiment: Experiment,
    out: Path | str,
    jobs: int | None,
    finish: Callable[[Filled], Result],
    made: Sequence[str],
    *,
    progress: SweepReport | None = None,
    command: Sequence[str] = (),
    extra: Mapping[str, Any] | None = None,
) -> Result:
    """Run what is missing of an experiment, and let `finish` make its results while the folder is held.

    Parameters
    ----------
    experiment, out, jobs, progress, command
        As for :func:`compare`.
    finish : callable
        Writes the tables, and returns what the experiment returns.
    made : sequence of str
        Files that it writes; those of fewer runs are removed before more are run.
    extra : mapping, optional
        Goes into the plan beside what every experiment has.
    """
    if jobs is not None and jobs < 1:
        raise InputError(f"--jobs: found {jobs}, must be at least 1.")
    folder = Path(out)
    planned = _planned(experiment, folder)
    plan = _plan(experiment, planned) | dict(extra or {})
    fresh = check_folder(folder, plan)
    with alone(folder, f"out: another ecosim is filling '{folder}'. Wait for it, or name another folder."):
        _write_plan(folder, plan)
        missing = [run for run in planned if not _reusable(run, plan)]
        for name in made if missing else ():
            (folder / name).unlink(missing_ok=True)
        pasts = _shared(planned, missing) if experiment.branch else []
        rows = _run_missing(folder, planned, _Work(missing, pasts, tuple(command)), jobs, progress, fresh)
        complete = [run for run in planned if _reusable(run, plan)]
        errors = [rows.get(run.arm.name, {}).get("error") for run in planned]
        shared = sum(row["shared"] for row in rows.values() if row["status"] == "complete")
        with held():
            return finish(Filled(folder, plan, planned, complete, errors, len(planned) - len(missing), shared))


@dataclass(frozen=True)
class _Work:
    """What is to be done: runs, the pasts that some of them share, and the command for the manifests."""

    missing: Sequence[Planned]
    pasts: Sequence[Past]
    command: tuple[str, ...]


def _shared(planned: Sequence[Planned], missing: Sequence[Planned]) -> list[Past]:
    """Return the pasts that two or more missing runs share; a run that was left unfinished has lived its own."""
    to_do = {run.arm.name for run in missing if not Unfinished(run.folder).begun}
    pasts = []
    for past in shared_pasts([run.config for run in planned]):
        runs = tuple(number for number in past.runs if planned[number].arm.name in to_do)
        if len(runs) > 1 or (runs and (planned[runs[0]].folder.parent.parent / PASTS / past.name).exists()):
            pasts.append(replace(past, runs=runs))
    return pasts


def _planned(experiment: Experiment, folder: Path) -> list[Planned]:
    from ecosim.results.manifest import config_hash

    planned = []
    for arm in experiment.arms:
        try:
            check(replace(arm.config, threads=None))
        except InputError as error:
            raise InputError(f"scenario '{arm.scenario}': {error}") from None
        config = populated(arm.config)
        planned.append(Planned(arm, config, config_hash(config), folder / RUNS / arm.name))
    return planned


def _plan(experiment: Experiment, planned: Sequence[Planned]) -> dict[str, Any]:
    from ecosim.results.manifest import source_digest, versions

    return {
        "format": FORMAT,
        "name": experiment.name,
        "scenarios": {name: list(lines) for name, lines in experiment.changes.items()},
        "about": dict(experiment.about),
        "baseline": experiment.baseline,
        "seeds": list(experiment.seeds),
        "overrides": list(experiment.overrides),
        "outcomes": list(experiment.outcomes),
        "words": list(experiment.words),
        "versions": versions(),
        "source": source_digest(),
        "runs": {run.arm.name: run.hash for run in planned},
        "pasts": _described(planned) if experiment.branch else [],
    }


def _described(planned: Sequence[Planned]) -> list[dict[str, Any]]:
    """Say which runs share their past, and how many days of it, burn-in included."""
    return [
        {"days": past.days, "until": past.date, "runs": [planned[number].arm.name for number in past.runs]}
        for past in shared_pasts([run.config for run in planned])
    ]


def _write_plan(folder: Path, plan: Mapping[str, Any]) -> None:
    from ecosim.results.finished import PLAN

    (folder / RUNS).mkdir(exist_ok=True)
    partial = folder / f".{PLAN}.tmp"
    partial.write_text(json.dumps(plan, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    partial.replace(folder / PLAN)


def _reusable(run: Planned, plan: Mapping[str, Any]) -> bool:
    from ecosim.results.differences import complete_with

    return complete_with(run.folder, run.hash, plan["versions"])


def _run_missing(
    folder: Path,
    planned: Sequence[Planned],
    work: _Work,
    jobs: int | None,
    progress: SweepReport | None,
    fresh: bool,
) -> dict[str, dict[str, Any]]:
    """Run what is missing and return how each of it ended, by name."""
    if not work.missing:
        return {}
    for run in work.missing:  # stopped in the middle, or damaged
        shutil.rmtree(run.folder, ignore_errors=True)
    rows: dict[str, dict[str, Any]] = {}
    try:
        _in_turn(folder, planned, work, jobs or places(planned[0].config), progress, rows)
    except KeyboardInterrupt:
        done = sum((run.folder / "manifest.json").is_file() for run in planned)
        done -= sum(row["status"] == "interrupted" for row in rows.values())
        with held():
            _tidy(folder)
            if fresh and not done:
                shutil.rmtree(folder, ignore_errors=True)
                raise KeyboardInterrupt("interrupted before a run was finished; nothing was kept") from None
        raise KeyboardInterrupt(
            f"interrupted: {done} of {len(planned)} runs are finished and kept in {folder}. "
            "The same command, with that out=, does the rest"
        ) from None
    finally:
        _tidy(folder)
    shutil.rmtree(folder / PASTS, ignore_errors=True)
    return rows


def _in_turn(
    folder: Path,
    planned: Sequence[Planned],
    work: _Work,
    workers: int,
    progress: SweepReport | None,
    rows: dict[str, dict[str, Any]],
) -> None:
    """Live as many pasts at a time as there are workers, then the runs that go on from them; other runs come last.

    A past is removed when its runs are done, so that there are never more of them on the disk than workers.
    """
    total = len(work.missing) + len(work.pasts)
    ended = {"done": 0, "failed": 0}

    def do(tasks: Sequence[Task | PastTask], names: Sequence[str]) -> dict[str, dict[str, Any]]:
        def told(done: int, _: int, failed: int) -> None:
            if progress is not None:
                progress(ended["done"] + done, total, ended["failed"] + failed)

        found: dict[int, dict[str, Any]] = {}
        try:
            run_all(tasks, min(workers, len(tasks)), found, told)
        finally:
            ended["done"] += len(found)
            ended["failed"] += sum(row["status"] == "failed" for row in found.values())
            for number, row in found.items():
                task = tasks[number]
                if isinstance(task, Task):
                    rows[names[number]] = row | {"shared": task.start is not None}
        return {names[number]: row for number, row in found.items()}

    begun: dict[str, Path] = {}
    for first in range(0, len(work.pasts), workers):
        batch = work.pasts[first : first + workers]
        begun |= _live_pasts(folder / PASTS, planned, batch, do)
        runs = [planned[number] for past in batch for number in past.runs if planned[number].arm.name in begun]
        if runs:  # none where their past could not be lived
            do([_task(run, work.command, begun[run.arm.name]) for run in runs], [run.arm.name for run in runs])
        for past in batch:
            (folder / PASTS / past.name).unlink(missing_ok=True)
    rest = [run for run in work.missing if run.arm.name not in begun]
    if rest:
        do([_task(run, work.command, None) for run in rest], [run.arm.name for run in rest])


def _live_pasts(
    folder: Path, planned: Sequence[Planned], pasts: Sequence[Past], do: Callable[..., Mapping[str, Any]]
) -> dict[str, Path]:
    """Live the pasts that are not there yet; return the file to start from for every run that has one."""
    from ecosim.saving import intact

    folder.mkdir(exist_ok=True)
    new = [past for past in pasts if not intact(folder / past.name)]
    if new:
        tasks = [PastTask(replace(past.config, threads=1), past.days, folder / past.name) for past in new]
        for row in do(tasks, [past.name for past in new]).values():
            if row["error"] is not None:
                log.warning("a past that runs share could not be lived (%s); they live it by themselves", row["error"])
    # Runs whose past failed live it themselves, and fail by themselves if they must.
    lived = [past for past in pasts if (folder / past.name).is_file()]
    return {planned[number].arm.name: folder / past.name for past in lived for number in past.runs}


def _task(run: Planned, command: tuple[str, ...], start: Path | None) -> Task:
    return Task(replace(run.config, out=str(run.folder), threads=1), None, command, start, go_on=True)


def _tidy(folder: Path) -> None:
    """Remove what ended workers left half-written."""
    for leftover in (folder / RUNS).glob(".*.tmp"):
        shutil.rmtree(leftover, ignore_errors=True)


def write_table_of_runs(filled: Filled) -> None:
    """Write `runs.parquet`: a row for every run that was planned, however it ended."""
    from ecosim.results import finished, summary
    from ecosim.results.folder import SUMMARY
    from ecosim.results.runs import write_runs

    complete = {run.arm.name for run in filled.complete}

    def measured(run: Planned) -> dict[str, float]:
        return summary.from_json((run.folder / SUMMARY).read_text(encoding="utf-8"))

    write_runs(
        filled.folder / finished.RUNS,
        names=[run.arm.name for run in filled.planned],
        parameters=varying([run.config for run in filled.planned]),
        statuses=["complete" if run.arm.name in complete else "failed" for run in filled.planned],
        errors=filled.errors,
        summaries=[measured(run) if run.arm.name in complete else {} for run in filled.planned],
    )


def _finish(filled: Filled, experiment: Experiment, page: Page | None) -> Comparison:
    """Write the tables from the run folders, then the report."""
    from ecosim.results import comparison, differences, groups, trajectories

    folder, complete = filled.folder, filled.complete
    write_table_of_runs(filled)
    replications = [
        differences.Replication(run.arm.scenario, run.arm.point, run.arm.seed, run.config, run.folder)
        for run in complete
    ]
    chosen = experiment.outcomes or differences.OUTCOMES
    differences.write_differences(folder / comparison.DIFFERENCES, replications, experiment.baseline, chosen)
    differences.write_bite(folder / comparison.BITE, replications)
    differences.write_payments(folder / comparison.PAYMENTS, replications)
    groups.write_groups(folder / comparison.GROUPS, replications, experiment.baseline)
    trajectories.write_trajectories(folder / comparison.TRAJECTORIES, replications, experiment.baseline, chosen)
    result = comparison.Comparison(folder, filled.plan, filled.reused, filled.told, filled.shared)
    if page is not None and complete:
        page(result)
    return result
