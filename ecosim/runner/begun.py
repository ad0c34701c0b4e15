"""Whether the folder of an experiment may be filled: it is new, or was begun by the same experiment or a part of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ecosim.errors import InputError
from ecosim.versions import check_format, check_maker


def check_folder(folder: Path, plan: Mapping[str, Any]) -> bool:
    """Say whether the folder is new; refuse one that belongs to something else."""
    from ecosim.results.finished import PLAN, read_plan
    from ecosim.results.folder import check_out

    if folder.is_dir() and (folder / PLAN).is_file():
        _check_plan(folder, read_plan(folder), plan)
        return False
    if folder.is_dir() and [entry.name for entry in folder.iterdir()] == [f".{PLAN}.tmp"]:
        (folder / f".{PLAN}.tmp").unlink(missing_ok=True)  # killed before its plan was written
    check_out(folder)
    return True


def _check_plan(folder: Path, there: Mapping[str, Any], plan: Mapping[str, Any]) -> None:
    """Accept the folder of the same experiment, or of one with fewer seeds or scenarios; nothing else."""
    from ecosim.results.finished import kind_of

    other = "Name another folder by out=; results of different {} are never mixed."
    check_format(f"out: '{folder}' was written", there, plan["format"], other.format("versions"))
    check_maker(f"out: '{folder}' was begun", there, plan, other.format("versions"))
    if kind_of(there) != kind_of(plan):
        raise InputError(f"out: '{folder}' holds {kind_of(there)}. " + other.format("kinds"))
    strange = [name for name, value in there["runs"].items() if plan["runs"].get(name) != value]
    if strange:
        raise InputError(
            f"out: '{folder}' holds another {kind_of(there).split(' ', 1)[1]}: its run {strange[0]} "
            f"{'has other settings' if strange[0] in plan['runs'] else 'is not part of this one'}. "
            + other.format("experiments")
        )
