"""State as arrays and plain text: a walk over whatever a run holds, so that nothing new can be forgotten.

Columns, tables, graphs and records are taken apart attribute by attribute, without a list of them; what is added to
the state tomorrow is saved tomorrow. Code is never saved: objects are of ecosim's own classes, named by their place in
the sources, and what comes from the settings (rankers, policies, levers) is known by a name on both sides.

Plain values stand for themselves; everything else is a mapping with one key that begins with ``~``.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
import pyarrow as pa
from pydantic.dataclasses import is_pydantic_dataclass

from ecosim.errors import EcosimError

Array = np.ndarray[Any, Any]

_HOME = "ecosim"
_PLAIN = (type(None), bool, int, float, str)


class Unpackable(EcosimError):
    """Something in the state is neither plain values, arrays or tables, nor of ecosim's own classes."""


@dataclass(frozen=True)
class Packed:
    """State taken apart: a tree that JSON can hold, and the arrays that it refers to by number."""

    tree: Any
    arrays: list[Array]


def pack(state: Any, known: Mapping[str, Any]) -> Packed:
    """Take state apart.

    Parameters
    ----------
    state : object
        Plain values, arrays, Arrow tables, and objects of ecosim's classes, nested at will. What is shared stays so.
    known : mapping of str to object
        Objects that are not saved, and the names under which they are found again.

    Raises
    ------
    Unpackable
        Names the place of whatever else there is.
    """
    packer = _Packer(known)
    return Packed(packer.pack(state, "state"), packer.arrays)


def unpack(packed: Packed, known: Mapping[str, Any]) -> Any:
    """Put state together again, with the given objects in the place of those that were known by the same names."""
    return _Unpacker(packed.arrays, known).unpack(packed.tree)


class _Packer:
    def __init__(self, known: Mapping[str, Any]) -> None:
        self.arrays: list[Array] = []
        self._known = {id(thing): name for name, thing in known.items()}
        self._met: dict[int, int] = {}
        self._held: list[Any] = list(known.values())  # an object that was freed would leave its id to another

    def pack(self, thing: Any, where: str) -> Any:
        if id(thing) in self._known:
            return {"~known": self._known[id(thing)]}
        if type(thing) in _PLAIN:
            return thing
        if isinstance(thing, Enum):
            return {"~enum": [_place(thing, where), thing.name]}
        if isinstance(thing, np.generic):
            return {"~number": [_dtype(thing.dtype, where, "biufU"), thing.item()]}
        if isinstance(thing, tuple):
            entries = [self.pack(entry, f"{where}[{k}]") for k, entry in enumerate(thing)]
            return {"~tuple": entries} if type(thing) is tuple else {"~named": [_place(thing, where), entries]}
        if type(thing) is frozenset:
            return {"~frozenset": [self.pack(entry, where) for entry in sorted(thing, key=repr)]}
        if id(thing) in self._met:
            return {"~same": self._met[id(thing)]}
        self._met[id(thing)] = len(self._met)
        self._held.append(thing)
        return self._take_apart(thing, where)

    def _take_apart(self, thing: Any, where: str) -> Any:
        """Pack what may be met again, and may hold itself."""
        if type(thing) is np.ndarray:
            _dtype(thing.dtype, where)
            return {"~array": self._keep(thing)}
        if isinstance(thing, pa.Table):
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, thing.schema) as stream:
                stream.write_table(thing)
            return {"~table": self._keep(np.frombuffer(sink.getvalue(), np.uint8))}
        if type(thing) is list:
            return [self.pack(entry, f"{where}[{k}]") for k, entry in enumerate(thing)]
        if type(thing) is dict:
            return self._pack_dict(thing, where)
        if type(thing) is set:
            return {"~set": [self.pack(entry, where) for entry in sorted(thing, key=repr)]}
        return {"~object": [_place(thing, where), self._pack_dict(attributes(thing), where)]}

    def _pack_dict(self, content: Mapping[Any, Any], where: str) -> Any:
        if all(type(key) is str and not key.startswith("~") for key in content):
            return {key: self.pack(value, f"{where}.{key}") for key, value in content.items()}
        pairs = [[self.pack(key, where), self.pack(value, f"{where}[{key!r}]")] for key, value in content.items()]
        return {"~pairs": pairs}

    def _keep(self, array: Array) -> int:
        self.arrays.append(array)
        return len(self.arrays) - 1


def attributes(thing: Any) -> Mapping[str, Any]:
    """Return what an object holds, as its class says by ``__getstate__`` (by default all attributes)."""
    state: Any = thing.__getstate__()
    if isinstance(state, tuple):  # a class with slots
        return {**(state[0] or {}), **(state[1] or {})}
    return state or {}


def _place(thing: Any, where: str) -> str:
    """Name the class of an object; only classes of ecosim can be found again with their meaning unchanged."""
    cls = type(thing)
    home = cls.__module__.split(".")[0] == _HOME and "<" not in cls.__qualname__
    if not home or isinstance(thing, type) or is_pydantic_dataclass(cls):
        raise Unpackable(
            f"{where} is a {cls.__module__}.{cls.__qualname__}; state must be plain values, arrays, tables, lists, "
            "sets and dicts of these, or objects of ecosim's own classes"
        )
    return f"{cls.__module__}:{cls.__qualname__}"


def _dtype(dtype: np.dtype[Any], where: str, kinds: str = "biufcU") -> str:
    if dtype.kind not in kinds:
        raise Unpackable(f"{where} is of numpy's type {dtype}; state must be numbers, truth values or texts")
    return dtype.str


class _Unpacker:
    def __init__(self, arrays: Sequence[Array], known: Mapping[str, Any]) -> None:
        self._arrays = arrays
        self._known = known
        self._met: list[Any] = []

    def unpack(self, tree: Any) -> Any:
        if isinstance(tree, list):
            entries: list[Any] = self._meet([])
            entries.extend(self.unpack(entry) for entry in tree)
            return entries
        if not isinstance(tree, dict):
            return tree
        if len(tree) == 1:
            ((kind, content),) = tree.items()
            if kind.startswith("~"):
                return self._restore(kind, content)
        return self._fill(self._meet({}), tree)

    def _restore(self, kind: str, content: Any) -> Any:
        """Put together what is not a list or dict of plain keys; in the order in which it was taken apart."""
        match kind:
            case "~known":
                return self._known[content]
            case "~same":
                return self._met[content]
            case "~enum":
                return _class(content[0])[content[1]]
            case "~number":
                return np.dtype(content[0]).type(content[1])
            case "~tuple":
                return tuple(self.unpack(entry) for entry in content)
            case "~named":
                return _class(content[0])(*(self.unpack(entry) for entry in content[1]))
            case "~array":
                return self._meet(self._arrays[content])
            case "~table":
                return self._meet(pa.ipc.open_stream(pa.py_buffer(self._arrays[content])).read_all())
            case "~pairs":
                return self._fill(self._meet({}), {kind: content})
            case "~set":
                return self._filled_set(content)
            case "~frozenset":
                return frozenset(self.unpack(entry) for entry in content)
            case "~object":
                return self._object(*content)
        raise ValueError(f"unknown kind '{kind}'")

    def _object(self, place: str, content: Any) -> Any:
        cls = _class(place)
        thing = self._meet(cls.__new__(cls))
        state = self._fill({}, content)
        if hasattr(thing, "__setstate__"):
            thing.__setstate__(state)
        else:
            for name, value in state.items():
                object.__setattr__(thing, name, value)
        return thing

    def _fill(self, into: dict[Any, Any], tree: Mapping[str, Any]) -> dict[Any, Any]:
        pairs = tree.get("~pairs")
        if pairs is None:
            into.update({key: self.unpack(value) for key, value in tree.items()})
        else:
            for key, value in pairs:
                into[self.unpack(key)] = self.unpack(value)
        return into

    def _filled_set(self, content: Sequence[Any]) -> set[Any]:
        found: set[Any] = self._meet(set())
        found.update(self.unpack(entry) for entry in content)
        return found

    def _meet(self, thing: Any) -> Any:
        self._met.append(thing)
        return thing


def _class(place: str) -> Any:
    module, _, name = place.partition(":")
    if module.split(".")[0] != _HOME:
        raise ValueError(f"'{place}' is not a class of ecosim")
    found: Any = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    if not isinstance(found, type):
        raise ValueError(f"'{place}' is not a class")
    return found
