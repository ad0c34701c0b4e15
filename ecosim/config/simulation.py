"""Every setting of a run, with unit, bounds and meaning; the defaults are the baseline.

``SimulationConfig()`` is the run that ``ecosim run`` makes without overrides; a test keeps the two equal.
"""

from __future__ import annotations

from dataclasses import field
from enum import Enum
from typing import Annotated, Any

from pydantic import model_validator

from ecosim.config.economy import BrandConfig, CollaborationConfig, CommerceConfig, LiveConfig, SharingConfig
from ecosim.config.fields import CHOSEN, at_least, between, choice, positive, schema, share, text
from ecosim.config.plugins import (
    CollaboratorsConfig,
    FriendsConfig,
    NetworkConfig,
    PolicyConfig,
    RankerConfig,
    StrategyConfig,
    member_of,
)
from ecosim.language import Language

REGIONS = ("first", "second", "third", "county")
"""Region tiers of cities, from first-tier cities to counties."""


@schema
class ScaleConfig:
    """How large the world is; proportions stay, so measures compare across scales."""

    name: Annotated[str, text("label of the scale")] = "small"
    consumers: Annotated[int, choice(20, 100_000_000, "consumers", unit="count")] = 10_000
    creators: Annotated[int, choice(5, 1_000_000, "creators on the first day", unit="count")] = 500
    brands: Annotated[int, choice(1, 100_000, "brands; null: a tenth of the creators", unit="count")] | None = None

    @model_validator(mode="after")
    def _enough_audience(self) -> ScaleConfig:
        if self.creators > self.consumers:
            raise ValueError(f"creators ({self.creators}) must not outnumber consumers ({self.consumers})")
        return self

    @property
    def brand_count(self) -> int:
        """Number of brands when there are any."""
        return self.brands if self.brands is not None else max(1, self.creators // 10)


@schema
class PopulationConfig:
    """Who the consumers are."""

    verticals: Annotated[int, between(1, 64, "content verticals", unit="count")] = 12
    vertical_skew: Annotated[float, between(0, 3, "exponent of the verticals' popularity", unit="1")] = 0.4
    interest_spread: Annotated[float, between(0, 5, "sd of log interest over verticals", unit="logit")] = 1.3
    style_cohesion: Annotated[float, between(0, 5, "pull of styles to their vertical's centre", unit="1")] = 0.5
    taste_cohesion: Annotated[float, between(0, 5, "pull of tastes to the interests' centre", unit="1")] = 0.8
    region_shares: Annotated[list[float], text("shares of consumers by region tier, first to county")] = field(
        default_factory=lambda: [0.40, 0.25, 0.20, 0.15]
    )
    region_watch: Annotated[list[float], text("slots a session by region tier, relative (input S54)")] = field(
        default_factory=lambda: [0.94, 1.0, 1.06, 1.08]
    )
    sessions: Annotated[float, between(0.2, 10, "habitual sessions a day, mean", unit="sessions")] = 2.2
    sessions_spread: Annotated[float, between(0, 2, "sd of log habitual sessions", unit="1")] = 0.4
    slots: Annotated[float, between(4, 40, "habitual slots a session, mean", unit="slots")] = 20.0
    slots_spread: Annotated[float, between(0, 1, "sd of log habitual slots", unit="1")] = 0.2

    @model_validator(mode="after")
    def _regions(self) -> PopulationConfig:
        for name in ("region_shares", "region_watch"):
            values = getattr(self, name)
            if len(values) != len(REGIONS) or min(values) < 0 or sum(values) <= 0:
                raise ValueError(
                    f"{name} needs {len(REGIONS)} numbers of at least 0 that do not sum to 0, got {values}"
                )
        return self


@schema
class ConsumerConfig:
    """How consumers watch, tire, interact, follow, drift, lapse and return."""

    watch_base: Annotated[float, between(-10, 10, "a0 of the watch logit", unit="logit", source="dynamics")] = -1.4
    watch_interest: Annotated[float, between(0, 10, "weight of log(1 + V x interest)", unit="logit")] = 0.9
    watch_taste: Annotated[float, between(0, 10, "weight of taste . style", unit="logit")] = 1.2
    watch_quality: Annotated[float, between(0, 10, "weight of quality", unit="logit")] = 0.75
    watch_locality: Annotated[float, between(0, 5, "gain when creator and consumer share a region", unit="logit")] = 0.1
    watch_noise: Annotated[float, between(0, 5, "half width of the uniform mood in the logit", unit="logit")] = 1.2
    satiation_vertical: Annotated[float, between(0, 5, "k1: dullness of a vertical seen often", unit="logit")] = 0.5
    satiation_style: Annotated[float, between(0, 20, "k2: dullness of styles seen often", unit="logit")] = 4.0
    satiation_gain: Annotated[float, share("step of satiation per fully watched item")] = 0.07
    satiation_decay: Annotated[float, share("what is left of satiation the next day")] = 0.75
    interact_base: Annotated[float, between(-15, 5, "interaction logit at zero watch share", unit="logit")] = -4.6
    interact_watch: Annotated[float, between(0, 15, "weight of the watch share", unit="logit")] = 3.6
    follow_base: Annotated[float, between(-15, 5, "follow logit at zero watch share", unit="logit")] = -8.2
    follow_watch: Annotated[float, between(0, 15, "weight of the watch share", unit="logit")] = 4.0
    follows_limit: Annotated[int, between(1, 60, "follows a consumer keeps at most", unit="creators")] = 48
    unfollow_below: Annotated[float, share("watch share under which a followed creator disappoints")] = 0.12
    unfollow_chance: Annotated[float, share("chance to unfollow on such a view")] = 0.06
    interest_drift: Annotated[float, share("pull of a day's watching on interests")] = 0.001
    satisfaction_memory: Annotated[float, share("weight of yesterday in satisfaction")] = 0.95
    lapse_rate: Annotated[float, share("daily chance to lapse at zero satisfaction")] = 0.02
    lapse_slope: Annotated[float, between(0, 50, "fall of log lapse chance with satisfaction", unit="1")] = 6.0
    return_rate: Annotated[float, share("daily chance of a lapsed consumer to return")] = 0.03


@schema
class CreatorConfig:
    """What all creators have in common, whatever their strategy: craft, costs of living, exit and entry."""

    skill_mean: Annotated[float, between(-5, 5, "skill of founders and entrants, mean", unit="logit")] = 0.0
    skill_spread: Annotated[float, between(0, 3, "sd of skill", unit="logit", source="dynamics")] = 0.7
    skill_rate: Annotated[float, share("daily step of skill to what income allows")] = 0.01
    skill_investment: Annotated[float, between(0, 3, "skill bought by income, per log unit", unit="logit")] = 0.25
    quality_noise: Annotated[float, between(0, 3, "sd of an item's quality around skill", unit="logit")] = 0.5
    own_step: Annotated[float, between(0, 5, "noise of an item around one's own style", unit="1")] = 0.15
    innovate_step: Annotated[float, between(0, 5, "noise of an innovative item", unit="1")] = 1.2
    innovate_spread: Annotated[float, between(0, 5, "quality noise of innovation, relative", unit="1")] = 1.6
    copy_fidelity: Annotated[float, share("weight of the model in an imitation", source="dynamics")] = 0.95
    chart_delay: Annotated[int, between(1, 6, "days until the public chart is seen", unit="days")] = 2
    chart_size: Annotated[int, between(1, 10, "hits a vertical that are seen and copied", unit="items")] = 2
    style_drift: Annotated[float, share("pull of a rewarded item on one's own style", source="dynamics")] = 0.3
    learning_noise: Annotated[
        float, between(0, 10, "sd of the error in reading what an item has brought", unit="net reward")
    ] = 0.0
    badge_effort: Annotated[
        float, between(0, 10, "posts of who wears a badge, relative", unit="1", source="Restivo & van de Rijt 2012")
    ] = 1.6
    attention_value: Annotated[float, between(0, 20, "welfare of mean impressions, in mean incomes", unit="1")] = 3.0
    reservation: Annotated[float, positive("welfare under which one thinks of stopping", unit="mean incomes")] = 0.8
    exit_hazard: Annotated[float, share("daily chance to stop at zero welfare", source="dynamics")] = 0.02
    exit_steepness: Annotated[float, between(0, 10, "exponent of welfare in the hazard", unit="1")] = 1.5
    grace_days: Annotated[int, between(0, 1000, "days before a creator may stop", unit="days")] = 25
    welfare_memory: Annotated[float, share("weight of yesterday in welfare")] = 0.93
    entrants: Annotated[float, between(1, 100, "potential entrants a day per 500 creators", unit="creators")] = 4.0
    entry_chance: Annotated[float, share("chance of entry when newcomers reach the reservation")] = 0.6
    entry_elasticity: Annotated[float, between(0, 3, "response of entry to newcomers' welfare", unit="1")] = 0.5


@schema
class PlatformConfig:
    """What the platform recalls, knows, learns and reserves before any policy."""

    recall_interest: Annotated[int, between(8, 400, "candidates from slates by vertical", unit="items")] = 136
    recall_breadth: Annotated[float, share("part of these spread evenly over verticals")] = 0.1
    recall_hot: Annotated[int, between(0, 200, "candidates from the regional hot list", unit="items")] = 32
    recall_fresh: Annotated[int, between(0, 200, "candidates from the fresh pool", unit="items")] = 32
    recall_followed: Annotated[int, between(0, 60, "candidates from followed creators", unit="items")] = 24
    shortlist_share: Annotated[float, share("best share of a vertical that is recalled")] = 0.4
    hot_share: Annotated[float, share("hottest share of all items on the hot list")] = 0.04
    fresh_days: Annotated[int, between(1, 30, "age up to which an item may be in the fresh pool", unit="days")] = 3
    fresh_below: Annotated[float, at_least(0, "impressions of a fresh item, of an item's mean", unit="share")] = 0.25
    fresh_slots: Annotated[float, between(0, 0.5, "share of slots reserved for each level of pools")] = 0.02
    pool_levels: Annotated[int, between(1, 8, "levels of traffic pools, the fresh pool included", unit="levels")] = 1
    pool_growth: Annotated[float, between(1, 100, "size of a level's pool over that of the one below", unit="1")] = 3.0
    pool_promotion: Annotated[float, share("best of a level's cohort who go up a level")] = 0.33
    recall_reserved: Annotated[int, between(1, 200, "candidates from the pool of floors and levels", unit="items")] = 32
    pacing_days: Annotated[int, between(1, 28, "days over which reserved impressions are evened out", unit="days")] = 7
    slate_ratio: Annotated[float, between(1, 4, "length of the top of the slate over slots", unit="1")] = 1.6
    diversity: Annotated[float, between(0, 10, "penalty on likeness within a session", unit="logit")] = 0.2
    prior_views: Annotated[float, positive("views that weigh as much as the prior", unit="views")] = 25.0
    record_weight: Annotated[float, share("weight of the creator's record in the prior", source="dynamics")] = 0.6
    record_views: Annotated[float, positive("views until a record is trusted by half", unit="views")] = 200.0
    record_memory: Annotated[float, share("weight of yesterday in a creator's record")] = 0.95
    heat_memory: Annotated[float, share("weight of yesterday in recent engagement")] = 0.7
    hits: Annotated[int, between(1, 50, "hits a vertical that the likeness prior looks at", unit="items")] = 8
    item_life: Annotated[int, between(2, 30, "days until an item retires", unit="days")] = 7
    profile_start: Annotated[float, share("what is known of a consumer on the first day")] = 0.5
    interest_rate: Annotated[float, share("daily step of estimated interests to relative watch shares")] = 0.2
    profile_rate: Annotated[float, share("daily step of estimated taste to the day's behaviour")] = 0.03


@schema
class MarketConfig:
    """Money: what advertisers pay, what creators get, what living and producing cost."""

    ad_price: Annotated[
        int, between(0, 1_000_000, "per thousand views, from advertisers", unit="fen", source="S61")
    ] = 1900
    ad_share: Annotated[int, between(0, 1_000_000, "per thousand views, to the creator", unit="fen")] = 950
    living_cost: Annotated[float, between(0, 10, "a day, of the mean ad income of a creator", unit="share")] = 0.25
    post_cost: Annotated[float, between(0, 10, "a post in one's own style, of mean income", unit="share")] = 0.10
    imitate_cost: Annotated[float, between(0, 10, "an imitation, of mean income", unit="share")] = 0.06
    innovate_cost: Annotated[float, between(0, 10, "an innovation, of mean income", unit="share")] = 0.25

    @model_validator(mode="after")
    def _share_within_price(self) -> MarketConfig:
        if self.ad_share > self.ad_price:
            raise ValueError(
                f"ad_share ({self.ad_share}) must not exceed ad_price ({self.ad_price}): views would lose money"
            )
        return self


@schema
class RecordingConfig:
    """What a run writes down besides its daily measures."""

    metrics: Annotated[list[str], text("metrics to take; empty: all that are registered")] = field(default_factory=list)
    snapshot_every: Annotated[int, choice(1, 10_000, "days between snapshots of creators", unit="days")] = 7
    panel: Annotated[int, choice(0, 100_000, "consumers on the panel that is served twice", unit="count")] = 200
    panel_every: Annotated[int, choice(1, 10_000, "days between recording days of the panel", unit="days")] = 10
    panel_log: Annotated[bool, text("write the panel's impressions on recording days")] = False
    figures: Annotated[bool, text("draw figures and the report")] = True
    checkpoint_every: Annotated[
        int, choice(0, 10_000, "days between checkpoints, from which `ecosim resume` goes on; 0: none", unit="days")
    ] = 0


class Place(str, Enum):
    """Where the consumers of a world are kept while it runs."""

    PROCESS = "process"
    RAY = "ray"


class Runner(str, Enum):
    """Who carries out many runs."""

    PROCESSES = "processes"
    RAY = "ray"


@schema
class EngineConfig:
    """How the machine works; none of it changes a result."""

    block: Annotated[int, between(1, 1_000_000, "consumers served as one block", unit="count")] = 256
    shards: Annotated[int, between(1, 100_000, "parts in which the consumers are served", unit="count")] = 1
    place: Annotated[Place, text("where the shards are kept: process, or ray (actors that hold their consumers)")] = (
        Place.PROCESS
    )
    debug: Annotated[bool, text("check invariants and stage declarations every day")] = False
    faces: Annotated[int, at_least(0, "consumers registered as Mesa agents at most", unit="count")] = 20_000


@schema
class ReportConfig:
    """How results are told; it changes none of them."""

    language: Annotated[Language, text("language of the report: en or zh")] = Language.ENGLISH


def _default(family: str, kind: str) -> Any:
    from ecosim import registry

    return registry.FAMILIES[family][kind].config()


@schema
class SimulationConfig:
    """One run: a world, its rules, its length and its seed."""

    seed: Annotated[int, choice(0, 2**32 - 1, "seed of every draw", unit="1")] = 1
    replay: Annotated[int, choice(0, 2**31, "other luck in the same world, for replayed worlds", unit="1")] = 0
    days: Annotated[int, choice(1, 1_000_000, "days measured, after burn-in", unit="days")] = 180
    burn_in: Annotated[int, choice(0, 1_000_000, "days before measurement", unit="days")] = 120
    scenario: Annotated[str, text("label of the scenario", pattern=r"^[A-Za-z0-9_.-]+$")] = "baseline"
    out: Annotated[str, text("run folder; null: runs/<time>-<scenario>-<seed>")] | None = None
    threads: Annotated[int, at_least(1, "threads; null: all cores", unit="count", source=CHOSEN)] | None = None
    runner: Annotated[Runner, text("who does many runs: processes of this machine, or ray, a cluster")] = (
        Runner.PROCESSES
    )
    scale: ScaleConfig = field(default_factory=ScaleConfig)
    population: PopulationConfig = field(default_factory=PopulationConfig)
    consumer: ConsumerConfig = field(default_factory=ConsumerConfig)
    creator: CreatorConfig = field(default_factory=CreatorConfig)
    platform: PlatformConfig = field(default_factory=PlatformConfig)
    market: MarketConfig = field(default_factory=MarketConfig)
    brand: BrandConfig = field(default_factory=BrandConfig)
    commerce: CommerceConfig = field(default_factory=CommerceConfig)
    live: LiveConfig = field(default_factory=LiveConfig)
    sharing: SharingConfig = field(default_factory=SharingConfig)
    collaboration: CollaborationConfig = field(default_factory=CollaborationConfig)
    network: Annotated[NetworkConfig, member_of("network")] = field(
        default_factory=lambda: _default("network", "preferential")
    )
    friends: Annotated[FriendsConfig, member_of("friends")] = field(
        default_factory=lambda: _default("friends", "small_world")
    )
    collaborators: Annotated[CollaboratorsConfig, member_of("collaborators")] = field(
        default_factory=lambda: _default("collaborators", "scale_free")
    )
    ranker: Annotated[RankerConfig, member_of("ranker")] = field(
        default_factory=lambda: _default("ranker", "multi_objective")
    )
    strategy: Annotated[StrategyConfig, member_of("strategy")] = field(
        default_factory=lambda: _default("strategy", "reinforcement")
    )
    policies: dict[str, Annotated[PolicyConfig, member_of("policy")]] = field(default_factory=dict)
    recording: RecordingConfig = field(default_factory=RecordingConfig)
    report: ReportConfig = field(default_factory=ReportConfig)
    engine: EngineConfig = field(default_factory=EngineConfig)

    @model_validator(mode="after")
    def _policies_within_horizon(self) -> SimulationConfig:
        for name, policy in self.policies.items():
            if policy.start >= self.days:
                raise ValueError(
                    f"policies.{name}.start ({policy.start}) lies beyond the last day ({self.days - 1}); "
                    "days count from the end of burn-in"
                )
        return self

    @model_validator(mode="after")
    def _orders_cover_what_they_pay_out(self) -> SimulationConfig:
        commission, take = self.brand.commission, self.commerce.take_rate
        if commission + take > 1:
            raise ValueError(
                f"brand.commission ({commission}) and commerce.take_rate ({take}) together must not exceed 1: "
                "orders would pay out more than their price"
            )
        return self

    @property
    def total_days(self) -> int:
        """Days simulated, burn-in included."""
        return self.burn_in + self.days
