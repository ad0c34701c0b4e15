"""What a network brings along besides follows: the size of the population, ties, and remarks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ecosim import registry
from ecosim.config import SimulationConfig
from ecosim.config.plugins import NetworkConfig
from ecosim.state.graph import Ties


def populated(config: SimulationConfig) -> SimulationConfig:
    """Return the settings with the size of the population that the network has, if it has one.

    A network read from a file sets how many creators, or consumers, there are; all others leave the scale alone.
    Populating twice changes nothing.

    Raises
    ------
    InputError
        If the files of the network cannot be used.
    """
    populate = _ability(config, "populate")
    if populate is None:
        return config
    scale = populate(config.scale)
    return config if scale == config.scale else replace(config, scale=scale)


def without_files(config: NetworkConfig) -> NetworkConfig:
    """Return settings of a network for a world of any size: these, or the default where they are of a real graph."""
    if not hasattr(registry.networks[config.kind].cls, "populate"):
        return config
    default: NetworkConfig = registry.networks["preferential"].config(mean_follows=config.mean_follows)
    return default


def given_friends(config: SimulationConfig) -> Ties | None:
    """Return the friends that the network brings along, in place of those of ``config.friends``."""
    friends = _ability(config, "friends")
    return None if friends is None else friends()


def given_collaborators(config: SimulationConfig) -> Ties | None:
    """Return the collaborators that the network brings along, in place of those of ``config.collaborators``."""
    collaborators = _ability(config, "collaborators")
    return None if collaborators is None else collaborators()


def remarks(config: SimulationConfig) -> list[str]:
    """Return what the user should know about the network before believing the run."""
    told = _ability(config, "remarks")
    return [] if told is None else list(told())


def _ability(config: SimulationConfig, name: str) -> Any:
    return getattr(registry.networks.create(config.network), name, None)
