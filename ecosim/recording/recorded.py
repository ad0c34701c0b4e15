"""Rows that have been recorded and are not looked at again until the run ends: compressed, in a file or in memory.

A file only grows, and what was put into it never moves. A state that is saved beside the file therefore names places in
it instead of holding the rows; who goes on from that state cuts off what was put there later. A state saved elsewhere
holds the rows themselves.
"""

from __future__ import annotations

import logging
import os
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from ecosim.errors import InputError

log = logging.getLogger(__name__)

_LEVEL = 1  # of zstd; the next levels gain little on numbers
_BINARY = getattr(os, "O_BINARY", 0)  # where files are texts by default
_SIZE = 8  # bytes that tell the size of a block before it was compressed


class DamagedRows(InputError):
    """Rows that a saved state refers to, and that are not in their file as they were put there."""


class Place(NamedTuple):
    """Where a block of rows lies in the file, and the checksum of its bytes."""

    start: int
    size: int
    check: int


class Recorded:
    """Blocks of rows by table, in the order in which they were added.

    Without a file they are kept in memory. With one, memory holds a place a block, some 150 bytes; what a full disk
    does not take stays in memory until it does.
    """

    def __init__(self) -> None:
        self._blocks: dict[str, list[bytes | Place]] = {}
        self._waiting: list[tuple[str, int]] = []  # blocks that the file has yet to take
        self._file: int | None = None
        self._path: Path | None = None
        self._grows = False
        self._end = 0
        self._told = False

    def add(self, name: str, rows: pa.Table) -> None:
        """Put rows of a table behind those that are there."""
        blocks = self._blocks.setdefault(name, [])
        blocks.append(_compressed(rows))
        if self._grows:
            self._waiting.append((name, len(blocks) - 1))
            self._write()

    def parts(self, name: str) -> Iterator[pa.Table]:
        """Yield the rows of a table, block by block."""
        for block in self._blocks.get(name, ()):
            content = self._read(block) if isinstance(block, Place) else block
            stream = pa.Codec("zstd").decompress(content[_SIZE:], int.from_bytes(content[:_SIZE], "little"))
            yield pa.ipc.open_stream(stream).read_all()

    def held(self) -> int:
        """Bytes of rows that are in memory."""
        return sum(len(self._blocks[name][number]) for name, number in self._in_memory())

    def keep_in(self, path: Path) -> None:
        """Keep rows in a file from now on, those in memory too.

        Parameters
        ----------
        path : Path
            A file; what is in it is lost, but for the rows to which the saved state refers from which this run goes on.
            A folder: a file in it that has no name, and is gone when the run is, however it ends.

        Raises
        ------
        OSError
            When there can be no such file; rows stay where they are then.
        """
        if self._path is not None and path.is_file() and path.samefile(self._path):
            file = os.open(path, os.O_RDWR | _BINARY)
            os.ftruncate(file, self._end)
        else:
            for blocks in self._blocks.values():
                blocks[:] = [self._read(block) if isinstance(block, Place) else block for block in blocks]
            file = (
                _nameless(path)
                if path.is_dir()
                else os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | _BINARY, 0o666)
            )
            self._end = 0
        self.close()
        self._file, self._path, self._grows = file, None if path.is_dir() else path, True
        self._waiting = self._in_memory()
        self._write()

    def is_beside(self, folder: Path | None) -> bool:
        """Say whether rows are put into a file in that folder."""
        return self._grows and self._path is not None and self._path.parent == folder

    def saved(self, folder: Path | None = None) -> dict[str, Any]:
        """Return what has to be saved: the rows, or their places where the state will lie beside their file.

        Parameters
        ----------
        folder : Path, optional
            Where the state will lie.

        Raises
        ------
        OSError
            When the file cannot be brought to the disk.
        """
        file = None
        if self.is_beside(folder) and self._file is not None and self._path is not None:
            os.fsync(self._file)
            file = self._path.name
        blocks = {name: [self._saved(block, file is not None) for block in own] for name, own in self._blocks.items()}
        return {"file": file, "blocks": blocks}

    @classmethod
    def restored(cls, state: Mapping[str, Any], folder: Path) -> Recorded:
        """Put together what was saved; the file is read only, until it is named to :meth:`keep_in`.

        Raises
        ------
        DamagedRows
            When the file in `folder` does not hold the rows any more.
        """
        found = cls()
        found._blocks = {
            name: [block if isinstance(block, Place) else block.tobytes() for block in blocks]
            for name, blocks in state["blocks"].items()
        }
        if state["file"] is None:
            return found
        found._path = folder / state["file"]
        places = [block for blocks in found._blocks.values() for block in blocks if isinstance(block, Place)]
        found._end = max((place.start + place.size for place in places), default=0)
        try:
            found._file = os.open(found._path, os.O_RDONLY | _BINARY)
        except OSError as error:
            raise found._damaged(error.strerror or str(error)) from None
        for place in places:
            found._read(place)
        return found

    def close(self) -> None:
        """Let go of the file; rows in it are out of reach then."""
        if self._file is not None:
            os.close(self._file)
        self._file, self._grows = None, False

    def _saved(self, block: bytes | Place, beside: bool) -> Place | np.ndarray[Any, Any]:
        if isinstance(block, Place):
            if beside:
                return block
            block = self._read(block)
        return np.frombuffer(block, np.uint8)

    def _in_memory(self) -> list[tuple[str, int]]:
        return [
            (name, number)
            for name, blocks in self._blocks.items()
            for number, block in enumerate(blocks)
            if not isinstance(block, Place)
        ]

    def _write(self) -> None:
        """Bring blocks from memory into the file; those that it does not take are tried again with the next."""
        assert self._file is not None
        while self._waiting:
            name, number = self._waiting[0]
            block = self._blocks[name][number]
            assert isinstance(block, bytes)
            try:
                _write_at(self._file, block, self._end)
            except OSError as error:
                if not self._told:
                    log.warning("rows cannot be written (%s); they are kept in memory.", error.strerror or error)
                self._told = True
                return
            self._blocks[name][number] = Place(self._end, len(block), zlib.crc32(block))
            self._end += len(block)
            del self._waiting[0]

    def _read(self, place: Place) -> bytes:
        assert self._file is not None
        try:
            content = _read_at(self._file, place.start, place.size)
        except OSError as error:
            raise self._damaged(error.strerror or str(error)) from None
        if len(content) != place.size or zlib.crc32(content) != place.check:
            raise self._damaged("its rows have changed")
        return content

    def _damaged(self, why: str) -> DamagedRows:
        return DamagedRows(
            f"'{self._path or 'a file of recorded rows'}' does not hold what the run has recorded ({why}). "
            "Go on from an earlier checkpoint, or run from the beginning."
        )


def _compressed(rows: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    bare = rows.replace_schema_metadata(None).combine_chunks()
    with pa.ipc.new_stream(sink, bare.schema) as stream:
        stream.write_table(bare)
    content = sink.getvalue()
    packed: bytes = pa.Codec("zstd", compression_level=_LEVEL).compress(content, asbytes=True)
    return int(content.size).to_bytes(_SIZE, "little") + packed


def _write_at(file: int, content: bytes, start: int) -> None:
    rest = memoryview(content)
    os.lseek(file, start, os.SEEK_SET)
    while rest:
        rest = rest[os.write(file, rest) :]


def _read_at(file: int, start: int, size: int) -> bytes:
    """Read as much as there is of a part of a file."""
    parts: list[bytes] = []
    os.lseek(file, start, os.SEEK_SET)
    while size and (part := os.read(file, size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _nameless(folder: Path) -> int:
    with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
        return os.dup(file.fileno())
