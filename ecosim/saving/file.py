"""The file of a saved state: a zip of JSON and compressed arrays, written whole or not at all.

A checksum guards every part. The header says what made the file; another format, other versions or other sources are
refused, since they would go on otherwise.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from ecosim.config import SimulationConfig
from ecosim.config.identity import config_hash
from ecosim.config.validation import resolved, validate
from ecosim.errors import InputError
from ecosim.saving.walk import Packed
from ecosim.versions import check_format, check_maker, source_digest, versions

FORMAT = 1
"""Version of the file's layout."""

_HEADER, _TREE = "header.json", "state.json.zst"
_LEVEL = 1  # little would be gained by more: most of the state is noise to a compressor


class DamagedState(InputError):
    """A file of a saved state that cannot be read to its end."""


@dataclass(frozen=True)
class Header:
    """What a saved state is of.

    Attributes
    ----------
    day : int
        Days lived, burn-in included.
    config : dict
        All settings of the run.
    notes : dict
        Plain values that were kept beside the state.
    """

    day: int
    config: dict[str, Any]
    config_hash: str
    notes: dict[str, Any] = field(default_factory=dict)
    format: int = FORMAT
    versions: dict[str, str] = field(default_factory=versions)
    source: str = field(default_factory=source_digest)


@dataclass(frozen=True)
class SavedState:
    """A saved state as read: header, settings and the state itself, still taken apart."""

    path: Path
    header: Header
    config: SimulationConfig
    packed: Packed


def write_state(
    path: Path | str, packed: Packed, config: SimulationConfig, day: int, notes: Mapping[str, Any] | None = None
) -> Path:
    """Write a state into a file, in place of the one that is there, and return its path.

    The file is made under another name and renamed when it is whole and on the disk.

    Raises
    ------
    InputError
        When the file cannot be written; what was there before stays.
    """
    target = Path(path)
    header = Header(day, resolved(config), config_hash(config), dict(notes or {}))
    partial = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with partial.open("wb") as raw:
            with zipfile.ZipFile(raw, "w", zipfile.ZIP_STORED) as archive:
                _write_parts(archive, header, packed)
            raw.flush()
            os.fsync(raw.fileno())
        partial.replace(target)
    except OSError as error:
        raise InputError(
            f"the state of day {day} cannot be written to '{target}' ({error.strerror or error}). "
            "Free space there, or name another place."
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return target


def _write_parts(archive: zipfile.ZipFile, header: Header, packed: Packed) -> None:
    archive.writestr(_HEADER, json.dumps(asdict(header), indent=2, ensure_ascii=False))
    codec = pa.Codec("zstd", compression_level=_LEVEL)
    arrays = []
    for number, array in enumerate(packed.arrays):
        # The order in memory decides the order of sums, and with it their last bit.
        fortran = array.flags.f_contiguous and not array.flags.c_contiguous
        flat = np.ravel(array, order="F" if fortran else "C")
        arrays.append([array.dtype.str, list(array.shape), "F" if fortran else "C"])
        if flat.nbytes:
            archive.writestr(f"{number}.zst", memoryview(codec.compress(flat.view(np.uint8))))
    text = json.dumps({"tree": packed.tree, "arrays": arrays}, separators=(",", ":")).encode()
    archive.writestr(_TREE, len(text).to_bytes(8, "little") + codec.compress(text, asbytes=True))


def read_header(path: Path | str) -> Header:
    """Read what a file is of, and refuse it when another ecosim has made it.

    Raises
    ------
    InputError
        When there is no such file, it is damaged, or it is of another format, other versions or other sources.
    """
    file = Path(path)
    with _opened(file) as archive:
        found = json.loads(archive.read(_HEADER))
        if found["format"] == FORMAT:
            header = Header(**found)
    _check(file, found)
    return header


def read_state(path: Path | str) -> SavedState:
    """Read a saved state; see :func:`read_header` for what is refused."""
    file = Path(path)
    header = read_header(file)
    try:
        config = validate(header.config)
    except InputError as error:
        raise InputError(
            f"'{file}': a plug-in that the run used is not installed, or its settings have changed.\n{error}"
        ) from None
    codec = pa.Codec("zstd")
    with _opened(file) as archive:
        text = archive.read(_TREE)
        parts = json.loads(codec.decompress(text[8:], int.from_bytes(text[:8], "little"), asbytes=True))
        arrays = [_read_array(archive, codec, number, *described) for number, described in enumerate(parts["arrays"])]
    return SavedState(file, header, config, Packed(parts["tree"], arrays))


def intact(path: Path | str) -> bool:
    """Say whether a file is there, was saved by this ecosim and is whole."""
    try:
        read_header(path)
        with _opened(Path(path)) as archive:
            return archive.testzip() is None
    except InputError:
        return False


def _read_array(
    archive: zipfile.ZipFile, codec: pa.Codec, number: int, dtype: str, shape: list[int], order: Any
) -> np.ndarray[Any, Any]:
    array = np.empty(shape, dtype, order)
    if array.nbytes:
        content = codec.decompress(archive.read(f"{number}.zst"), array.nbytes)
        np.ravel(array, order="K").view(np.uint8)[:] = np.frombuffer(content, np.uint8)
    return array


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    """Open a file for reading, and say in one message what is wrong with it."""
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except FileNotFoundError:
        raise InputError(f"there is no saved state '{file}'. Name a file that ecosim has written.") from None
    except Exception as error:  # a bit that has changed may show as anything
        raise DamagedState(
            f"'{file}' is damaged, or not a saved state ({type(error).__name__}: {error}). "
            "Take another one, or run from the beginning."
        ) from None


def _check(file: Path, found: Mapping[str, Any]) -> None:
    advice = "Go on with the ecosim that wrote it, or run from the beginning; results of different versions never mix."
    check_format(f"'{file}' was saved", found, FORMAT, advice)
    check_maker(f"'{file}' was saved", found, {"versions": versions(), "source": source_digest()}, advice)
