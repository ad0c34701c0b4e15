"""What made a result: versions of the libraries and a digest of the sources; what is of other ones is never mixed."""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ecosim.errors import InputError

LIBRARIES = (
    "ecosim",
    "hydra-core",
    "matplotlib",
    "mesa",
    "networkx",
    "numba",
    "numpy",
    "pandas",
    "pyarrow",
    "pydantic",
)
"""Distributions whose version may change a number, a table or a figure."""

THERE = ("there", "here")
"""How two places are called: that of what is read, and this ecosim."""


def versions() -> dict[str, str]:
    """Return the versions of Python, of ecosim and of the libraries that matter to the results."""
    found = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def source_digest() -> str:
    """Return 16 hex digits of the source files that can change a number: all but commands and what tells of results."""
    package = Path(__file__).parent
    digest = hashlib.sha256()
    for source in sorted(package.rglob("*.py")):
        name = source.relative_to(package)
        if name.parts[0] not in ("cli", "stories", "reports", "plots", "language"):
            digest.update(name.as_posix().encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def differing(there: Mapping[str, str], here: Mapping[str, str], places: tuple[str, str] = THERE) -> str:
    """Say which versions differ, as in `numpy 2.0 there and 2.1 here`; empty when none does."""
    changed = [name for name in dict.fromkeys([*there, *here]) if there.get(name) != here.get(name)]
    return ", ".join(
        f"{name} {there.get(name, 'none')} {places[0]} and {here.get(name, 'none')} {places[1]}" for name in changed
    )


def check_format(what: str, found: Mapping[str, Any], reads: int, advice: str) -> None:
    """Refuse what was written in a format that this ecosim does not read.

    Parameters
    ----------
    what : str
        What it is, and how it came about, as in ``'runs/a' was written``.
    found : mapping
        What the file says of itself: `format`, and `versions` where it has them.
    reads : int
        The format that is read.
    advice : str
        What to do.

    Raises
    ------
    InputError
        When the formats differ.
    """
    if found.get("format") == reads:
        return
    made = found.get("versions")
    by = f" by ecosim {made.get('ecosim', '?')}" if isinstance(made, Mapping) else ""
    raise InputError(
        f"{what} in format {found.get('format', 'none')}{by}; this ecosim, {versions().get('ecosim', '?')}, "
        f"reads format {reads}. {advice}"
    )


def check_maker(
    what: str, found: Mapping[str, Any], expected: Mapping[str, Any], advice: str, places: tuple[str, str] = THERE
) -> None:
    """Refuse what other versions of the libraries, or other source files of ecosim, have made.

    Parameters
    ----------
    what : str
        As for :func:`check_format`; it is followed by ``by other versions (...)``.
    found, expected : mapping
        Their `versions` and `source`.
    advice : str
        What to do.
    places : tuple of str
        Where the first and the second are, in words.

    Raises
    ------
    InputError
        When they differ.
    """
    told = apart(found, expected, places)
    if told:
        raise InputError(f"{what} by {told}. {advice}")


def apart(found: Mapping[str, Any], expected: Mapping[str, Any], places: tuple[str, str] = THERE) -> str:
    """Name the other versions, or other source files, that made the first of two results; empty when there are none."""
    told = differing(found.get("versions") or {}, expected.get("versions") or {}, places)
    if told:
        return f"other versions ({told})"
    one, other = found.get("source"), expected.get("source")
    if one == other:
        return ""
    return f"other source files of ecosim ({one} {places[0]}, {other} {places[1]})"
