"""The wave after one hit: a hit is planted on day 0 by stepping the model, and its neighbourhood is watched.

The hit is a video of the day before in the vertical with most creators, in its creator's own style: the one with the
fewest near it. By hand it is made better than everything there is and hotter than everything in its vertical; from then
on the feed, the creators and the consumers do with it what they do. The run without is the same but for that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import ecosim
from ecosim.metrics.similarity import NEAR
from ecosim.model import EcosystemModel
from ecosim.state.schema import OWN
from experiments.command import kept
from experiments.common import Array, model_version
from experiments.findings import Finding
from experiments.homogenization.copying import NOBODY, OTHERS, USUAL
from experiments.runs import interval, window

BURN_IN, DAYS, SEEDS, JOBS = 40, 80, 5, 2
MODELS = (USUAL, *OTHERS, NOBODY)
BETTER = 1.0
"""Quality of the hit above the best there is, logits."""

HOTTER = 2.0
"""Heat of the hit on its first evening, in heats of the hottest of its vertical."""

RISE, TROUGH, LATE = (3, 24), (7, 35), (60, 80)
"""Days of the three weeks after the chart shows the hit, of when it should be dull, and when it should be over."""

COMMON = ("recording.figures=false", "recording.panel=0", "recording.metrics=[impressions]", "threads=1")
SMALL, TOY = ("scale=small", f"burn_in={BURN_IN}", f"days={DAYS}"), ("scale=toy", "burn_in=8", "days=6")


@dataclass(frozen=True)
class Hit:
    """The hit: its key, its vertical, and its style."""

    serial: int
    number: int
    vertical: int
    style: Array


def choose(world: Any) -> int:
    """Return the row of the video that becomes the hit: of the newest, that with fewest neighbours; ties by key."""
    items, creators = world.items, world.creators
    vertical = int(np.bincount(creators.vertical[creators.alive], minlength=world.verticals).argmax())
    inside = np.flatnonzero((items.vertical == vertical) & (items.parts == 0) & (creators.brand[items.creator] < 0))
    own = inside[items.mode[inside] == OWN]
    newest = own[items.day[own] == items.day[own].max()]
    neighbours = (items.style[newest] @ items.style[inside].T >= NEAR).sum(axis=1)
    return int(newest[np.lexsort((items.number[newest], items.serial[newest], neighbours))[0]])


def raised(world: Any, row: int) -> None:
    """Make a video a hit: better than everything, hotter than everything in its vertical."""
    items = world.items
    rivals = (items.vertical == items.vertical[row]) & (items.parts == 0)
    items.quality[row] = items.quality.max() + np.float32(BETTER)
    items.heat[row] = np.float32(HOTTER) * max(items.heat[rivals].max(), np.float32(1.0))


def look(world: Any, hit: Hit) -> dict[str, float]:
    """Return what happened today around the hit, which itself is left out.

    ``new`` and ``new_near``: new videos of the vertical, and those near the hit's style. ``shown`` and ``watched``:
    impressions and seconds of the vertical; with ``_near``, of what is near the hit. ``hit_shown``: impressions of the
    hit. ``tired``: how much of the hit's style consumers have in mind, weighted by their interest in the vertical.
    Items that retired this evening are not counted.
    """
    items, creators, people = world.items, world.creators, world.consumers
    itself = (items.serial == hit.serial) & (items.number == hit.number)
    video = (items.vertical == hit.vertical) & (items.parts == 0) & (creators.brand[items.creator] < 0) & ~itself
    near = video & (items.style @ hit.style >= NEAR)
    new = items.day == items.day.max()
    interest = people.interest[:, hit.vertical] * people.active
    tired = np.maximum(people.recent @ hit.style, 0)
    return {
        "new": float((video & new).sum()),
        "new_near": float((near & new).sum()),
        "shown": float(items.impressions_today[video].sum()),
        "shown_near": float(items.impressions_today[near].sum()),
        "watched": float(items.watch_today[video].sum()) / 1000,
        "watched_near": float(items.watch_today[near].sum()) / 1000,
        "hit_shown": float(items.impressions_today[itself].sum()),
        "tired": float((interest * tired).sum() / max(float(interest.sum()), 1e-9)),
    }


@cache
def _settings(strategy: str, size: tuple[str, ...]) -> ecosim.SimulationConfig:
    """Compose the settings of a strategy once: seeds differ in the seed alone."""
    return ecosim.compose([*size, *COMMON, f"strategy={strategy}"])


def live(strategy: str, seed: int, planted: bool, size: Sequence[str] = SMALL) -> pd.DataFrame:
    """Live through a run with or without the hit and return its days."""
    model = EcosystemModel(replace(_settings(strategy, tuple(size)), seed=seed))
    world = model.world
    for _ in range(model.config.burn_in):
        model.step()
    row = choose(world)
    items = world.items
    hit = Hit(int(items.serial[row]), int(items.number[row]), int(items.vertical[row]), items.style[row].copy())
    if planted:
        raised(world, row)
    days = []
    for day in range(model.config.days):
        model.step()
        days.append({"day": day, **look(world, hit)})
    model.close()
    return pd.DataFrame(days)


class Waves:
    """The diaries of all runs with and without the hit, written where they are missing.

    Parameters
    ----------
    folder : Path
        Where they are kept, by version of the model.
    seeds : sequence of int
        Replications.
    models : sequence of str
        Strategies of creators.
    size : sequence of str
        Overrides that say how large and how long.
    """

    def __init__(
        self, folder: Path, seeds: Sequence[int], models: Sequence[str] = MODELS, size: Sequence[str] = SMALL
    ) -> None:
        from joblib import Parallel, delayed

        self.seeds, self.models, self.size = list(seeds), list(models), tuple(size)
        self.folder = folder / model_version()
        wanted = [(name, seed, planted) for name in models for seed in self.seeds for planted in (True, False)]
        missing = [run for run in wanted if not self._file(*run).exists()]
        if len(missing) > 1 and size is SMALL:
            Parallel(n_jobs=JOBS)(delayed(self._diary)(*run) for run in missing)
        self.diaries = {run: self._diary(*run).set_index("day") for run in wanted}

    def _file(self, strategy: str, seed: int, planted: bool) -> Path:
        return self.folder / f"{strategy}-{seed}-{'hit' if planted else 'none'}.parquet"

    def _diary(self, strategy: str, seed: int, planted: bool) -> pd.DataFrame:
        return kept(self._file(strategy, seed, planted), lambda: live(strategy, seed, planted, self.size))

    def column(self, strategy: str, planted: bool, name: str) -> pd.DataFrame:
        """Return a column by day and seed."""
        return pd.DataFrame({seed: self.diaries[strategy, seed, planted][name] for seed in self.seeds})

    def ratio(self, strategy: str, planted: bool, part: str, whole: str) -> pd.DataFrame:
        """Return a weekly part of a weekly whole by day and seed: few of either fall on one day."""
        over, under = (
            self.column(strategy, planted, name).rolling(7, center=True, min_periods=1).sum() for name in (part, whole)
        )
        return over / under.where(under > 0)

    def gap(self, strategy: str, part: str, whole: str) -> pd.DataFrame:
        """Return by how much a ratio is higher with the hit than without."""
        return self.ratio(strategy, True, part, whole) - self.ratio(strategy, False, part, whole)

    def lookalikes(self, strategy: str) -> pd.DataFrame:
        """Return what the hit adds to the share of the vertical's new videos that are near it."""
        return self.gap(strategy, "new_near", "new")

    def dullness(self, strategy: str) -> pd.DataFrame:
        """Return what the hit does to the seconds an impression in its vertical, relative."""
        return self.gap(strategy, "watched", "shown") / self.ratio(strategy, False, "watched", "shown")

    def tired(self, strategy: str) -> pd.DataFrame:
        """Return what the hit adds to how much of its style consumers have in mind."""
        return self.column(strategy, True, "tired") - self.column(strategy, False, "tired")


def peak(values: pd.DataFrame) -> Array:
    """Return the day of the highest value, one number a seed."""
    if values.empty or values.isna().all().any():
        return np.full(values.shape[1], np.nan)
    days: Array = values.idxmax().to_numpy(np.float64)
    return days


SERIES = {"look-alikes": "lookalikes", "watch time per impression": "dullness", "tired of the style": "tired"}


def table(waves: Waves) -> pd.DataFrame:
    """Return the wave in three windows, for every strategy, and the day on which look-alikes peak."""
    rows = []
    for name in waves.models:
        for title, series in SERIES.items():
            values = getattr(waves, series)(name)
            for when, days in (("rise", RISE), ("trough", TROUGH), ("late", LATE)):
                rows.append({"strategy": name, "series": title, "when": when, **interval(window(values, *days))})
        peaks = interval(peak(waves.lookalikes(name)))
        rows.append({"strategy": name, "series": "look-alikes", "when": "day of the peak", **peaks})
    return pd.DataFrame(rows)


def daily(waves: Waves) -> pd.DataFrame:
    """Return the means over seeds by day, as drawn."""
    rows = []
    for name in waves.models:
        columns = {title: getattr(waves, series)(name).mean(axis=1) for title, series in SERIES.items()}
        rows.append(pd.DataFrame(columns).reset_index().assign(strategy=name))
    return pd.concat(rows)


def findings(waves: Waves) -> list[Finding]:
    """Hold the predictions about the wave against the runs."""
    found, control = [], window(waves.lookalikes(NOBODY), *RISE)
    for name in (USUAL, *OTHERS):
        alike, dull = waves.lookalikes(name), waves.dullness(name)
        rise, late = window(alike, *RISE), window(alike, *LATE)
        low, back = window(dull, *TROUGH), window(dull, *LATE)
        found += [
            Finding("e", f"{name}: look-alikes rise in three weeks", 1, rise, percent=True),
            Finding("e", f"{name}: more so than where nobody imitates", 1, rise - control, percent=True),
            Finding(
                "f", f"{name}: more than half of them are gone after day {LATE[0]}", 1, rise / 2 - late, percent=True
            ),
            Finding("g", f"{name}: what is shown in the vertical is watched for less", -1, low, percent=True),
            Finding("g", f"{name}: that recovers after day {LATE[0]}", 1, back - low, percent=True),
        ]
    return found
