"""Experiments: scenarios times seeds, and what is compared with what.

An experiment is written as words of the command line (`scenarios=[baseline,exposure_floor] seeds=5`) or as a file
`configs/experiment/<name>.yaml` with the same keys; words stand before the file. Overrides besides are common to all
runs; one that lists values (`ranker=random,popularity`) makes the whole comparison once for each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ecosim import registry
from ecosim.config.compose import compose, expand
from ecosim.config.folders import EXPERIMENT, SCENARIO, existing, files, first_comment, read_mapping
from ecosim.config.scenarios import combined, override_lines, scenario, written
from ecosim.config.simulation import SimulationConfig
from ecosim.config.validation import listed
from ecosim.errors import InputError, nearest

BASELINE = "baseline"
OWN = ("scenarios", "seeds", "baseline", "outcomes", "branch")
SHORT = ("scale", "days", "burn_in")
"""Settings that a file may name by themselves, since every experiment thinks about them."""

IN_FILE = (*OWN, *SHORT, "overrides")


@dataclass(frozen=True)
class Arm:
    """One run of an experiment: a scenario at a point of the sweep, under a seed."""

    name: str
    scenario: str
    point: str
    seed: int
    config: SimulationConfig


@dataclass(frozen=True)
class Experiment:
    """What an experiment consists of.

    Attributes
    ----------
    name : str
        Name of its file, or the scenarios.
    changes : dict of str to list of str
        Scenarios, the reference among them, and the overrides of each.
    baseline : str
        The one that the others are compared with.
    seeds : tuple of int
        Replications; every scenario runs under every seed.
    overrides : tuple of str
        Changes common to all scenarios; those that list values make a sweep.
    arms : tuple of Arm
        Every run.
    outcomes : tuple of str
        Measures on which verdicts are given; empty for the usual ones.
    words : tuple of str
        Words that make the experiment again, its folder left out.
    out : str or None
        Folder that was asked for.
    branch : bool
        Whether scenarios that differ from some day on only share the days before it.
    about : dict of str to str
        What the file of each scenario says it is about, in one line.
    """

    name: str
    changes: dict[str, list[str]]
    baseline: str
    seeds: tuple[int, ...]
    overrides: tuple[str, ...]
    arms: tuple[Arm, ...]
    outcomes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    out: str | None = None
    branch: bool = True
    about: dict[str, str] = field(default_factory=dict)


def experiment(words: Sequence[str], config_dirs: Sequence[Path | str] = (), fewest: int = 2) -> Experiment:
    """Read an experiment from words of the command line and compose all its runs.

    Parameters
    ----------
    words : sequence of str
        What is compared, and overrides common to all runs.
    config_dirs : sequence of path, optional
        The user's own folders.
    fewest : int
        Scenarios it takes: 2, or 1 where nothing need be compared; then the baseline is the one when none is named.

    Raises
    ------
    InputError
        Before anything is computed, for whatever cannot be used.
    """
    folders = existing(config_dirs)
    own, common = _parted(words)
    name = own.pop(EXPERIMENT, None)
    out = own.pop("out", None)
    given = _from_file(str(name), folders) if name is not None else {}
    overrides = [line for line in given.pop("overrides", []) if key_of(line) not in {key_of(word) for word in common}]
    overrides += common
    given.update(own)
    scenarios = _scenarios(given.get("scenarios", BASELINE if fewest < 2 else None))
    baseline = str(given.get("baseline", scenarios[0] if len(scenarios) == 1 and fewest < 2 else BASELINE))
    seeds = _seeds(given.get("seeds"))
    changes = {name: scenario(name, folders) for name in scenarios}
    if baseline not in scenarios:
        raise InputError(
            f"scenarios: the baseline '{baseline}' is not among [{','.join(scenarios)}], so there is nothing to "
            f"compare with. Add it, or name another: baseline={scenarios[0]}."
        )
    if len(scenarios) < fewest:
        raise InputError(
            f"scenarios: found only '{scenarios[0]}', but a comparison takes two or more, "
            f"as in scenarios=[{baseline},{'exposure_floor'}]. `ecosim list scenario` shows them."
        )
    arms = _arms(changes, overrides, seeds, folders)
    called = str(name) if name is not None else "-".join(scenarios)
    return Experiment(
        called,
        changes,
        baseline,
        tuple(seeds),
        tuple(overrides),
        tuple(arms),
        tuple(checked_outcomes(given.get("outcomes"))),
        tuple(word for word in words if not word.startswith("out=")),
        str(out) if out is not None else None,
        _branch(given.get("branch", True)),
        {name: first_comment(files(SCENARIO, folders)[name]) for name in scenarios},
    )


def _branch(found: Any) -> bool:
    said = {"true": True, "false": False}.get(str(found).lower())
    if said is None:
        raise InputError(
            f"branch: found '{found}', must be true or false. With false every run lives its own past; the results are "
            "the same."
        )
    return said


def checked_outcomes(found: Any) -> list[str]:
    """Check that outcomes are measures there are."""
    names = [str(name) for name in (found if isinstance(found, list) else [found])] if found is not None else []
    known = registry.metrics.names()
    for name in names:
        if name not in known:
            raise InputError(
                f"outcomes: there is no measure '{name}'.{nearest(name, known)} `ecosim list metric` shows them."
            )
    return list(dict.fromkeys(names))


def _parted(words: Sequence[str]) -> tuple[dict[str, Any], list[str]]:
    """Part what the comparison is told from overrides that go to every run."""
    own: dict[str, Any] = {}
    common: list[str] = []
    for word in words:
        key, equals, text = word.partition("=")
        if key in (*OWN, EXPERIMENT, "out") and equals:
            own[key] = value(text)
        elif key == "scenario":
            raise InputError(f"{word}: a comparison takes several, as in scenarios=[{BASELINE},{text or 'mine'}].")
        elif key == "seed":
            raise InputError(f"{word}: say how many seeds, or which: seeds=5, or seeds=[3,7].")
        else:
            common.append(word)
    return own, common


def value(text: str) -> Any:
    """Read a whole number, a list, or a name; a list may do without its brackets."""
    bare = text.strip()
    if bare.startswith("[") or "," in bare:
        return [value(part) for part in bare.strip("[]").split(",") if part.strip()]
    bare = bare.strip("'\"")
    return int(bare) if re.fullmatch(r"-?\d+", bare) else bare


def key_of(line: str) -> str:
    """Return the setting or group that an override changes."""
    return line.split("=", 1)[0].lstrip("+~")


def _from_file(name: str, folders: Sequence[Path]) -> dict[str, Any]:
    known = files(EXPERIMENT, folders)
    if name not in known:
        found = f"Known: {', '.join(known)}" if known else "None is known"
        raise InputError(
            f"experiment={name}: there is no experiment '{name}'.{nearest(name, known)} {found}. "
            f"Write your own as experiment/{name}.yaml in a folder given by --config-dir."
        )
    file = known[name]
    content = read_mapping(file)
    if "scenarios" not in content:
        raise InputError(
            f"experiment={name}: {file} names no `scenarios`, so it is a set of overrides for one run: "
            f"`ecosim run experiment={name}`. To compare, list scenarios, as in scenarios: [baseline, exposure_floor]."
        )
    for key in content:
        if key not in IN_FILE:
            raise InputError(
                f"{file}: there is no key '{key}'.{nearest(key, IN_FILE)} Allowed: {', '.join(IN_FILE)}. "
                "Other settings stand under `overrides`."
            )
    lines = [f"{key}={written(content.pop(key))}" for key in SHORT if key in content]
    content["overrides"] = [*lines, *override_lines(content.get("overrides"), f"{file}: overrides")]
    return content


def _scenarios(found: Any) -> list[str]:
    if found is None:
        raise InputError(
            f"scenarios: none are named. Write scenarios=[{BASELINE},exposure_floor], or experiment=NAME "
            "(`ecosim list experiment`)."
        )
    names = [str(name) for name in (found if isinstance(found, list) else [found])]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"scenarios: '{name}' is named twice. Name each scenario once.")
    if not names:
        raise InputError(f"{SCENARIO}s: the list is empty. Name two or more, as `ecosim list scenario` shows them.")
    return names


def _seeds(found: Any) -> list[int]:
    """Take a number of seeds, counted from 1, or the seeds themselves."""
    advice = "Write how many (seeds=5: 1 to 5) or which (seeds=[3,7])."
    if found is None:
        found = 5
    if isinstance(found, bool) or not isinstance(found, int | list):
        raise InputError(f"seeds: found '{found}', must be a whole number or a list of them. {advice}")
    if isinstance(found, int):
        if not 1 <= found <= 100_000:
            raise InputError(f"seeds: found {found}, must be from 1 to 100000. {advice}")
        return list(range(1, found + 1))
    if not found or not all(isinstance(seed, int) and 0 <= seed < 2**32 for seed in found):
        raise InputError(f"seeds: found {found}, must be whole numbers from 0 to 4294967295. {advice}")
    if len(set(found)) < len(found):
        raise InputError(f"seeds: found {found}, in which a seed stands twice; the same seed makes the same run.")
    return list(found)


def _arms(
    changes: dict[str, list[str]], overrides: Sequence[str], seeds: Sequence[int], folders: Sequence[Path]
) -> list[Arm]:
    """Compose each scenario at each point once; seeds differ in the seed alone."""
    _check_apart(changes, overrides)
    points = expand(overrides)
    swept = {line for line in points[0] if any(line not in point for point in points)} if points else set()
    keys = {key_of(line) for line in swept}
    arms: list[Arm] = []
    problems: dict[str, None] = {}
    for point in points:
        label = " ".join(line for line in point if key_of(line) in keys)
        tag = re.sub(r"[^A-Za-z0-9_.]+", "-", label)
        for name, lines in changes.items():
            try:
                config = replace(compose(combined(lines, point), folders), scenario=name, out=None)
            except InputError as error:
                problems[f"scenario {name}: {error}"] = None
                continue
            for seed in seeds:
                run = "-".join(part for part in (name, tag, str(seed)) if part)
                arms.append(Arm(run, name, label, seed, replace(config, seed=seed)))
    if problems:
        raise InputError("\n".join(problems) if len(problems) > 1 else listed(list(problems)))
    if len({arm.name for arm in arms}) < len(arms):
        raise InputError("two runs would have the same folder. Give scenarios and swept values names that differ.")
    return arms


def _check_apart(changes: dict[str, list[str]], overrides: Sequence[str]) -> None:
    """Refuse a common override of what a scenario itself sets: the comparison would lose its meaning."""
    common = {key_of(line): line for line in overrides}
    for name, lines in changes.items():
        for line in lines:
            key = key_of(line)
            if key in common and key != "policy":
                raise InputError(
                    f"{common[key]}: scenario {name} sets {key} itself ({line}). "
                    "Leave the override out, or write a scenario of your own."
                )
