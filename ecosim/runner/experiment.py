"""Paired experiments: scenarios times seeds in one folder, of which only the missing runs are done.

Every run has a folder of its own, written whole or not at all; finished runs stay, whatever ends the experiment.
Started again with the same words it does the rest, and ends with the same tables, byte for byte: they are always
made from the run folders, in the order of the plan.
"""

from __future__ import annotations

import json
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
from ecosim.runner.branching import shared_pasts
from ecosim.runner.checks import available_threads, check
from ecosim.runner.interrupts import held
from ecosim.runner.pool import SweepReport
from ecosim.runner.turns import Work, in_turn
from ecosim.runner.varying import varying

if TYPE_CHECKING:
    from ecosim.results.comparison import Comparison

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

    `errors` has an entry for each run planned; `reused` is how many were there before, `shared` how many have begun
    where a past that they share ended.
    """

    folder: Path
    plan: dict[str, Any]
    planned: Sequence[Planned]
    complete: Sequence[Planned]
    errors: Sequence[str | None]
    reused: int
    shared: int = 0

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
    fresh = _check_folder(folder, plan)
    with alone(folder, f"out: another ecosim is filling '{folder}'. Wait for it, or name another folder."):
        _write_plan(folder, plan)
        missing = [run for run in planned if not _reusable(run, plan)]
        for name in made if missing else ():
            (folder / name).unlink(missing_ok=True)
        work = Work(folder / PASTS, planned, missing, experiment.branch, tuple(command))
        rows = _run_missing(folder, work, jobs, progress, fresh)
        complete = [run for run in planned if _reusable(run, plan)]
        errors = [rows.get(run.arm.name, {}).get("error") for run in planned]
        shared = sum(row["shared"] for row in rows.values() if row["status"] == "complete")
        with held():
            return finish(Filled(folder, plan, planned, complete, errors, len(planned) - len(missing), shared))


def _planned(experiment: Experiment, folder: Path) -> list[Planned]:
    from ecosim.results.manifest import config_hash

    planned = []
    for arm in experiment.arms:
        check(replace(arm.config, threads=None))
        config = populated(arm.config)
        planned.append(Planned(arm, config, config_hash(config), folder / RUNS / arm.name))
    return planned


def _plan(experiment: Experiment, planned: Sequence[Planned]) -> dict[str, Any]:
    from ecosim.results.manifest import source_digest, versions

    return {
        "format": FORMAT,
        "name": experiment.name,
        "scenarios": {name: list(lines) for name, lines in experiment.changes.items()},
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


def _check_folder(folder: Path, plan: Mapping[str, Any]) -> bool:
    """Say whether the folder is new; refuse one that belongs to something else."""
    from ecosim.results.comparison import PLAN
    from ecosim.results.folder import check_out

    if folder.is_dir() and (folder / PLAN).is_file():
        _check_plan(folder, _read_plan(folder / PLAN), plan)
        return False
    if folder.is_dir() and all(_temporary(entry) for entry in folder.iterdir()):
        for entry in folder.iterdir():
            entry.unlink()
    check_out(folder)
    return True


def _read_plan(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{file} cannot be read ({error}). Name another folder by out=.") from None
    if not isinstance(found, dict) or not isinstance(found.get("runs"), dict):
        raise InputError(f"{file} is not the plan of an experiment. Name another folder by out=.")
    return found


def _check_plan(folder: Path, there: Mapping[str, Any], plan: Mapping[str, Any]) -> None:
    """Accept the folder of the same experiment, or of one with fewer seeds or scenarios; nothing else."""
    other = "Name another folder by out=; results of different {} are never mixed."
    if there.get("format") != plan["format"]:
        raise InputError(
            f"out: '{folder}' was written in format {there.get('format')}, this ecosim writes {plan['format']}. "
            + other.format("versions")
        )
    before, now = there.get("versions") or {}, plan["versions"]
    changed = [name for name in dict.fromkeys([*before, *now]) if before.get(name) != now.get(name)]
    if changed:
        told = ", ".join(
            f"{name} {before.get(name, 'none')} there and {now.get(name, 'none')} here" for name in changed
        )
        raise InputError(f"out: '{folder}' was begun with other versions ({told}). " + other.format("versions"))
    if there.get("source") != plan["source"]:
        raise InputError(
            f"out: '{folder}' was begun with other source files of ecosim ({there.get('source')} there, "
            f"{plan['source']} here). " + other.format("versions")
        )
    strange = [name for name, value in there["runs"].items() if plan["runs"].get(name) != value]
    if strange:
        raise InputError(
            f"out: '{folder}' holds another experiment: its run {strange[0]} "
            f"{'has other settings' if strange[0] in plan['runs'] else 'is not part of this one'}. "
            + other.format("experiments")
        )


def _temporary(entry: Path) -> bool:
    return entry.name.startswith(".") and entry.name.endswith(".tmp")


def _write_plan(folder: Path, plan: Mapping[str, Any]) -> None:
    from ecosim.results.comparison import PLAN

    (folder / RUNS).mkdir(exist_ok=True)
    partial = folder / f".{PLAN}.tmp"
    partial.write_text(json.dumps(plan, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    partial.replace(folder / PLAN)


def _reusable(run: Planned, plan: Mapping[str, Any]) -> bool:
    from ecosim.results.differences import complete_with

    return complete_with(run.folder, run.hash, plan["versions"])


def _run_missing(
    folder: Path,
    work: Work,
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
        in_turn(work, jobs or available_threads(), progress, rows)
    except KeyboardInterrupt:
        done = sum((run.folder / "manifest.json").is_file() for run in work.planned)
        done -= sum(row["status"] == "interrupted" for row in rows.values())
        with held():
            _tidy(folder)
            if fresh and not done:
                shutil.rmtree(folder, ignore_errors=True)
                raise KeyboardInterrupt("interrupted before a run was finished; nothing was kept") from None
        raise KeyboardInterrupt(
            f"interrupted: {done} of {len(work.planned)} runs are finished and kept in {folder}. "
            "The same command, with that out=, does the rest"
        ) from None
    finally:
        _tidy(folder)
    shutil.rmtree(folder / PASTS, ignore_errors=True)
    return rows


def _tidy(folder: Path) -> None:
    """Remove what ended workers left half-written."""
    for leftover in (folder / RUNS).glob(".*.tmp"):
        shutil.rmtree(leftover, ignore_errors=True)


def write_table_of_runs(filled: Filled) -> None:
    """Write `runs.parquet`: a row for every run that was planned, however it ended."""
    from ecosim.results import comparison, summary
    from ecosim.results.folder import SUMMARY
    from ecosim.results.runs import write_runs

    complete = {run.arm.name for run in filled.complete}

    def measured(run: Planned) -> dict[str, float]:
        return summary.from_json((run.folder / SUMMARY).read_text(encoding="utf-8"))

    write_runs(
        filled.folder / comparison.RUNS,
        names=[run.arm.name for run in filled.planned],
        parameters=varying([run.config for run in filled.planned]),
        statuses=["complete" if run.arm.name in complete else "failed" for run in filled.planned],
        errors=filled.errors,
        summaries=[measured(run) if run.arm.name in complete else {} for run in filled.planned],
    )


def _finish(filled: Filled, experiment: Experiment, page: Page | None) -> Comparison:
    """Write the tables from the run folders, then the report."""
    from ecosim.results import comparison, differences

    folder, complete = filled.folder, filled.complete
    write_table_of_runs(filled)
    replications = [
        differences.Replication(run.arm.scenario, run.arm.point, run.arm.seed, run.config, run.folder)
        for run in complete
    ]
    chosen = experiment.outcomes or differences.OUTCOMES
    differences.write_differences(folder / comparison.DIFFERENCES, replications, experiment.baseline, chosen)
    differences.write_bite(folder / comparison.BITE, replications)
    result = comparison.Comparison(folder, filled.plan, filled.reused, filled.told, filled.shared)
    if page is not None and complete:
        page(result)
    return result
