"""What experiments with swept settings share: cells of a grid, numbers a seed held against predictions, the command.

An experiment here is one or more files `configs/experiment/<name>.yaml`, which `ecosim compare` runs, and a folder
whose `analyse.py` reads what it has written. The folder of a finished experiment is only read; what is missing is run.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

import ecosim
from ecosim.errors import InputError
from ecosim.results.comparison import Comparison
from ecosim.results.inference import compare
from experiments.common import Array
from experiments.compared import UNKNOWN, came_out, write_between

SMOKE = ("scale=toy", "days=3", "burn_in=1")
"""What makes an experiment take seconds. Nothing can be learnt from it, but that everything works."""


@dataclass(frozen=True)
class Finding:
    """A prediction, and the numbers that it is held against.

    Attributes
    ----------
    letter : str
        Its place in README.md, which says why.
    words : str
        What should come out.
    sign : int
        On which side of zero: 1 above, -1 below; 0 for exactly zero.
    values : float64[seeds]
        One number a seed; NaN where it could not be measured.
    percent : bool
        Whether the numbers are shares to be told in per cent.
    """

    letter: str
    words: str
    sign: int
    values: Array
    percent: bool = False


class Cells:
    """The complete runs of an experiment, found by scenario, seed and swept settings.

    Parameters
    ----------
    folder : path
        What `ecosim compare` has written.
    """

    def __init__(self, folder: Path | str) -> None:
        self.comparison = Comparison.load(folder)
        runs = self.comparison.runs
        self.runs = runs[runs["status"] == "complete"]
        self.seeds = [int(seed) for seed in self.comparison.plan["seeds"]]

    def results(self, scenario: str, where: Mapping[str, object]) -> list[ecosim.RunResult | None]:
        """Return the runs of a cell in the order of the seeds; None for those that failed.

        Raises
        ------
        InputError
            When the experiment was not swept over these settings, or over more.
        """
        runs = self.runs[self.runs["scenario"] == scenario]
        for column, value in where.items():
            if column not in runs:
                raise InputError(f"'{self.comparison.path}' was not swept over {column}, so there is no {value}.")
            runs = runs[runs[column] == value]
        if runs["seed"].duplicated().any():
            raise InputError(
                f"'{self.comparison.path}' holds several runs of {scenario} with {dict(where)} under one seed: it was "
                "swept over more than this analysis looks at. Read `runs.parquet` yourself, or leave the sweep out."
            )
        named = runs.set_index("seed")["run"]
        folder = self.comparison.path / "runs"
        return [ecosim.RunResult.load(folder / named[seed]) if seed in named else None for seed in self.seeds]

    def values(self, scenario: str, where: Mapping[str, object], measure: str) -> Array:
        """Return a measure of the whole run of a cell, one number a seed."""
        return np.array(
            [np.nan if run is None else run.summary.get(measure, np.nan) for run in self.results(scenario, where)],
            np.float64,
        )

    def series(self, scenario: str, where: Mapping[str, object], measure: str) -> pd.DataFrame:
        """Return a daily measure of a cell by measured day (rows) and seed (columns)."""
        columns = {
            seed: run.daily.set_index("day")[measure].loc[0:]
            for seed, run in zip(self.seeds, self.results(scenario, where), strict=True)
            if run is not None
        }
        return pd.DataFrame(columns).reindex(columns=self.seeds)

    def made_from(self) -> str:
        """Say in a sentence what the numbers were made from."""
        plan, config = self.comparison.plan, ecosim.RunResult.load(
            self.comparison.path / "runs" / self.runs["run"].iloc[0]
        ).config  # fmt: skip
        return (
            f"`{plan['name']}`: {len(self.runs)} runs, {len(self.seeds)} seeds, scale {config.scale.name}, "
            f"{config.burn_in} + {config.days} days; ecosim {plan['versions'].get('ecosim', '?')}, "
            f"sources {plan['source']}."
        )


def window(daily: pd.DataFrame, first: int, last: int) -> Array:
    """Average a daily table over the days from `first` to before `last`: one number a seed, NaN if a day is missing."""
    chosen = daily[(daily.index >= first) & (daily.index < last)]
    if len(chosen) < last - first:
        return np.full(daily.shape[1], np.nan)
    mean: Array = chosen.mean().to_numpy(np.float64)
    return mean


def interval(values: Array) -> dict[str, float]:
    """Return the mean over seeds, its 95% interval, the share of seeds of its sign, and their number, as columns."""
    found = compare(values, np.zeros(len(values)))
    return {"mean": found.mean, "low": found.low, "high": found.high, "agree": found.agree, "seeds": found.pairs}


def judged(findings: Sequence[Finding]) -> pd.DataFrame:
    """Hold predictions against their numbers: one row each."""
    return pd.DataFrame(
        {
            "letter": one.letter, "prediction": one.words, **interval(one.values), "percent": one.percent,
            "came_out": verdict(one),
        }
        for one in findings
    )  # fmt: skip


def verdict(finding: Finding) -> str:
    """Say whether it came out: yes, no, unclear (the interval holds zero), or not measured."""
    if finding.sign:
        return came_out(compare(finding.values, np.zeros(len(finding.values))), finding.sign)
    known = finding.values[np.isfinite(finding.values)]
    if known.size < 2:
        return "not measured"
    return "yes" if not known.any() else "no"


def finding_lines(findings: pd.DataFrame, made_from: Sequence[str]) -> list[str]:
    """Lay out judged predictions for a page."""
    lines = ["| | prediction | mean | 95% interval | seeds that agree | came out |", "|---|---|---|---|---|---|"]
    for row in findings.itertuples():
        between = (
            f"{_text(row.low, row.percent)} to {_text(row.high, row.percent)}" if np.isfinite(row.low) else UNKNOWN
        )
        agree = f"{row.agree:.0%}" if np.isfinite(row.agree) else UNKNOWN
        mean = _text(row.mean, row.percent)
        lines.append(f"| {row.letter} | {row.prediction} | {mean} | {between} | {agree} | {row.came_out} |")
    return [*lines, "", *(f"- {line}" for line in made_from)]


def _text(value: float, percent: bool) -> str:
    if not np.isfinite(value):
        return UNKNOWN
    return f"{100 * value:+.2f}%" if percent else f"{value:+.4f}"


def kept(file: Path, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """Read a table that was made before, or make and keep it, whole or not at all."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_name(f".{file.name}.tmp")
        make().to_parquet(partial, index=False)
        partial.replace(file)
    return pd.read_parquet(file)


@dataclass(frozen=True)
class Asked:
    """What the command line asks of an analysis.

    Attributes
    ----------
    folders : dict of str to Path
        Where each experiment lies, finished.
    runs, out : Path
        Where runs that the experiment makes itself are kept, and where results go.
    seeds : int or None
        Replications that were asked for.
    smoke : bool
        Whether a toy will do.
    """

    folders: dict[str, Path]
    runs: Path
    out: Path
    seeds: int | None
    smoke: bool


@dataclass(frozen=True)
class Told:
    """What an analysis returns: findings, tables by file name, and from what they were made."""

    findings: list[Finding]
    tables: dict[str, pd.DataFrame]
    made_from: list[str]


def tell(
    here: Path,
    experiments: Mapping[str, Sequence[str]],
    analyse: Callable[[Asked], Told],
    arguments: Sequence[str] | None = None,
) -> int:
    """Run what is missing of the experiments and analyse them, from the command line: tables, figures and the page.

    Parameters
    ----------
    here : Path
        Folder of the study, where its README.md lies.
    experiments : mapping of str to sequence of str
        Experiments that it reads, each with what a smoke run changes besides `SMOKE`.
    analyse : callable
        Takes what was asked, draws the figures, and returns what is to be written.
    arguments : sequence of str, optional
        The command line.
    """
    parser = argparse.ArgumentParser(description=f"Run and analyse the experiment '{here.name}'.")
    parser.add_argument("--seeds", type=int, help="replications (those of the experiment's file)")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="where the experiments' folders lie (runs)")
    parser.add_argument("--out", type=Path, help="where the results go (beside analyse.py, and into README.md)")
    parser.add_argument("--jobs", type=int, help="processes at a time (all cores)")
    parser.add_argument("--smoke", action="store_true", help="run everything at toy scale for a few days, keep nothing")
    chosen = parser.parse_args(arguments)
    try:
        with _places(here, chosen) as (runs, out):
            folders = {name: _finished(name, smoke, runs / name, chosen) for name, smoke in experiments.items()}
            out.mkdir(parents=True, exist_ok=True)
            told = analyse(Asked(folders, runs, out, chosen.seeds, chosen.smoke))
            findings = judged(told.findings)
            for name, table in {"findings": findings, **told.tables}.items():
                table.to_csv(out / f"{name}.csv", index=False, float_format="%.6g")
            if out == here / "results":
                write_between(here / "README.md", "findings", finding_lines(findings, told.made_from))
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    print(findings.round(4).to_string(index=False))
    return 0


@contextmanager
def _places(here: Path, chosen: Any) -> Iterator[tuple[Path, Path]]:
    """Say where runs and results go; a smoke run has both for as long as it takes."""
    if not chosen.smoke:
        yield chosen.runs, chosen.out or here / "results"
        return
    with TemporaryDirectory() as temporary:
        yield Path(temporary) / "runs", chosen.out or Path(temporary) / "results"


def _finished(name: str, smoke: Sequence[str], folder: Path, chosen: Any) -> Path:
    """Return the folder of a finished experiment, running what is missing; one that is finished is not questioned."""
    if chosen.smoke:
        ecosim.compare([f"experiment={name}", *SMOKE, *smoke], folder, 1)
        return folder
    if chosen.seeds is None:
        try:
            Comparison.load(folder)
            return folder
        except InputError:
            pass
    print(f"running what is missing of {name}", file=sys.stderr, flush=True)
    words = [f"experiment={name}"] + ([f"seeds={chosen.seeds}"] if chosen.seeds is not None else [])
    ecosim.compare(words, folder, chosen.jobs)
    return folder
