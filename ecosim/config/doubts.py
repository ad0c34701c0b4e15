"""Doubts about settings: what is allowed, and hardly what its author meant."""

from __future__ import annotations

from ecosim.config.simulation import SimulationConfig


def doubts(config: SimulationConfig) -> list[str]:
    """Return what the user should know before believing a run with these settings."""
    told = []
    brand, take = config.brand, config.commerce.take_rate
    if brand.active and brand.commission + take > brand.margin:
        told.append(
            f"brand.commission ({brand.commission:g}) and commerce.take_rate ({take:g}) together exceed brand.margin "
            f"({brand.margin:g}): brands lose money on all that creators sell for them"
        )
    for name, policy in config.policies.items():
        if policy.stop is not None and policy.stop > config.days:
            told.append(
                f"policies.{name}.stop ({policy.stop}) lies beyond the last day ({config.days - 1}), so that the "
                "policy works to the end"
            )
    return told
