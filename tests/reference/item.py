"""An item: one short video, from publication until it retires by age."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from tests.reference.creator import ReferenceCreator


@dataclass(eq=False)
class Item:
    """What a creator has put out, and how it has fared.

    An item is known for ever by its key, (serial of the creator, number); ``word`` is its own random number, which says
    where it stands in shuffles and in filters.
    """

    creator: ReferenceCreator
    number: int
    word: int
    day: int
    vertical: int
    region: int
    style: np.ndarray[Any, Any]  # float32[D], a unit vector that nobody writes to again
    quality: np.float32
    duration: int  # ms
    mode: int
    imitated: Item | None = None

    impressions: int = 0
    watch: int = 0  # ms
    interactions: int = 0
    follows: int = 0
    impressions_today: int = 0
    watch_today: int = 0
    interactions_today: int = 0
    follows_today: int = 0
    heat: np.float32 = field(default_factory=np.float32)
    level: int = 0  # of the ladder of traffic pools; -1 out

    @property
    def key(self) -> tuple[int, int]:
        """The item's name for ever."""
        return self.creator.serial, self.number

    def open_day(self) -> None:
        """Forget yesterday's counts."""
        self.impressions_today = self.watch_today = self.interactions_today = self.follows_today = 0

    def close_day(self) -> None:
        """Add today's counts to those of the item's life."""
        self.impressions += self.impressions_today
        self.watch += self.watch_today
        self.interactions += self.interactions_today
        self.follows += self.follows_today
