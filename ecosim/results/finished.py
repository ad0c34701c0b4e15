"""Folders of many runs that answer one question: the plan, the table of runs, and what was made of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from ecosim.errors import InputError
from ecosim.results.result import OF_ANOTHER
from ecosim.results.stored import read_table
from ecosim.versions import check_format

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

FORMAT = 1
"""Version of the plan and the tables beside it; raised when a reader would have to change."""

PLAN = "experiment.json"
RUNS = "runs.parquet"


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
        missing = [name for name in (PLAN, *cls.tables) if not (folder / name).is_file()]
        if missing:
            raise InputError(
                f"'{folder}' does not hold {cls.kind}: {', '.join(missing)} not found. "
                f"Name a folder that `{cls.command}` has written, or start it again to finish it."
            )
        return cls(folder, plan)

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
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"'{file}' cannot be read ({error}). {_rescue(folder)}") from None
    if not isinstance(found, dict) or not isinstance(found.get("runs"), dict):
        raise InputError(f"'{file}' is not the plan of an experiment. {_rescue(folder)}")
    return found


def _rescue(folder: Path) -> str:
    """Say what is to be done where the plan of an experiment is lost: its finished runs are not."""
    return f"Name another folder; finished runs can be compared there: ecosim compare {folder}/runs/* out=NAME."
