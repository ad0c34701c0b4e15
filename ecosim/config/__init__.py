"""Configuration: schemas, composition and validation."""

from ecosim.config.economy import BrandConfig, CollaborationConfig, CommerceConfig, LiveConfig, SharingConfig
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
    "BrandConfig",
    "CollaborationConfig",
    "CommerceConfig",
    "ConsumerConfig",
    "CreatorConfig",
    "EngineConfig",
    "LiveConfig",
    "MarketConfig",
    "NetworkConfig",
    "PlatformConfig",
    "PluginConfig",
    "PolicyConfig",
    "PopulationConfig",
    "RankerConfig",
    "RecordingConfig",
    "ScaleConfig",
    "SharingConfig",
    "SimulationConfig",
    "StrategyConfig",
    "Tier",
]
