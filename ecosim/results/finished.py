"""Folders of many runs that answer one question: the plan, the table of runs, and what was made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from ecosim.errors import InputError
from ecosim.results.result import OF_ANOTHER
from ecosim.results.stored import SEALS, Seals, check_seal, from_json, read_table
from ecosim.versions import check_format

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

FORMAT = 1
"""Version of the plan and the tables beside it; raised when a reader would have to change."""

PLAN = "experiment.json"
RUNS = "runs.parquet"

SWEEP, SENSITIVITY, FOLDERS = "sweep", "sensitivity", "folders"
"""Keys that only the plan of a sweep, of a sensitivity analysis, or of a comparison of run folders has."""

OF_SCENARIOS, OF_RUNS = "an experiment", "a sweep"
OF_SETTINGS, OF_FOLDERS = "a sensitivity analysis", "a comparison of run folders"
_NAMES = {SWEEP: OF_RUNS, SENSITIVITY: OF_SETTINGS, FOLDERS: OF_FOLDERS}
"""What each is called, with its article."""

_INSTEAD = {
    OF_RUNS: "Each of its runs has a report of its own, and `ecosim compare {folder}` compares them.",
    OF_SETTINGS: "What it found stands in its sensitivity.parquet and is drawn in its sensitivity.svg.",
}
"""What may have been meant."""


@dataclass
class Finished:
    """What was planned and run to its end.

    Parameters
    ----------
    path : Path
        Its folder, with the run folders under `runs`.
    plan : dict
        What was planned: scenarios with their overrides, seeds, outcomes, versions, and every run.
    reused : int
        Runs that were there already.
    errors : tuple of str
        Why runs failed; they are rows of `runs`.
    """

    kind: ClassVar[str]
    """What it is called, with its article."""
    command: ClassVar[str]
    plans: ClassVar[tuple[str, ...]]
    """What its plan may be that of; see :func:`kind_of`."""
    tables: ClassVar[tuple[str, ...]]
    """Files without which it is not finished, beside the plan."""

    path: Path
    plan: dict[str, Any] = field(repr=False)
    reused: int = 0
    errors: tuple[str, ...] = ()

    @classmethod
    def load(cls, path: Path | str) -> Self:
        """Read the folder that the command has written.

        Raises
        ------
        InputError
            When it is no such folder, is not finished, or was written in another format.
        """
        folder = Path(path)
        plan = read_plan(folder) if (folder / PLAN).is_file() else {}
        if plan:  # another format may have other tables
            check_format(f"'{folder}' was written", plan, FORMAT, OF_ANOTHER)
        if plan and kind_of(plan) not in cls.plans:
            instead = _INSTEAD.get(kind_of(plan), f"Name a folder that `{cls.command}` has written.")
            raise InputError(f"'{folder}' holds {kind_of(plan)}, not {cls.kind}. {instead.format(folder=folder)}")
        missing = [name for name in (PLAN, *cls.tables) if not (folder / name).is_file()]
        if missing:
            raise InputError(
                f"'{folder}' does not hold {cls.kind}: {', '.join(missing)} not found. "
                f"Name a folder that `{cls.command}` has written, or start it again to finish it."
            )
        return cls(folder, plan)

    @property
    def sealed(self) -> Seals:
        """Checksums of the tables; none of those that are being written."""
        found: Seals = self.plan.get(SEALS, {})
        return found

    @property
    def runs(self) -> pd.DataFrame:
        """One row a run: what was varied, how it ended, its summary."""
        return self.frame(RUNS)

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Return a table as one mapping a row; what is not known is None."""
        found: list[dict[str, Any]] = self._read(name).to_pylist()
        return found

    def frame(self, name: str) -> pd.DataFrame:
        """Return a table as a frame."""
        found: pd.DataFrame = self._read(name).to_pandas()
        return found

    def _read(self, name: str) -> pa.Table:
        check_seal(self.path / name, self.sealed)
        return read_table(self.path / name, needs={RUNS: "status", "points.parquet": "point"}.get(name, "scenario"))


def read_plan(folder: Path) -> dict[str, Any]:
    """Read what was planned in a folder.

    Raises
    ------
    InputError
        When it cannot be read, or is no plan.
    """
    file = folder / PLAN
    try:
        found = from_json(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"'{file}' is damaged, or cannot be read ({error}). {_rescue(folder)}") from None
    if not isinstance(found.get("runs"), dict):
        raise InputError(f"'{file}' is not the plan of an experiment. {_rescue(folder)}")
    return found


def kind_of(plan: Mapping[str, Any]) -> str:
    """Say in words what a plan is that of, with its article."""
    return next((name for key, name in _NAMES.items() if key in plan), OF_SCENARIOS)


def _rescue(folder: Path) -> str:
    """Say what is to be done where the plan of an experiment is lost: its finished runs are not."""
    return f"Name another folder; finished runs can be compared there: ecosim compare {folder}/runs/* out=NAME."
