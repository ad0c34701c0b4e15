"""What experiments read: the runs that `ecosim compare` has written, asked for one number a seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

import ecosim
from ecosim.errors import InputError
from ecosim.results.comparison import Comparison
from ecosim.results.inference import Paired, compare
from experiments.common import Array

BASELINE = "baseline"
UNKNOWN = "–"


@dataclass(frozen=True)
class Quantity:
    """Something that runs are asked for.

    Attributes
    ----------
    key : str
        Its name in tables; a measure of that name is read from the run's summary unless `of` is given.
    label : str
        What figures and pages call it.
    relative : bool
        Whether differences are stated relative to the baseline, seed by seed.
    of : callable, optional
        Takes it from a run.
    """

    key: str
    label: str
    relative: bool = False
    of: Callable[[ecosim.RunResult], float] | None = None

    def taken(self, run: ecosim.RunResult) -> float:
        """Take it from a run; NaN where the run has no such measure."""
        return float(self.of(run) if self.of is not None else run.summary.get(self.key, np.nan))

    def text(self, value: float, sign: str = "+") -> str:
        """Write a difference of it."""
        if not np.isfinite(value):
            return UNKNOWN
        if self.relative:
            return f"{100 * value:{sign}.2f}%"
        return f"{value:{sign}.4f}" if abs(value) < 1 else f"{value:{sign},.1f}"


def less(scenario: str, reference: str = BASELINE) -> dict[str, float]:
    """Weights of a difference between two scenarios."""
    return {scenario: 1.0, reference: -1.0}


def paired(values: Array) -> Paired:
    """Return the mean of differences, one a seed, with its interval; those that are NaN are left out."""
    return compare(values, np.zeros(len(values)))


def interval(values: Array) -> dict[str, float]:
    """Return the mean over seeds, its 95% interval, the share of seeds of its sign, and their number, as columns."""
    found = paired(values)
    return {"mean": found.mean, "low": found.low, "high": found.high, "agree": found.agree, "seeds": found.pairs}


def window(daily: pd.DataFrame, first: int, last: int) -> Array:
    """Average a daily table over the days from `first` to before `last`: one number a seed, NaN if a day is missing."""
    chosen = daily[(daily.index >= first) & (daily.index < last)]
    if len(chosen) < last - first:
        return np.full(daily.shape[1], np.nan)
    mean: Array = chosen.mean().to_numpy(np.float64)
    return mean


class Runs:
    """The complete runs of an experiment, found by scenario, seed and, by :meth:`at`, swept settings.

    Parameters
    ----------
    folder : path
        What `ecosim compare` has written.
    quantities : sequence of Quantity
        What they may be asked for beside plain measures.
    """

    def __init__(self, folder: Path | str, quantities: Sequence[Quantity] = ()) -> None:
        self.comparison = Comparison.load(folder)
        self.quantities = {quantity.key: quantity for quantity in quantities}
        self.seeds = [int(seed) for seed in self.comparison.plan["seeds"]]
        runs = self.comparison.runs
        self.table = runs[runs["status"] == "complete"]
        self._taken: dict[tuple[str, str], Array] = {}

    def at(self, where: Mapping[str, object]) -> Runs:
        """Return the runs at a point of the sweep: values by setting, as they are or as text.

        Raises
        ------
        InputError
            When the experiment was not swept over a setting.
        """
        chosen = copy(self)
        chosen._taken = {}
        for column, value in where.items():
            if column not in chosen.table:
                raise InputError(f"'{self.comparison.path}' was not swept over {column}, so there is no {value}.")
            found = chosen.table[column]
            chosen.table = chosen.table[(found == value) | (found.astype(str) == str(value))]
        return chosen

    def check(self) -> None:
        """Refuse runs without a baseline."""
        if BASELINE not in self.scenarios:
            raise InputError(
                f"'{self.comparison.path}' has no complete run of the baseline here, so there is nothing to compare "
                "with."
            )

    @property
    def scenarios(self) -> list[str]:
        """Names of the scenarios, the baseline among them, in the order of the plan."""
        present = set(self.table["scenario"])
        return [name for name in self.comparison.plan["scenarios"] if name in present]

    def results(self, scenario: str) -> list[ecosim.RunResult | None]:
        """Return the runs of a scenario in the order of the seeds; None for those that failed or were not run.

        Raises
        ------
        InputError
            When there are several under one seed, since the experiment was swept over more than is looked at.
        """
        runs = self.table[self.table["scenario"] == scenario]
        if runs["seed"].duplicated().any():
            raise InputError(
                f"'{self.comparison.path}' holds several runs of {scenario} under one seed: it was swept over more "
                "than is looked at. Where the analysis takes it, say which: --where COLUMN=VALUE; else read "
                "`runs.parquet` yourself, or leave the sweep out."
            )
        named = runs.set_index("seed")["run"]
        folder = self.comparison.folder_of
        return [ecosim.RunResult.load(folder(named[seed])) if seed in named else None for seed in self.seeds]

    def values(self, scenario: str, key: str) -> Array:
        """Return a quantity or measure of a scenario by seed; NaN where it could not be measured, or was not run.

        A run is read once for all quantities, and for no longer than that.
        """
        wanted = self.quantities if key in self.quantities else {key: Quantity(key, key)}
        if (scenario, key) not in self._taken:
            rows = [
                dict.fromkeys(wanted, np.nan) if run is None else {name: wanted[name].taken(run) for name in wanted}
                for run in self.results(scenario)
            ]
            for name in wanted:
                self._taken[scenario, name] = np.array([row[name] for row in rows], np.float64)
        return self._taken[scenario, key]

    def series(self, scenario: str, measure: str) -> pd.DataFrame:
        """Return a daily measure of a scenario by measured day (rows) and seed (columns)."""
        columns = {
            seed: run.daily.set_index("day")[measure].loc[0:]
            for seed, run in zip(self.seeds, self.results(scenario), strict=True)
            if run is not None
        }
        return pd.DataFrame(columns).reindex(columns=self.seeds)

    def differences(self, key: str, terms: Mapping[str, float]) -> Array:
        """Return a weighted sum over scenarios, one number a seed; relative where the quantity is."""
        total = np.zeros(len(self.seeds))
        for scenario, weight in terms.items():
            total = total + weight * self.values(scenario, key)
        if self.quantities[key].relative:
            total = total / np.abs(self.values(BASELINE, key))
        return total

    def contrast(self, key: str, terms: Mapping[str, float]) -> Paired:
        """Return a weighted sum over scenarios, taken seed by seed, with its interval over seeds."""
        return paired(self.differences(key, terms))

    @property
    def config(self) -> ecosim.SimulationConfig:
        """Settings of the first run."""
        return ecosim.RunResult.load(self.comparison.folder_of(self.table["run"].iloc[0])).config

    @property
    def versions(self) -> str:
        """What made the runs, in words."""
        plan = self.comparison.plan
        return f"ecosim {plan['versions'].get('ecosim', '?')}, sources {plan['source']}."

    @property
    def days(self) -> str:
        """How long they are, in words."""
        return f"{self.config.burn_in} + {self.config.days} days"

    def made_from(self) -> str:
        """Say in a sentence what numbers were made from."""
        return (
            f"`{self.comparison.plan['name']}`: {len(self.table)} runs, {len(self.seeds)} seeds, "
            f"scale {self.config.scale.name}, {self.days}; {self.versions}"
        )
