"""Configuration: schemas, composition and validation."""

from ecosim.config.plugins import (
    Aim,
    CollaboratorsConfig,
    FriendsConfig,
    Library,
    NetworkConfig,
    PluginConfig,
    PolicyConfig,
    RankerConfig,
    StrategyConfig,
    Tier,
)
from ecosim.config.simulation import (
    REGIONS,
    ConsumerConfig,
    CreatorConfig,
    EngineConfig,
    MarketConfig,
    PlatformConfig,
    PopulationConfig,
    RecordingConfig,
    ScaleConfig,
    SimulationConfig,
)

__all__ = [
    "REGIONS",
    "Aim",
    "CollaboratorsConfig",
    "ConsumerConfig",
    "CreatorConfig",
    "EngineConfig",
    "FriendsConfig",
    "Library",
    "MarketConfig",
    "NetworkConfig",
    "PlatformConfig",
    "PluginConfig",
    "PolicyConfig",
    "PopulationConfig",
    "RankerConfig",
    "RecordingConfig",
    "ScaleConfig",
    "SimulationConfig",
    "StrategyConfig",
    "Tier",
]
