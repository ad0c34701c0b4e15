"""Paired experiments: scenarios times seeds in one folder, of which only the missing runs are done.

Every run has a folder of its own, written whole or not at all; finished runs stay, whatever ends the experiment.
Started again with the same words it does the rest, and ends with the same tables, byte for byte: they are always
made from the run folders, in the order of the plan.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ecosim.config.experiments import Experiment
from ecosim.errors import InputError
from ecosim.interrupts import held
from ecosim.networks import populated
from ecosim.runner.alone import alone
from ecosim.runner.begun import check_folder
from ecosim.runner.branching import shared_pasts
from ecosim.runner.checks import check
from ecosim.runner.missing import RUNS, Planned, Work, run_missing, shared
from ecosim.runner.pool import PastReport, SweepReport, check_side_by_side
from ecosim.runner.single import Extras
from ecosim.runner.varying import varying

if TYPE_CHECKING:
    from ecosim.results.comparison import Comparison

log = logging.getLogger(__name__)

Result = TypeVar("Result")

Page = Callable[["Comparison"], None]
"""Writes the report of an experiment into its folder; handed in, since it stands above the runner."""


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
    def statuses(self) -> list[str]:
        """How each run planned has ended; one that was not done because of Ctrl-C is interrupted."""
        complete = {run.arm.name for run in self.complete}
        return [
            "complete" if run.arm.name in complete else "interrupted" if error is None else "failed"
            for run, error in zip(self.planned, self.errors, strict=True)
        ]

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
    lived: PastReport | None = None,
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
    lived : callable, optional
        Told of the pasts that runs share, before them.
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
        return finish_comparison(filled, experiment, page)

    return fill(experiment, out, jobs, finish, (*TABLES, REPORT), progress=progress, lived=lived, command=command)


def fill(
    experiment: Experiment,
    out: Path | str,
    jobs: int | None,
    finish: Callable[[Filled], Result],
    made: Sequence[str],
    *,
    progress: SweepReport | None = None,
    lived: PastReport | None = None,
    command: Sequence[str] = (),
    extra: Mapping[str, Any] | None = None,
    extras: Extras | None = None,
    stopped: Callable[[Filled], None] | None = None,
) -> Result:
    """Run what is missing of an experiment, and let `finish` make its results while the folder is held.

    Parameters
    ----------
    experiment, out, jobs, progress, lived, command
        As for :func:`compare`.
    finish : callable
        Writes the tables, and returns what the experiment returns.
    made : sequence of str
        Files that it writes; those of fewer runs are removed before more are run.
    extra : mapping, optional
        Goes into the plan beside what every experiment has.
    extras : callable, optional
        Adds figures and the report to each run's folder.
    stopped : callable, optional
        Writes what can be said of the runs that are finished when Ctrl-C ends the experiment.
    """
    if jobs is not None and jobs < 1:
        raise InputError(f"--jobs: found {jobs}, must be at least 1.")
    folder = Path(out)
    planned = _planned(experiment, folder)
    check_side_by_side([run.config for run in planned], jobs)
    plan = plan_of(experiment, planned) | dict(extra or {})
    fresh = check_folder(folder, plan)
    with alone(folder, f"out: another ecosim is filling '{folder}'. Wait for it, or name another folder."):
        write_plan(folder, plan)  # first: without it, what is in the folder is nobody's
        (folder / RUNS).mkdir(exist_ok=True)
        missing = [run for run in planned if not _reusable(run, plan)]
        for name in made if missing else ():
            (folder / name).unlink(missing_ok=True)
        pasts = shared(planned, missing) if experiment.branch else []
        work = Work(missing, pasts, tuple(command), extras, progress, lived)

        def filled(rows: Mapping[str, Mapping[str, Any]]) -> Filled:
            to_do = {run.arm.name for run in missing}
            complete = [run for run in planned if run.arm.name not in to_do or _reusable(run, plan)]
            done = {run.arm.name for run in complete}
            errors = [_why(rows.get(run.arm.name, {}), run.arm.name in done) for run in planned]
            begun = sum(row["shared"] for row in rows.values() if row["status"] == "complete")
            return Filled(folder, plan, planned, complete, errors, len(planned) - len(missing), begun)

        try:
            rows = run_missing(folder, planned, work, jobs, fresh)
        except KeyboardInterrupt:
            if stopped is not None and folder.is_dir():
                with held():
                    stopped(filled({}))
            raise
        with held():
            result = finish(filled(rows))
            seal(folder, plan, made)
            return result


def _why(row: Mapping[str, Any], complete: bool) -> str | None:
    """Say why a run is not complete, as far as its row knows: None too when it was not done."""
    if row.get("status") == "complete" and not complete:
        return "its results were removed or damaged after it was finished"
    error: str | None = row.get("error")
    return error


def seal(folder: Path, plan: Mapping[str, Any], made: Sequence[str]) -> None:
    """Note in the plan what bytes the tables have, so that what happens to them later is seen."""
    from ecosim.results.stored import SEALS, seals

    tables = [name for name in made if name.endswith(".parquet") and (folder / name).is_file()]
    write_plan(folder, {**plan, SEALS: seals(folder, tables)})


def _planned(experiment: Experiment, folder: Path) -> list[Planned]:
    from ecosim.results.manifest import config_hash

    planned = []
    for arm in experiment.arms:
        try:
            check(replace(arm.config, threads=None))
        except InputError as error:
            named = f"scenario '{arm.scenario}': " if arm.scenario in experiment.changes else ""
            raise InputError(f"{named}{error}") from None
        config = populated(arm.config)
        planned.append(Planned(arm, config, config_hash(config), folder / RUNS / arm.name))
    return planned


def plan_of(experiment: Experiment, planned: Sequence[Planned]) -> dict[str, Any]:
    """Return what the folder of an experiment says of itself."""
    from ecosim.results.finished import FORMAT
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
        "points": {run.arm.name: run.arm.point for run in planned if run.arm.point},
        "pasts": _described(planned) if experiment.branch else [],
    }


def _described(planned: Sequence[Planned]) -> list[dict[str, Any]]:
    """Say which runs share their past, and how many days of it, burn-in included."""
    return [
        {"days": past.days, "until": past.date, "runs": [planned[number].arm.name for number in past.runs]}
        for past in shared_pasts([run.config for run in planned])
    ]


def write_plan(folder: Path, plan: Mapping[str, Any]) -> None:
    """Write the plan into the folder of an experiment, in place of one that asked for less."""
    from ecosim.results.finished import PLAN
    from ecosim.results.folder import write_text
    from ecosim.results.stored import to_json

    write_text(to_json(plan), folder / PLAN)


def _reusable(run: Planned, plan: Mapping[str, Any]) -> bool:
    from ecosim.results.differences import complete_with

    return complete_with(run.folder, run.hash, plan["versions"])


def write_table_of_runs(filled: Filled) -> None:
    """Write `runs.parquet`: a row for every run that was planned, however it ended."""
    from ecosim.results import finished, stored
    from ecosim.results.folder import SUMMARY
    from ecosim.results.runs import write_runs

    complete = {run.arm.name for run in filled.complete}

    def measured(run: Planned) -> dict[str, float]:
        return stored.read_numbers(run.folder / SUMMARY)

    write_runs(
        filled.folder / finished.RUNS,
        names=[run.arm.name for run in filled.planned],
        parameters=varying([run.config for run in filled.planned]),
        statuses=filled.statuses,
        errors=filled.errors,
        summaries=[measured(run) if run.arm.name in complete else {} for run in filled.planned],
    )


def finish_comparison(filled: Filled, experiment: Experiment, page: Page | None) -> Comparison:
    """Write the tables from the run folders, then the report."""
    from ecosim.results import comparison, costs, differences, groups, phases, trajectories

    folder, complete = filled.folder, filled.complete
    write_table_of_runs(filled)
    replications = [
        differences.Replication(run.arm.scenario, run.arm.point, run.arm.seed, run.config, run.folder)
        for run in complete
    ]
    chosen = experiment.outcomes or differences.OUTCOMES
    differences.write_differences(folder / comparison.DIFFERENCES, replications, experiment.baseline, chosen)
    costs.write_bite(folder / comparison.BITE, replications, experiment.baseline)
    costs.write_payments(folder / comparison.PAYMENTS, replications, experiment.baseline)
    groups.write_groups(folder / comparison.GROUPS, replications, experiment.baseline)
    trajectories.write_trajectories(folder / comparison.TRAJECTORIES, replications, experiment.baseline, chosen)
    phases.write_phases(folder / comparison.PHASES, replications, experiment.baseline, chosen)
    groups.write_phase_groups(folder / comparison.PHASE_GROUPS, replications, experiment.baseline)
    result = comparison.Comparison(folder, filled.plan, filled.reused, filled.told, filled.shared)
    if page is not None and complete:
        _write_page(page, result)
    return result


def _write_page(page: Page, result: Comparison) -> None:
    """Write the report; a defect in it must not cost the tables of many runs, nor what is told of them."""
    try:
        page(result)
    except InputError:
        raise
    except Exception as error:
        log.error(
            "the report could not be made (%s: %s); the tables are complete",
            type(error).__name__,
            error,
            exc_info=log.isEnabledFor(logging.DEBUG),
        )
