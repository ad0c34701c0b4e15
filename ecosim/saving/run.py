"""What a run consists of when it is saved: the world, the recorder, memories of plug-ins, and Mesa's side of it.

Plug-ins are made anew from the settings; what they have noted for themselves is saved. A policy is found again by its
settings, not by its name, so that a past may be lived under the policies of several scenarios, none of which has begun.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic.dataclasses import is_pydantic_dataclass

from ecosim import registry
from ecosim.config import SimulationConfig
from ecosim.config.identity import differing_settings, past_settings
from ecosim.config.validation import resolved
from ecosim.errors import InputError
from ecosim.networks.population import populated
from ecosim.saving.file import SavedState, read_state
from ecosim.saving.walk import Packed, Unpackable, attributes, pack, unpack
from ecosim.state.plan import LEVERS
from ecosim.state.world import World


@dataclass
class _PlugIns:
    """The plug-ins of a run; they are made from its settings."""

    ranker: Any
    strategy: Any
    policies: dict[str, Any]
    metrics: dict[str, Any]

    def known(self, config: SimulationConfig) -> dict[str, Any]:
        """Name what is not saved because it comes from the settings or the sources."""
        named = {f"policies.{name}": policy for name, policy in self.policies.items()}
        named |= {f"metrics.{name}": metric for name, metric in self.metrics.items()}
        named |= {f"levers.{name}": lever for name, lever in LEVERS.items()}
        return {"config": config, **vars(self), **named}


def pack_run(world: World, besides: Mapping[str, Any]) -> Packed:
    """Take the state of a run apart.

    Parameters
    ----------
    world : World
        Its world, between two days.
    besides : mapping
        What belongs to the run besides the world.

    Raises
    ------
    InputError
        When a plug-in or a creator of the user's own has noted what cannot be saved.
    """
    plug_ins = _PlugIns(world.ranker, world.strategy, world.policies, world.metrics)
    known = plug_ins.known(world.config)
    known |= {f"deciders.{decider.rule}": decider for decider in world.deciders}
    settings = resolved(world.config)["policies"]
    state = {
        "world": world,
        "ranker": _memory(plug_ins.ranker),
        "strategy": _memory(plug_ins.strategy),
        "metrics": {name: _memory(metric) for name, metric in plug_ins.metrics.items()},
        "policies": [[settings[name], _memory(policy)] for name, policy in plug_ins.policies.items()],
        **besides,
    }
    try:
        return pack(state, known)
    except Unpackable as error:
        raise InputError(f"this run cannot be saved: {error}.") from None


def reopen(path: Path | str, config: SimulationConfig | None) -> tuple[SimulationConfig, SavedState]:
    """Read a saved state for a run that shares its past.

    Parameters
    ----------
    path : path
        A file that was written by :func:`~ecosim.saving.write_state`.
    config : SimulationConfig, optional
        The run that goes on from it; the saved one when left out.

    Raises
    ------
    InputError
        When the file cannot be used, or the run's settings would have made another past.
    """
    saved = read_state(path)
    config = saved.config if config is None else populated(config)
    date = saved.header.day - saved.config.burn_in
    differing = differing_settings(past_settings(saved.config, date), past_settings(config, date))
    if differing:
        raise InputError(
            f"'{path}' was saved on day {date} of a run with other settings ({', '.join(differing[:5])}). "
            f"What goes on from it may differ in policies that begin on day {date} or later, in its days, its label "
            "and its folder."
        )
    if config.total_days < saved.header.day:
        raise InputError(
            f"days: '{path}' was saved after {saved.header.day} days, burn-in included, and this run ends after "
            f"{config.total_days}. Set days to at least {date}."
        )
    return config, saved


def unpack_run(
    saved: SavedState, config: SimulationConfig, deciders: Sequence[Any], classes: Sequence[str]
) -> dict[str, Any]:
    """Put the state of a run together again; ``world`` and what was saved besides, by name.

    Parameters
    ----------
    saved : SavedState
        As :func:`reopen` returns it.
    config : SimulationConfig
        The run that goes on.
    deciders : sequence of Decider
        Who decides for the user's own creators.
    classes : sequence of str
        Names of their classes.
    """
    there = saved.packed.tree["classes"]
    if there != list(classes):
        raise InputError(
            f"'{saved.path}' has creators of your own ({', '.join(there) or 'none'}), but these classes were given: "
            f"{', '.join(classes) or 'none'}. Name the same ones in the same order, as in creators={{Mine: 0.1}}."
        )
    plug_ins = _PlugIns(
        registry.rankers.create(config.ranker),
        registry.strategies.create(config.strategy),
        {name: registry.policies.create(policy) for name, policy in config.policies.items()},
        {name: registry.metrics[name].cls() for name in config.recording.metrics or registry.metrics.names()},
    )
    known = plug_ins.known(config) | {f"deciders.{decider.rule}": decider for decider in deciders}
    try:
        state: dict[str, Any] = unpack(saved.packed, known)
    except (AttributeError, IndexError, KeyError, ImportError, TypeError, ValueError) as error:
        raise InputError(
            f"'{saved.path}' does not fit this ecosim or its plug-ins ({type(error).__name__}: {error}). "
            "Run from the beginning."
        ) from error
    _remember(plug_ins.ranker, state["ranker"])
    _remember(plug_ins.strategy, state["strategy"])
    for name, metric in plug_ins.metrics.items():
        _remember(metric, state["metrics"].get(name, {}))
    settings = resolved(config)["policies"]
    for name, policy in plug_ins.policies.items():
        _remember(policy, next((memory for of, memory in state["policies"] if of == settings[name]), {}))
    return state


def _memory(plug_in: Any) -> dict[str, Any]:
    """Return what a plug-in has noted for itself; its settings, and parts of them, come from the configuration."""
    return {name: value for name, value in attributes(plug_in).items() if not is_pydantic_dataclass(type(value))}


def _remember(plug_in: Any, memory: Mapping[str, Any]) -> None:
    for name, value in memory.items():
        setattr(plug_in, name, value)
