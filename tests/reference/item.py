"""An item: a short video from publication until it retires by age, or a live session of one day."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosim.state.schema import TIERS

if TYPE_CHECKING:
    from tests.reference.brand import Deal, Product
    from tests.reference.creator import ReferenceCreator

Cell = tuple[str, str, str, int]
"""Row of the funnel: who sells (the brand itself, or a creator's tier), format, source, region of who watches."""


@dataclass
class Counts:
    """What is counted of an item."""

    impressions: int = 0
    watch: int = 0  # ms
    interactions: int = 0
    follows: int = 0
    shares: int = 0
    clicks: int = 0
    orders: int = 0
    reach: int = 0

    def add(self, other: Counts) -> None:
        """Add other counts to these."""
        for counted in fields(self):
            setattr(self, counted.name, getattr(self, counted.name) + getattr(other, counted.name))


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
    dayparts: tuple[int, ...] = ()  # when a live session is on; empty for a video

    partner: ReferenceCreator | None = None  # with whom it was made
    product: Product | None = None
    deal: Deal | None = None  # under which it carries the product

    life: Counts = field(default_factory=Counts)  # up to yesterday; in the evening today is added
    today: Counts = field(default_factory=Counts)
    heat: np.float32 = field(default_factory=np.float32)
    level: int = 0  # of the ladder of traffic pools; -1 out

    @property
    def key(self) -> tuple[int, int]:
        """The item's name for ever."""
        return self.creator.serial, self.number

    @property
    def live(self) -> bool:
        """Whether it is a live session."""
        return bool(self.dayparts)

    def is_on(self, daypart: int) -> bool:
        """Whether it can be watched now: a video always, a live session in its dayparts."""
        return not self.live or daypart in self.dayparts

    def cell(self, source: str, region: int) -> Cell:
        """Row of the funnel in which a look at its product is counted."""
        seller = "brand" if self.creator.brand else TIERS[self.creator.tier]
        return seller, "live" if self.live else "video", source, region

    def open_day(self) -> None:
        """Forget yesterday's counts."""
        self.today = Counts()

    def close_day(self) -> None:
        """Add today's counts to those of the item's life."""
        self.life.add(self.today)
