"""Three years at small: memory grows by who and what was ever there, and by nothing that is recorded."""

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
BOUND = 12
"""MiB that three years may add to the first half year: the 8 that are explained below, and half of that for tables
which have just grown by half."""

log = logging.getLogger(__name__)


def resident() -> float:
    """Resident memory of this process in MiB."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / MIB


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells resident memory")
def test_three_years_do_not_grow(tmp_path: Path) -> None:
    """From the first half year to the end some 9 kB a day: rows of entrants, products and deals, and follows.

    Entrants are two a day (913 bytes and a face), products 18 (88 bytes), deals 35 (41 bytes); their tables keep
    whoever was there and grow by half when they are full. The list of follows is not full after three years, and
    Mesa's data collector has 8 bytes a measure and day. Items retire as fast as they are made, and rows that are
    recorded are on the disk; kept as objects these were 25 kB a day. A leak of one array of consumers a day
    (10,000 x 8 bytes) would be 70 MiB.
    """
    model = ecosim.EcosystemModel(ecosim.compose(["days=1095", "burn_in=0"]))
    model.recorder.keep_in(tmp_path)
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
    assert growth < BOUND
    assert model.recorder.recorded.held() == 0
    model.close()
