"""What made a result: versions of the libraries and a digest of the sources; what is of other ones is never mixed."""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
from collections.abc import Mapping
from pathlib import Path

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
    """Return 16 hex digits of the source files that can change a number: all but commands, stories, pages, figures."""
    package = Path(__file__).parent
    digest = hashlib.sha256()
    for source in sorted(package.rglob("*.py")):
        name = source.relative_to(package)
        if name.parts[0] not in ("cli", "stories", "reports", "plots"):
            digest.update(name.as_posix().encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def differing(there: Mapping[str, str], here: Mapping[str, str]) -> str:
    """Say which versions differ, as in `numpy 2.0 there and 2.1 here`; empty when none does."""
    changed = [name for name in dict.fromkeys([*there, *here]) if there.get(name) != here.get(name)]
    return ", ".join(f"{name} {there.get(name, 'none')} there and {here.get(name, 'none')} here" for name in changed)
