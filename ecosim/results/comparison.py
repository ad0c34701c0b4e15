"""What an experiment returns: its tables as frames, in memory or read from its folder."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from ecosim.errors import InputError
from ecosim.results.folder import MANIFEST, REPORT

if TYPE_CHECKING:
    import pandas as pd

PLAN = "experiment.json"
RUNS = "runs.parquet"
DIFFERENCES = "differences.parquet"
BITE = "bite.parquet"
PAYMENTS = "payments.parquet"
GROUPS = "groups.parquet"
TRAJECTORIES = "trajectories.parquet"
TABLES = (RUNS, DIFFERENCES, BITE, PAYMENTS, GROUPS, TRAJECTORIES)


@dataclass
class Comparison:
    """An experiment that was run to its end.

    Parameters
    ----------
    path : Path
        Its folder, with the run folders under `runs`.
    plan : dict
        What was planned: scenarios with their overrides, seeds, baseline, outcomes, versions, and every run.
    reused : int
        Runs that were there already.
    errors : tuple of str
        Why runs failed; they are rows of `runs`.
    shared : int
        Runs that began where a past that they share ended.
    """

    path: Path
    plan: dict[str, Any] = field(repr=False)
    reused: int = 0
    errors: tuple[str, ...] = ()
    shared: int = 0

    @classmethod
    def load(cls, path: Path | str) -> Comparison:
        """Read the folder of an experiment."""
        folder = Path(path)
        missing = [name for name in (PLAN, *TABLES) if not (folder / name).is_file()]
        if missing:
            raise InputError(
                f"'{folder}' does not hold a finished experiment: {', '.join(missing)} not found. "
                "Name a folder that `ecosim compare` has written, or start it again to finish it."
            )
        return cls(folder, json.loads((folder / PLAN).read_text(encoding="utf-8")))

    @property
    def runs(self) -> pd.DataFrame:
        """One row a run: what was varied, how it ended, its summary."""
        return self._frame(RUNS)

    @property
    def differences(self) -> pd.DataFrame:
        """One row for each scenario, outcome and horizon: the paired difference from the baseline."""
        return self._frame(DIFFERENCES)

    @property
    def bite(self) -> pd.DataFrame:
        """One row for each run with policies and group of creators: slots by the default rules and with them."""
        return self._frame(BITE)

    @property
    def payments(self) -> pd.DataFrame:
        """One row for each run with policies and purpose: fen a day, and what the default rules would have paid."""
        return self._frame(PAYMENTS)

    @property
    def groups(self) -> pd.DataFrame:
        """One row for each scenario, group, measure and horizon: who wins and who loses, a head of the group."""
        return self._frame(GROUPS)

    @property
    def trajectories(self) -> pd.DataFrame:
        """One row for each scenario, outcome and week: the paired difference from the baseline, over time."""
        return self._frame(TRAJECTORIES)

    @property
    def report(self) -> Path:
        """Where the page that tells it all is."""
        return self.path / REPORT

    def folder_of(self, run: str) -> Path:
        """Return the folder of one run, by its name in `runs`."""
        return self.path / "runs" / run

    def warnings(self, run: str) -> list[str]:
        """Return what a run warned of, such as policies that moved nothing."""
        manifest = json.loads((self.folder_of(run) / MANIFEST).read_text(encoding="utf-8"))
        return [str(warning) for warning in manifest.get("warnings") or []]

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Return a table as one mapping a row; what is not known is None."""
        found: list[dict[str, Any]] = pq.read_table(self.path / name).to_pylist()
        return found

    def _frame(self, name: str) -> pd.DataFrame:
        frame: pd.DataFrame = pq.read_table(self.path / name).to_pandas()
        return frame
