"""Many runs, one row each: the runner behind `ecosim run -m`.

Runs are spread over processes of one thread each. Each has a folder of its own; at the end one tidy table,
`runs.parquet`, holds for each run what was varied, its seed, how it ended and its summary. A run that fails is a row
with its error, not the end of the others. A sweep is an experiment in which nothing is compared, so that whatever holds
for the folder of one holds here: one process at a time, finished runs stay, and only missing ones are run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ecosim.config import SimulationConfig
from ecosim.config.experiments import Arm, Experiment
from ecosim.config.identity import config_hash
from ecosim.errors import InputError
from ecosim.networks import populated
from ecosim.runner.experiment import Filled, fill, write_table_of_runs
from ecosim.runner.pool import SweepReport
from ecosim.runner.single import Extras

DIGITS = 8
"""Of a run's `config_hash` in its name."""


@dataclass(frozen=True)
class SweepResult:
    """What came of a sweep: the table's path, how many runs are complete and how many failed, and why.

    `reused` of the complete ones were there before.
    """

    table: Path
    complete: int
    failed: int
    errors: tuple[str, ...] = ()
    reused: int = 0


def sweep(
    configs: Sequence[SimulationConfig],
    out: Path | str,
    jobs: int | None = None,
    *,
    progress: SweepReport | None = None,
    extras: Extras | None = None,
    command: Sequence[str] = (),
) -> SweepResult:
    """Run each configuration into a folder of its own under `out/runs`, and write `out/runs.parquet`.

    Parameters
    ----------
    configs : sequence of SimulationConfig
        One a run; their own `out` and `threads` are not used.
    out : path
        Folder of the sweep: new, empty, or begun by the same sweep or by some of its runs.
    jobs : int, optional
        Processes at a time; as many as there are cores when left out.
    progress : callable, optional
        Told after each run that was missing.
    extras : callable, optional
        Adds figures and the report to each run's folder.
    command : sequence of str
        The command line, for the manifests.

    Raises
    ------
    InputError
        Before anything is computed; also when the folder belongs to something else, or another process is filling it.
    KeyboardInterrupt
        On Ctrl-C. Finished runs are kept, and the others stand in the table as interrupted; the same sweep goes on.
    """
    from ecosim.results.finished import RUNS, SWEEP

    if not configs:
        raise InputError("the sweep has no runs: give at least one value for each key.")

    def finish(filled: Filled) -> SweepResult:
        write_table_of_runs(filled)
        statuses = filled.statuses
        return SweepResult(
            filled.folder / RUNS, statuses.count("complete"), statuses.count("failed"), filled.told, filled.reused
        )

    return fill(
        _planned(configs, command), out, jobs, finish, (RUNS,),
        progress=progress, command=command, extra={SWEEP: True}, extras=extras, stopped=write_table_of_runs,
    )  # fmt: skip


def _planned(configs: Sequence[SimulationConfig], command: Sequence[str]) -> Experiment:
    """Name runs by what they are, so that more of them find those that are there."""
    arms = {}
    for config in configs:
        name = f"{config.scenario}-{config.seed}-{config_hash(populated(config))[:DIGITS]}"
        if name in arms:
            raise InputError(f"the sweep has the run of {config.scenario} with seed {config.seed} twice. Give it once.")
        arms[name] = Arm(name, config.scenario, "", config.seed, config)
    seeds = tuple(sorted({config.seed for config in configs}))
    return Experiment("sweep", {}, "", seeds, (), tuple(arms.values()), words=tuple(command), branch=False)
