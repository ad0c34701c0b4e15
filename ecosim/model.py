"""The model: a Mesa model whose step is one day of the pipeline.

``EcosystemModel`` is the shell that Mesa users know (agents, ``agents_by_type``, ``DataCollector``) around the world of
columns.
"""

from __future__ import annotations

import logging
import weakref
from array import array
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import mesa

from ecosim import pipeline
from ecosim.agents import Brand, Consumer, Creator, Platform
from ecosim.agents.creator import OwnRule
from ecosim.config import EngineConfig, RecordingConfig, ScaleConfig, SimulationConfig
from ecosim.config.doubts import doubts
from ecosim.errors import InputError
from ecosim.kernels import draws
from ecosim.kernels.jit import set_threads
from ecosim.metrics.base import Scope
from ecosim.networks.convert import from_networkx, ties_from_networkx
from ecosim.networks.population import populated, remarks, without_files
from ecosim.policies.conflicts import conflicts
from ecosim.policies.inert import cut_short, unmoved, without_bite
from ecosim.recording import Recorded, Recorder
from ecosim.saving import Packed, pack_run, reopen, unpack_run, write_state
from ecosim.stages.genesis import create_world

if TYPE_CHECKING:
    import networkx as nx

log = logging.getLogger(__name__)

Selector = float | Callable[[Creator], bool]
"""Which creators take a user's class: a share of all, or a function of the creator's face."""


class EcosystemModel(mesa.Model):
    """The ecosystem of creators, consumers and their platform.

    Parameters
    ----------
    config : SimulationConfig, optional
        The run; by default the baseline.
    creators : mapping of class to selector, optional
        A user's own subclasses of :class:`~ecosim.agents.Creator` and who takes them, founders and entrants alike: a
        share, or a function of the face. The first class that selects a creator gets it.
    network : networkx graph, optional
        Follows of the first day, as :func:`ecosim.networks.convert.to_networkx` returns them; in place of
        ``config.network``. They name creators of their own; nobody follows brands' accounts on the first day.
    friends, collaborators : networkx graph, optional
        Ties among the consumers and among the creators of the first day, in place of those that the settings would
        draw. Which node is which row: see :func:`ecosim.networks.convert.ties_from_networkx`.
    saved : path, optional
        A state that :meth:`save` has written: the world goes on from there, in place of a first morning.

    Attributes
    ----------
    world : World
        The state.
    recorder : Recorder
        The tables recorded so far.
    datacollector : mesa.DataCollector
        The daily measures, for those who know Mesa; the recorder's tables hold the same and more.
    impressions : int
        Impressions served since the first day.
    """

    impressions = 0

    def __init__(
        self,
        config: SimulationConfig | None = None,
        *,
        creators: Mapping[type[Creator], Selector] | None = None,
        network: nx.DiGraph | None = None,
        friends: nx.Graph | None = None,
        collaborators: nx.Graph | None = None,
        saved: Path | str | None = None,
    ) -> None:
        if saved is None:
            config = populated(config or SimulationConfig())
        else:
            _only_first_mornings(network, friends, collaborators)
            config, past = reopen(saved, config)
        super().__init__(rng=int(config.seed))
        self.config = config
        set_threads(config.threads)
        self._classes = dict(creators or {})
        deciders = [OwnRule(number, self) for number in range(1, len(self._classes) + 1)]
        state: dict[str, Any] = {}
        if saved is None:
            people, creating = config.scale.consumers, config.scale.creators
            self.world = create_world(
                config,
                None if network is None else from_networkx(network, people, creating),
                None if friends is None else ties_from_networkx(friends, people, "consumer"),
                None if collaborators is None else ties_from_networkx(collaborators, creating, "creator"),
            )
            self.world.deciders = list(deciders)
        else:
            state = unpack_run(past, config, deciders, self._class_names)
            self.world = state["world"]
            state["recorder"].recorded = Recorded.restored(state["recorded"], Path(saved).parent)
        self._creator_faces: list[Creator] = []
        self._consumer_faces: weakref.WeakValueDictionary[int, Consumer] = weakref.WeakValueDictionary()
        self.platform = Platform(self)
        self._brand_faces = [Brand(self, row) for row in range(self.world.economy.brands.size)]
        self._registered: list[Consumer] = []
        if self.registers_consumers:
            self._registered = [Consumer(self, row) for row in range(self.world.consumers.size)]
        self._meet_creators(known=saved is not None)
        self.recorder = Recorder(self.world)
        self.datacollector = mesa.DataCollector(
            model_reporters={name: _reporter(name) for name, metric in self.world.metrics.items() if _daily(metric)}
        )
        self.datacollector.model_vars = {name: array("d") for name in self.datacollector.model_vars}
        if saved is not None:
            self._resume(state)

    @property
    def _class_names(self) -> list[str]:
        return [cls.__qualname__ for cls in self._classes]

    @property
    def registers_consumers(self) -> bool:
        """Whether every consumer is a registered Mesa agent (up to ``engine.faces`` of them)."""
        return self.world.consumers.size <= self.config.engine.faces

    @property
    def agents_by_type(self) -> dict[type[mesa.Agent], Any]:
        """Mesa's agent sets by class; asking for consumers of a world too large to register them says what to do."""
        sets = _AgentSets(super().agents_by_type)
        if not self.registers_consumers:
            sets.hint = (
                f"this world's {self.world.consumers.size:,} consumers are not registered as Mesa agents (engine.faces "
                f"is {self.config.engine.faces:,}); read model.world.consumers, ask for model.consumer(row), or raise "
                "engine.faces"
            )
        return sets

    @property
    def creators(self) -> mesa.agent.AgentSet:
        """All creators of their own who publish, whatever their class (``agents_by_type[Creator]`` has no subclasses).

        Accounts that brands run are not among them: they are nobody's living. ``model.creator(row)`` and
        ``model.brand(row).publisher`` return their faces.
        """
        return self.agents.select(lambda agent: isinstance(agent, Creator))

    def creator(self, row: int) -> Creator:
        """Return the face of an account: of a creator, also of one who left, or of the account of a brand."""
        return self._creator_faces[row]

    def brand(self, row: int) -> Brand:
        """Return the face of a brand."""
        return self._brand_faces[row]

    def consumer(self, row: int) -> Consumer:
        """Return the face of a consumer; made on demand in worlds too large to register everyone."""
        if self._registered:
            return self._registered[row]
        if not 0 <= row < self.world.consumers.size:
            raise InputError(f"there is no consumer {row}; rows run from 0 to {self.world.consumers.size - 1}")
        face = self._consumer_faces.get(row)
        if face is None:
            face = Consumer.on_demand(self, row)
            self._consumer_faces[row] = face
        return face

    def step(self) -> None:
        """Live one day: the pipeline, then faces for who entered, the recorder and the data collector."""
        pipeline.run_day(self.world)
        self.impressions += self.world.impressions_today
        self._meet_creators()
        for row in self.world.today.left:
            self._creator_faces[row].remove()
        self.recorder.record()
        self.datacollector.collect(self)

    def save(self, path: Path | str, notes: Mapping[str, Any] | None = None) -> Path:
        """Save the whole state between two days, so that this run, or others with the same past, can go on from it.

        Parameters
        ----------
        path : path
            The file; one that is there is replaced. It is written whole or not at all.
        notes : mapping, optional
            Plain values to keep beside the state, for :func:`ecosim.saving.read_header`.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        InputError
            When the file cannot be written, or a plug-in or a creator of your own has noted what cannot be saved:
            anything but plain values, arrays, and lists, sets and dicts of these.
        """
        try:
            packed = self._packed(Path(path).parent)
        except OSError as error:
            raise InputError(f"what was recorded cannot be written beside '{path}' ({error.strerror}).") from error
        return write_state(path, packed, self.config, self.world.day, notes)

    @classmethod
    def load(
        cls,
        path: Path | str,
        config: SimulationConfig | None = None,
        *,
        creators: Mapping[type[Creator], Selector] | None = None,
    ) -> Self:
        """Go on from a state that :meth:`save` has written.

        Parameters
        ----------
        path : path
            The file.
        config : SimulationConfig, optional
            The run that goes on: the saved one, or one with other policies from the day of the state on, more or
            fewer days, another label.
        creators : mapping of class to selector, optional
            The user's own classes of the saved run, in the same order. Creators stay what they are; selectors are
            asked for entrants only.

        Raises
        ------
        InputError
            When the file is damaged or of another version, or the run would have had another past.
        """
        return cls(config, creators=creators, saved=path)

    def _packed(self, folder: Path | None = None) -> Packed:
        common = {*vars(self.platform), "row"}  # what every agent has
        own = {
            row: {name: value for name, value in vars(face).items() if name not in common}
            for row, face in enumerate(self._creator_faces)
            if self.world.creators.rule[row]
        }
        besides = {
            "recorded": self.recorder.saved(folder),
            "recorder": self.recorder,
            "creators": {row: noted for row, noted in own.items() if noted},
            "classes": self._class_names,
            "mesa": {name: vars(self)[name] for name in _MESA if name in vars(self)},
            "chance": [self.random.getstate(), self.rng.bit_generator.state],
            "impressions": self.impressions,
        }
        return pack_run(self.world, besides)

    def _resume(self, state: Mapping[str, Any]) -> None:
        """Take up what was saved besides the world."""
        self.recorder = state["recorder"]
        daily = self.recorder.table("daily")
        for name, values in self.datacollector.model_vars.items():
            if daily.num_rows:
                values.extend(daily[name].to_pylist())
        for row, noted in state["creators"].items():
            vars(self._creator_faces[row]).update(noted)
        for name, value in state["mesa"].items():
            setattr(self, name, value)
        python, numpy = state["chance"]
        self.random.setstate(python)
        self.rng.bit_generator.state = numpy
        self.impressions = state["impressions"]

    def _meet_creators(self, known: bool = False) -> None:
        """Make faces for accounts that have none yet: creators of the class that selects them, brands' on demand.

        With `known` the class is that of the column ``rule``; who has left gets a face that Mesa does not count.
        """
        table = self.world.creators
        for row in range(len(self._creator_faces), table.size):
            if table.brand[row] >= 0:
                self._creator_faces.append(Creator.on_demand(self, row))
                continue
            rule = int(table.rule[row]) if known else self._rule_of(row)
            table.rule[row] = rule
            cls = list(self._classes)[rule - 1] if rule else Creator
            self._creator_faces.append(cls(self, row))
            if known and not table.alive[row]:
                self._creator_faces[row].remove()

    def _rule_of(self, row: int) -> int:
        """Number of the user's class that takes this creator of their own; 0 for none."""
        if not self._classes:
            return 0
        serial = self.world.creators.serial[row : row + 1]
        u = float(draws.uniforms(self.world.seed, draws.USER, 0, serial, 2**31)[0, 0])
        passed = 0.0
        for number, selector in enumerate(self._classes.values(), 1):
            if callable(selector):
                if selector(Creator.on_demand(self, row)):
                    return number
            else:
                passed += selector
                if u < passed:
                    return number
        return 0

    def run_measures(self) -> dict[str, float]:
        """Return the measures that are taken once, over the whole run so far."""
        metrics = self.world.metrics.items()
        return {name: float(metric.measure(self.world)) for name, metric in metrics if not _daily(metric)}

    def warm_up(self) -> None:
        """Compile all kernels; does not touch this model's world."""
        self.compile(self.config)

    def warnings(self) -> list[str]:
        """Return what the user should know before believing the run: conflicts, and policies that did nothing."""
        told = [*doubts(self.config), *remarks(self.config)]
        told += [conflict.text for conflict in conflicts(self.config)]
        told += [*unmoved(self.world), *cut_short(self.world)]
        return told + without_bite(self.world, self.recorder.bite(), self.recorder.yuan())

    @staticmethod
    def compile(config: SimulationConfig) -> None:
        """Compile all kernels, by living a few days of a tiny world, so that building and running find them ready."""
        set_threads(config.threads)
        tiny = replace(
            config,
            days=1,
            burn_in=5,
            scale=ScaleConfig(name="warm-up", consumers=60, creators=12),
            recording=RecordingConfig(panel=5, panel_every=1, metrics=[]),
            commerce=replace(config.commerce, delivery_days=1, click_base=5.0, order_base=5.0),
            network=without_files(config.network),
            engine=EngineConfig(faces=0),
            policies={},
        )
        world = create_world(tiny)
        for _ in range(4):
            pipeline.run_day(world)

    def close(self) -> None:
        """Let go of all agents, of who served and of the file of rows; on Mesa 3.3 agents are never freed otherwise."""
        self.recorder.recorded.close()
        if self.world.crew is not None:
            self.world.crew.close()
        ids: Any = getattr(mesa.Agent, "_ids", None)
        if ids is not None:
            ids.pop(self, None)


_MESA = ("running", "steps", "time")
"""What Mesa counts in a model; the last in newer versions only."""


def _only_first_mornings(*graphs: nx.Graph | None) -> None:
    if any(graph is not None for graph in graphs):
        raise InputError("network, friends and collaborators are graphs of the first day; a saved state has its own.")


class _AgentSets(dict[type[mesa.Agent], Any]):
    """Agent sets by class, with a hint for the one class that may be missing on purpose."""

    hint: str | None = None

    def __missing__(self, cls: type[mesa.Agent]) -> Any:
        if self.hint and cls is Consumer:
            raise InputError(self.hint)
        raise KeyError(cls)


def _daily(metric: Any) -> bool:
    return bool(metric.scope is Scope.DAILY)


def _reporter(name: str) -> Callable[[EcosystemModel], float]:
    def report(model: EcosystemModel) -> float:
        return model.world.today.measures[name]

    return report
