"""Configuration: schemas, composition and validation."""

from ecosim.config.plugins import Aim, NetworkConfig, PluginConfig, PolicyConfig, RankerConfig, StrategyConfig, Tier
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
    "ConsumerConfig",
    "CreatorConfig",
    "EngineConfig",
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
