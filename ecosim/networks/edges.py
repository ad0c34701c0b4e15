"""A graph from files: a list of edges and, optionally, a table of its nodes."""

from __future__ import annotations

import math
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from ecosim.errors import InputError
from ecosim.networks.base import Array
from ecosim.networks.sheets import Sheet, in_order, is_integer, plain
from ecosim.state.graph import Ties

HEADS = frozenset(
    f"{word}{end}"
    for word in ("", "node", "node_", "id", "id_", "user", "user_", "node_id_", "numeric_id_")
    for end in ("source", "target", "src", "dst", "from", "to", "1", "2")
) | {"fromnodeid", "tonodeid", "user", "friend", "follower", "followee"}
"""Names that a header of edges between named nodes is known by; between numbered nodes any word is a name."""


@dataclass(frozen=True)
class Source:
    """Where a graph is read from, and how; the settings of ``network=edgelist``."""

    path: Path
    source: str | int | None = None
    target: str | int | None = None
    delimiter: str | None = None
    header: bool | None = None
    comment: str | None = "#"
    attributes: Path | None = None
    id: str | int | None = None
    audience: str | int | None = None


@dataclass(frozen=True)
class RealGraph:
    """A graph that was read: nodes in order, their ties, the audience that each begins with, and what was guessed."""

    ids: tuple[str, ...]
    ties: Ties
    audience: Array | None
    guesses: tuple[str, ...] = ()


def read(source: Source) -> RealGraph:
    """Read a graph, once for as long as its files stay the same.

    Nodes are numbered by id, whole numbers by size and other ids by letter, whatever order the lines have.

    Raises
    ------
    InputError
        When a file cannot be read or used; it names the setting, the file and the line.
    """
    stamps = tuple(_stamp(path) for path in (source.path, source.attributes))
    return _read(source, Path.cwd(), stamps)


def _stamp(path: Path | None) -> tuple[int, int] | None:
    try:
        seen = path.stat() if path is not None else None
    except OSError:
        return None
    return None if seen is None else (seen.st_mtime_ns, seen.st_size)


@lru_cache(maxsize=4)
def _read(source: Source, folder: Path, stamps: tuple[tuple[int, int] | None, ...]) -> RealGraph:
    edges = _read_edges(source)
    ids, views = (list(edges.ids), None) if source.attributes is None else _read_nodes(source, edges.ids)
    ranked = in_order(ids)
    place = {one: number for number, one in enumerate(ranked)}
    row = np.array([place[one] for one in edges.ids], np.int64)
    ties = Ties.from_edges(len(ranked), row[edges.a], row[edges.b])
    audience = None if views is None else np.array([views[one] for one in ranked])
    return RealGraph(tuple(ranked), ties, audience, edges.guesses)


# ------------------------------------------------------------------------------------------------------------- edges


@dataclass
class _Edges:
    """Nodes in the order of their first line, and edges between their numbers."""

    ids: list[str]
    a: Array
    b: Array
    guesses: tuple[str, ...] = ()


def _read_edges(source: Source) -> _Edges:
    sheet = Sheet("network.path", source.path, source.delimiter, source.comment)
    lines = sheet.lines()
    first = next(lines, None)
    if first is None:
        raise sheet.fault("it holds no edge. Write one edge a line, as in 'a,b'")
    number, head = first
    if len(head) < 2:
        raise sheet.fault(
            f"line {number} has 1 column where an edge needs two: {head[0][:60]!r}. "
            "Separate them, or say by what they are with network.delimiter"
        )
    named = [x for x in (source.source, source.target) if isinstance(x, str) and not is_integer(x)]
    header = True if source.header is None and named else source.header
    names = None if header is False or (header is None and not _may_be_header(head)) else head
    ends = _ends(sheet, source, names, len(head))
    seen: dict[str, int] = {}
    a, b = array("q"), array("q")
    for line, columns in lines:
        for end, found in zip(ends, (a, b), strict=True):
            found.append(seen.setdefault(columns[end], len(seen)))
            if not columns[end]:
                raise sheet.fault(f"line {line} names no node in column {end + 1} of {len(columns)}")
    if header is None:
        words = [head[end] for end in ends]
        numbered = bool(seen) and all(map(is_integer, seen))
        known = all(word.lower() in HEADS and word not in seen for word in words)
        header = names is not None and (numbered or known)
    guesses = _guesses(source, head, ends, bool(header), seen)
    if not header:
        for end, found in zip(ends, (a, b), strict=True):
            found.append(seen.setdefault(head[end], len(seen)))
    if not a:
        raise sheet.fault("it holds a header but no edge. Write one edge a line, as in 'a,b'")
    return _unified(list(seen), np.array(a, np.int64), np.array(b, np.int64), guesses)


def _guesses(
    source: Source, head: Sequence[str], ends: tuple[int, int], header: bool, seen: Mapping[str, int]
) -> tuple[str, ...]:
    """Say where the file leaves open what is meant, and how to say it."""
    told = []
    if source.source is None and source.target is None and len(head) > 2:
        told.append(
            f"it has {len(head)} columns, and edges are read from the first two; name others with network.source and "
            "network.target"
        )
    words = [head[end] for end in ends]
    if not header and source.header is None and _may_be_header(words) and not any(word in seen for word in words):
        told.append(
            f"its first line ('{words[0]}', '{words[1]}') is read as an edge, though neither name stands in another "
            "line; if it names the columns, add network.header=true"
        )
    return tuple(told)


def _may_be_header(columns: Sequence[str]) -> bool:
    return not any(map(is_integer, columns))


def _ends(sheet: Sheet, source: Source, names: Sequence[str] | None, width: int) -> tuple[int, int]:
    """Return the columns of both ends."""
    wishes = (("network.source", source.source, 0), ("network.target", source.target, 1))
    ends = tuple(usual if wanted is None else sheet.column(key, wanted, names, width) for key, wanted, usual in wishes)
    if ends[0] == ends[1]:
        raise InputError(
            f"network.source and network.target name the same column ({ends[0]}) of '{sheet.path}'. Name both ends."
        )
    return ends[0], ends[1]


def _unified(ids: list[str], a: Array, b: Array, guesses: tuple[str, ...]) -> _Edges:
    """Let different writings of one number be one node."""
    known: dict[str, int] = {}
    number = np.array([known.setdefault(one, len(known)) for one in plain(ids)], np.int64)
    return _Edges(list(known), number[a], number[b], guesses)


# ------------------------------------------------------------------------------------------------------------- nodes


def _read_nodes(source: Source, needed: Sequence[str]) -> tuple[list[str], dict[str, float] | None]:
    """Return all ids of the table of nodes, and the audience of each if a column holds it."""
    assert source.attributes is not None
    sheet = Sheet("network.attributes", source.attributes, source.delimiter, source.comment)
    lines = list(sheet.lines())
    if not lines:
        raise sheet.fault("it is empty. Write a line of column names and one line a node")
    head = lines[0][1]
    named = [x for x in (source.id, source.audience) if isinstance(x, str) and not is_integer(x)]
    header = bool(named) or _may_be_header(head)
    names = head if header else None
    lines = lines[1:] if header else lines
    column = _id_column(sheet, source, names, len(head), lines, needed)
    ids = plain([columns[column] for _, columns in lines])
    first: dict[str, int] = {}
    for (line, _), one in zip(lines, ids, strict=True):
        if first.setdefault(one, line) != line:
            raise sheet.fault(
                f"line {line} describes node '{one}' again, after line {first[one]}. Keep one line a node"
            )
    _all_described(sheet, names, column, needed, first)
    if source.audience is None:
        return ids, None
    views = sheet.column("network.audience", source.audience, names, len(head))
    audience = {one: _audience(sheet, line, row[views]) for (line, row), one in zip(lines, ids, strict=True)}
    if not any(audience.values()):
        raise InputError(
            f"network.audience: '{source.audience}' is 0 for every node of '{sheet.path}', so that nobody would be "
            "followed. Name another column, or leave it out."
        )
    return ids, audience


def _id_column(
    sheet: Sheet,
    source: Source,
    names: Sequence[str] | None,
    width: int,
    lines: Sequence[tuple[int, list[str]]],
    needed: Sequence[str],
) -> int:
    """Return the column of ids: the one that is asked for, else the first that holds every node of the edges."""
    if source.id is not None:
        return sheet.column("network.id", source.id, names, width)
    wanted = set(needed)
    return next((c for c in range(width) if wanted <= set(plain([row[c] for _, row in lines]))), 0)


def _all_described(
    sheet: Sheet, names: Sequence[str] | None, column: int, needed: Sequence[str], known: dict[str, int]
) -> None:
    missing = in_order(one for one in needed if one not in known)
    if missing:
        called = f"'{names[column]}'" if names is not None else str(column)
        shown = ", ".join(missing[:3]) + (", ..." if len(missing) > 3 else "")
        raise sheet.fault(
            f"its column {called} lacks {len(missing)} of the {len(needed)} nodes of the edges: {shown}. "
            "Add them, or name the column of ids with network.id"
        )


def _audience(sheet: Sheet, line: int, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value >= 0):
        raise sheet.fault(f"line {line}: the audience must be a number of at least 0, found {text[:40]!r}")
    return value
