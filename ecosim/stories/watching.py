"""Watching a world from outside: it lives its days as ever, and diaries look on in the morning and in the evening."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

import numpy as np

from ecosim.config import SimulationConfig
from ecosim.interrupts import Stop, deferred
from ecosim.model import EcosystemModel
from ecosim.networks import populated
from ecosim.runner.checks import check
from ecosim.runner.loading import load
from ecosim.runner.progress import Phase, Progress, Report
from ecosim.state.columns import Array

_T = TypeVar("_T")


class Diary(Protocol):
    """Looks at a model before and after each day; writes nothing to it."""

    def morning(self, model: EcosystemModel) -> None:
        """Look before the day."""

    def evening(self, model: EcosystemModel) -> None:
        """Look after the day; ``model.world.date - 1`` is the day that has ended."""


def watch(
    config: SimulationConfig,
    diaries: Sequence[Diary],
    progress: Report,
    ask: Callable[[EcosystemModel], _T],
    begin: Callable[[EcosystemModel], None] | None = None,
) -> _T:
    """Live a world, its diaries watching, and return what is asked of it in the end.

    Parameters
    ----------
    config : SimulationConfig
        The run; nothing is written.
    diaries : sequence of Diary
        Who watches.
    progress : callable
        Told of each step forward.
    ask : callable
        Asks the model after its last day.
    begin : callable, optional
        Looks at the model before the first day, and may refuse it.
    """
    check(config)
    config = populated(config)
    progress(Progress(Phase.COMPILE, days=config.total_days, burn_in=config.burn_in))
    seconds = load(config)
    progress(Progress(Phase.BUILD, days=config.total_days, burn_in=config.burn_in, seconds=seconds))
    with deferred() as stop, stop.cuttable():
        model = EcosystemModel(config)
        try:
            if begin is not None:
                begin(model)
            _live(model, diaries, progress, stop)
            return ask(model)
        finally:
            model.close()
            progress(Progress(Phase.DONE, config.total_days, config.total_days, config.burn_in))


def _live(model: EcosystemModel, diaries: Sequence[Diary], progress: Report, stop: Stop) -> None:
    config, first, impressions = model.config, time.perf_counter(), 0
    for _ in range(config.total_days):
        if stop:
            raise KeyboardInterrupt("interrupted; a story is told at its end, so nothing was written")
        for diary in diaries:
            diary.morning(model)
        model.step()
        for diary in diaries:
            diary.evening(model)
        impressions += int(model.world.impressions_today)
        seconds, day = time.perf_counter() - first, int(model.world.day)
        progress(Progress(Phase.DAYS, day, config.total_days, config.burn_in, impressions, seconds))


class Purchases:
    """Counts every consumer's orders, so that the one who bought most can be found."""

    def __init__(self) -> None:
        self.count: Array = np.zeros(0, np.int64)

    def morning(self, model: EcosystemModel) -> None:
        """Make room."""
        if self.count.size == 0:
            self.count = np.zeros(model.world.consumers.size, np.int64)

    def evening(self, model: EcosystemModel) -> None:
        """Count today's orders."""
        orders = model.world.economy.orders
        np.add.at(self.count, orders.consumer[orders.day == model.world.day - 1], 1)
