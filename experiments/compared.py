"""What the experiments on `ecosim compare` share: runs as numbers a seed, predictions held against them, the page.

An experiment is a file `configs/experiment/<name>.yaml` and a folder `experiments/<name>/`. Its `analyse.py` lists the
quantities that it looks at and the predictions that were written down before, and hands both to :func:`tell`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

import ecosim
from ecosim.errors import InputError
from ecosim.results.comparison import Comparison
from ecosim.results.inference import Paired, compare
from experiments.pairing import ratio_table, ratios

BASELINE = "baseline"
SMOKE = ("scale=toy", "seeds=2", "days=6", "burn_in=2", "recording.panel_every=3")
"""What makes an experiment take seconds. Nothing can be learnt from it, but that everything works."""

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

    def text(self, value: float, sign: str = "+") -> str:
        """Write a difference of it."""
        if not np.isfinite(value):
            return UNKNOWN
        if self.relative:
            return f"{100 * value:{sign}.2f}%"
        return f"{value:{sign}.4f}" if abs(value) < 1 else f"{value:{sign},.1f}"


@dataclass(frozen=True)
class Prediction:
    """What should come out, written down before it is looked at.

    Attributes
    ----------
    letter : str
        Its place in README.md, which says why.
    words : str
        What should come out.
    quantity : str
        Key of a quantity.
    terms : mapping of str to float
        Weights of the scenarios whose sum should lie on one side of zero, as in {"support_floor": 1, "baseline": -1}.
    sign : int
        That side: 1 above, -1 below.
    """

    letter: str
    words: str
    quantity: str
    terms: Mapping[str, float]
    sign: int


def less(scenario: str, reference: str = BASELINE) -> dict[str, float]:
    """Weights of a difference between two scenarios."""
    return {scenario: 1.0, reference: -1.0}


class Study:
    """The complete runs of an experiment, asked for one number a seed.

    Parameters
    ----------
    folder : path
        What `ecosim compare` has written.
    quantities : sequence of Quantity
        What they may be asked for.
    where : mapping of str to str
        Columns of `runs.parquet` and the value wanted, where an experiment was swept.
    """

    def __init__(
        self, folder: Path | str, quantities: Sequence[Quantity], where: Mapping[str, str] | None = None
    ) -> None:
        self.comparison = Comparison.load(folder)
        self.quantities = {quantity.key: quantity for quantity in quantities}
        runs = self.comparison.runs
        runs = runs[runs["status"] == "complete"]
        for column, value in (where or {}).items():
            if column not in runs:
                raise InputError(f"--where {column}: runs.parquet has no such column.")
            runs = runs[runs[column].astype(str) == value]
        if runs.empty or runs.duplicated(["scenario", "seed"]).any():
            raise InputError(
                f"'{folder}' has no run, or several, for a scenario and seed. Say which: --where COLUMN=VALUE."
            )
        if BASELINE not in set(runs["scenario"]):
            raise InputError(f"'{folder}' has no complete run of the baseline, so there is nothing to compare with.")
        self._runs = runs.set_index(["scenario", "seed"])
        self._taken: dict[str, pd.DataFrame] = {}

    @property
    def scenarios(self) -> list[str]:
        """Names of the scenarios, the baseline among them, in the order of the plan."""
        present = set(self._runs.index.get_level_values(0))
        return [name for name in self.comparison.plan["scenarios"] if name in present]

    @property
    def seeds(self) -> list[int]:
        """Seeds under which the baseline has run."""
        return [int(seed) for seed in self._runs.loc[BASELINE].index]

    def result(self, scenario: str, seed: int) -> ecosim.RunResult:
        """Return a run."""
        return ecosim.RunResult.load(self.comparison.path / "runs" / self._runs.loc[(scenario, seed), "run"])

    def values(self, scenario: str, key: str) -> pd.Series:
        """Return a quantity of a scenario by seed; NaN where it could not be measured, or was not run."""
        if scenario not in self.scenarios:
            return pd.Series(np.nan, self.seeds)
        if scenario not in self._taken:
            seeds = self._runs.loc[scenario].index
            self._taken[scenario] = pd.DataFrame([self._take(scenario, seed) for seed in seeds], seeds, dtype=float)
        return self._taken[scenario][key]

    def _take(self, scenario: str, seed: int) -> dict[str, float]:
        """Return all quantities of a run, which is read for no longer than that."""
        result = self.result(scenario, seed)
        return {
            key: quantity.of(result) if quantity.of is not None else result.summary.get(key, np.nan)
            for key, quantity in self.quantities.items()
        }

    def contrast(self, key: str, terms: Mapping[str, float]) -> Paired:
        """Return a weighted sum over scenarios, taken seed by seed, with its interval over seeds."""
        total = sum(weight * self.values(scenario, key) for scenario, weight in terms.items())
        assert isinstance(total, pd.Series)
        if self.quantities[key].relative:
            total = total / self.values(BASELINE, key).abs()
        return compare(total.to_numpy(), np.zeros(len(total)))

    def level(self, scenario: str, key: str) -> Paired:
        """Return a quantity of a scenario with its interval over seeds."""
        values = self.values(scenario, key).to_numpy()
        return compare(values, np.zeros(values.size))

    def outcomes(self) -> pd.DataFrame:
        """Return every quantity of every scenario: its level, and its difference from the baseline."""
        rows = []
        for scenario in self.scenarios:
            for key, quantity in self.quantities.items():
                level, difference = self.level(scenario, key), self.contrast(key, less(scenario))
                rows.append(
                    {
                        "scenario": scenario, "quantity": key, "relative": quantity.relative, "level": level.mean,
                        "difference": difference.mean, "low": difference.low, "high": difference.high,
                        "agree": difference.agree, "seeds": difference.pairs,
                    }
                )  # fmt: skip
        return pd.DataFrame(rows)

    def findings(self, predictions: Sequence[Prediction]) -> pd.DataFrame:
        """Hold predictions against the runs."""
        rows = []
        for one in predictions:
            found = self.contrast(one.quantity, one.terms)
            rows.append(
                {
                    "letter": one.letter, "prediction": one.words, "quantity": one.quantity, "mean": found.mean,
                    "low": found.low, "high": found.high, "agree": found.agree, "seeds": found.pairs,
                    "came_out": came_out(found, one.sign),
                }
            )  # fmt: skip
        return pd.DataFrame(rows)

    def made_from(self) -> str:
        """Say in a sentence what the numbers were made from."""
        config = self.result(BASELINE, self.seeds[0]).config
        plan = self.comparison.plan
        return (
            f"{len(self.seeds)} seeds ({', '.join(map(str, self.seeds))}), scale {config.scale.name}, "
            f"{config.burn_in} + {config.days} days, strategy {config.strategy.kind}; "
            f"ecosim {plan['versions'].get('ecosim', '?')}, sources {plan['source']}."
        )


def came_out(found: Paired, sign: int) -> str:
    """Say whether an interval lies where it should: yes, no (on the other side), unclear, or not measured."""
    if found.pairs < 2 or not np.isfinite(found.low):
        return "not measured"
    if found.low > 0 or found.high < 0:
        return "yes" if np.sign(found.mean) == sign else "no"
    return "unclear"


def outcome_table(study: Study, labels: Mapping[str, str]) -> list[str]:
    """Lay out the outcomes for a page: quantities down, scenarios across; bold where the interval leaves out zero."""
    shown = [name for name in study.scenarios if name != BASELINE]
    lines = [
        "| | baseline | " + " | ".join(labels.get(name, name) for name in shown) + " |",
        "|---|---|" + "---|" * len(shown),
    ]
    for key, quantity in study.quantities.items():
        level = study.level(BASELINE, key).mean
        cells = [_cell(study.contrast(key, less(name)), quantity) for name in shown]
        usual = UNKNOWN if not np.isfinite(level) else f"{level:.3g}" if abs(level) < 100 else f"{level:,.0f}"
        lines.append(f"| {quantity.label} | {usual} | " + " | ".join(cells) + " |")
    return [*lines, "", study.made_from()]


def _cell(found: Paired, quantity: Quantity) -> str:
    if not np.isfinite(found.mean):
        return UNKNOWN
    text = quantity.text(found.mean)
    if not np.isfinite(found.low):
        return text
    text += f" ±{quantity.text(found.high - found.mean, '')}"
    return f"**{text}**" if found.low > 0 or found.high < 0 else text


def finding_table(findings: pd.DataFrame, study: Study) -> list[str]:
    """Lay out the predictions for a page."""
    lines = ["| | prediction | difference | 95% interval | seeds that agree | came out |", "|---|---|---|---|---|---|"]
    for row in findings.itertuples():
        of = study.quantities[row.quantity]
        interval = f"{of.text(row.low)} to {of.text(row.high)}" if np.isfinite(row.low) else UNKNOWN
        agree = f"{row.agree:.0%}" if np.isfinite(row.agree) else UNKNOWN
        lines.append(
            f"| {row.letter} | {row.prediction} | {of.text(row.mean)} | {interval} | {agree} | {row.came_out} |"
        )
    return lines


def write_between(page: Path, name: str, lines: Sequence[str]) -> None:
    """Put lines between the marks of that name on a page."""
    begin, end = f"<!-- {name}: begin (written by analyse.py; do not edit) -->", f"<!-- {name}: end -->"
    text = page.read_text(encoding="utf-8")
    before, after = text.split(begin)[0], text.split(end)[1]
    page.write_text(f"{before}{begin}\n" + "\n".join(lines) + f"\n{end}{after}", encoding="utf-8")


def tell(
    here: Path,
    quantities: Sequence[Quantity],
    predictions: Sequence[Prediction],
    labels: Mapping[str, str],
    draw: Callable[[Study, Path], None],
    arguments: Sequence[str] | None = None,
    *,
    shows_pairing: str | None = None,
) -> int:
    """Analyse what `ecosim compare` has written, from the command line: tables, figures and the page.

    Parameters
    ----------
    here : Path
        Folder of the experiment, where its README.md lies; its name is the experiment's.
    quantities, predictions : sequence
        What runs are asked for, and what should come out.
    labels : mapping of str to str
        What figures and pages call the scenarios.
    draw : callable
        Draws the figures of a study into a folder.
    arguments : sequence of str, optional
        The command line.
    shows_pairing : str, optional
        Scenario of which the page shows what pairing bought; all of them stand in `pairing.csv`.
    """
    parser = argparse.ArgumentParser(description=f"Analyse the experiment '{here.name}'.")
    parser.add_argument("folder", type=Path, nargs="?", help=f"what `ecosim compare` wrote (runs/{here.name})")
    parser.add_argument("--out", type=Path, help="where the results go (beside analyse.py, and into README.md)")
    parser.add_argument("--where", nargs="*", default=[], metavar="COLUMN=VALUE", help="which runs of a sweep")
    parser.add_argument("--smoke", action="store_true", help="run everything at toy scale for a few days, keep nothing")
    chosen = parser.parse_args(arguments)
    try:
        with _folders(here, chosen.folder, chosen.out, chosen.smoke) as (folder, out):
            study = Study(folder, quantities, dict(pair.split("=", 1) for pair in chosen.where))
            findings = _write(study, predictions, draw, out)
            if out == here / "results":
                write_between(here / "README.md", "outcomes", outcome_table(study, labels))
                write_between(here / "README.md", "findings", finding_table(findings, study))
                if shows_pairing:
                    table = ratio_table(ratios(study.comparison), shows_pairing)
                    write_between(here / "README.md", "pairing", table)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    print(findings.round(4).to_string(index=False))
    return 0


def _write(
    study: Study, predictions: Sequence[Prediction], draw: Callable[[Study, Path], None], out: Path
) -> pd.DataFrame:
    findings = study.findings(predictions)
    out.mkdir(parents=True, exist_ok=True)
    study.outcomes().to_csv(out / "outcomes.csv", index=False, float_format="%.6g")
    findings.to_csv(out / "findings.csv", index=False, float_format="%.6g")
    ratios(study.comparison).to_csv(out / "pairing.csv", index=False, float_format="%.4g")
    draw(study, out)
    return findings


@contextmanager
def _folders(here: Path, folder: Path | None, out: Path | None, smoke: bool) -> Iterator[tuple[Path, Path]]:
    """Say where the experiment lies and where results go; a smoke run has both for as long as it takes."""
    if not smoke:
        yield folder or Path("runs") / here.name, out or here / "results"
        return
    with TemporaryDirectory() as kept:
        ecosim.compare([f"experiment={here.name}", *SMOKE], Path(kept) / "runs", 1)
        yield Path(kept) / "runs", out or Path(kept) / "results"
