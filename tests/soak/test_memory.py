"""Three years at small: what is done every day leaves nothing behind but what is recorded."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

import pyarrow as pa
import pytest

import ecosim

pytestmark = pytest.mark.soak

YEARS, HALF = 3, 182
SLACK_MB = 24
"""Room for allocators, and for tables of creators, which grow by doubling when more live at once than ever before."""
ROW_BYTES = 130
"""What a value takes in a row that is kept as a Python dict until the end: a float object and its place."""


def resident_mb() -> float:
    """Return the memory of this process that is really there, after all that can be given back has been."""
    gc.collect()
    pa.default_memory_pool().release_unused()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20


def recorded_mb(model: ecosim.EcosystemModel) -> float:
    """Return what the tables recorded so far take while they wait: those of days as rows, snapshots as columns."""
    total = 0.0
    for name, table in model.recorder.tables().items():
        daily = name in ("daily", "flows", "bite", "payments")
        total += table.num_rows * table.num_columns * ROW_BYTES if daily else table.nbytes
    return total / 2**20


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="resident memory is read from Linux's /proc")
def test_memory_grows_by_what_is_recorded_and_nothing_else() -> None:
    """After half a year all that has a bound is full: months of the platform's memory, careers, orders on their way.

    From then on the process may grow by what the recorder keeps for the tables, which is counted, and by some slack. A
    day that left 100 kB behind would show: 90 MB over the two and a half years that are watched.
    """
    config = ecosim.compose(["scale=small", f"days={365 * YEARS}", "burn_in=0", "policy=exposure_floor", "threads=1"])
    model = ecosim.EcosystemModel(config)
    seen: dict[int, tuple[float, float]] = {}
    for day in range(1, config.total_days + 1):
        model.step()
        if day % HALF == 0 or day == config.total_days:
            # Making the tables takes memory that the allocator keeps: so it is done before each look, first of all too.
            recorded = recorded_mb(model)
            seen[day] = resident_mb(), recorded
            sys.stdout.write(f"\nday {day}: {seen[day][0]:.0f} MB resident, {recorded:.1f} MB recorded so far")
            sys.stdout.flush()
    (before, there), (after, now) = seen[HALF], seen[config.total_days]
    grown, recorded = after - before, now - there
    sys.stdout.write(f"\nafter half a year it grew by {grown:.1f} MB, of which {recorded:.1f} MB are recorded tables\n")
    assert grown < recorded + SLACK_MB
