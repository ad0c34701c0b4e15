"""What an experiment returns: its tables as frames, in memory or read from its folder."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from ecosim.results.finished import OF_FOLDERS, OF_SCENARIOS, RUNS, Finished
from ecosim.results.folder import REPORT
from ecosim.results.result import read_manifest

if TYPE_CHECKING:
    import pandas as pd

DIFFERENCES = "differences.parquet"
BITE = "bite.parquet"
PAYMENTS = "payments.parquet"
GROUPS = "groups.parquet"
TRAJECTORIES = "trajectories.parquet"
PHASES = "phases.parquet"
PHASE_GROUPS = "phase_groups.parquet"
TABLES = (RUNS, DIFFERENCES, BITE, PAYMENTS, GROUPS, TRAJECTORIES, PHASES, PHASE_GROUPS)
ADDED = (PHASES, PHASE_GROUPS)
"""Tables that came to the format later, so that a folder may lack them."""


@dataclass
class Comparison(Finished):
    """An experiment that was run to its end: scenarios against a baseline, over paired seeds.

    Parameters
    ----------
    path, plan, reused, errors
        As for :class:`~ecosim.results.finished.Finished`.
    shared : int
        Runs that began where a past that they share ended.
    """

    kind: ClassVar[str] = "a finished experiment"
    command: ClassVar[str] = "ecosim compare"
    plans: ClassVar[tuple[str, ...]] = (OF_SCENARIOS, OF_FOLDERS)
    tables: ClassVar[tuple[str, ...]] = tuple(name for name in TABLES if name not in ADDED)

    shared: int = 0

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Return a table as one mapping a row; a table that came later has none in a folder of before."""
        return [] if name in ADDED and not (self.path / name).is_file() else super().rows(name)

    @property
    def told_by_phase(self) -> bool:
        """Whether groups, bite and payments are known of each phase; folders of before pool several policies."""
        return (self.path / PHASE_GROUPS).is_file()

    @property
    def differences(self) -> pd.DataFrame:
        """One row for each scenario, outcome and horizon: the paired difference from the baseline."""
        return self.frame(DIFFERENCES)

    @property
    def bite(self) -> pd.DataFrame:
        """One row for each run with policies, phase and group of creators: slots by the default rules and with them."""
        return self.frame(BITE)

    @property
    def payments(self) -> pd.DataFrame:
        """One row for each run with policies, phase and purpose: fen a day, and what the default rules would pay."""
        return self.frame(PAYMENTS)

    @property
    def groups(self) -> pd.DataFrame:
        """One row for each scenario, group, measure and horizon: who wins and who loses, a head of the group."""
        return self.frame(GROUPS)

    @property
    def trajectories(self) -> pd.DataFrame:
        """One row for each scenario, outcome and week: the paired difference from the baseline, over time."""
        return self.frame(TRAJECTORIES)

    @property
    def phases(self) -> pd.DataFrame:
        """One row for each scenario with dates, outcome and phase: the paired difference between two dates."""
        return self.frame(PHASES)

    @property
    def phase_groups(self) -> pd.DataFrame:
        """One row for each scenario with dates, group, measure and phase: who wins and who loses in it."""
        return self.frame(PHASE_GROUPS)

    @property
    def report(self) -> Path:
        """Where the page that tells it all is."""
        return self.path / REPORT

    def folder_of(self, run: str) -> Path:
        """Return the folder of one run, by its name in `runs`; runs that were there before may lie anywhere."""
        return Path(self.plan.get("folders", {}).get(run, self.path / "runs" / run))

    def warnings(self, run: str) -> list[str]:
        """Return what a run warned of, such as policies that moved nothing."""
        return [str(warning) for warning in read_manifest(self.folder_of(run)).get("warnings") or []]

    def warned(self) -> list[tuple[str, str, int, int]]:
        """Return what complete runs warned of, once a scenario: scenario, warning, in how many of how many runs.

        Warnings that differ in a share alone, which differs from seed to seed, are one; the first stands for them.
        """
        first: dict[tuple[str, str], str] = {}
        found: Counter[tuple[str, str]] = Counter()
        complete = [row for row in self.rows(RUNS) if row["status"] == "complete"]
        for row in complete:
            for warning in self.warnings(row["run"]):
                key = row["scenario"], re.sub(r"\d+(\.\d+)?%", "%", warning)
                first.setdefault(key, warning)
                found[key] += 1
        of = Counter(row["scenario"] for row in complete)
        return [(key[0], first[key], count, of[key[0]]) for key, count in found.items()]
