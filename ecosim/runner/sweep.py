"""Many runs, one row each: the runner behind `ecosim run -m`.

Runs are spread over processes of one thread each. Each writes a folder of its own; at the end one tidy table,
`runs.parquet`, holds for each run what was varied, its seed, how it ended and its summary. A run that fails is a row
with its error, not the end of the others.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ecosim.config import SimulationConfig
from ecosim.errors import InputError
from ecosim.interrupts import held
from ecosim.networks import populated
from ecosim.runner.checks import check
from ecosim.runner.pool import SweepReport, Task, places, run_all
from ecosim.runner.single import Extras
from ecosim.runner.varying import varying

TABLE = "runs.parquet"


@dataclass(frozen=True)
class SweepResult:
    """What came of a sweep: the table's path, and how many runs ended in which way, and why some failed."""

    table: Path
    complete: int
    failed: int
    interrupted: int
    errors: tuple[str, ...] = ()


def sweep(
    configs: Sequence[SimulationConfig],
    out: Path | str,
    jobs: int | None = None,
    *,
    progress: SweepReport | None = None,
    extras: Extras | None = None,
    command: Sequence[str] = (),
) -> SweepResult:
    """Run each configuration into a folder of its own under `out`, and write `out/runs.parquet`.

    Parameters
    ----------
    configs : sequence of SimulationConfig
        One a run; their own `out` and `threads` are not used.
    out : path
        Folder of the sweep: new, or empty.
    jobs : int, optional
        Processes at a time; as many as there are cores when left out.
    progress : callable, optional
        Told after each run.
    extras : callable, optional
        Adds figures and the report to each run's folder.
    command : sequence of str
        The command line, for the manifests.

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C before a run was finished. Later the finished runs are kept, and the others are rows of the table.
    """
    from ecosim.results.folder import check_out

    if not configs:
        raise InputError("the sweep has no runs: give at least one value for each key.")
    if jobs is not None and jobs < 1:
        raise InputError(f"--jobs: found {jobs}, must be at least 1.")
    for config in configs:
        check(replace(config, threads=None))
    configs = [populated(config) for config in configs]
    workers = min(jobs or places(configs[0]), len(configs))
    folder = Path(out)
    check_out(folder)
    folder.mkdir(parents=True, exist_ok=True)
    tasks = [
        Task(replace(config, out=str(folder / name), threads=1), extras, tuple(command))
        for name, config in _named(configs)
    ]
    rows: dict[int, dict[str, Any]] = {}
    try:
        run_all(tasks, workers, rows, progress)
    except KeyboardInterrupt:
        pass  # runs that are not in rows stand in the table as interrupted
    finally:
        with held():
            _tidy(folder)
    if not rows:
        raise KeyboardInterrupt(
            "interrupted before a run was finished; nothing was kept. The same command starts again"
        )
    with held():
        folder.mkdir(exist_ok=True)  # gone when every run failed
        return _write_table(folder, configs, tasks, rows)


def _tidy(folder: Path) -> None:
    """Remove what ended workers left half-written, and the folder itself when no run was finished."""
    for leftover in folder.glob(".*.tmp"):
        shutil.rmtree(leftover, ignore_errors=True)
    if not any(folder.iterdir()):
        folder.rmdir()


def _named(configs: Sequence[SimulationConfig]) -> list[tuple[str, SimulationConfig]]:
    width = len(str(len(configs) - 1))
    return [(f"{number:0{width}d}-{config.scenario}-{config.seed}", config) for number, config in enumerate(configs)]


def _write_table(
    folder: Path, configs: Sequence[SimulationConfig], tasks: Sequence[Task], rows: dict[int, dict[str, Any]]
) -> SweepResult:
    from ecosim.results.runs import write_runs

    unfinished: dict[str, Any] = {"status": "interrupted", "error": None, "summary": {}}
    ordered = [rows.get(number, unfinished) for number in range(len(tasks))]
    path = folder / TABLE
    write_runs(
        path,
        names=[task.name for task in tasks],
        parameters=varying(configs),
        statuses=[row["status"] for row in ordered],
        errors=[row["error"] for row in ordered],
        summaries=[row["summary"] for row in ordered],
    )
    statuses = [row["status"] for row in ordered]
    errors = tuple(dict.fromkeys(row["error"] for row in ordered if row["error"] is not None))
    return SweepResult(
        path, statuses.count("complete"), statuses.count("failed"), statuses.count("interrupted"), errors
    )
