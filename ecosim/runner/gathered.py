"""Finished runs that lie in folders: found, read, and refused where they cannot be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ecosim.config import SimulationConfig
from ecosim.config.identity import differing_settings, flat
from ecosim.config.validation import resolved
from ecosim.errors import InputError
from ecosim.results.finished import FOLDERS, PLAN, read_plan
from ecosim.results.folder import MANIFEST, UNFINISHED
from ecosim.results.result import RunResult, read_manifest
from ecosim.results.stored import SEALS, broken
from ecosim.runner.missing import RUNS
from ecosim.versions import check_maker

SAME = ("days", "burn_in", "scale")
"""Settings without which two runs do not measure the same days of worlds of one size."""

RECORDED = ("snapshot_every", "panel", "panel_every")
"""Settings of recording on which tables of two runs depend."""

DAILY = "daily.parquet"
NEEDED = {
    "creators": "winners and losers among creators",
    "careers": "winners and losers among creators",
    "segments": "winners and losers among consumers",
    "brands": "winners and losers among brands",
    "bite": "how far policies bite",
    "payments": "what policies pay otherwise",
}
"""Tables of a run folder, and what cannot be told without them."""


@dataclass(frozen=True)
class Run:
    """A finished run where it lies; `given` is which of the folders that were named holds it."""

    folder: Path
    config: SimulationConfig
    manifest: dict[str, Any]
    given: int


def gather(folders: Sequence[Path]) -> tuple[list[Run], list[str]]:
    """Read every run of the folders, each once, and say what was left out.

    Parameters
    ----------
    folders : sequence of Path
        Run folders, or folders that hold several.

    Raises
    ------
    InputError
        When a folder holds no run or an unfinished one, or runs cannot be compared with one another.
    """
    runs: dict[Path, Run] = {}
    left_out: list[str] = []
    for given, folder in enumerate(folders):
        for place in _places(folder):
            if place.resolve() in runs:
                continue
            status = read_manifest(place).get("status", "complete")
            if status == "complete":
                result = RunResult.load(place)
                for problem in broken(place, result.manifest.get(SEALS, {}), missing=False):
                    raise InputError(f"{problem}. Take it from a copy, run it again, or leave it out.")
                runs[place.resolve()] = Run(place, result.config, result.manifest, given)
            elif place == folder:
                raise InputError(
                    f"'{folder}' is not finished: its run was {status}, and holds fewer days than it should. "
                    "Run it again, or leave it out."
                )
            else:
                left_out.append(f"'{place}', whose run was {status}")
        unfinished = sorted(_inner(folder).glob(f"*{UNFINISHED}"))
        left_out += [f"'{place}', which is not finished" for place in unfinished]
        left_out += [
            f"'{place}', which was planned there and is not there, or has no {MANIFEST}"
            for place in _planned(folder)
            if not (place / MANIFEST).is_file() and place.with_name(place.name + UNFINISHED) not in unfinished
        ]
    found = list(runs.values())
    for run in found:
        _check_alike(run, found[0])
    return found, left_out + _lacking(found)


def _inner(folder: Path) -> Path:
    """Return where the runs of an experiment lie; those of a sweep lie in its folder."""
    return folder / RUNS if (folder / PLAN).is_file() else folder


def _planned(folder: Path) -> list[Path]:
    """Return the run folders that the plan of an experiment names, where there is a plan."""
    if not (folder / PLAN).is_file():
        return []
    plan = read_plan(folder)
    return [Path(plan.get(FOLDERS, {}).get(name, folder / RUNS / name)) for name in plan["runs"]]


def _places(folder: Path) -> list[Path]:
    """Return the run folders that a folder stands for."""
    unfinished = folder.with_name(folder.name + UNFINISHED)
    if folder.name.endswith(UNFINISHED) or (not folder.exists() and unfinished.is_dir()):
        name = folder.with_name(folder.name.removesuffix(UNFINISHED))
        raise InputError(f"'{name}' is not finished. Finish it by `ecosim resume {name}`, or leave it out.")
    if not folder.is_dir():
        raise InputError(
            f"'{folder}' is neither a folder of runs nor a setting. Name folders that `ecosim run` has written, or "
            "key=value as in scenarios=[baseline,exposure_floor]."
        )
    if (folder / MANIFEST).is_file():
        return [folder]
    places = _planned(folder) or sorted(folder.glob("*"))
    found = [place for place in places if (place / MANIFEST).is_file()]
    if not found:
        raise InputError(
            f"'{folder}' is no run: neither it nor a folder in it holds a {MANIFEST}. Name folders that `ecosim run` "
            "or `ecosim run -m` has written."
        )
    return found


def _check_alike(run: Run, first: Run) -> None:
    """Refuse a run that has not measured what the first one has, or was made by another ecosim."""
    check_maker(
        f"'{run.folder}' was made",
        run.manifest,
        first.manifest,
        "Side by side they would compare versions, not scenarios: run both with the same.",
        ("there", f"in '{first.folder}'"),
    )
    for path, own, there in _measuring(run, first):
        raise InputError(
            f"'{run.folder}' has {path}={own}, and '{first.folder}' has {path}={there}: they cannot be compared day "
            "by day, as length, scale and what is recorded must be the same. Run one of them again like the other."
        )
    if not (run.folder / DAILY).is_file():
        raise InputError(f"'{run.folder}' is damaged: {DAILY} is not there. Run it again, or leave it out.")


def _measuring(run: Run, first: Run) -> list[tuple[str, Any, Any]]:
    """Return the settings of length, size and recording that differ, with both values."""
    sides = []
    for one in (run, first):
        settings = resolved(one.config)
        recorded = {name: settings["recording"][name] for name in RECORDED}
        sides.append(dict(flat({name: settings[name] for name in SAME} | {"recording": recorded})))
    own, there = sides
    # The name of a scale says nothing that its numbers do not.
    return [(key, own[key], there[key]) for key in differing_settings(own, there) if key != "scale.name"]


def _lacking(runs: Sequence[Run]) -> list[str]:
    """Say what cannot be told because a run has not recorded it."""
    told: dict[str, list[str]] = {}
    for name, what in NEEDED.items():
        for run in runs:
            recorded = {"bite": run.config.policies, "payments": run.config.policies, "brands": run.config.brand.active}
            if not recorded.get(name, True):
                continue
            if not (run.folder / f"{name}.parquet").is_file():
                told.setdefault(f"{what}: there is no {name}.parquet", []).append(f"'{run.folder}'")
    return [
        f"{what} in {', '.join(folders[:3])}" + (f" and {len(folders) - 3} more" if len(folders) > 3 else "")
        for what, folders in told.items()
    ]
