"""Who takes turns: ecosim on all threads and on one, a Mesa model written by hand, the plain twin, and T-RECS.

Each knows how to live its days of a turn and adds them to a span: seconds, consumer-days, impressions.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Protocol

from benchmarks.mesa_feed import FeedModel
from benchmarks.trecs_peer import Peer
from ecosim.config import ScaleConfig, SimulationConfig
from ecosim.kernels.jit import set_threads
from ecosim.model import EcosystemModel
from ecosim.stages.genesis import create_world
from tests.reference.model import ReferenceModel

MEASURES = ("impressions", "consumer_days")
"""What is compared, a second."""


@dataclass
class Span:
    """Days lived and the time they took."""

    seconds: float = 0.0
    days: int = 0
    consumer_days: int = 0
    impressions: int = 0
    stages: dict[str, float] = field(default_factory=dict)

    def add(self, seconds: float, consumer_days: int, impressions: int, days: int = 1) -> None:
        """Add a day, or some."""
        self.seconds += seconds
        self.days += days
        self.consumer_days += consumer_days
        self.impressions += impressions

    def rate(self, measure: str) -> float:
        """Return impressions or consumer-days a second."""
        return float(getattr(self, measure)) / self.seconds


class Contestant(Protocol):
    """Who lives some days when it is their turn.

    Attributes
    ----------
    consumers : int
        Size of its world.
    every : int
        It takes part in every so-many-th round.
    """

    consumers: int
    every: int

    def turn(self, span: Span) -> None:
        """Live the days of a turn and add them to the span."""


class Ecosim:
    """The model that is measured, on a number of threads."""

    every = 1

    def __init__(self, model: EcosystemModel, threads: int, days: int) -> None:
        self.model, self.threads, self.days = model, threads, days
        self.consumers = model.config.scale.consumers

    def turn(self, span: Span) -> None:
        """Live some days on these threads."""
        set_threads(self.threads)
        live(self.model, self.days, span)


def live(model: EcosystemModel, days: int, span: Span) -> list[float]:
    """Live some days, add them to the span with their stages, and return the seconds of each."""
    before, each = dict(model.world.timings), []
    for _ in range(days):
        start = time.perf_counter()
        model.step()
        each.append(time.perf_counter() - start)
        span.add(each[-1], int(model.world.today.consumers_served), int(model.world.today.impressions))
    for name, seconds in model.world.timings.items():
        span.stages[name] = span.stages.get(name, 0.0) + seconds - before.get(name, 0.0)
    return each


class Mesa:
    """The feed as a Mesa user would write it by hand."""

    every = 1

    def __init__(self, consumers: int, days: int) -> None:
        self.model, self.consumers, self.days = FeedModel(consumers), consumers, days
        self.model.step()

    def turn(self, span: Span) -> None:
        """Live some days."""
        for _ in range(self.days):
            before = time.perf_counter()
            self.model.step()
            span.add(time.perf_counter() - before, len(self.model.agents), self.model.impressions_today)


class Twin:
    """The whole of ecosim written the plain way, one Mesa agent a person: the same world, the same outcomes."""

    def __init__(self, config: SimulationConfig, consumers: int, warm_up: int, every: int) -> None:
        scale = ScaleConfig(name="twin", consumers=consumers, creators=max(5, consumers // 20))
        self.model = ReferenceModel(create_world(replace(config, threads=1, scale=scale)))
        self.consumers, self.every = consumers, every
        for _ in range(warm_up):
            self.model.step()

    def turn(self, span: Span) -> None:
        """Live a day."""
        active = sum(consumer.active for consumer in self.model.consumers)
        before = time.perf_counter()
        self.model.step()
        seconds = time.perf_counter() - before
        span.add(seconds, active, sum(consumer.views for consumer in self.model.consumers))


class TRecs:
    """T-RECS's content filtering in a process of its own; a step counts as a day with one session."""

    def __init__(self, peer: Peer, every: int, *, train: bool) -> None:
        self.peer, self.consumers, self.every, self.train = peer, peer.users, every, train

    def turn(self, span: Span) -> None:
        """Live a step, with every user's profile fitted anew or without."""
        lived = self.peer.live(1, train=self.train)
        span.add(lived["seconds"], lived["users"], lived["shown"])
