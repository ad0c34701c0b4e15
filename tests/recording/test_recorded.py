"""Rows that are put away come back as they were, from memory or a file, and a saved state fits the file beside it."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from ecosim.recording import DamagedRows, Recorded


def rows(first: int, count: int = 50) -> pa.Table:
    number = np.arange(first, first + count)
    return pa.table(
        {
            "day": number.astype(np.int32),
            "name": pa.array([f"name {value}" for value in number]),
            "left": pa.array(number, mask=number % 3 == 0),
            "x": np.where(number % 7, np.sin(number), np.nan),
        }
    )


def values(recorded: Recorded, name: str = "a") -> list[int]:
    found: list[int] = pa.concat_tables(recorded.parts(name))["day"].to_pylist()
    return found


def filled(path: Path | None, *firsts: int) -> Recorded:
    recorded = Recorded()
    if path is not None:
        recorded.keep_in(path)
    for first in firsts:
        recorded.add("a", rows(first))
        recorded.add("b", rows(-first))
    return recorded


FIRSTS = (0, 50, 100)
WHOLE = list(range(150))


@pytest.mark.parametrize("where", ["memory", "file", "folder"])
def test_rows_come_back_in_their_order(where: str, tmp_path: Path) -> None:
    recorded = filled({"memory": None, "file": tmp_path / "x.rows", "folder": tmp_path}[where], *FIRSTS)
    for first, part in zip(FIRSTS, recorded.parts("a"), strict=True):
        assert part.schema == rows(0).schema
        assert repr(part.to_pylist()) == repr(rows(first).to_pylist())  # NaN equals itself here
    assert list(recorded.parts("nothing")) == []
    assert [path.name for path in tmp_path.iterdir()] == (["x.rows"] if where == "file" else [])
    recorded.close()


def test_rows_are_on_the_disk_and_not_in_memory(tmp_path: Path) -> None:
    recorded = filled(tmp_path / "x.rows", *FIRSTS)
    assert (tmp_path / "x.rows").stat().st_size > 1000
    assert recorded.held() == 0
    assert filled(None, *FIRSTS).held() == (tmp_path / "x.rows").stat().st_size


def test_what_was_in_memory_goes_into_the_file(tmp_path: Path) -> None:
    recorded = filled(None, 0, 50)
    recorded.keep_in(tmp_path / "x.rows")
    recorded.add("a", rows(100))
    assert values(recorded) == WHOLE
    assert recorded.saved(tmp_path)["file"] == "x.rows"
    assert recorded.held() == 0


def saved(recorded: Recorded, folder: Path) -> dict[str, Any]:
    """What is saved, as it was then: rows that come later must not show in it."""
    state = recorded.saved(folder)
    return {"file": state["file"], "blocks": {name: list(blocks) for name, blocks in state["blocks"].items()}}


@pytest.mark.parametrize("after", ["nothing", "rows", "half a block"])
def test_what_came_after_the_state_is_cut_off(after: str, tmp_path: Path) -> None:
    """Killed right after the state was saved, after further rows, or amid writing them."""
    path = tmp_path / "x.rows"
    recorded = filled(path, 0, 50)
    state, size = saved(recorded, tmp_path), path.stat().st_size
    if after != "nothing":
        recorded.add("a", rows(9000))
    recorded.close()
    if after == "half a block":
        os.truncate(path, size + 40)
    again = Recorded.restored(state, tmp_path)
    again.keep_in(path)
    assert path.stat().st_size == size
    again.add("a", rows(100))
    assert values(again) == WHOLE


def test_an_earlier_state_stays_good_while_the_file_grows(tmp_path: Path) -> None:
    recorded = filled(tmp_path / "x.rows", 0)
    states = []
    for first in (50, 100):
        states.append(saved(recorded, tmp_path))
        recorded.add("a", rows(first))
    assert [values(Recorded.restored(state, tmp_path)) for state in states] == [WHOLE[:50], WHOLE[:100]]


def test_who_only_reads_a_state_leaves_its_file_alone(tmp_path: Path) -> None:
    state = saved(filled(tmp_path / "x.rows", 0, 50), tmp_path)
    before = (tmp_path / "x.rows").read_bytes()
    reader = Recorded.restored(state, tmp_path)
    reader.add("a", rows(100))
    assert values(reader) == WHOLE
    assert (tmp_path / "x.rows").read_bytes() == before
    reader.keep_in(tmp_path / "y.rows")
    assert values(reader) == WHOLE
    assert (tmp_path / "x.rows").read_bytes() == before


def test_a_state_saved_elsewhere_holds_the_rows(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    recorded = filled(tmp_path / "x.rows", *FIRSTS)
    state = saved(recorded, tmp_path / "elsewhere")
    (tmp_path / "x.rows").unlink()
    assert state["file"] is None
    assert values(Recorded.restored(state, tmp_path / "elsewhere")) == WHOLE


@pytest.mark.parametrize("damage", ["gone", "short", "a bit"])
def test_a_damaged_file_is_refused(damage: str, tmp_path: Path) -> None:
    path = tmp_path / "x.rows"
    state = saved(filled(path, *FIRSTS), tmp_path)
    content = bytearray(path.read_bytes())
    if damage == "gone":
        path.unlink()
    elif damage == "short":
        path.write_bytes(content[:-1])
    else:
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    with pytest.raises(DamagedRows, match=r"x\.rows' does not hold what the run has recorded"):
        Recorded.restored(state, tmp_path)


@contextmanager
def full_disk(limit: int) -> Iterator[None]:
    """Let no file grow beyond a limit."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_what_a_full_disk_does_not_take_waits_in_memory(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    recorded = filled(tmp_path / "x.rows", 0)
    size = (tmp_path / "x.rows").stat().st_size
    with full_disk(size + 100):
        for first in (50, 100):
            recorded.add("a", rows(first))
    state = saved(recorded, tmp_path)
    assert [len(record.message) > 0 for record in caplog.records] == [True]  # said once
    assert len(recorded._in_memory()) == 2
    assert values(recorded) == values(Recorded.restored(state, tmp_path)) == WHOLE
    recorded.add("a", rows(150))
    assert recorded.held() == 0
    assert values(recorded) == list(range(200))
