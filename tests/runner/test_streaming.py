"""Recorded rows on the disk: a run that is ended at any moment and resumed has the rows of one that was not."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecosim.errors import InputError
from ecosim.model import EcosystemModel
from ecosim.recording import Recorded, Recorder, recorder
from ecosim.results import RunResult
from ecosim.runner import Progress, resume
from ecosim.runner import run as run_one
from ecosim.runner.unfinished import Unfinished
from tests.runner.test_resume import Enough, broken_off, config, same, unbroken

__all__ = ["unbroken"]


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put rows away every three days, so that it happens within and between checkpoints."""
    monkeypatch.setattr(recorder, "HELD", 3)


def break_off_in(monkeypatch: pytest.MonkeyPatch, cls: type, method: str, count: int, out: Path, *, after: bool) -> int:
    """End a run when a method is called for the n-th time, before or after it has worked; return the file's size."""
    called = getattr(cls, method)
    calls = []

    def breaking(self: object, *given: object) -> object:
        calls.append(0)
        if len(calls) == count and not after:
            raise Enough
        answer = called(self, *given)
        if len(calls) == count:
            raise Enough
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(cls, method, breaking)
        with pytest.raises(Enough):
            run_one(config(out))
    return Unfinished(out).rows.stat().st_size


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(
    ("cls", "method", "count", "resumed"),
    [
        (Recorder, "put_away", 1, []),  # before the first checkpoint
        (Recorder, "put_away", 7, [12]),  # between two checkpoints
        (Recorder, "saved", 3, [8]),  # rows are on the disk, the checkpoint is not
        (Recorded, "add", 41, None),  # some tables of a day are on the disk, others are not
        (Unfinished, "keep", 3, [8, 12]),
    ],
)
def test_ended_at_an_awkward_moment(
    cls: type,
    method: str,
    count: int,
    resumed: list[int] | None,
    after: bool,
    unbroken: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    size = break_off_in(monkeypatch, cls, method, count, tmp_path / "x", after=after)
    assert size > 0 or count == 1
    continued = resume(tmp_path / "x").manifest["continued"]
    if resumed is not None:
        assert continued == (resumed if len(resumed) < 2 else [resumed[after]])
    same(tmp_path / "x", unbroken)


@pytest.mark.parametrize(("left", "continued"), [("half", [8]), ("nothing", []), ("no file", []), ("more", [12])])
def test_a_damaged_file_of_rows_costs_time_but_no_bytes(
    left: str, continued: list[int], unbroken: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The newest checkpoint whose rows are there is taken."""
    rows = broken_off(tmp_path / "x", 15).rows
    content = rows.read_bytes()
    if left == "no file":
        rows.unlink()
    else:
        part = {
            "half": content[: rows_of(tmp_path / "x", 12) - 1],
            "nothing": b"",
            "more": content + b"a partial block",
        }
        rows.write_bytes(part[left])
    assert resume(tmp_path / "x").manifest["continued"] == continued
    assert ("does not hold what the run has recorded" in caplog.text) == (left != "more")
    same(tmp_path / "x", unbroken)


def rows_of(out: Path, day: int) -> int:
    """Bytes of the file that the checkpoint of a day refers to."""
    return EcosystemModel.load(Unfinished(out).folder / f"day-{day:07d}.state").recorder.recorded._end


def test_checkpoints_hold_no_rows_and_the_file_is_cut(tmp_path: Path) -> None:
    left = broken_off(tmp_path / "x", 15)
    state = EcosystemModel.load(left.states()[0])
    assert state.recorder.recorded.held() == 0
    assert left.rows.stat().st_size > state.recorder.recorded._end  # of days 13 to 15

    def stop(progress: Progress) -> None:
        if progress.day == 13:
            raise Enough

    with pytest.raises(Enough):
        resume(tmp_path / "x", progress=stop)
    assert left.rows.stat().st_size == state.recorder.recorded._end


def test_a_checkpoint_loaded_in_python_goes_on_by_itself(unbroken: Path, tmp_path: Path) -> None:
    """It reads the rows, writes none, and holds what its state saved elsewhere needs."""
    left = broken_off(tmp_path / "x", 15)
    before = left.rows.read_bytes()
    model = EcosystemModel.load(left.states()[0])
    for _ in range(14):
        model.step()
    saved = EcosystemModel.load(model.save(tmp_path / "own.state"))
    assert left.rows.read_bytes() == before
    left.remove()
    while saved.world.day < saved.config.total_days:
        saved.step()
    whole = RunResult.load(unbroken)
    for name, table in saved.recorder.tables().items():
        assert repr(table.to_pylist()) == repr(whole.tables[name].to_pylist()), name
    frame = saved.datacollector.get_model_vars_dataframe()
    assert repr(frame.to_dict("list")) == repr(whole.daily[list(frame)].to_dict("list"))


def test_a_run_without_checkpoints_leaves_no_file(tmp_path: Path, unbroken: Path) -> None:
    def stop(progress: Progress) -> None:
        assert list(tmp_path.iterdir()) == []
        if progress.day == 20:
            raise Enough

    with pytest.raises(Enough):
        run_one(config(tmp_path / "x", "recording.checkpoint_every=0"), progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_is_not_written_has_the_same_rows(unbroken: Path, tmp_path: Path) -> None:
    result, whole = run_one(config(tmp_path / "x"), write=False), RunResult.load(unbroken)
    assert set(result.tables) == set(whole.tables)
    for name, table in result.tables.items():
        assert repr(table.to_pylist()) == repr(whole.tables[name].to_pylist()), name
    assert list(tmp_path.iterdir()) == []


def test_where_no_file_can_be_rows_stay_in_memory(
    unbroken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """And in the checkpoints."""

    def refuse(self: Recorded, path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Recorded, "keep_in", refuse)
        left = broken_off(tmp_path / "x", 15)
    assert "they stay in memory" in caplog.text
    assert not left.rows.exists()
    assert resume(tmp_path / "x").manifest["continued"] == [12]
    same(tmp_path / "x", unbroken)


def test_a_run_of_another_past_does_not_take_the_rows(tmp_path: Path) -> None:
    broken_off(tmp_path / "x", 9)
    before = Unfinished(tmp_path / "x").rows.read_bytes()
    with pytest.raises(InputError):
        run_one(config(tmp_path / "x", "seed=2"), go_on=True)
    assert Unfinished(tmp_path / "x").rows.read_bytes() == before
