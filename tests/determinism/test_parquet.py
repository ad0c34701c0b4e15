"""Equal runs leave equal bytes: every Parquet file of the run folder, whatever the machine does."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import ecosim
from ecosim import registry
from ecosim.metrics.base import Metric, NoSettings
from ecosim.state import World

RUN = ["scale=toy", "burn_in=5", "days=15", "seed=9", "recording.figures=false", "recording.panel_log=true"]


def tables(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.parquet"))}


def written(folder: Path, *changes: str) -> dict[str, bytes]:
    ecosim.run(ecosim.compose([*RUN, f"out={folder}", *changes]))
    return tables(folder)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return written(tmp_path_factory.mktemp("base") / "run", "threads=1")


def test_there_is_something_to_compare(base: dict[str, bytes]) -> None:
    assert {"daily.parquet", "creators.parquet", "careers.parquet", "flows.parquet", "panel.parquet"} <= base.keys()


@pytest.mark.parametrize("change", ["threads=2", "engine.block=31", "engine.debug=true", "engine.faces=0"])
def test_the_machine_changes_no_byte(base: dict[str, bytes], tmp_path: Path, change: str) -> None:
    assert written(tmp_path / "run", change) == base


def test_another_process_writes_the_same_bytes(base: dict[str, bytes], tmp_path: Path) -> None:
    out = tmp_path / "run"
    subprocess.run([sys.executable, "-m", "ecosim", "run", *RUN, f"out={out}"], check=True, capture_output=True)
    assert tables(out) == base


@pytest.mark.parametrize("policy", ["exposure_floor", "honor_badges", "take_rate", "regional_pool"])
def test_a_policy_of_strength_zero_changes_no_byte(base: dict[str, bytes], tmp_path: Path, policy: str) -> None:
    inert = written(tmp_path / "run", f"policy={policy}", f"policies.{policy}.strength=0")
    assert inert.keys() - base.keys() == {"bite.parquet", "payments.parquet"}  # which say that there was none
    assert {name: content for name, content in inert.items() if name in base} == base


def test_another_seed_differs(base: dict[str, bytes], tmp_path: Path) -> None:
    other = written(tmp_path / "run", "seed=10")
    assert all(other[name] != base[name] for name in base)


class Weekday(Metric):
    """Day of the week."""

    label, unit = "Weekday", "day"

    def measure(self, world: World) -> float:
        return float(world.day % 7)


@pytest.fixture
def with_weekday() -> Iterator[None]:
    registry.metrics.register("weekday", NoSettings)(Weekday)
    yield
    registry.metrics.unregister("weekday")


def test_a_metric_more_leaves_every_other_column_as_it_is(
    base: dict[str, bytes], tmp_path: Path, with_weekday: None
) -> None:
    more = written(tmp_path / "run")
    assert {name for name in base if more[name] != base[name]} == {"daily.parquet"}
    plain = tmp_path / "plain"
    written(plain, f"recording.metrics=[{','.join(n for n in registry.metrics.names() if n != 'weekday')}]")
    ours, theirs = pq.read_table(tmp_path / "run" / "daily.parquet"), pq.read_table(plain / "daily.parquet")
    assert set(ours.column_names) - set(theirs.column_names) == {"weekday"}
    for name in theirs.column_names:
        assert ours[name].to_pandas().equals(theirs[name].to_pandas()), name
