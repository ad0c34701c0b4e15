"""Runs that break off in every way, two hundred side by side: each ends as a row, and no other is touched."""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from ecosim import registry, runner
from ecosim.config import RecordingConfig, SimulationConfig
from ecosim.results import RunResult
from ecosim.runner.workers import TRIES
from ecosim.testing import small_config

pytestmark = pytest.mark.soak

log = logging.getLogger(__name__)

FATES = {"raise": 24, "exit": 10, "die": 3, "die once": 5, "kill": 2, "kill once": 5}
"""How many of two hundred runs end how; the others have the same policy, which does nothing."""


@pytest.fixture
def crashing() -> Iterator[Any]:
    """The settings of the policy that crashes, which is known while the test runs."""
    before = "crashing" in registry.policies._entries
    from tests.soak.crashing import Crashing, CrashingConfig

    if not before:
        registry.policies.register("crashing", CrashingConfig)(Crashing)
    yield CrashingConfig
    registry.policies.unregister("crashing")


def runs(count: int, fates: list[str], folder: Path, crashing: Any) -> list[SimulationConfig]:
    """Return the settings of runs with their fates, each on a random day."""
    recording = RecordingConfig(panel=4, panel_every=2, metrics=["impressions"], figures=False, checkpoint_every=2)
    dice, days = random.Random(count), 5
    found = []
    for seed, fate in enumerate(fates):
        how, _, once = fate.partition(" ")
        policy = crashing(how=how, on=dice.randrange(days), once=str(folder / f"{seed}.once") if once else "")
        found.append(small_config(seed=seed, days=days, recording=recording, policies={"crashing": policy}))
    return found


def check(count: int, fates: list[str], folder: Path, crashing: Any) -> Counter[str]:
    """Run them all, and ask of every run whether it ended as it had to; return how many ended how."""
    result = runner.sweep(runs(count, fates, folder, crashing), folder / "sweep", 2)
    rows = pq.read_table(result.table).to_pylist()
    saw: Counter[str] = Counter()
    for row, fate in zip(rows, fates, strict=True):
        error, run = str(row["error"]), folder / "sweep" / "runs" / row["run"]
        if fate in ("raise", "exit", "die", "kill"):
            expected = {"raise": "RuntimeError: broken", "exit": "SystemExit: 3"}
            assert error.startswith(expected.get(fate, f"its worker was lost {TRIES} times")), (fate, row)
            assert (row["status"], run.exists()) == ("failed", False)
            saw[f"{fate}: a failed row"] += 1
            continue
        assert row["status"] == "complete", (fate, row)
        there = RunResult.load(run)
        assert there.daily["day"].tolist() == list(range(5))
        again = any("was done once more" in warning for warning in there.manifest["warnings"])
        assert again or fate == "nothing", "a lost worker is noted"
        saw[f"{fate}: complete{', once more' if again else ''}"] += 1
    assert not [entry.name for entry in (folder / "sweep").iterdir() if entry.name.startswith(".")]
    return saw


def test_two_hundred_runs(crashing: Any, tmp_path: Path) -> None:
    fates = [fate for fate, count in FATES.items() for _ in range(count)]
    fates += ["nothing"] * (200 - len(fates))
    random.Random(200).shuffle(fates)
    saw = check(200, fates, tmp_path, crashing)
    log.warning("200 runs, fates drawn with seed 200: %s", dict(saw))
