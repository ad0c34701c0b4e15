"""Reading what a run or an experiment has left; a file that is damaged is named, with what to do about it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ecosim.errors import InputError

_ADVICE = "Take it from a copy, or remove the folder that holds it and start its command again."

SEALS = "files"
"""Key under which a folder names its files with their checksums; folders of before do not."""

_CHECKSUM = "checksum"

Seals = Mapping[str, str]
"""Checksums (SHA-256) by the names of files in one folder."""


def seals(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Return the checksums of files as they are now."""
    found = {}
    for name in names:
        with (folder / name).open("rb") as file:
            found[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def broken(folder: Path, sealed: Seals, *, missing: bool = True) -> Iterator[str]:
    """Say which files are not what they were when they were sealed, and with `missing` also which are gone."""
    for name, seal in sealed.items():
        file = folder / name
        if not file.is_file():
            if missing:
                yield f"'{file}' is missing"
        elif seals(folder, [name])[name] != seal:
            yield f"'{file}' is damaged (its bytes are not those that were written)"


def to_json(content: Mapping[str, Any]) -> str:
    """Write down what a folder says of itself, with a checksum of all that is said; see :func:`from_json`."""
    own = {key: value for key, value in content.items() if key != _CHECKSUM}
    return json.dumps({**own, _CHECKSUM: _checksum(own)}, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def from_json(text: str) -> dict[str, Any]:
    """Read what :func:`to_json` has written; what was written before there were checksums is taken as it is.

    Raises
    ------
    ValueError
        When it is no JSON object, or not the one that was written.
    """
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError(f"it should hold one JSON object, found {type(found).__name__}")
    checksum = found.pop(_CHECKSUM, None)
    if checksum != _checksum(found) and (checksum is not None or SEALS in found):
        raise ValueError("it was changed after it was written")
    return found


def _checksum(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def check_seal(file: Path, sealed: Seals) -> None:
    """Refuse a file that is not what it was when it was sealed; one that was never sealed is taken as it is.

    Raises
    ------
    InputError
        When a bit has flipped, somebody has changed it, or it is gone.
    """
    for problem in broken(file.parent, {file.name: sealed[file.name]} if file.name in sealed else {}):
        raise InputError(f"{problem}. {_ADVICE}")


def read_table(file: Path, columns: Sequence[str] | None = None, needs: str | None = None) -> pa.Table:
    """Read a table.

    Parameters
    ----------
    file : Path
        A Parquet file.
    columns : sequence of str, optional
        Which to read; all when left out.
    needs : str, optional
        A column without which it is another table than it should be.

    Raises
    ------
    InputError
        When it is damaged or cannot be read.
    """
    try:
        table = pq.read_table(file.absolute(), columns=None if columns is None else list(columns))
    except (pa.ArrowException, OSError, EOFError) as error:
        raise damaged(file, error) from None
    if needs is not None and needs not in table.column_names:
        raise damaged(file, ValueError(f"it has no column '{needs}'"))
    return table


def columns_of(file: Path) -> list[str]:
    """Return the names of a table's columns; see :func:`read_table`."""
    try:
        names: list[str] = pq.read_schema(file.absolute()).names
    except (pa.ArrowException, OSError, EOFError) as error:
        raise damaged(file, error) from None
    return names


def read_numbers(file: Path) -> dict[str, float]:
    """Read one number a measure from a JSON file; null becomes NaN. See :func:`read_table`."""
    from ecosim.results import summary

    try:
        return summary.from_json(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise damaged(file, error) from None


def damaged(file: Path, error: Exception) -> InputError:
    """Return the one message about a damaged file."""
    why = " ".join(str(error).split())
    return InputError(f"'{file}' is damaged, or cannot be read ({why[:200].rstrip('.')}). {_ADVICE}")
