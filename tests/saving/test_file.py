"""The file of a saved state: whole or not at all, and refused in one message when it is not what it should be."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecosim.config import SimulationConfig
from ecosim.errors import InputError
from ecosim.model import EcosystemModel
from ecosim.saving import Packed, intact, read_header, read_state, write_state
from tests.saving.lives import hectic, lived

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lived(hectic("floor"), 8).save(tmp_path_factory.mktemp("saved") / "evening.state")


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint32", "int64", "float32", "float64", "<U5"])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (0, 4), (3, 4), (2, 3, 4)])
def test_arrays_keep_type_shape_and_order(dtype: str, shape: tuple[int, ...], tmp_path: Path) -> None:
    array = np.arange(int(np.prod(shape))).reshape(shape).astype(dtype)
    arrays = [array, np.asfortranarray(array), np.concatenate((array, array))[::2] if shape else array]
    file = write_state(tmp_path / "x.state", Packed({}, arrays), SimulationConfig(), 3)
    for before, after in zip(arrays, read_state(file).packed.arrays, strict=True):
        assert (before.dtype, before.shape) == (after.dtype, after.shape)
        assert np.array_equal(before, after)
        assert before.flags.f_contiguous <= after.flags.f_contiguous
        assert after.flags.writeable


def test_equal_states_make_equal_files(tmp_path: Path) -> None:
    one, two = (lived(hectic("floor"), 4) for _ in range(2))
    one.world.timings = two.world.timings = {}
    files = [model.save(tmp_path / name) for model, name in ((one, "a"), (two, "b"))]
    contents = [{info.filename: info.CRC for info in zipfile.ZipFile(file).infolist()} for file in files]
    assert contents[0] == contents[1]


def header_with(saved: Path, target: Path, **changes: Any) -> Path:
    """Copy a saved state with another header, checksums and all."""
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, json.dumps(json.loads(content) | changes) if name == "header.json" else content)
    return target


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"format": 99}, r"was saved in format 99 by ecosim .*reads format 1\."),
        ({"versions": {"numpy": "1.0"}}, r"was saved by other versions \(numpy 1.0 there and"),
        ({"source": "feed"}, r"was saved by other source files of ecosim \(feed there, "),
    ],
)
def test_another_ecosim_is_refused_by_name(saved: Path, changes: dict[str, Any], told: str, tmp_path: Path) -> None:
    file = header_with(saved, tmp_path / "x.state", **changes)
    with pytest.raises(InputError, match=told):
        EcosystemModel.load(file)
    assert not intact(file)


def test_another_format_may_look_otherwise(saved: Path, tmp_path: Path) -> None:
    file = header_with(saved, tmp_path / "x.state", format=2, tomorrow="unheard of")
    with pytest.raises(InputError, match="was saved in format 2"):
        read_header(file)


def damage(content: bytes, how: str) -> bytes:
    middle = len(content) // 2
    return {
        "empty": b"",
        "cut": content[:middle],
        "last byte missing": content[:-1],
        "one bit": content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
        "zeros": content[:middle] + bytes(len(content) - middle),
        "something else": b"PK, but not really",
    }[how]


@pytest.mark.parametrize("how", ["empty", "cut", "last byte missing", "one bit", "zeros", "something else"])
def test_a_damaged_file_is_refused(saved: Path, how: str, tmp_path: Path) -> None:
    file = tmp_path / "x.state"
    file.write_bytes(damage(saved.read_bytes(), how))
    assert not intact(file)
    with pytest.raises(InputError, match=r"x\.state' is damaged, or not a saved state"):
        EcosystemModel.load(file)


def test_every_bit_counts(saved: Path, tmp_path: Path) -> None:
    """A byte changed anywhere is noticed, or is one that says nothing."""
    content, file = saved.read_bytes(), tmp_path / "x.state"
    whole = read_state(saved)
    for place in range(0, len(content), len(content) // 150):
        file.write_bytes(content[:place] + bytes([content[place] ^ 0x10]) + content[place + 1 :])
        try:
            found = read_state(file)
        except InputError:
            continue
        assert found.header == whole.header
        assert found.packed.tree == whole.packed.tree
        for one, other in zip(found.packed.arrays, whole.packed.arrays, strict=True):
            assert one.tobytes() == other.tobytes()


def test_no_file_is_not_a_damaged_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"there is no saved state .*nothing\.state"):
        EcosystemModel.load(tmp_path / "nothing.state")


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the state of day 1 cannot be written to"):
        lived(hectic("floor"), 1).save(tmp_path / "no" / "x.state")


def limited(code: str, limit: int, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run code in a process that cannot write files longer than a limit, as on a disk that is full."""

    def narrow() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.run(
        [sys.executable, "-c", code, str(folder)], cwd=ROOT, capture_output=True, text=True, check=False,
        preexec_fn=narrow,
    )  # fmt: skip


SAVE = """
import sys
from pathlib import Path
import numpy as np
from ecosim.config import SimulationConfig
from ecosim.saving import Packed, write_state
noise = np.frombuffer(bytes(range(256)) * 4096, np.uint8).astype(np.float64) ** 3.3 % 1.7
write_state(Path(sys.argv[1]) / "x.state", Packed({}, [noise]), SimulationConfig(), 5)
"""


def test_a_full_disk_leaves_the_state_that_was_there(tmp_path: Path) -> None:
    write_state(tmp_path / "x.state", Packed({}, []), SimulationConfig(), 4)
    ended = limited(SAVE, 4096, tmp_path)
    assert "the state of day 5 cannot be written" in ended.stderr
    assert "Free space there" in ended.stderr
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.state"]
    assert read_header(tmp_path / "x.state").day == 4


def test_what_is_being_written_has_another_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []
    replace: Callable[..., Any] = Path.replace

    def watched(self: Path, target: Path) -> Any:
        seen.append(sorted(entry.name for entry in tmp_path.iterdir()))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", watched)
    write_state(tmp_path / "x.state", Packed({}, []), SimulationConfig(), 4)
    assert len(seen) == 1
    assert [name.startswith(".x.state.") and name.endswith(".tmp") for name in seen[0]] == [True]
