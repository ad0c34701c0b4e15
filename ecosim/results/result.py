"""What a run returns: its settings, its summary and its tables, in memory or read from a run folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from ecosim.config import SimulationConfig
from ecosim.config.validation import validate
from ecosim.errors import InputError, nearest
from ecosim.results.folder import MANIFEST, SUMMARY
from ecosim.results.manifest import FORMAT
from ecosim.results.stored import SEALS, Seals, check_seal, damaged, from_json, read_numbers, read_table
from ecosim.versions import check_format

if TYPE_CHECKING:
    import pandas as pd


OF_ANOTHER = "Read it with the ecosim that wrote it, or run it again with this one."
"""What to do with results of another format."""


_KEYS = dict.fromkeys(("daily", "creators", "brands", "flows", "funnel", "styles", "bite", "payments"), "day")
_KEYS |= {"careers": "founder", "network": "consumer"}
"""A column without which a table is another one."""


class StoredTables(Mapping[str, pa.Table]):
    """The Parquet tables of a folder; each is read when first asked for, if it is still as it was sealed."""

    def __init__(self, folder: Path, sealed: Seals | None = None) -> None:
        self.folder = folder
        self._sealed = sealed or {}
        self._read: dict[str, pa.Table] = {}

    def __getitem__(self, name: str) -> pa.Table:
        if name not in self._read:
            path = self.folder / f"{name}.parquet"
            if not path.is_file() and path.name not in self._sealed:
                raise KeyError(name)
            check_seal(path, self._sealed)
            self._read[name] = read_table(path, needs=_KEYS.get(name))
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        there = {path.name for path in self.folder.glob("*.parquet")}
        there |= {name for name in self._sealed if name.endswith(".parquet")}
        return iter(sorted(name.removesuffix(".parquet") for name in there))

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass
class RunResult:
    """One run, ready to be asked.

    Parameters
    ----------
    config : SimulationConfig
        The settings, defaults included.
    summary : dict of str to float
        One number per measure, over the days after burn-in; NaN where it could not be measured.
    tables : mapping of str to pyarrow.Table
        The recorded tables by name.
    manifest : dict
        Where the numbers come from: versions, machine, timings, status.
    path : Path, optional
        The run folder; None when the run was not written.
    """

    config: SimulationConfig
    summary: dict[str, float]
    tables: Mapping[str, pa.Table] = field(repr=False)
    manifest: dict[str, Any] = field(repr=False)
    path: Path | None = None

    @classmethod
    def load(cls, path: Path | str) -> RunResult:
        """Read a run folder; tables are read when they are asked for.

        Raises
        ------
        InputError
            When it is no run folder, is damaged, or was written in another format.
        """
        folder = Path(path)
        manifest = read_manifest(folder)
        try:
            config = validate(manifest["config"])
        except (AttributeError, TypeError, ValueError) as error:
            raise damaged(folder / MANIFEST, error) from None
        except (KeyError, InputError) as error:
            raise InputError(
                f"{folder / MANIFEST}: the settings do not fit this ecosim, or a plug-in that the run used is "
                f"not installed. It was written by ecosim {manifest.get('versions', {}).get('ecosim', '?')}.\n{error}"
            ) from None
        _read_json(folder / SUMMARY, folder)
        sealed = manifest.get(SEALS, {})
        check_seal(folder / SUMMARY, sealed)
        return cls(config, read_numbers(folder / SUMMARY), StoredTables(folder, sealed), manifest, folder)

    def check(self) -> None:
        """Refuse the run if any of its files is not as it was written, also those that nobody has asked for yet.

        Raises
        ------
        InputError
            For the first that is not, or is gone.
        """
        for name in self.manifest.get(SEALS, {}) if self.path is not None else ():
            check_seal(self.path / name, self.manifest[SEALS])

    @property
    def status(self) -> str:
        """How the run ended: complete, interrupted or failed."""
        return str(self.manifest.get("status", "complete"))

    @property
    def timings(self) -> dict[str, float]:
        """Seconds by stage of the day."""
        return dict(self.manifest.get("timings", {}))

    @property
    def daily(self) -> pd.DataFrame:
        """One row a day, one column a measure; `day` 0 is the first day after burn-in."""
        return self.frame("daily")

    @property
    def creators(self) -> pd.DataFrame:
        """Snapshots of creators of their own, one row a creator and snapshot day.

        ``frame("creators")`` also has the accounts that brands run, as rows with ``brand`` of 0 or more.
        """
        frame = self.frame("creators")
        return frame[frame["brand"] < 0] if "brand" in frame else frame

    @property
    def brands(self) -> pd.DataFrame:
        """Snapshots of brands, one row a brand and snapshot day; only runs with brands have them."""
        return self.frame("brands")

    @property
    def funnel(self) -> pd.DataFrame:
        """From exposure to order and return, summed by week, seller, format, source and region."""
        return self.frame("funnel")

    @property
    def flows(self) -> pd.DataFrame:
        """Money moved by day, source, target and purpose, in fen."""
        return self.frame("flows")

    def frame(self, name: str) -> pd.DataFrame:
        """Return a recorded table as a DataFrame."""
        if name not in self.tables:
            known = list(self.tables)
            raise InputError(f"this run has no table '{name}'.{nearest(name, known)} Recorded: {', '.join(known)}.")
        frame: pd.DataFrame = self.tables[name].to_pandas()
        return frame


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read what a run folder says of itself.

    Raises
    ------
    InputError
        When it is no run folder, is damaged, or was written in another format.
    """
    manifest = _read_json(folder / MANIFEST, folder)
    check_format(f"'{folder}' was written", manifest, FORMAT, OF_ANOTHER)
    return manifest


def _read_json(path: Path, folder: Path) -> dict[str, Any]:
    try:
        return from_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(
            f"'{folder}' is not a run folder: cannot read {path.name} ({error.strerror}). "
            "Name a folder that `ecosim run` has written."
        ) from None
    except ValueError as error:
        raise damaged(path, error) from None
