"""Damaged files, full and closed folders, two processes in one: a clear message, no traceback, no damaged table."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import ecosim
from ecosim.cli.main import main
from ecosim.results.comparison import TABLES
from tests.editing import resealed, rewritten

ROOT = Path(__file__).resolve().parents[2]
WORDS = ["scenarios=[baseline,exposure_floor]", "seeds=1", "scale=toy", "days=4", "burn_in=2", "branch=false"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished experiment."""
    return ecosim.compare(WORDS, tmp_path_factory.mktemp("whole") / "x", 1).path


def damage(file: Path, how: str) -> None:
    content = file.read_bytes()
    third, half = len(content) // 3, len(content) // 2
    if how == "gone":
        file.unlink()
        return
    garbled = content[:third] + bytes(byte ^ 0x5A for byte in content[third:])
    flipped = content[:half] + bytes([content[half] ^ 4]) + content[half + 1 :]
    file.write_bytes({"cut": content[:half], "garbled": garbled, "empty": b"", "flipped": flipped}[how])


OTHER = pa.table({"nothing": [1]})
"""A table, but not the one that should be there."""


def again(folder: Path) -> list[str]:
    return ["compare", *WORDS, "-j", "1", f"out={folder}"]


def of_folders(folder: Path) -> list[str]:
    return ["compare", str(folder), f"out={folder}-compared"]


def report(folder: Path) -> list[str]:
    return ["report", str(folder)]


def report_of_run(folder: Path) -> list[str]:
    return ["report", str(folder / "runs" / "baseline-1")]


RUN = "runs/baseline-1/"
DAMAGED = [
    (f"{RUN}daily.parquet", [of_folders, report_of_run]),
    (f"{RUN}creators.parquet", [of_folders, report_of_run]),
    (f"{RUN}segments.parquet", [of_folders]),
    (f"{RUN}summary.json", [of_folders, report_of_run]),
    (f"{RUN}manifest.json", [of_folders, report, report_of_run]),
    ("experiment.json", [again, of_folders, report]),
    ("runs.parquet", [report]),
    ("differences.parquet", [report]),
]


@pytest.mark.parametrize("how", ["cut", "garbled", "empty"])
@pytest.mark.parametrize(("name", "commands"), DAMAGED, ids=[name for name, _ in DAMAGED])
def test_a_damaged_file_is_named(
    name: str, commands: list[object], how: str, whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(whole, tmp_path / "x")
    damage(tmp_path / "x" / name, how)
    for words in commands:
        assert main(words(tmp_path / "x")) == 2, words  # type: ignore[operator]
        told = capsys.readouterr().err
        assert told.count("ecosim: ") == 1
        assert str(tmp_path / "x" / name) in told
        assert "damaged" in told or "cannot be read" in told
        assert "Traceback" not in told


def test_runs_are_compared_where_the_plan_is_lost(
    whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(whole, tmp_path / "x")
    damage(tmp_path / "x" / "experiment.json", "cut")
    assert main(again(tmp_path / "x")) == 2
    assert f"ecosim compare {tmp_path / 'x'}/runs/* out=" in capsys.readouterr().err
    runs = [str(run) for run in sorted((tmp_path / "x" / "runs").iterdir())]
    assert main(["compare", *runs, f"out={tmp_path / 'y'}"]) == 0
    assert pq.read_table(tmp_path / "y" / "differences.parquet").equals(pq.read_table(whole / "differences.parquet"))


OF_RUNS = ["daily", "creators", "careers", "segments", "flows"]
AGAIN = [*(f"{RUN}{name}.parquet" for name in OF_RUNS), f"{RUN}summary.json", f"{RUN}manifest.json",
         "runs/exposure_floor-1/bite.parquet", "runs/exposure_floor-1/payments.parquet"]  # fmt: skip


HOWS = ["cut", "gone", "flipped"]
SEVERAL = [(AGAIN[0], how) for how in HOWS]
ONCE = [(name, HOWS[number % 3]) for number, name in enumerate([*AGAIN[1:], "runs.parquet", "differences.parquet"])]


@pytest.mark.parametrize(("name", "how"), [*SEVERAL, *ONCE])
def test_what_can_be_made_again_is(
    name: str, how: str, whole: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A run that is not as it was written is done again, and says so; tables are always made from the runs."""
    shutil.copytree(whole, tmp_path / "x")
    damage(tmp_path / "x" / name, how)
    assert main(again(tmp_path / "x")) == 0
    assert same_tables(tmp_path / "x", whole)
    assert (tmp_path / "x" / "experiment.json").read_bytes() == (whole / "experiment.json").read_bytes()
    if name in AGAIN and (how, name) != ("gone", f"{RUN}manifest.json"):
        assert f"'{tmp_path / 'x' / name}' is {'missing' if how == 'gone' else 'damaged'}" in caplog.text
        assert "the run is done again" in caplog.text


@pytest.mark.parametrize(
    ("name", "commands"),
    [
        (f"{RUN}daily.parquet", [of_folders, report_of_run]),
        (f"{RUN}creators.parquet", [of_folders, report_of_run]),
        (f"{RUN}careers.parquet", [of_folders, report_of_run]),
        ("runs/exposure_floor-1/bite.parquet", [of_folders]),
        ("runs/exposure_floor-1/payments.parquet", [of_folders]),
        *((name, [report]) for name in TABLES),
    ],
)
def test_a_table_of_something_else_is_damaged(
    name: str, commands: list[Any], whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(whole, tmp_path / "x")
    pq.write_table(OTHER, tmp_path / "x" / name)
    for words in commands:
        assert main(words(tmp_path / "x")) == 2, words
        told = capsys.readouterr().err
        assert told.count("ecosim: ") == 1
        assert f"'{tmp_path / 'x' / name}' is damaged" in told


@pytest.mark.parametrize("name", ["manifest.json", "summary.json"])
@pytest.mark.parametrize("command", [report_of_run, of_folders])
def test_values_of_another_kind_are_damage(
    name: str, command: Any, whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file can be read, but where it has a mapping or a number there is something else."""
    shutil.copytree(whole, tmp_path / "x")
    file = tmp_path / "x" / RUN / name
    rewritten(file, config=5, impressions_gini="x")
    if name == "summary.json":
        resealed(file.parent)
    assert main(command(tmp_path / "x")) == 2
    assert f"'{file}' is damaged" in capsys.readouterr().err


@pytest.mark.parametrize("change", [{"seeds": [1, 2]}, {"baseline": "exposure_floor"}, {"runs": {"baseline-1": 5}}])
def test_a_plan_edited_by_hand_is_damage(
    change: dict[str, Any], whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(whole, tmp_path / "x")
    file = tmp_path / "x" / "experiment.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    for command in (again, of_folders, report):
        assert main(command(tmp_path / "x")) == 2
        told = capsys.readouterr().err
        assert told.count("ecosim: ") == 1
        assert f"'{file}' is damaged, or cannot be read (it was changed after it was written)" in told


@pytest.mark.parametrize("name", ["segments", "styles"])
def test_a_report_tells_nothing_of_a_run_that_is_damaged_anywhere(
    name: str, whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where it would not have looked, or where a figure alone would."""
    shutil.copytree(whole, tmp_path / "x")
    assert main(report_of_run(tmp_path / "x")) == 0
    before = (tmp_path / "x" / RUN / "report.html").read_bytes()
    damage(tmp_path / "x" / RUN / f"{name}.parquet", "flipped")
    assert main(report_of_run(tmp_path / "x")) == 2
    assert f"{name}.parquet' is damaged" in capsys.readouterr().err
    assert (tmp_path / "x" / RUN / "report.html").read_bytes() == before


def test_what_lies_in_a_folder_is_not_taken_for_a_leftover(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / ".mine.tmp").write_text("precious")
    assert main(again(tmp_path / "x")) == 2
    assert (tmp_path / "x" / ".mine.tmp").read_text() == "precious"


def test_a_checksum_taken_out_is_damage(whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(whole, tmp_path / "x")
    for file in (tmp_path / "x" / RUN / "manifest.json", tmp_path / "x" / "experiment.json"):
        content = json.loads(file.read_text())
        del content["checksum"]
        file.write_text(json.dumps(content))
        assert main(of_folders(tmp_path / "x")) == 2
        assert f"'{file}' is damaged" in capsys.readouterr().err


def test_a_report_is_refused_where_it_has_no_place(
    small_disk: Path, whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    subprocess.run(["mount", "-o", "remount,size=20m", str(small_disk)], check=True)
    shutil.copytree(whole, small_disk / "x")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    for command in (report, report_of_run):
        assert main(command(small_disk / "x")) == 2
        assert "copy the folder, and report there" in capsys.readouterr().err


def test_a_report_of_a_sweep_or_an_analysis_says_what_to_do(
    whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(whole, tmp_path / "x")
    file = tmp_path / "x" / "experiment.json"
    for key, told in (("sensitivity", "sensitivity.svg"), ("sweep", f"`ecosim compare {tmp_path / 'x'}`")):
        rewritten(file, **{key: {}})
        assert main(report(tmp_path / "x")) == 2
        assert told in capsys.readouterr().err


@pytest.mark.parametrize("there", [False, True])
def test_a_damaged_run_leaves_no_part_of_a_comparison(there: bool, whole: Path, tmp_path: Path) -> None:
    shutil.copytree(whole, tmp_path / "x")
    if there:
        (tmp_path / "x-compared").mkdir()
    damage(tmp_path / "x" / RUN / "creators.parquet", "cut")
    before = sorted(tmp_path.iterdir())
    assert main(of_folders(tmp_path / "x")) == 2
    assert sorted(tmp_path.iterdir()) == before
    assert not list((tmp_path / "x-compared").glob("*"))


def same_tables(one: Path, other: Path) -> bool:
    return all((one / name).read_bytes() == (other / name).read_bytes() for name in TABLES)


def test_two_processes_do_not_fill_one_folder(whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = [sys.executable, "-m", "ecosim", *again(tmp_path / "x")]
    first = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not (tmp_path / "x" / "experiment.json").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert main(again(tmp_path / "x")) == 2
    assert "another ecosim is filling" in capsys.readouterr().err
    assert first.wait() == 0
    assert same_tables(tmp_path / "x", whole)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of half a megabyte; only root can make one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=500k", "tmpfs", str(disk)], capture_output=True)
    if made.returncode:
        pytest.skip("a disk of its own takes root")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_full_disk_costs_no_finished_run(
    small_disk: Path, whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """First not even the plan fits, then the runs do not; with room again the same command does the rest."""
    filler, out = small_disk / "filler", small_disk / "x"
    for free in (0, 40_000, 120_000):
        room = os.statvfs(small_disk)
        filler.write_bytes(bytes(max(room.f_bavail * room.f_frsize + filler_size(filler) - free, 0)))
        main(again(out))
        told = capsys.readouterr().err
        assert "Traceback" not in told
        assert "space left" in told or "failed" in told
        assert not list(small_disk.rglob("*.tmp*"))
    kept = {path: path.stat().st_ino for path in out.glob("runs/*/manifest.json")}
    subprocess.run(["mount", "-o", "remount,size=20m", str(small_disk)], check=True)
    filler.unlink()
    assert main(again(out)) == 0
    assert same_tables(out, whole)
    assert {path: path.stat().st_ino for path in kept} == kept


def filler_size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def test_a_folder_that_is_closed_is_refused(small_disk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On a disk that nobody may write, root included."""
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    for words in (again(small_disk / "x"), ["run", "scale=toy", "days=2", f"out={small_disk / 'x'}"]):
        assert main(words) == 2
        told = capsys.readouterr().err
        assert "cannot write" in told
        assert "Read-only file system" in told


def test_a_manifest_of_something_else_is_damaged(whole: Path, tmp_path: Path) -> None:
    shutil.copytree(whole, tmp_path / "x")
    file = tmp_path / "x" / RUN / "manifest.json"
    file.write_text(json.dumps([1, 2]))
    assert main(report_of_run(tmp_path / "x")) == 2


def test_a_folder_whose_plan_was_never_written_is_begun_anew(whole: Path, tmp_path: Path) -> None:
    """Killed in the first moment, which leaves the folder and at most a part of the plan."""
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / ".experiment.json.tmp").write_text("{")
    assert main(again(tmp_path / "x")) == 0
    assert same_tables(tmp_path / "x", whole)
