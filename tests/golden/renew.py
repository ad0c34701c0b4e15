"""Write the golden baselines anew: ``python -m tests.golden.renew``; see README.md beside this file."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

from ecosim import SimulationConfig
from ecosim.config import BrandConfig, CollaborationConfig, LiveConfig, ScaleConfig, SharingConfig
from ecosim.model import EcosystemModel

FOLDER = Path(__file__).parent
ECONOMY = SimulationConfig(burn_in=10, days=20, seed=11, scale=ScaleConfig(name="toy", consumers=300, creators=30))
FEED_ALONE = replace(
    ECONOMY,
    brand=BrandConfig(active=False),
    live=LiveConfig(active=False),
    sharing=SharingConfig(active=False),
    collaboration=CollaborationConfig(active=False),
)
WORLDS = {"economy": ECONOMY, "feed_alone": FEED_ALONE}
"""The baseline, and the world without brands, live sessions, shares and ties, as it was before these existed."""


def measures(config: SimulationConfig) -> dict[str, list[float | None]]:
    """Return every daily measure of a toy run, NaN as null."""
    model = EcosystemModel(config)
    for _ in range(config.total_days):
        model.step()
    daily = model.recorder.tables()["daily"].to_pydict()
    model.close()
    return {name: [None if math.isnan(x) else x for x in column] for name, column in sorted(daily.items())}


def main() -> None:
    """Write the files."""
    for name, config in WORLDS.items():
        (FOLDER / f"{name}.json").write_text(json.dumps(measures(config), indent=0) + "\n")


if __name__ == "__main__":
    main()
