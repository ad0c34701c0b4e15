"""Runs side by side: processes of one thread each, a row for each run however it ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosim.config import Place, Runner, SimulationConfig
from ecosim.errors import InputError
from ecosim.runner import cluster
from ecosim.runner.checks import available_threads
from ecosim.runner.loading import load
from ecosim.runner.single import Extras, live, run
from ecosim.runner.workers import Row, failed, side_by_side

if TYPE_CHECKING:
    from ecosim.results import RunResult

SweepReport = Callable[[int, int, int], None]
"""Called with the runs done, the runs in all, and how many of those done have failed."""

PastReport = Callable[[int, int], None]
"""Called with the pasts that several runs share and that have been lived, and how many there are."""


@dataclass(frozen=True)
class Task:
    """One run: settings, whose `out` is its folder, what is added to it, and the command for its manifest.

    It goes on from the saved state `start`, if there is one; with `go_on`, from its own last checkpoint.
    """

    config: SimulationConfig
    extras: Extras | None
    command: tuple[str, ...]
    start: Path | None = None
    go_on: bool = False

    @property
    def name(self) -> str:
        """Name of the run's folder."""
        return Path(str(self.config.out)).name

    @property
    def place(self) -> Path:
        """Folder of the run's folder."""
        return Path(str(self.config.out)).parent


@dataclass(frozen=True)
class PastTask:
    """Days that several runs share, lived once: settings, how many days, and the file of the state after them."""

    config: SimulationConfig
    days: int
    path: Path

    @property
    def place(self) -> Path:
        """Folder of the file."""
        return self.path.parent


def places(config: SimulationConfig) -> int:
    """Return how many runs can be done at a time: the cores of this machine, or of the cluster."""
    return cluster.cores() if config.runner is Runner.RAY else available_threads()


def check_side_by_side(configs: Sequence[SimulationConfig], jobs: int | None) -> None:
    """Refuse to live worlds in actors of Ray (``engine=ray``) side by side: each takes the cluster by itself.

    Raises
    ------
    InputError
        When several would be lived at a time.
    """
    several = configs[0].runner is Runner.RAY or min(jobs or available_threads(), len(configs)) > 1
    if several and any(config.engine.place is Place.RAY for config in configs):
        raise InputError(
            "engine.place=ray spreads one world over a cluster, and these are several at a time. Do them one after "
            "another (-j 1, without runner=ray), or leave engine=ray out and spread the runs (runner=ray)."
        )


def run_all(
    tasks: Sequence[Task | PastTask], workers: int, rows: dict[int, dict[str, Any]], progress: SweepReport | None
) -> None:
    """Do all tasks, `workers` at a time, and put a row for each into `rows` as it ends.

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C; the rows of the tasks that were done are kept.
    """

    def took(number: int, row: dict[str, Any]) -> None:
        rows[number] = row
        if progress is not None:
            progress(len(rows), len(tasks), sum(done["status"] == "failed" for done in rows.values()))

    far = tasks[0].config.runner is Runner.RAY
    if progress is not None:
        progress(0, len(tasks), 0)
    if far:
        for number, row in cluster.on_cluster(_run_one, tasks, workers, tasks[0].place):
            took(number, row)
        return
    if workers == 1:
        for number, task in enumerate(tasks):
            took(number, _run_one(task))
            if rows[number]["status"] == "interrupted":
                raise KeyboardInterrupt
        return
    load(tasks[0].config)  # here, so that the workers find kernels ready instead of each compiling its own
    for number, row in side_by_side(_in_worker, tasks, workers):
        took(number, row)


def _in_worker(task: Task | PastTask, lost: Sequence[str]) -> Row:
    return _run_one(task, lost)


def _run_one(task: Task | PastTask, lost: Sequence[str] = ()) -> Row:
    """Run, and turn whatever happens into a row; `lost` says how workers were lost that began it before."""
    remarks = [f"A worker that did this run was lost ({what}); it was done once more." for what in lost]
    try:
        if isinstance(task, PastTask):
            live(task.config, task.days, task.path)
            return {"status": "complete", "error": None, "summary": {}}
        if lost and (Path(str(task.config.out)) / "manifest.json").is_file():  # lost after its last word
            from ecosim.results import RunResult

            return _ended(RunResult.load(str(task.config.out)))
        result = run(
            task.config,
            extras=task.extras,
            command=task.command,
            start=task.start,
            go_on=task.go_on or bool(lost),  # what the lost worker has left is this run's own
            remarks=remarks,
        )
    except (Exception, SystemExit) as error:  # a plug-in that calls exit() ends its own run only
        return failed(error)
    return _ended(result)


def _ended(result: RunResult) -> Row:
    return {"status": result.status, "error": None, "summary": result.summary}
