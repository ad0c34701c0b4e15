"""Text tables of a user's own: lines, columns and ids, with every fault named by file and line."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ecosim.errors import InputError, nearest

SEPARATORS = {".csv": ",", ".tsv": "\t"}
"""What separates columns, by suffix; in other files a comma, if the first line has one, else blanks."""
NAMED_SEPARATORS = {"tab": "\t", "\\t": "\t", "space": None}
"""Separators that are hard to type; None stands for any run of blanks."""
_INTEGER = re.compile(r"[+-]?[0-9]{1,40}")


@dataclass(frozen=True)
class Sheet:
    """A text file of lines with equally many columns.

    Attributes
    ----------
    key : str
        The setting that names the file, for messages.
    path : Path
        The file.
    delimiter : str or None
        What separates columns; None: see :data:`SEPARATORS`.
    comment : str or None
        What a line begins with that is to be skipped.
    """

    key: str
    path: Path
    delimiter: str | None = None
    comment: str | None = "#"

    def lines(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the number and the columns of every line that is neither blank nor a comment."""
        width, separator = 0, self._separator("")
        try:
            with self.path.open(encoding="utf-8-sig") as file:
                for number, line in enumerate(file, 1):
                    if not line.strip() or (self.comment and line.startswith(self.comment)):
                        continue
                    if not width:
                        separator = self._separator(line)
                    columns = _split(line, separator)
                    width = width or len(columns)
                    if len(columns) != width:
                        raise self.fault(
                            f"line {number} has {_columns(len(columns))} where the first has {width}: "
                            f"{line.strip()[:60]!r}. Every line needs as many, separated by {_called(separator)}"
                        )
                    yield number, columns
        except OSError as error:
            raise InputError(
                f"{self.key}: cannot read '{self.path}' ({error.strerror or error}). Name a text file that exists; "
                f"relative paths start from {Path.cwd()}."
            ) from None
        except UnicodeDecodeError:
            raise self.fault("it is not text in UTF-8. Write it as comma-separated text") from None

    def _separator(self, line: str) -> str | None:
        if self.delimiter is not None:
            return NAMED_SEPARATORS.get(self.delimiter, self.delimiter)
        if self.path.suffix.lower() in SEPARATORS:
            return SEPARATORS[self.path.suffix.lower()]
        return "," if "," in line else None

    def fault(self, what: str) -> InputError:
        """Return an error about this file."""
        return InputError(f"{self.key}: '{self.path}': {what}.")

    def column(self, key: str, wanted: str | int, names: Sequence[str] | None, width: int) -> int:
        """Return the place of a column that the user names or counts from 0.

        Parameters
        ----------
        key : str
            The setting that holds the wish.
        wanted : str or int
            The name, or the number.
        names : sequence of str or None
            The header; None where the file has none.
        width : int
            How many columns there are.
        """
        if names is not None and str(wanted) in names:
            return list(names).index(str(wanted))
        if _INTEGER.fullmatch(str(wanted)):
            if 0 <= int(wanted) < width:
                return int(wanted)
            raise InputError(
                f"{key}: found {wanted}, but '{self.path}' has {_columns(width)}; they count from 0 to {width - 1}."
            )
        if names is None:
            raise InputError(f"{key}: '{self.path}' has no header that could name '{wanted}'. Give a number from 0.")
        raise InputError(
            f"{key}: there is no column '{wanted}' in '{self.path}'.{nearest(str(wanted), names)} "
            f"Known: {', '.join(names)}."
        )


def _split(line: str, separator: str | None) -> list[str]:
    """Return the columns of a line without blanks around them; quotation marks may enclose a separator."""
    if separator is None:
        return line.split()
    if '"' in line and len(separator) == 1:
        return [column.strip() for column in next(csv.reader([line], delimiter=separator, skipinitialspace=True))]
    return [column.strip() for column in line.split(separator)]


def _columns(count: int) -> str:
    return "1 column" if count == 1 else f"{count} columns"


def _called(separator: str | None) -> str:
    """Say what separates columns; where another separator would be right, this hints at it."""
    named = {None: "blanks", "\t": "tabs"}.get(separator, f"{separator!r}")
    return f"{named} (network.delimiter sets another)"


def is_integer(text: str) -> bool:
    """Say whether an id is a whole number."""
    return _INTEGER.fullmatch(text) is not None


def in_order(ids: Iterable[str]) -> list[str]:
    """Return ids in an order that no file's lines determine: by number when all are whole numbers, else by letter."""
    known = list(ids)
    return sorted(known, key=int) if all(map(is_integer, known)) else sorted(known)


def plain(ids: Sequence[str]) -> list[str]:
    """Write whole numbers in one way, if all ids are such, so that 007 and 7 are one node."""
    return [str(int(one)) for one in ids] if all(map(is_integer, ids)) else list(ids)
