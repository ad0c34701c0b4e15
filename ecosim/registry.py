"""The plug-in families: which networks, rankers, strategies, policies and metrics exist.

A plug-in is one class in one file, registered under a name together with the schema of its settings. The files of a
family's own package are imported on first use, and so are third-party modules of the entry-point group
``ecosim.plugins``; nobody keeps a list by hand.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from ecosim.errors import InputError, nearest
from ecosim.language import learn

ENTRY_POINT_GROUP = "ecosim.plugins"
_T = TypeVar("_T")


@dataclass(frozen=True)
class Entry:
    """One registered plug-in: its name, its class and the schema of its settings."""

    name: str
    cls: type[Any]
    config: type[Any]

    @property
    def summary(self) -> str:
        """First line of the class's docstring."""
        return (self.cls.__doc__ or "").strip().split("\n")[0]


class Family:
    """A family of plug-ins, such as the policies.

    A class may bring what it is called in other languages, as `translations = {"zh": {"county lift": "县域扶持"}}`.

    Parameters
    ----------
    name : str
        Singular name as the user writes it (``policy``).
    package : str
        Dotted package whose modules hold the built-in members.
    """

    def __init__(self, name: str, package: str) -> None:
        self.name = name
        self.package = package
        self._entries: dict[str, Entry] = {}
        self._discovered = False

    def register(self, name: str, config: type[Any]) -> Callable[[type[_T]], type[_T]]:
        """Register the decorated class under `name`; a second class of that name is an error."""

        def decorate(cls: type[_T]) -> type[_T]:
            known = self._entries.get(name)
            if known is not None and known.cls.__qualname__ != cls.__qualname__:
                raise InputError(
                    f"{self.name} '{name}' is registered twice: by {known.cls.__module__}.{known.cls.__qualname__} "
                    f"and by {cls.__module__}.{cls.__qualname__}. Give one of them another name."
                )
            learn(getattr(cls, "translations", {}), f"{self.name} '{name}'")
            self._entries[name] = Entry(name, cls, config)
            return cls

        return decorate

    def unregister(self, name: str) -> None:
        """Forget a plug-in; for tests and notebooks that register one of their own."""
        self._entries.pop(name, None)

    def _discover(self) -> None:
        if self._discovered:
            return
        self._discovered = True
        package = importlib.import_module(self.package)
        for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda m: m.name):
            importlib.import_module(f"{self.package}.{module.name}")
        for point in importlib.metadata.entry_points(group=ENTRY_POINT_GROUP):
            point.load()

    def __iter__(self) -> Iterator[Entry]:
        self._discover()
        return iter(sorted(self._entries.values(), key=lambda entry: entry.name))

    def names(self) -> list[str]:
        """Names of all members, sorted."""
        return [entry.name for entry in self]

    def __getitem__(self, name: str) -> Entry:
        self._discover()
        if name not in self._entries:
            raise InputError(
                f"there is no {self.name} '{name}'.{nearest(name, self._entries)} "
                f"Known: {', '.join(sorted(self._entries))}."
            )
        return self._entries[name]

    def create(self, config: Any) -> Any:
        """Build the plug-in that `config.kind` names, handing it its settings."""
        return self[config.kind].cls(config)


networks = Family("network", "ecosim.networks")
friends = Family("friends", "ecosim.networks.friends")
collaborators = Family("collaborators", "ecosim.networks.collaborators")
rankers = Family("ranker", "ecosim.rankers")
strategies = Family("strategy", "ecosim.strategies")
policies = Family("policy", "ecosim.policies")
metrics = Family("metric", "ecosim.metrics")

FAMILIES: dict[str, Family] = {
    family.name: family for family in (networks, friends, collaborators, rankers, strategies, policies, metrics)
}
