"""What every test shares: where compiled kernels are kept, and a cluster of Ray where there is one."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent


def _kernel_cache() -> Path:
    """Name the cache folder by the kernels' sources.

    numba keeps a compiled caller although a helper in another file was edited; a folder of its own for every state of
    the sources makes that impossible.
    """
    digest = hashlib.sha256()
    for source in sorted((ROOT / "ecosim" / "kernels").rglob("*.py")):
        digest.update(source.relative_to(ROOT).as_posix().encode() + b"\0" + source.read_bytes() + b"\0")
    return ROOT / ".numba_cache" / digest.hexdigest()[:16]


# Set before anything imports numba, which reads it once; subprocesses and test workers inherit it.
os.environ["NUMBA_CACHE_DIR"] = str(_kernel_cache())


class _Failures(logging.Handler):
    """Keeps what is logged of figures that could not be drawn: a run goes on without them, a test must not."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(record.getMessage())


_FAILURES = _Failures()
logging.getLogger("ecosim.plots.failures").addHandler(_FAILURES)


@pytest.fixture
def failed_figures() -> list[str]:
    """What was logged of figures that could not be drawn, for tests in which some may fail."""
    return _FAILURES.told


@pytest.fixture(autouse=True)
def no_figure_fails(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test in which a figure could not be drawn, unless it asks which."""
    yield
    told = list(_FAILURES.told)
    _FAILURES.told.clear()
    assert "failed_figures" in request.fixturenames or not told


@pytest.fixture(scope="session")
def ray_cluster() -> Iterator[Any]:
    """Ray on two cores of this machine; tests that need it are skipped where the extra is not installed."""
    ray = pytest.importorskip("ray", reason="the extra 'ray' is not installed")
    ray.init("local", num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="error")
    yield ray
    ray.shutdown()
