"""What the studies share: paired arms, intervals over seeds, findings, and the page and command that tell them."""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd

from experiments.page import write_between

Array = np.ndarray[Any, Any]


MODEL = ("config", "kernels", "networks", "policies", "rankers", "stages", "state", "strategies")
"""Packages of ecosim that decide what happens in a run."""


@cache
def model_version() -> str:
    """Name the model as it stands, by its sources and defaults: runs of different versions must not be paired."""
    import ecosim

    package = Path(ecosim.__file__).parent
    configs = next(folder for folder in (package / "configs", package.parent / "configs") if folder.is_dir())
    digest = hashlib.sha256()
    for folder in (*(package / name for name in MODEL), configs):
        for path in sorted(path for path in folder.rglob("*") if path.suffix in (".py", ".yaml")):
            digest.update(path.relative_to(folder.parent).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:10]


@dataclass(frozen=True)
class Arm:
    """One arm: overrides of the baseline, and how long it is run."""

    overrides: tuple[str, ...]
    days: int
    burn_in: int

    def command(self, seed: int, common: Sequence[str] = ()) -> list[str]:
        """Overrides of one replication, as they stand behind ``ecosim run``."""
        return [*common, f"seed={seed}", f"days={self.days}", f"burn_in={self.burn_in}", *self.overrides]


@dataclass(frozen=True)
class Interval:
    """A mean over seeds with its 95% interval."""

    mean: float
    low: float
    high: float
    seeds: int

    @classmethod
    def of(cls, values: Sequence[float] | Array) -> Interval:
        """Student's interval of the mean of independent values."""
        from ecosim.results.inference import t_quantile

        x = np.asarray(values, np.float64)
        half = t_quantile(x.size - 1) * float(x.std(ddof=1)) / x.size**0.5 if x.size > 1 else float("nan")
        return cls(float(x.mean()), float(x.mean()) - half, float(x.mean()) + half, x.size)

    @property
    def above_zero(self) -> bool:
        """Whether the whole interval lies above zero."""
        return self.low > 0

    @property
    def below_zero(self) -> bool:
        """Whether the whole interval lies below zero."""
        return self.high < 0


@dataclass(frozen=True)
class Finding:
    """One number that a pattern rests on, and whether it is as the pattern demands."""

    pattern: str
    quantity: str
    interval: Interval
    holds: bool


class Daily(Protocol):
    """A study that knows the daily measures of its arms."""

    def daily(self, name: str, measure: str, days: int | None = None) -> Array:
        """Return an arm's mean of a daily measure over the first measured `days`, one number a seed."""


def relative_change(study: Daily, arms: tuple[str, str], measure: str, days: int) -> Array:
    """Return by how much a daily measure of the first arm differs from the second's, relative; one number a seed."""
    with_it, without = arms
    change: Array = study.daily(with_it, measure, days) / study.daily(without, measure, days) - 1
    return change


def table(findings: Sequence[Finding]) -> pd.DataFrame:
    """Return findings as rows."""
    return pd.DataFrame(
        {
            "pattern": f.pattern, "quantity": f.quantity, "mean": f.interval.mean, "low": f.interval.low,
            "high": f.interval.high, "seeds": f.interval.seeds, "holds": f.holds,
        }
        for f in findings
    )  # fmt: skip


def finding_lines(findings: pd.DataFrame) -> list[str]:
    """Lay out findings for a page."""
    lines = ["| | difference | mean | 95% interval | as it must be |", "|---|---|---|---|---|"]
    for row in findings.itertuples():
        interval = f"{row.low:+.4f} to {row.high:+.4f}"
        lines.append(
            f"| {row.pattern} | {row.quantity} | {row.mean:+.4f} | {interval} | {'yes' if row.holds else 'no'} |"
        )
    return lines


def tell(
    make: Callable[[Path, range], Any],
    patterns: Mapping[str, Callable[[Any], list[Finding]]],
    draw: Callable[[Any, pd.DataFrame, Path], None],
    here: Path,
    arguments: Sequence[str] | None = None,
) -> int:
    """Run a study from the command line and write its table, figure and page.

    Parameters
    ----------
    make : callable
        Makes the study from the folder of its runs and its seeds.
    patterns : mapping of str to callable
        What must come out, by letter.
    draw : callable
        Draws the figures of a study and its findings into a folder.
    here : Path
        Folder of the study, where its README.md lies.
    arguments : sequence of str, optional
        The command line.
    """
    parser = argparse.ArgumentParser(description=f"Run the study '{here.name}' and write its results.")
    parser.add_argument("--seeds", type=int, default=10, help="replications of every arm")
    parser.add_argument("--first", type=int, default=101, help="first seed")
    parser.add_argument("--runs", type=Path, default=Path("runs") / here.name, help="where runs are kept")
    parser.add_argument("--out", type=Path, default=here / "results", help="where the results go")
    parser.add_argument("--patterns", default="".join(patterns), help="letters of the patterns to hold")
    chosen = parser.parse_args(arguments)
    study = make(chosen.runs, range(chosen.first, chosen.first + chosen.seeds))
    result = table([finding for letter in chosen.patterns for finding in patterns[letter](study)])
    chosen.out.mkdir(parents=True, exist_ok=True)
    result.to_csv(chosen.out / "findings.csv", index=False, float_format="%.5f")
    draw(study, result, chosen.out)
    if chosen.out == here / "results":
        write_between(here / "README.md", "findings", finding_lines(result), "study.py")
    print(result.round(4).to_string(index=False))
    return 0
