"""Find the doses at which all ways of support displace the same share, or pay the same yuan, and write their scenarios.

``python -m experiments.traffic_support.calibrate`` runs on seeds that the study does not use, looks at nothing but what
shadow serving and payments say, and writes ``configs/scenario/support_*.yaml`` and ``results/doses.csv``. A search
goes by the straight line through the two nearest doses in logarithms, and ends within 5% or after four rounds; what
stands in a scenario is a dose that was run, never an interpolated one. Stopped and started again, it goes on.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, log
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

import ecosim
from ecosim.config.folders import SCENARIO, config_root
from experiments.command import SMOKE
from experiments.taken import SETTLED, displaced_share, paid_for_policies
from experiments.traffic_support.supports import ALONE, DISPLACED, Support, stacks

HERE = Path(__file__).parent
SEEDS = (901, 902)
"""Other than the study's, which are 1 to 5 (1 to 20 in the long one)."""

DAYS = ("scale=small", "days=300", "burn_in=120", f"seeds=[{','.join(map(str, SEEDS))}]")
"""The study's own length: what is displaced changes with the time that a policy has worked."""

NEAR = 0.05
ROUNDS = 4
STEP = 4.0
"""Largest factor between a dose and the next."""


@dataclass
class Search:
    """The doses of a support that were run, and what each displaced and paid on every seed."""

    support: Support
    displaced: dict[float, list[float]] = field(default_factory=dict)
    paid: dict[float, list[float]] = field(default_factory=dict)

    def found(self, dose: float) -> float:
        """Return what it is matched in, at a dose that was run; mean over seeds."""
        return float(np.mean((self.displaced if self.support.currency == DISPLACED else self.paid)[dose]))

    def best(self, target: float) -> float:
        """Return the dose that was run and comes nearest."""
        return min(self.displaced, key=lambda dose: abs(log(max(self.found(dose), 1e-9) / target)))

    def next(self, target: float) -> float | None:
        """Return the dose to be run next, or None when there is nothing to gain."""
        if not self.displaced:
            return self.support.dose
        if self.support.anchor or abs(self.found(self.best(target)) / target - 1) <= NEAR:
            return None
        dose = float(f"{min(max(self._line(target), self.support.low), self.support.high):.3g}")
        return None if dose in self.displaced or dose <= 0 else dose

    def _line(self, target: float) -> float:
        """Return where the line through the two nearest doses, or the proportional one through a single one, says."""
        near = sorted(self.displaced, key=lambda dose: abs(log(max(self.found(dose), 1e-9) / target)))[:2]
        first = near[0]
        if self.found(first) <= 0:
            return max(near) * STEP
        slope = 1.0
        if len(near) == 2 and self.found(near[1]) > 0 and self.found(near[1]) != self.found(first):
            slope = log(self.found(near[1]) / self.found(first)) / log(near[1] / first)
        wanted = log(target / self.found(first)) / max(slope, 0.1)
        return first * exp(min(max(wanted, -log(STEP)), log(STEP)))


class Laboratory:
    """Runs doses, all in one experiment that grows, so that nothing is run twice."""

    def __init__(self, folder: Path, words: Sequence[str], jobs: int | None) -> None:
        self.folder, self.words, self.jobs = folder, list(words), jobs

    def measure(self, wanted: Sequence[tuple[Search, float]]) -> None:
        """Run doses of supports and write down what they displace and pay."""
        scenarios = self.folder / "doses" / SCENARIO
        scenarios.mkdir(parents=True, exist_ok=True)
        names = [f"{search.support.scenario}-{dose:.4g}" for search, dose in wanted]
        for name, (search, dose) in zip(names, wanted, strict=True):
            (scenarios / f"{name}.yaml").write_text(search.support.text(dose), encoding="utf-8")
        known = sorted(file.stem for file in scenarios.glob("*.yaml"))  # those of a search that was stopped, too
        words = [f"scenarios=[{','.join(known)}]", f"baseline={known[0]}", *self.words]
        done = ecosim.compare(words, self.folder / "runs", self.jobs, config_dirs=[self.folder / "doses"])
        rows = done.runs[done.runs["status"] == "complete"]
        for name, (search, dose) in zip(names, wanted, strict=True):
            folders = [done.path / "runs" / run for run in rows.loc[rows["scenario"] == name, "run"]]
            results = [ecosim.RunResult.load(folder) for folder in folders]
            search.displaced[dose] = [displaced_share(result) for result in results]
            search.paid[dose] = [paid_for_policies(result) for result in results]


def settle(
    searches: Sequence[Search], laboratory: Laboratory, targets: dict[str, float], rounds: int
) -> dict[str, float]:
    """Run round after round until all are near their target, and return the doses by scenario."""
    for _ in range(rounds):
        wanted = [(search, search.next(targets.get(search.support.currency, np.nan))) for search in searches]
        missing = [(search, dose) for search, dose in wanted if dose is not None]
        if not missing:
            break
        laboratory.measure(missing)
        for search in searches:
            if search.support.anchor:
                targets.setdefault(search.support.currency, search.found(search.support.dose))
    return {search.support.scenario: search.best(targets[search.support.currency]) for search in searches}


def rows(searches: Sequence[Search], doses: Mapping[str, float], targets: Mapping[str, float]) -> pd.DataFrame:
    """Return what the doses displace and pay, over seeds."""
    found = []
    for search in searches:
        dose, support = doses[search.support.scenario], search.support
        displaced, paid = search.displaced[dose], search.paid[dose]
        reached = abs(search.found(dose) / targets[support.currency] - 1) <= NEAR
        found.append(
            {
                "scenario": support.scenario, "dose": dose, "currency": support.currency, "anchor": support.anchor,
                "reached": reached, "target": targets[support.currency],
                "displaced": np.mean(displaced), "displaced_low": min(displaced), "displaced_high": max(displaced),
                "paid": np.mean(paid), "paid_low": min(paid), "paid_high": max(paid), "seeds": len(displaced),
            }
        )  # fmt: skip
    return pd.DataFrame(found)


def note(row: pd.Series, days: int) -> str:
    """Say in a scenario's second line what its dose was found to do."""
    parts = []
    if row["displaced_high"] > 0:
        spread = f"{row['displaced_low']:.1%} to {row['displaced_high']:.1%}"
        parts.append(f"displaces {row['displaced']:.1%} of impressions ({spread})")
    if row["paid_high"] > 0:
        parts.append(f"pays {row['paid']:.0f} yuan a day ({row['paid_low']:.0f} to {row['paid_high']:.0f})")
    text = " and ".join(parts) or "displaces and pays nothing"
    short = "" if row["reached"] else "; nearest to what was wanted"
    seeds = " and ".join(map(str, SEEDS))
    return f"{text[0].upper()}{text[1:]} over seeds {seeds}, days {SETTLED} to {days - 1}{short}."


def calibrate(folder: Path, words: Sequence[str], rounds: int, jobs: int | None) -> tuple[list[Search], pd.DataFrame]:
    """Find the doses of all supports, the single ones first."""
    laboratory, targets = Laboratory(folder, words, jobs), dict[str, float]()
    alone = [Search(support) for support in ALONE]
    doses = settle(alone, laboratory, targets, rounds)
    both = [Search(support) for support in stacks(doses)]
    doses |= settle(both, laboratory, targets, rounds)
    searches = [*alone, *both]
    return searches, rows(searches, doses, targets)


def write(searches: Sequence[Search], found: pd.DataFrame, scenarios: Path, out: Path, days: int) -> None:
    """Write the scenarios and the table of doses."""
    for folder in (scenarios, out):
        folder.mkdir(parents=True, exist_ok=True)
    found.to_csv(out / "doses.csv", index=False, float_format="%.5g")
    for search, (_, row) in zip(searches, found.iterrows(), strict=True):
        file = scenarios / f"{search.support.scenario}.yaml"
        file.write_text(search.support.text(float(row["dose"]), note(row, days)), encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Calibrate from the command line."""
    parser = argparse.ArgumentParser(description="Find doses of equal displaced share and of equal yuan.")
    parser.add_argument("--runs", type=Path, default=Path("runs/traffic_support_doses"), help="where runs are kept")
    parser.add_argument("--scenarios", type=Path, default=config_root() / SCENARIO, help="where scenarios go")
    parser.add_argument("--out", type=Path, default=HERE / "results", help="where the table goes")
    parser.add_argument("--days", type=int, default=300, help="measured days; the study has 300")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="rounds of a search at most")
    parser.add_argument("-j", "--jobs", type=int, help="processes at a time (all cores)")
    parser.add_argument("--smoke", action="store_true", help="a few days at toy scale; keeps nothing")
    chosen = parser.parse_args(arguments)
    if chosen.smoke:
        with TemporaryDirectory() as kept:
            searches, found = calibrate(Path(kept), SMOKE, 1, 1)
            write(searches, found, Path(kept), Path(kept), 6)
    else:
        words = [*(word for word in DAYS if not word.startswith("days=")), f"days={chosen.days}"]
        searches, found = calibrate(chosen.runs, words, chosen.rounds, chosen.jobs)
        write(searches, found, chosen.scenarios, chosen.out, chosen.days)
    print(found.round(4).to_string(index=False))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
