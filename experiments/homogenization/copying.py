"""What copying does: the world as it is less the same world in which copies resemble nothing.

Three sides: what is supplied (live items), what is shown (impressions), what is watched (seconds).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.common import Array
from experiments.findings import Finding
from experiments.runs import BASELINE, Runs, interval

WITHOUT = "no_copying"
DIVERSITY, SATIATION = "platform.diversity", "consumer.satiation_style"
LOW, HIGH = 0.2, 1.0
"""Weights on variety within a session: the usual one, and five times that."""

TIRING, TIRELESS = 4.0, 0.0
"""Weights of tiring of what looks alike: the usual one, and none."""

USUAL = "reinforcement"
OTHERS = ("imitate_top", "best_response", "noisy_satisficing")
NOBODY = "fixed"
"""The strategy under which nobody imitates: the control."""

WATCHED = "watch_seconds_per_consumer_day"
SIDES = {
    "supply_similarity": "supply",
    "supply_effective_styles": "supply",
    "exposure_similarity": "exposure",
    "template_share": "exposure",
    "consumption_effective_styles": "consumption",
    "consumer_satisfaction": "consumption",
    WATCHED: "consumption",
}
"""Measures, and the side on which they look."""

RELATIVE = frozenset({WATCHED})


@dataclass(frozen=True)
class World:
    """A world with copying and without: what varies besides, and the runs of both."""

    label: str
    runs: Runs

    def effect(self, measure: str) -> Array:
        """Return what copying does to a measure, one number a seed; relative where amounts are compared."""
        with_it, without = (self.runs.values(name, measure) for name in (BASELINE, WITHOUT))
        difference: Array = with_it - without
        return difference / without if measure in RELATIVE else difference


def worlds(grid: Runs, models: Runs) -> dict[str, World]:
    """Return every world by its label."""
    found = [
        World(label(diversity, satiation), grid.at({DIVERSITY: diversity, SATIATION: satiation}))
        for diversity in (LOW, HIGH)
        for satiation in (TIRING, TIRELESS)
    ]
    found += [World(name, models.at({"strategy": name})) for name in (*OTHERS, NOBODY)]
    return {world.label: world for world in found}


def label(diversity: float, satiation: float) -> str:
    """Name a world of the grid."""
    return f"diversity {diversity:g}, satiation {satiation:g}"


BASE = label(LOW, TIRING)


def table(found: dict[str, World]) -> pd.DataFrame:
    """Return what copying does in every world, on all three sides."""
    return pd.DataFrame(
        {"world": name, "side": side, "measure": measure, **interval(world.effect(measure))}
        for name, world in found.items()
        for measure, side in SIDES.items()
    )


def findings(found: dict[str, World]) -> list[Finding]:
    """Hold the predictions about copying against the runs."""
    base, tireless, varied = (found[label(*key)] for key in ((LOW, TIRING), (LOW, TIRELESS), (HIGH, TIRING)))
    likeness, styles = "exposure_similarity", "consumption_effective_styles"
    fixed = np.concatenate([found[NOBODY].effect(measure) for measure in ("supply_similarity", WATCHED)])
    loss = base.effect(WATCHED)
    return [
        Finding("a", "supply: live items are more alike", 1, base.effect("supply_similarity")),
        Finding("a", "exposure: what is shown is more alike", 1, base.effect(likeness)),
        Finding("a", "consumption: fewer styles are watched", -1, base.effect(styles)),
        Finding("a", "consumption: less time is watched", -1, loss, percent=True),
        Finding("b", "the loss of time is larger where consumers tire of likeness", -1,
                loss - tireless.effect(WATCHED), percent=True),
        Finding("c", "more variety within a session: copying adds less likeness to what is shown", -1,
                varied.effect(likeness) - base.effect(likeness)),
        Finding("c", "more variety within a session: the loss of time is smaller", 1,
                varied.effect(WATCHED) - loss, percent=True),
        *(Finding("d", f"{name}: live items are more alike", 1, found[name].effect("supply_similarity"))
          for name in OTHERS),
        *(Finding("d", f"{name}: less time is watched", -1, found[name].effect(WATCHED), percent=True)
          for name in OTHERS),
        Finding("d", f"{NOBODY} (nobody imitates): nothing changes at all", 0, fixed),
    ]  # fmt: skip
