"""The world: everything that exists in a run, bundled for the stages of the day."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from ecosim.config import SimulationConfig
from ecosim.state.columns import Array
from ecosim.state.economy import Economy
from ecosim.state.graph import Follows, Ties
from ecosim.state.ledger import Ledger
from ecosim.state.plan import Plan
from ecosim.state.schema import STYLE_DIMENSIONS, Consumers, Creators, Items

if TYPE_CHECKING:
    from ecosim.kernels.bundles import Shelf, Slates

CHART_DAYS = 8
"""Days of public charts that are kept, so that creators can see them with delay."""
NEWCOMER_DAYS = 30
"""Days after entry during which a creator counts as a newcomer."""


class Decider(Protocol):
    """A user's own creators: some rows that decide in plain Python."""

    rule: int

    def decide(self, world: World, rows: Array) -> tuple[Array, Array]:
        """Return effort (float32) and mode (int8) for the rows."""


def vertical_shares(config: SimulationConfig) -> Array:
    """Popularity of the verticals, falling by a power of their rank."""
    weights = np.arange(1, config.population.verticals + 1) ** -config.population.vertical_skew
    shares: Array = weights / weights.sum()
    return shares


@dataclass
class Reference:
    """What the average creator of the first day would have: the measure of all thresholds.

    Attributes
    ----------
    impressions : float
        Impressions a creator and day.
    income : float
        Gross ad income a creator and day, fen.
    """

    impressions: float
    income: float


@dataclass
class Knowledge:
    """What the platform has learned of verticals and hits.

    Attributes
    ----------
    sums : float64[V, 4]
        Fading views, watch shares, interactions and follows by vertical.
    hits : float32[V, D]
        Mean style of the vertical's recent hits.
    chart_style : float32[CHART_DAYS, V, K, D]
        Styles of the hottest items, by day modulo CHART_DAYS.
    chart_key : uint32[CHART_DAYS, V, K, 2]
        Their keys (serial, number); (0, 0) for none.
    item_impressions : float
        Fading mean of the impressions of an item over its life.
    set_aside : float64[V + R]
        Share of slots that was set aside yesterday for the guarantee of each vertical and region.
    clicks, product_views : float
        Fading clicks and impressions of items with a product.
    """

    sums: Array
    hits: Array
    chart_style: Array
    chart_key: Array
    item_impressions: float
    set_aside: Array
    clicks: float = 1.0
    product_views: float = 50.0

    @property
    def click_rate(self) -> float:
        """Mean clicks per impression of an item with a product, never zero."""
        return max(self.clicks / max(self.product_views, 1e-9), 1e-6)

    def means(self) -> Array:
        """Mean watch share, interaction rate and follow rate by vertical (float64[V, 3]), never zero or one."""
        views = np.maximum(self.sums[:, :1], 1e-9)
        return np.clip(self.sums[:, 1:] / views, 1e-6, 1 - 1e-6)


@dataclass
class Allocation:
    """What allocation hands to serving under one plan."""

    shelf: Shelf
    slates: Slates
    item_terms: Array
    bonus: Array
    set_aside: Array
    reserved_slots: float = 0.0
    reserved_need: int = 0


@dataclass
class Today:
    """What the stages of one day hand to one another; emptied each morning."""

    allocation: Allocation | None = None
    impressions: int = 0
    slots: int = 0
    watch: int = 0
    interactions: int = 0
    consumers_served: int = 0
    consumer_impressions: Array = field(default_factory=lambda: np.zeros(0, np.int32))
    consumer_watch: Array = field(default_factory=lambda: np.zeros(0, np.int64))
    added: Array = field(default_factory=lambda: np.zeros((0, 0), np.int32))
    dropped: Array = field(default_factory=lambda: np.zeros(0, np.bool_))
    shared: Array = field(default_factory=lambda: np.zeros((0, 0), np.int32))
    ordered: Array = field(default_factory=lambda: np.zeros((0, 0), np.int32))
    order_source: Array = field(default_factory=lambda: np.zeros((0, 0), np.int8))
    order_touch: Array = field(default_factory=lambda: np.zeros((0, 0), np.int32))
    funnel: Array = field(default_factory=lambda: np.zeros((0, 8), np.int64))
    fees: Array = field(default_factory=lambda: np.zeros(0, np.int64))
    live_commission: int = 0
    payments: dict[str, tuple[int, int]] = field(default_factory=dict)
    gmv: int = 0
    orders: int = 0
    delivered: int = 0
    returned: int = 0
    potential_entrants: int = 0
    entered: Array = field(default_factory=lambda: np.zeros(0, np.int64))
    left: Array = field(default_factory=lambda: np.zeros(0, np.int64))
    published: int = 0
    creator_impressions: Array = field(default_factory=lambda: np.zeros(0, np.int64))
    panel: dict[str, Array] | None = None
    bite: list[dict[str, Any]] = field(default_factory=list)
    measures: dict[str, float] = field(default_factory=dict)

    def __getstate__(self) -> dict[str, Any]:
        """Return what has to be saved after a day: all but the allocation, which is made anew every morning."""
        return {**vars(self), "allocation": None}


@dataclass
class World:
    """A run's whole state. Stages read and write it; kernels get arrays.

    ``moved`` names the policies that have moved a lever so far, and the levers; what is not in it at the end was inert.
    ``met`` names those whose aim somebody has met on a day on which they were in force.
    """

    config: SimulationConfig
    consumers: Consumers
    creators: Creators
    items: Items
    follows: Follows
    friends: Ties
    collaborators: Ties
    ledger: Ledger
    economy: Economy
    knowledge: Knowledge
    reference: Reference
    centres: Array
    vertical_share: Array
    panel: Array
    ranker: Any
    strategy: Any
    policies: dict[str, Any]
    metrics: dict[str, Any]
    first_follows: int = 0
    deciders: list[Decider] = field(default_factory=list)
    day: int = 0
    plan: Plan = field(init=False)
    today: Today = field(default_factory=Today)
    moved: dict[str, set[str]] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)
    timings: dict[str, float] = field(default_factory=dict)
    crew: Any = None  # who serves the consumers, and may keep them: see ecosim.stages.shards

    def __getstate__(self) -> dict[str, Any]:
        """Return what has to be saved: all but the crew, which is called anew."""
        return {**vars(self), "crew": None}

    def __post_init__(self) -> None:
        self.plan = Plan.default(self.config, self.creators.size)
        self._luck = self.config.seed
        if self.config.replay:
            from ecosim.kernels import draws  # plug-ins import this module; kernels are loaded when a world is made

            self._luck = int(draws.philox(self.config.replay, 0, 0, 0, self.config.seed, 0)[0])

    @property
    def seed(self) -> int:
        """Seed of every draw after the first morning: that of the run, or another one in a replayed world.

        The population, who may enter, and the first follows depend on ``config.seed`` alone.
        """
        return self._luck

    @property
    def date(self) -> int:
        """Today, counted from the end of burn-in: 0 is the first measured day."""
        return self.day - self.config.burn_in

    @property
    def verticals(self) -> int:
        """Number of verticals, V."""
        return self.config.population.verticals

    @property
    def dimensions(self) -> dict[str, int]:
        """Lengths of the named column widths."""
        return {"V": self.verticals, "D": STYLE_DIMENSIONS}

    @property
    def impressions_today(self) -> int:
        """Impressions of the day that was stepped last."""
        return self.today.impressions

    def is_recording_day(self, date: int | None = None) -> bool:
        """Whether the panel is watched on a day, by default today."""
        date = self.date if date is None else date
        return self.panel.size > 0 and date % self.config.recording.panel_every == 0

    def impressions_of_month(self) -> Array:
        """Impressions of each creator over the last 28 days (int64[m])."""
        total: Array = self.creators.impressions_month.sum(axis=1)
        return total

    def sales_of_month(self) -> Array:
        """Orders that each account took in over the last 28 days, by price, fen (int64[m])."""
        total: Array = self.creators.sales_month.sum(axis=1)
        return total

    def income_of_month(self) -> Array:
        """Gross income of each creator over the last 28 days, fen (int64[m])."""
        total: Array = self.creators.income_month.sum(axis=1)
        return total
