"""A real graph: the ties of creators, or of consumers, as a file of edges has them."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import Annotated

import numpy as np

from ecosim.config import ScaleConfig
from ecosim.config.describe import settings_of
from ecosim.config.fields import schema, text
from ecosim.errors import InputError
from ecosim.networks.audience import apportion, gather
from ecosim.networks.base import Parties
from ecosim.networks.edges import RealGraph, Source, read
from ecosim.networks.preferential import Preferential, PreferentialConfig
from ecosim.registry import networks
from ecosim.state.graph import Follows, Ties


class Nodes(str, Enum):
    """Who the nodes of a graph are."""

    CREATORS = "creators"
    CONSUMERS = "consumers"


@schema
class EdgelistConfig(PreferentialConfig):
    """Settings of a real graph. Paths start from the working directory; columns are named, or counted from 0."""

    kind: str = "edgelist"
    nodes: Annotated[Nodes, text("who the nodes are; creators become collaborators, consumers friends")] = (
        Nodes.CREATORS
    )
    path: Annotated[str, text("file of edges, one a line")] | None = None
    source: Annotated[str | int, text("column of one end; null: the first")] | None = None
    target: Annotated[str | int, text("column of the other end; null: the second")] | None = None
    delimiter: (
        Annotated[str, text("what separates columns, also tab or space; null: by suffix, .csv, .tsv or other")] | None
    ) = None
    header: Annotated[bool, text("whether the file of edges begins with column names; null: as it looks")] | None = None
    comment: Annotated[str, text("beginning of lines to skip")] | None = "#"
    attributes: Annotated[str, text("file of nodes, one a line; it may hold nodes without edges")] | None = None
    id: (
        Annotated[str | int, text("column of ids among the attributes; null: the first that holds every node")] | None
    ) = None
    audience: (
        Annotated[str | int, text("column of starting audiences among the attributes, scaled to mean_follows")] | None
    ) = None


@networks.register("edgelist", EdgelistConfig)
class Edgelist(Preferential):
    """Take the ties of creators or of consumers from a file, and the size of the population with them."""

    config: EdgelistConfig

    def __init__(self, config: EdgelistConfig) -> None:
        self.config = config

    @property
    def graph(self) -> RealGraph:
        """The graph, read from its files on first use."""
        config = self.config
        if config.path is None:
            raise InputError("network.path: network=edgelist needs the file of edges. Add network.path=FILE.")
        if config.audience is not None and config.attributes is None:
            raise InputError("network.audience: needs the file that holds the column. Add network.attributes=FILE.")
        if config.audience is not None and config.nodes is not Nodes.CREATORS:
            raise InputError(
                "network.audience: consumers have no audience. Leave it out, or set network.nodes=creators."
            )
        return read(
            Source(
                path=Path(config.path),
                source=config.source,
                target=config.target,
                delimiter=config.delimiter,
                header=config.header,
                comment=config.comment,
                attributes=None if config.attributes is None else Path(config.attributes),
                id=config.id,
                audience=config.audience,
            )
        )

    def populate(self, scale: ScaleConfig) -> ScaleConfig:
        """Return the scale with as many creators, or consumers, as the graph has nodes; proportions stay."""
        nodes = len(self.graph.ids)
        if self.config.nodes is Nodes.CREATORS:
            sizes = {"creators": nodes, "consumers": round(nodes * scale.consumers / scale.creators)}
        else:
            sizes = {"consumers": nodes, "creators": round(nodes * scale.creators / scale.consumers)}
        for name, size in sizes.items():
            bounds = settings_of(ScaleConfig)[name]
            if not (bounds.low or 0) <= size <= (bounds.high or size):
                raise InputError(
                    f"network.path: '{self.config.path}' has {nodes:,} nodes, which makes {size:,} {name}; "
                    f"scale.{name} must be {bounds.allowed}. Use another graph, or another ratio of scale.consumers "
                    "to scale.creators."
                )
        return replace(scale, name=Path(str(self.config.path)).stem or scale.name, **sizes)

    def friends(self) -> Ties | None:
        """Return the ties of consumers, if the nodes are such."""
        return self.graph.ties.copy() if self.config.nodes is Nodes.CONSUMERS else None

    def collaborators(self) -> Ties | None:
        """Return the ties of creators, if the nodes are such."""
        return self.graph.ties.copy() if self.config.nodes is Nodes.CREATORS else None

    def remarks(self) -> list[str]:
        """Say what was guessed about the file, and what was left out of the graph."""
        ties, file = self.graph.ties, f"'{self.config.path}'"
        guessed = [f"network.path: {file}: {guess}" for guess in self.graph.guesses]
        counts = ((ties.loops, "edge", "from a node to itself"), (ties.duplicates, "edge", "given more than once"))
        told = [f"{count:,} {noun}{'s' * (count != 1)} {what}" for count, noun, what in counts if count]
        return guessed + ([f"network.path: left out of {file}: {' and '.join(told)}"] if told else [])

    def build(self, parties: Parties, seed: int) -> Follows:
        """Return the follows of the first day: audiences as given, else preferential attachment."""
        audience = self.graph.audience
        if audience is None:
            return super().build(parties, seed)
        people, creators = parties.interest.shape[0], parties.vertical.size
        if audience.size != creators:
            raise InputError(f"network.path: the graph has {audience.size:,} creators, the world {creators:,}.")
        total = min(round(self.config.mean_follows * people), people * min(parties.limit, creators))
        return gather(apportion(np.asarray(audience), total, people), parties, seed)
