"""The same seed gives the same bytes: on any threads, in any blocks, in any process, with policies at strength 0."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from ecosim import registry
from ecosim.config import EngineConfig, RecordingConfig, SimulationConfig
from ecosim.kernels.jit import get_threads, max_threads, set_threads
from ecosim.testing import digest, run_world, small_config
from tests.reference.worlds import worlds

DAYS = 10
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def threads() -> Iterator[None]:
    before = get_threads()
    yield
    set_threads(before)


@cache
def first_digest() -> str:
    return digest(run_world(small_config(), DAYS))


def lives_alike(config: SimulationConfig) -> bool:
    """Whether ten days under this config end in the same bytes."""
    return digest(run_world(config, DAYS)) == first_digest()


def test_a_run_repeats_itself() -> None:
    assert lives_alike(small_config())


@pytest.mark.usefixtures("threads")
@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("block", [1, 3, 1_000])
def test_threads_and_blocks_change_nothing(count: int, block: int) -> None:
    set_threads(min(count, max_threads()))
    assert lives_alike(small_config(engine=EngineConfig(debug=True, block=block)))


def test_what_is_recorded_changes_nothing() -> None:
    """Neither debug mode, nor the panel, nor more metrics touch the world."""
    assert lives_alike(small_config(engine=EngineConfig()))
    assert lives_alike(small_config(recording=RecordingConfig(panel=3, panel_every=1, metrics=[])))


@pytest.mark.parametrize("kind", registry.policies.names())
def test_policies_of_strength_zero_change_nothing(kind: str) -> None:
    assert lives_alike(small_config(policies={"p": registry.policies[kind].config(strength=0.0)}))


@pytest.mark.parametrize("kind", registry.policies.names())
def test_policies_that_have_not_begun_change_nothing(kind: str) -> None:
    assert lives_alike(small_config(policies={"p": registry.policies[kind].config(start=DAYS)}))


@pytest.mark.parametrize("seed", [0, 2, 2**32 - 1])
def test_another_seed_is_another_world(seed: int) -> None:
    assert not lives_alike(small_config(seed=seed))


@pytest.mark.parametrize("name", worlds())
def test_a_longer_horizon_does_not_reach_back(name: str) -> None:
    """The days to come are not drawn before their time."""
    config = worlds()[name]
    short = run_world(config, 4)
    config.days = 400
    assert digest(run_world(config, 4)) == digest(short)


def test_another_process_writes_the_same_bytes() -> None:
    command = f"""
from ecosim.kernels.jit import set_threads
from ecosim.testing import digest, run_world, small_config
set_threads(1)
print(digest(run_world(small_config(), {DAYS})))
"""
    done = subprocess.run([sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == first_digest()
