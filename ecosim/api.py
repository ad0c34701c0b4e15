"""Running ecosim from Python: `ecosim.run(config)` gives the same run as the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ecosim.config import EngineConfig, SimulationConfig
from ecosim.errors import InputError
from ecosim.language import Language
from ecosim.runner.progress import Report

if TYPE_CHECKING:
    from ecosim.results import RunResult
    from ecosim.results.comparison import Comparison
    from ecosim.results.sensitivity import Sensitivity
    from ecosim.runner.sweep import SweepResult


def run(
    config: SimulationConfig | None = None,
    *,
    progress: Report | None = None,
    write: bool = True,
    command: Sequence[str] = (),
) -> RunResult:
    """Run one simulation and return its result.

    Parameters
    ----------
    config : SimulationConfig, optional
        The settings; the baseline when left out. `ecosim.compose(["scale=toy"])` builds one from overrides.
    progress : callable, optional
        Told of each step forward with a :class:`ecosim.runner.Progress`.
    write : bool
        Whether to write the run folder (`config.out`, by default `runs/<time>-<scenario>-<seed>`).
    command : sequence of str
        The command line, for the manifest.
    """
    from ecosim import runner

    config = config if config is not None else SimulationConfig()
    extras = add_report if config.recording.figures else None
    return runner.run(config, progress=progress, write=write, extras=extras, command=command)


def resume(run: Path | str, *, engine: EngineConfig | None = None, progress: Report | None = None) -> RunResult:
    """Finish a run that was killed, from its last checkpoint; its tables get the bytes of an unbroken run.

    Parameters
    ----------
    run : path
        The run folder that was to be written, or the folder `<run>.unfinished` beside it. Runs leave one when they
        were started with `recording.checkpoint_every`.
    engine : EngineConfig, optional
        How the machine works from now on, as in ``EngineConfig()`` for a run whose Ray cluster was lost. No result
        depends on it.
    progress : callable, optional
        As for :func:`run`.
    """
    from ecosim import runner

    return runner.resume(run, engine=engine, progress=progress, extras=add_report)


def sweep(
    configs: Sequence[SimulationConfig],
    out: Path | str | None = None,
    jobs: int | None = None,
    *,
    progress: Callable[[int, int, int], None] | None = None,
    command: Sequence[str] = (),
) -> SweepResult:
    """Run many configurations side by side; see :func:`ecosim.runner.sweep.sweep`.

    Without `out` the folder is `runs/<time>-<scenario>-sweep`.
    """
    from ecosim import runner

    extras = add_report if any(config.recording.figures for config in configs) else None
    scenarios = list(dict.fromkeys(config.scenario for config in configs))
    name = f"{scenarios[0]}-sweep" if len(scenarios) == 1 else "sweep"
    with _into((out,), name) as folder:
        return runner.sweep(configs, folder, jobs, progress=progress, extras=extras, command=command)


def compare(
    words: Sequence[str],
    out: Path | str | None = None,
    jobs: int | None = None,
    *,
    config_dirs: Sequence[Path | str] = (),
    progress: Callable[[int, int, int], None] | None = None,
    lived: Callable[[int, int], None] | None = None,
    command: Sequence[str] = (),
) -> Comparison:
    """Compare scenarios over paired seeds, as `ecosim compare` does; in a folder that was begun, only the rest is run.

    Parameters
    ----------
    words : sequence of str
        As on the command line: ``["scenarios=[baseline,exposure_floor]", "seeds=5", "days=90"]`` or
        ``["experiment=newcomers"]``, and overrides common to all runs. Or folders of finished runs, as in
        ``["runs/a", "runs/b"]``; then nothing is run.
    out : path, optional
        Folder of the experiment; before `out=` among the words, and by default `runs/<time>-<name>`.
    jobs : int, optional
        Processes at a time; all cores when left out.
    config_dirs : sequence of path, optional
        Folders with scenarios, experiments and options of your own.
    progress : callable, optional
        Told of runs done, runs to do, and runs that failed.
    lived : callable, optional
        Told of pasts lived that several runs share, and how many there are; they come before the runs.
    command : sequence of str
        The command line, for the manifests.
    """
    from ecosim import runner
    from ecosim.config.experiments import experiment
    from ecosim.runner import folders

    if folders.named(words):
        layout = folders.lay_out(words)
        with _into((out, layout.out), layout.name) as folder:
            return folders.compare(layout, folder, page=_page)
    found = experiment(words, config_dirs)
    page = partial(_page, language=found.arms[0].config.report.language)
    with _into((out, found.out), found.name) as folder:
        return runner.compare(found, folder, jobs, progress=progress, lived=lived, page=page, command=command)


def sensitivity(
    words: Sequence[str],
    out: Path | str | None = None,
    jobs: int | None = None,
    *,
    config_dirs: Sequence[Path | str] = (),
    progress: Callable[[int, int, int], None] | None = None,
    lived: Callable[[int, int], None] | None = None,
    announce: Callable[[str], None] | None = None,
    command: Sequence[str] = (),
) -> Sensitivity:
    """Find out which settings an outcome or an effect hinges on, as `ecosim sensitivity` does.

    Parameters
    ----------
    words : sequence of str
        As on the command line: ``["vary=[ranker.popularity,consumer.satiation_style]", "trajectories=10", "seeds=2"]``,
        and whatever :func:`compare` takes.
    out, jobs, config_dirs, progress, lived, command
        As for :func:`compare`.
    announce : callable, optional
        Told in a sentence how many runs it takes, before anything is run.
    """
    from ecosim.config.sensitivity import sensitivity as read
    from ecosim.runner.sensitivity import analyse, lay_out

    layout = lay_out(read(words, config_dirs))
    if announce is not None:
        announce(layout.cost)
    found = layout.experiment
    with _into((out, found.out), f"{found.name}-{layout.analysis.method.value}") as folder:
        return analyse(layout, folder, jobs, progress=progress, lived=lived, draw=_figure, command=command)


def _figure(result: Sensitivity) -> None:
    from ecosim.plots.sensitivity import write_figure

    write_figure(result)


def report(folder: Path | str, language: Language | None = None) -> Path:
    """Write the report of a finished run or experiment anew, from nothing but its folder, and return where it is.

    Parameters
    ----------
    folder : path
        A run folder, or the folder of an experiment.
    language : Language, optional
        In which it is written; that of the settings when left out. The figures beside a run's report are drawn anew.

    Raises
    ------
    InputError
        Where the folder holds neither.
    """
    from ecosim import reports
    from ecosim.results import RunResult
    from ecosim.results.comparison import Comparison
    from ecosim.results.finished import PLAN
    from ecosim.results.folder import MANIFEST, REPORT, check_writable

    path = Path(folder)
    check_writable(path, "The report is written beside what it tells of: copy the folder, and report there.")
    if (path / PLAN).is_file():
        _page(Comparison.load(path), language)
    elif (path / MANIFEST).is_file():
        result = RunResult.load(path)
        result.check()
        reports.write_anew(result, path, language)
    else:
        raise InputError(
            f"'{path}' holds neither a run nor an experiment: no {MANIFEST} and no {PLAN} in it. Name a folder that "
            "`ecosim run` or `ecosim compare` has written."
        )
    return path / REPORT


def _page(result: Comparison, language: Language | None = None) -> None:
    from ecosim.reports.experiment import write_experiment

    write_experiment(result, language)


@contextmanager
def _into(asked: Sequence[Path | str | None], name: str) -> Iterator[Path]:
    """Give the first folder that was asked for, else `runs/<time>-<name>`, which nobody else will fill."""
    from ecosim.results.folder import claimed

    given = next((folder for folder in asked if folder is not None), None)
    if given is not None:
        yield Path(given)
        return
    with claimed(Path("runs") / f"{datetime.now():%Y%m%d-%H%M%S}-{name[:60]}") as folder:
        yield folder


def add_report(result: RunResult, folder: Path) -> None:
    """Draw the figures of a run and write its report into its folder."""
    if not result.config.recording.figures:
        return
    from ecosim import reports

    reports.write_into(result, folder)
