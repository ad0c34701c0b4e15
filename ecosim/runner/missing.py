"""What of an experiment is still to be run: missing runs, after the pasts that some of them share."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ecosim.config import SimulationConfig
from ecosim.config.experiments import Arm
from ecosim.interrupts import held
from ecosim.runner.branching import Past, shared_pasts
from ecosim.runner.pool import PastReport, PastTask, SweepReport, Task, places, run_all
from ecosim.runner.single import Extras
from ecosim.runner.unfinished import Unfinished

log = logging.getLogger(__name__)

RUNS = "runs"
PASTS = "pasts"
"""Folder of the saved states that runs start from; it is gone when the experiment is over."""


@dataclass(frozen=True)
class Planned:
    """A run: its place in the experiment, its settings as they will be run, and their hash."""

    arm: Arm
    config: SimulationConfig
    hash: str
    folder: Path


@dataclass(frozen=True)
class Work:
    """What is to be done: runs, the pasts that some of them share, and who is told.

    `command` goes into the manifests; `extras` adds figures and the report to each run.
    """

    missing: Sequence[Planned]
    pasts: Sequence[Past]
    command: tuple[str, ...]
    extras: Extras | None = None
    progress: SweepReport | None = None
    lived: PastReport | None = None

    def told(self, done: int, failed: int) -> None:
        """Tell how many of the runs are done."""
        if self.progress is not None:
            self.progress(done, len(self.missing), failed)

    def told_of_pasts(self, done: int) -> None:
        """Tell how many of the pasts have been lived."""
        if self.lived is not None and self.pasts:
            self.lived(done, len(self.pasts))


def shared(planned: Sequence[Planned], missing: Sequence[Planned]) -> list[Past]:
    """Return the pasts that two or more missing runs share; a run that was left unfinished has lived its own."""
    to_do = {run.arm.name for run in missing if not Unfinished(run.folder).begun}
    pasts = []
    for past in shared_pasts([run.config for run in planned]):
        runs = tuple(number for number in past.runs if planned[number].arm.name in to_do)
        if len(runs) > 1 or (runs and (planned[runs[0]].folder.parent.parent / PASTS / past.name).exists()):
            pasts.append(replace(past, runs=runs))
    return pasts


def run_missing(
    folder: Path,
    planned: Sequence[Planned],
    work: Work,
    jobs: int | None,
    fresh: bool,
) -> dict[str, dict[str, Any]]:
    """Run what is missing and return how each of it ended, by name."""
    if not work.missing:
        return {}
    for run in work.missing:  # stopped in the middle, or damaged
        shutil.rmtree(run.folder, ignore_errors=True)
    rows: dict[str, dict[str, Any]] = {}
    try:
        _in_turn(folder, planned, work, jobs or places(planned[0].config), rows)
    except KeyboardInterrupt:
        done = sum((run.folder / "manifest.json").is_file() for run in planned)
        done -= sum(row["status"] == "interrupted" for row in rows.values())
        with held():
            _tidy(folder)
            begun = any(Unfinished(run.folder).states() for run in planned)
            if fresh and not done and not begun:
                shutil.rmtree(folder, ignore_errors=True)
                raise KeyboardInterrupt(
                    "interrupted before a run was finished; nothing was kept. The same command starts again"
                ) from None
        raise KeyboardInterrupt(
            f"interrupted: {done} of {len(planned)} runs are finished and kept in {folder}"
            f"{', beside checkpoints of others' if begun else ''}. "
            "The same command, with that out=, does the rest"
        ) from None
    finally:
        _tidy(folder)
    shutil.rmtree(folder / PASTS, ignore_errors=True)
    return rows


def _in_turn(
    folder: Path,
    planned: Sequence[Planned],
    work: Work,
    workers: int,
    rows: dict[str, dict[str, Any]],
) -> None:
    """Live as many pasts at a time as there are workers, then the runs that go on from them; other runs come last.

    A past is removed when its runs are done, so that there are never more of them on the disk than workers.
    """
    work.told_of_pasts(0)
    work.told(0, 0)
    ended = {"done": 0, "failed": 0, "lived": 0}

    def do(tasks: Sequence[Task], names: Sequence[str]) -> None:
        def told(done: int, _: int, failed: int) -> None:
            if done:  # that there is nothing done yet was told before
                work.told(ended["done"] + done, ended["failed"] + failed)

        found: dict[int, dict[str, Any]] = {}
        try:
            run_all(tasks, min(workers, len(tasks)), found, told)
        finally:
            ended["done"] += len(found)
            ended["failed"] += sum(row["status"] == "failed" for row in found.values())
            for number, row in found.items():
                rows[names[number]] = row | {"shared": tasks[number].start is not None}

    def live(tasks: Sequence[PastTask]) -> list[dict[str, Any]]:
        found: dict[int, dict[str, Any]] = {}
        if tasks:
            run_all(tasks, min(workers, len(tasks)), found, lambda done, *_: work.told_of_pasts(ended["lived"] + done))
        return list(found.values())

    begun: dict[str, Path] = {}
    for first in range(0, len(work.pasts), workers):
        batch = work.pasts[first : first + workers]
        begun |= _live_pasts(folder / PASTS, planned, batch, live)
        ended["lived"] += len(batch)
        work.told_of_pasts(ended["lived"])
        runs = [planned[number] for past in batch for number in past.runs if planned[number].arm.name in begun]
        if runs:  # none where their past could not be lived
            do([_task(run, work, begun[run.arm.name]) for run in runs], [run.arm.name for run in runs])
        for past in batch:
            (folder / PASTS / past.name).unlink(missing_ok=True)
    rest = [run for run in work.missing if run.arm.name not in begun]
    if rest:
        do([_task(run, work, None) for run in rest], [run.arm.name for run in rest])


def _live_pasts(
    folder: Path,
    planned: Sequence[Planned],
    pasts: Sequence[Past],
    live: Callable[[Sequence[PastTask]], list[dict[str, Any]]],
) -> dict[str, Path]:
    """Live the pasts that are not there yet; return the file to start from for every run that has one."""
    from ecosim.saving import intact

    folder.mkdir(exist_ok=True)
    new = [past for past in pasts if not intact(folder / past.name)]
    for row in live([PastTask(replace(past.config, threads=1), past.days, folder / past.name) for past in new]):
        if row["error"] is not None:
            log.warning("a past that runs share could not be lived (%s); they live it by themselves", row["error"])
    # Runs whose past failed live it themselves, and fail by themselves if they must.
    lived = [past for past in pasts if (folder / past.name).is_file()]
    return {planned[number].arm.name: folder / past.name for past in lived for number in past.runs}


def _task(run: Planned, work: Work, start: Path | None) -> Task:
    return Task(replace(run.config, out=str(run.folder), threads=1), work.extras, work.command, start, go_on=True)


def _tidy(folder: Path) -> None:
    """Remove what ended workers left half-written."""
    for leftover in (folder / RUNS).glob(".*.tmp"):
        shutil.rmtree(leftover, ignore_errors=True)
    for leftover in (folder / RUNS).glob("*/.*.tmp"):  # of a checkpoint
        leftover.unlink(missing_ok=True)
