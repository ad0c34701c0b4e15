"""Three years at small: memory grows by what is recorded and by nothing else."""

from __future__ import annotations

import gc
import logging
import os
import sys
from pathlib import Path

import pytest

import ecosim

pytestmark = pytest.mark.soak

MIB = 2**20
log = logging.getLogger(__name__)


def resident() -> float:
    """Resident memory of this process in MiB."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / MIB


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells resident memory")
def test_three_years_do_not_grow() -> None:
    """From the first half year to the end: tables of creators and what is recorded may grow, by some kB a day.

    A leak of one array of consumers a day (10,000 x 8 bytes) would be 70 MiB over the two and a half years.
    """
    model = ecosim.EcosystemModel(ecosim.compose(["days=1095", "burn_in=0"]))
    for _ in range(183):
        model.step()
    half_year = resident()
    seen = [half_year]
    for day in range(183, 1095):
        model.step()
        if day % 182 == 0:
            seen.append(resident())
    growth = resident() - half_year
    log.warning("MiB every half year: %s, grown by %.1f", [round(memory) for memory in seen], growth)
    assert growth < 48
    model.close()
