"""The run folder: if these fail, a user may find half a result, or take one run's bytes for another's."""

from __future__ import annotations

import datetime
import json
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ecosim.errors import InputError
from ecosim.results import RunFolder, RunResult, folder
from ecosim.results.comparison import Comparison
from ecosim.results.folder import check_out, claimed, default_out, write_table
from ecosim.results.sensitivity import Sensitivity
from tests.editing import rewritten


@pytest.fixture
def write(config, tables, manifest):
    def run(out, **changes):
        inputs = {"config": config, "tables": tables, "summary": {"x": 1.0}, "manifest": manifest, **changes}
        return RunFolder.write(out, **inputs)

    return run


class BrokenTables(dict):
    """Tables of which the second cannot be had."""

    def items(self):
        yield "daily", pa.table({"day": [0]})
        raise RuntimeError("the machine went down")


def test_all_files_are_there(tmp_path, write):
    out = write(tmp_path / "a" / "run", extras=lambda folder: (folder / "report.html").write_text("hello") and None)
    assert sorted(path.name for path in out.iterdir()) == [
        "creators.parquet",
        "daily.parquet",
        "flows.parquet",
        "manifest.json",
        "report.html",
        "summary.json",
    ]
    assert [path.name for path in out.parent.iterdir()] == ["run"]


def test_a_crash_in_the_middle_leaves_nothing(tmp_path, write):
    with pytest.raises(RuntimeError, match="went down"):
        write(tmp_path / "new" / "deep" / "run", tables=BrokenTables())
    assert list(tmp_path.iterdir()) == []


def test_a_crash_leaves_an_empty_folder_of_the_user_as_it_was(tmp_path, write):
    out = tmp_path / "mine"
    out.mkdir()
    with pytest.raises(RuntimeError):
        write(out, tables=BrokenTables())
    assert list(tmp_path.iterdir()) == [out]
    assert list(out.iterdir()) == []


def test_a_crash_of_what_adds_figures_leaves_nothing(tmp_path, write):
    def extras(folder):
        (folder / "report.html").write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "run", extras=extras)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_is_used_and_a_full_one_refused(tmp_path, write):
    out = tmp_path / "run"
    out.mkdir()
    write(out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    with pytest.raises(InputError, match="not empty"):
        write(out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_file_in_the_way_is_refused(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(InputError, match="is a file"):
        check_out(tmp_path / "file")
    with pytest.raises(InputError, match="cannot write"):
        check_out(tmp_path / "file" / "below")


def test_checking_makes_nothing(tmp_path):
    check_out(tmp_path / "a" / "b" / "c")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_refused(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="may write"):
        check_out(tmp_path / "run")


def test_equal_tables_give_equal_bytes(tmp_path):
    table = pa.table(
        {"day": pa.array([1, 2, 3, 4], pa.int32()), "name": ["a", "b", "a", "b"], "x": [0.1, 0.2, 0.3, 0.4]}
    )
    cut = pa.concat_tables([table.slice(0, 1), table.slice(1, 3)]).replace_schema_metadata({"made": "today"})
    write_table(table, tmp_path / "a.parquet")
    write_table(cut, tmp_path / "b.parquet")
    write_table(pa.Table.from_pandas(table.to_pandas()).cast(table.schema), tmp_path / "c.parquet")
    first = (tmp_path / "a.parquet").read_bytes()
    assert (tmp_path / "b.parquet").read_bytes() == first
    assert (tmp_path / "c.parquet").read_bytes() == first


@pytest.mark.parametrize("rows", [0, 1, 9, 10, 11, 20, 25])
def test_a_table_in_parts_gives_the_bytes_of_the_whole(rows, tmp_path, monkeypatch):
    monkeypatch.setattr(folder, "ROW_GROUP", 10)
    table = pa.table({"day": pa.array(range(rows), pa.int32()), "x": [day / 3 for day in range(rows)]})
    write_table(table, tmp_path / "whole.parquet")
    pq.write_table(
        table, tmp_path / "at once.parquet", compression="zstd", compression_level=3, row_group_size=10, version="2.6"
    )
    whole = (tmp_path / "whole.parquet").read_bytes()
    assert (tmp_path / "at once.parquet").read_bytes() == whole
    for size in (1, 4, 10, 30):
        parts = (table.slice(first, size) for first in range(0, max(1, rows), size))
        write_table(parts, tmp_path / "parts.parquet")
        assert (tmp_path / "parts.parquet").read_bytes() == whole
    assert pq.read_table(tmp_path / "whole.parquet").equals(table)


def test_two_runs_in_one_second_get_two_folders(tmp_path, config):
    name = default_out(config, datetime.datetime(2026, 1, 2, 3, 4, 5), tmp_path / "runs")
    with claimed(name) as first, claimed(name) as second:
        assert [first.name, second.name] == ["20260102-030405-baseline-0", "20260102-030405-baseline-0-2"]
    assert list(tmp_path.iterdir()) == [], "nothing was put into them"


def test_a_folder_may_be_called_like_an_address(tmp_path, write, monkeypatch):
    monkeypatch.chdir(tmp_path)
    out = write(Path("s3:floor") / "run")
    assert len(RunResult.load(out).daily) == 6


def test_the_name_of_an_unfinished_run_is_not_taken(tmp_path):
    (tmp_path / "a.unfinished").mkdir()
    with claimed(tmp_path / "a") as folder:
        assert folder.name == "a-2"
        (folder / "file").touch()
    assert folder.is_dir()


def test_a_name_that_cannot_be_had_is_one_message():
    with pytest.raises(InputError, match="cannot write"), claimed(Path("/proc/no/such/place")):
        pass


def test_what_was_changed_or_removed_is_damage(tmp_path, write):
    """Each byte counts, also those that a reader of Parquet takes for other values without a word."""
    out = write(tmp_path / "run")
    table = out / "daily.parquet"
    content = table.read_bytes()
    for place in range(0, len(content), 97):
        table.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with pytest.raises(InputError, match=r"daily\.parquet' is damaged"):
            RunResult.load(out).frame("daily")
    table.unlink()
    result = RunResult.load(out)
    assert "daily" in list(result.tables)
    with pytest.raises(InputError, match=r"daily\.parquet' is missing"):
        result.frame("daily")
    assert len(result.flows)
    (out / "summary.json").write_text((out / "summary.json").read_text().replace("1.0", "2.0"))
    with pytest.raises(InputError, match=r"summary\.json' is damaged"):
        RunResult.load(out)


def test_a_run_of_before_has_no_checksums_and_is_read(tmp_path, write):
    out = write(tmp_path / "run")
    manifest = json.loads((out / "manifest.json").read_text())
    assert set(manifest.pop("files")) == {"creators.parquet", "daily.parquet", "flows.parquet", "summary.json"}
    manifest.pop("checksum")
    (out / "manifest.json").write_text(json.dumps(manifest))
    assert len(RunResult.load(out).daily) == 6


def test_result_reads_back_what_was_written(tmp_path, write, config, tables):
    out = write(tmp_path / "run", summary={"x": 1.0, "y": float("nan")})
    result = RunResult.load(out)
    assert result.config == config
    assert result.summary["x"] == 1
    assert result.summary["y"] != result.summary["y"]
    assert json.loads((out / "summary.json").read_text())["y"] is None
    assert result.status == "complete"
    assert result.timings["serving"] == 1.5
    assert sorted(result.tables) == ["creators", "daily", "flows"]
    assert result.daily["day"].tolist() == [-2, -1, 0, 1, 2, 3]
    assert result.flows["fen"].sum() == 30
    for name, table in tables.items():
        assert result.tables[name].equals(table)


def test_asking_for_what_is_not_there_says_what_is(tmp_path, write):
    result = RunResult.load(write(tmp_path / "run"))
    with pytest.raises(InputError, match="Did you mean 'creators'"):
        result.frame("creator")
    with pytest.raises(InputError, match="not a run folder"):
        RunResult.load(tmp_path)


def test_a_damaged_or_foreign_folder_is_one_clear_message(tmp_path, write):
    out = write(tmp_path / "run")
    text = (out / "manifest.json").read_text()
    (out / "manifest.json").write_text(text[:50])
    with pytest.raises(InputError, match="damaged"):
        RunResult.load(out)
    (out / "manifest.json").write_text(text.replace('"preferential"', '"unheard_of"'))
    with pytest.raises(InputError, match="it was changed after it was written"):
        RunResult.load(out)
    rewritten(out / "manifest.json")
    with pytest.raises(InputError, match="plug-in"):
        RunResult.load(out)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"format": 99, "versions": {"ecosim": "9.0"}}, "in format 99 by ecosim 9.0; this ecosim, "),
        ({"format": None, "versions": None}, "in format none; this ecosim, "),
    ],
)
def test_a_folder_of_another_format_is_refused_and_told_what_reads_it(tmp_path, write, changes, found):
    out = write(tmp_path / "run")
    rewritten(out / "manifest.json", config={"unheard": "of"}, **changes)
    with pytest.raises(InputError) as refused:
        RunResult.load(out)
    (line,) = str(refused.value).splitlines()
    assert f"'{out}' was written {found}" in line
    assert "reads format 1. Read it with the ecosim that wrote it, or run it again" in line


def test_another_version_of_the_same_format_is_read(tmp_path, write):
    out = write(tmp_path / "run")
    rewritten(out / "manifest.json", versions={"ecosim": "0.1.9"}, source="0123456789abcdef")
    assert RunResult.load(out).status == "complete"


@pytest.mark.parametrize("kind", [Comparison, Sensitivity])
def test_many_runs_of_another_format_are_refused_before_files_are_missed(tmp_path, kind):
    plan = tmp_path / "experiment.json"
    plan.write_text(json.dumps({"format": 2, "versions": {"ecosim": "0.9.0"}, "runs": {}}))
    with pytest.raises(InputError, match=r"in format 2 by ecosim 0\.9\.0; .* reads format 1\. Read it with"):
        kind.load(tmp_path)
    rewritten(plan, format=1, sensitivity={} if kind is Sensitivity else None)
    with pytest.raises(InputError, match="does not hold a finished"):
        kind.load(tmp_path)
    plan.write_text("{")
    with pytest.raises(InputError, match="cannot be read"):
        kind.load(tmp_path)
