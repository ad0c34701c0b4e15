"""Whether the folder of an experiment may be filled: it is new, or was begun by the same experiment or a part of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ecosim.errors import InputError


def check_folder(folder: Path, plan: Mapping[str, Any]) -> bool:
    """Say whether the folder is new; refuse one that belongs to something else."""
    from ecosim.results.finished import PLAN
    from ecosim.results.folder import check_out

    if folder.is_dir() and (folder / PLAN).is_file():
        _check_plan(folder, _read_plan(folder / PLAN), plan)
        return False
    if folder.is_dir() and all(_temporary(entry) for entry in folder.iterdir()):
        for entry in folder.iterdir():
            entry.unlink()
    check_out(folder)
    return True


def _read_plan(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{file} cannot be read ({error}). Name another folder by out=.") from None
    if not isinstance(found, dict) or not isinstance(found.get("runs"), dict):
        raise InputError(f"{file} is not the plan of an experiment. Name another folder by out=.")
    return found


def _check_plan(folder: Path, there: Mapping[str, Any], plan: Mapping[str, Any]) -> None:
    """Accept the folder of the same experiment, or of one with fewer seeds or scenarios; nothing else."""
    other = "Name another folder by out=; results of different {} are never mixed."
    if there.get("format") != plan["format"]:
        raise InputError(
            f"out: '{folder}' was written in format {there.get('format')}, this ecosim writes {plan['format']}. "
            + other.format("versions")
        )
    before, now = there.get("versions") or {}, plan["versions"]
    changed = [name for name in dict.fromkeys([*before, *now]) if before.get(name) != now.get(name)]
    if changed:
        told = ", ".join(
            f"{name} {before.get(name, 'none')} there and {now.get(name, 'none')} here" for name in changed
        )
        raise InputError(f"out: '{folder}' was begun with other versions ({told}). " + other.format("versions"))
    if there.get("source") != plan["source"]:
        raise InputError(
            f"out: '{folder}' was begun with other source files of ecosim ({there.get('source')} there, "
            f"{plan['source']} here). " + other.format("versions")
        )
    strange = [name for name, value in there["runs"].items() if plan["runs"].get(name) != value]
    if strange:
        raise InputError(
            f"out: '{folder}' holds another experiment: its run {strange[0]} "
            f"{'has other settings' if strange[0] in plan['runs'] else 'is not part of this one'}. "
            + other.format("experiments")
        )


def _temporary(entry: Path) -> bool:
    return entry.name.startswith(".") and entry.name.endswith(".tmp")
