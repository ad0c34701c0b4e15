"""In turn: the pasts that runs share, the runs that go on from them, and the runs that live their own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosim.runner.branching import Past, shared_pasts
from ecosim.runner.pool import PastTask, SweepReport, Task, run_all
from ecosim.runner.unfinished import Unfinished

if TYPE_CHECKING:
    from ecosim.runner.experiment import Planned

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Work:
    """What is to be done of an experiment.

    Attributes
    ----------
    folder : Path
        Where the states of pasts lie while they are needed.
    planned, missing : sequence of Planned
        All runs, and those that are not there.
    branch : bool
        Whether runs share their pasts.
    command : tuple of str
        The command line, for the manifests.
    """

    folder: Path
    planned: Sequence[Planned]
    missing: Sequence[Planned]
    branch: bool
    command: tuple[str, ...]

    def pasts(self) -> list[Past]:
        """Return the pasts that missing runs share; a run that was left unfinished has lived its own."""
        if not self.branch:
            return []
        to_do = {run.arm.name for run in self.missing if not Unfinished(run.folder).begun}
        pasts = []
        for past in shared_pasts([run.config for run in self.planned]):
            runs = tuple(number for number in past.runs if self.planned[number].arm.name in to_do)
            if len(runs) > 1 or (runs and (self.folder / past.name).exists()):
                pasts.append(replace(past, runs=runs))
        return pasts


def in_turn(work: Work, workers: int, progress: SweepReport | None, rows: dict[str, dict[str, Any]]) -> None:
    """Live as many pasts at a time as there are workers, then the runs that go on from them; other runs come last.

    A past is removed when its runs are done, so that there are never more of them on the disk than workers.
    """
    planned, pasts, folder = work.planned, work.pasts(), work.folder
    total = len(work.missing) + len(pasts)
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
    for first in range(0, len(pasts), workers):
        batch = pasts[first : first + workers]
        begun |= _live_pasts(folder, planned, batch, do)
        runs = [planned[number] for past in batch for number in past.runs if planned[number].arm.name in begun]
        if runs:
            do([_task(run, work.command, begun[run.arm.name]) for run in runs], [run.arm.name for run in runs])
        for past in batch:
            (folder / past.name).unlink(missing_ok=True)
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
