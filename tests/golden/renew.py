"""Write the golden baselines anew: ``python -m tests.golden.renew``; see README.md beside this file."""

from __future__ import annotations

import json
import math
from pathlib import Path

from ecosim import SimulationConfig
from ecosim.config import ScaleConfig
from ecosim.model import EcosystemModel

FILE = Path(__file__).parent / "toy.json"
CONFIG = SimulationConfig(burn_in=10, days=20, seed=11, scale=ScaleConfig(name="toy", consumers=300, creators=30))


def measures() -> dict[str, list[float | None]]:
    """Return every daily measure of the toy run, NaN as null."""
    model = EcosystemModel(CONFIG)
    for _ in range(CONFIG.total_days):
        model.step()
    daily = model.recorder.tables()["daily"].to_pydict()
    model.close()
    return {name: [None if math.isnan(x) else x for x in column] for name, column in sorted(daily.items())}


def main() -> None:
    """Write the file."""
    FILE.write_text(json.dumps(measures(), indent=0) + "\n")


if __name__ == "__main__":
    main()
