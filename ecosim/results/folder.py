"""The run folder: written whole or not at all.

Everything goes into a temporary folder beside the target, which is renamed when all is there. Equal tables give equal
bytes: Parquet is written with fixed settings and without metadata of its makers; timings stand in the manifest and the
summary only.
"""

from __future__ import annotations

import datetime
import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ecosim.config import SimulationConfig
from ecosim.config.validation import resolved
from ecosim.errors import InputError
from ecosim.results import summary as summaries
from ecosim.results.manifest import config_hash
from ecosim.results.stored import SEALS, seals, to_json

MANIFEST = "manifest.json"
SUMMARY = "summary.json"
FIGURES = "figures"
REPORT = "report.html"
UNFINISHED = ".unfinished"
"""What the folder of an unfinished run is called behind the name of the run folder."""

ROW_GROUP = 1 << 20
"""Rows that are compressed together in a table."""


class RunFolder:
    """The files of one run: manifest, summary, tables, and what a callback adds (figures, report)."""

    @staticmethod
    def write(
        out: Path | str,
        *,
        config: SimulationConfig,
        tables: Mapping[str, pa.Table | Iterable[pa.Table]],
        summary: Mapping[str, float],
        manifest: Mapping[str, Any],
        extras: Callable[[Path], None] | None = None,
    ) -> Path:
        """Write a run folder in one go and return its path.

        Parameters
        ----------
        out : path
            The folder to make; it may exist if it is empty.
        config : SimulationConfig
            The settings of the run; they are written into the manifest.
        tables : mapping of str to pyarrow.Table, or to parts of it
            Written as `<name>.parquet`; of what comes in parts a row group at most is held.
        summary : mapping of str to float
            Written as flat JSON.
        manifest : mapping
            Written as JSON, with checksums of the tables and the summary.
        extras : callable, optional
            Called with the temporary folder once all else is written, to add figures and the report.

        Raises
        ------
        InputError
            When `out` is not empty or cannot be written.
        """
        target = Path(out)
        check_out(target)
        full = {**manifest, "config": resolved(config), "config_hash": config_hash(config)}
        with _renamed_when_done(target) as folder:
            names = [SUMMARY]
            for name, table in tables.items():
                names.append(f"{name}.parquet")
                write_table(table, folder / names[-1])
            (folder / SUMMARY).write_text(summaries.to_json(summary), encoding="utf-8")
            full[SEALS] = seals(folder, names)
            (folder / MANIFEST).write_text(to_json(full), encoding="utf-8")
            if extras is not None:
                extras(folder)
        return target


def default_out(config: SimulationConfig, started: datetime.datetime, root: Path | str = "runs") -> Path:
    """Return `runs/<time>-<scenario>-<seed>`, the name of a run that was given none; see :func:`claimed`."""
    return Path(root) / f"{started:%Y%m%d-%H%M%S}-{config.scenario}-{config.seed}"


@contextmanager
def claimed(path: Path) -> Iterator[Path]:
    """Make a folder of that name, or numbered where there is one, which no other process takes while the block runs.

    It is gone in the end if it is still empty, and so is what it needed.

    Raises
    ------
    InputError
        When it cannot be made.
    """
    missing = [folder for folder in path.absolute().parents if not folder.exists()]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = next(filter(_made, _numbered(path)))
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        yield folder
    finally:
        _remove_empty([folder, *missing])


def _numbered(path: Path) -> Iterator[Path]:
    yield path
    yield from (path.with_name(f"{path.name}-{number}") for number in itertools.count(2))


def _made(folder: Path) -> bool:
    """Make a folder, unless it or an unfinished run of its name is there; of two processes only one has made it."""
    if folder.with_name(folder.name + UNFINISHED).exists():
        return False
    try:
        folder.mkdir()
    except FileExistsError:
        return False
    return True


def check_out(out: Path | str) -> None:
    """Raise an InputError unless `out` can become a run folder: new or empty, in a place that can be written."""
    path = Path(out)
    try:
        if path.exists():
            if not path.is_dir():
                raise InputError(f"out: '{path}' is a file. Name a folder that does not exist yet or is empty.")
            if any(path.iterdir()):
                raise InputError(f"out: '{path}' is not empty. Name another folder; results are never overwritten.")
        with _renamed_when_done(path, keep=False):
            pass
    except OSError as error:
        raise _unwritable(path, error) from None


def check_writable(folder: Path, advice: str) -> None:
    """Raise an InputError when a folder is there and nothing can be written into it."""
    try:
        if folder.is_dir():
            with tempfile.TemporaryFile(dir=folder):
                pass
    except OSError as error:
        raise InputError(f"'{folder}' cannot be written ({error.strerror or error}). {advice}") from None


def write_table(table: pa.Table | Iterable[pa.Table], path: Path) -> None:
    """Write a table whole or not at all; equal tables give equal bytes, whatever made them or cut them into parts."""
    groups = _row_groups([table] if isinstance(table, pa.Table) else table)
    first = next(groups)
    with (
        _whole(path) as partial,
        # Absolute, as a name such as s3:floor would be taken for an address.
        pq.ParquetWriter(
            partial.absolute(), first.schema, compression="zstd", compression_level=3, version="2.6"
        ) as writer,
    ):
        for group in itertools.chain([first], groups):
            writer.write_table(group, ROW_GROUP)


def _row_groups(parts: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Yield as many rows at a time as a group holds, the rest in the end; one without rows when there are none."""
    held: list[pa.Table] = []
    count = 0
    for part in parts:
        held.append(part.replace_schema_metadata(None))
        count += part.num_rows
        while count > ROW_GROUP:  # the last one is left: a table of just one group has no empty one behind
            together = pa.concat_tables(held)
            yield together.slice(0, ROW_GROUP).combine_chunks()
            held, count = [together.slice(ROW_GROUP)], count - ROW_GROUP
    yield pa.concat_tables(held).combine_chunks()


def write_text(text: str, path: Path) -> None:
    """Write a text whole or not at all."""
    with _whole(path) as partial:
        partial.write_text(text, encoding="utf-8")


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """Give another name to write to; it becomes `path` when all is written, and is gone when something fails."""
    partial = path.with_name(f".{path.name}.tmp")
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def _renamed_when_done(target: Path, *, keep: bool = True) -> Iterator[Path]:
    """Give a temporary sibling of `target`; rename it at the end, or leave nothing behind when something fails."""
    missing = [folder for folder in target.absolute().parents if not folder.exists()]
    temporary: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{target.name[:100]}-", suffix=".tmp", dir=target.parent))
        temporary.chmod(0o755)
        yield temporary
        if keep:
            if os.name == "nt" and target.exists():  # elsewhere an empty folder is replaced at once
                target.rmdir()
            temporary.rename(target)
            return
    except OSError as error:
        _remove(temporary, missing)
        raise _unwritable(target, error) from error
    except BaseException:
        _remove(temporary, missing)
        raise
    _remove(temporary, missing)


def _remove(temporary: Path | None, made: list[Path]) -> None:
    if temporary is not None:
        shutil.rmtree(temporary, ignore_errors=True)
    _remove_empty(made)


def _remove_empty(folders: Iterable[Path]) -> None:
    for folder in folders:
        with suppress(OSError):  # not made after all, or somebody else has put something into it
            folder.rmdir()


def _unwritable(path: Path, error: OSError) -> InputError:
    file = next((parent for parent in path.absolute().parents if parent.exists() and not parent.is_dir()), None)
    if file is not None:
        return InputError(f"out: cannot write '{path}': '{file}' is a file, not a folder. Name another place.")
    return InputError(f"out: cannot write '{path}' ({error.strerror or error}). Name a folder that you may write.")
