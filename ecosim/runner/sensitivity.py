"""Sensitivity analyses: the same worlds at many points of the settings, in one folder that can be gone on with.

Points are runs of an experiment, so that whatever holds for its folder holds here: finished runs stay, only missing
ones are run, failures are rows. Points that come to the same settings, by rounding or because a scenario does not have
what is varied, are run once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosim.config.experiments import Arm, Experiment
from ecosim.config.sensitivity import Analysis, bases, changed, settings_in
from ecosim.config.validation import listed
from ecosim.errors import InputError
from ecosim.runner.experiment import Filled, fill, write_table_of_runs
from ecosim.runner.pool import PastReport, SweepReport

if TYPE_CHECKING:
    from ecosim.results.indices import Array
    from ecosim.results.sensitivity import Sensitivity

DIGITS = 6
"""Of a point's number in a run's name; fixed, so that an analysis can grow."""

Draw = Callable[["Sensitivity"], None]
"""Draws the figure of an analysis into its folder; handed in, since it stands above the runner."""


@dataclass(frozen=True)
class Layout:
    """An analysis with its points: their settings, and the runs that stand for them.

    Attributes
    ----------
    analysis : Analysis
        What is asked.
    experiment : Experiment
        Its arms are all runs.
    points : float64[points, settings]
        Places from 0 to 1 within the ranges.
    settings : tuple of dict
        Values at each point.
    runs : dict of str to list of str
        For each scenario the stem of the run folders' names, one a point.
    """

    analysis: Analysis
    experiment: Experiment
    points: Array
    settings: tuple[dict[str, Any], ...]
    runs: dict[str, list[str]]

    @property
    def cost(self) -> str:
        """Say how many runs it takes."""
        analysis, found = self.analysis, self.experiment
        blocks = "trajectories" if analysis.method.value == "morris" else "base samples"
        total = len(self.points) * len(found.changes) * len(found.seeds)
        several = f" x {len(found.changes)} scenarios" if len(found.changes) > 1 else ""
        same = (
            f" ({total - len(found.arms)} of them come to the same settings as others)"
            if total > len(found.arms)
            else ""
        )
        settings = "setting" if len(analysis.ranges) == 1 else "settings"
        seeds = "seed" if len(found.seeds) == 1 else "seeds"
        return (
            f"{analysis.method.value}: {len(analysis.ranges)} {settings}, {analysis.size} {blocks}: "
            f"{len(self.points)} points{several} x {len(found.seeds)} {seeds} = {total} runs{same}"
        )


def lay_out(analysis: Analysis) -> Layout:
    """Choose the points and check the settings of every run.

    Raises
    ------
    InputError
        When a point cannot be run, or SALib is missing.
    """
    from ecosim.results.indices import design

    points = design(analysis.method, len(analysis.ranges), analysis.size, analysis.levels)
    settings = tuple(
        {one.key: one.at(float(place), analysis.method) for one, place in zip(analysis.ranges, row, strict=True)}
        for row in points
    )
    found = analysis.experiment
    arms: list[Arm] = []
    runs: dict[str, list[str]] = {}
    problems: dict[str, None] = {}
    for scenario, config in bases(found).items():
        there = settings_in(config)
        first: dict[tuple[Any, ...], str] = {}
        runs[scenario] = []
        for number, values in enumerate(settings):
            own = {key: value for key, value in values.items() if key in there}
            if tuple(own.values()) not in first:
                first[tuple(own.values())] = stem = f"{scenario}-{number:0{DIGITS}d}"
                try:
                    here = changed(config, own)
                except InputError as error:
                    problems[f"scenario {scenario}: {error}"] = None
                    continue
                arms += [Arm(f"{stem}-{seed}", scenario, stem, seed, replace(here, seed=seed)) for seed in found.seeds]
            runs[scenario].append(first[tuple(own.values())])
    if problems:
        raise InputError(listed(list(problems)))
    return Layout(analysis, replace(found, arms=tuple(arms)), points, settings, runs)


def analyse(
    layout: Layout,
    out: Path | str,
    jobs: int | None = None,
    *,
    progress: SweepReport | None = None,
    lived: PastReport | None = None,
    draw: Draw | None = None,
    command: Sequence[str] = (),
) -> Sensitivity:
    """Run what is missing of an analysis and write its tables.

    Parameters
    ----------
    layout : Layout
        The analysis with its points.
    out : path
        Folder: new, empty, or begun by the same analysis or a smaller one.
    jobs, progress, lived, command
        As for :func:`ecosim.runner.experiment.compare`.
    draw : callable, optional
        Draws the figure.
    """
    from ecosim.results import sensitivity as tables

    analysis = layout.analysis

    def finish(filled: Filled) -> Sensitivity:
        write_table_of_runs(filled)
        tables.write_points(filled.folder, analysis, layout.settings, layout.runs)
        tables.write_indices(filled.folder, analysis, layout.points, layout.settings, layout.runs)
        result = tables.Sensitivity(filled.folder, filled.plan, filled.reused, filled.told)
        if draw is not None and filled.complete:
            draw(result)
        return result

    return fill(
        layout.experiment, out, jobs, finish, tables.FILES,
        progress=progress, lived=lived, command=command, extra=_told(analysis),
    )  # fmt: skip


def _told(analysis: Analysis) -> Mapping[str, Any]:
    """Return what the plan says of the analysis."""
    from importlib.metadata import version

    return {
        "outcomes": list(analysis.outcomes),
        "sensitivity": {
            "method": analysis.method.value,
            "size": analysis.size,
            "levels": analysis.levels if analysis.method.value == "morris" else None,
            "vary": {one.key: [one.low, one.high] for one in analysis.ranges},
            "salib": version("SALib"),
        },
    }
