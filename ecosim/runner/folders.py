"""Comparing runs that are there already: grouped into scenarios by what was changed, and paired by seed.

Nothing is run. The tables are those of an experiment, made from the run folders where they lie.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosim import registry
from ecosim.config import SimulationConfig
from ecosim.config.experiments import BASELINE, Arm, Experiment, checked_outcomes, key_of, value
from ecosim.config.identity import INERT, REPLICATION, flat, scenario_hash
from ecosim.config.validation import resolved
from ecosim.errors import InputError, nearest
from ecosim.interrupts import held
from ecosim.runner.alone import alone
from ecosim.runner.begun import check_folder
from ecosim.runner.experiment import Filled, Page, finish_comparison, plan_of, seal, write_plan
from ecosim.runner.gathered import Run, gather
from ecosim.runner.missing import Planned
from ecosim.runner.varying import varying

if TYPE_CHECKING:
    from ecosim.results.comparison import Comparison

BESIDE = ("baseline", "outcomes", "out")
"""Words that may stand beside folders."""

Scenarios = dict[str, list[Run]]


@dataclass(frozen=True)
class Layout:
    """Runs in folders as an experiment: its scenarios and pairs, where its runs lie, and what is left out."""

    experiment: Experiment
    runs: Mapping[str, Run]
    left_out: Sequence[str]

    @property
    def name(self) -> str:
        """Name of the comparison, fit for a folder."""
        return self.experiment.name

    @property
    def out(self) -> str | None:
        """Folder that was asked for."""
        return self.experiment.out


def named(words: Sequence[str]) -> bool:
    """Say whether words name folders to compare, and no scenarios to run."""
    keys = {key_of(word) for word in words if "=" in word}
    return bool(_folders(words)) and not keys & {"scenarios", "experiment"}


def _folders(words: Sequence[str]) -> list[str]:
    return [word for word in words if "=" not in word and not word.startswith("~")]


def lay_out(words: Sequence[str]) -> Layout:
    """Read the runs, group them into scenarios and pair them by seed.

    Parameters
    ----------
    words : sequence of str
        Folders of runs, and at most `baseline=NAME`, `outcomes=[...]` and `out=DIR`.

    Raises
    ------
    InputError
        Before anything is written, for whatever cannot be compared.
    """
    for word in words:
        if "=" in word and key_of(word) not in BESIDE:
            raise InputError(
                f"{word}: runs that are there have their settings. Beside folders there may be baseline=NAME, "
                "outcomes=[...] and out=DIR."
            )
    given = {key_of(word): word.partition("=")[2] for word in words if "=" in word}
    runs, left_out = gather([Path(word) for word in _folders(words)])
    groups: dict[str, list[Run]] = {}
    for run in runs:
        groups.setdefault(scenario_hash(run.config), []).append(run)
    baseline = _baseline(groups, given.get("baseline"))
    if len(groups) < 2:
        raise InputError(
            f"all {len(runs)} runs have the settings of '{runs[0].folder}' but for their seed, so there is nothing to "
            "compare. Name runs in which something was changed."
        )
    # The baseline first, as in every experiment.
    order = [baseline, *(key for key in groups if key != baseline)]
    changes = dict(_named([groups[key][0].config for key in order]))
    scenarios = dict(zip(changes, (groups[key] for key in order), strict=True))
    arms, lying, unpaired = _paired(scenarios)
    seeds = tuple(sorted({arm.seed for arm in arms}))
    outcomes = tuple(checked_outcomes(value(given["outcomes"]) if "outcomes" in given else None))
    found = Experiment(
        re.sub(r"[^A-Za-z0-9_.]+", "-", "-".join(changes)),
        changes,
        next(iter(changes)),
        seeds,
        tuple(_told([SimulationConfig(), replace(groups[baseline][0].config, seed=1)])[1]),
        tuple(arms),
        outcomes,
        tuple(word for word in words if not word.startswith("out=")),
        given.get("out"),
        branch=False,
    )
    return Layout(found, lying, [*left_out, *unpaired])


def compare(layout: Layout, out: Path | str, *, page: Page | None = None) -> Comparison:
    """Write the tables of a comparison of runs that are there.

    Parameters
    ----------
    layout : Layout
        The runs, as :func:`lay_out` has arranged them.
    out : path
        Folder: new, empty, or that of a comparison of the same runs or some of them.
    page : callable, optional
        Writes the report.
    """
    from ecosim.results.comparison import TABLES
    from ecosim.results.finished import PLAN
    from ecosim.results.folder import REPORT

    found, folder = layout.experiment, Path(out)
    manifests = [run.manifest for run in layout.runs.values()]
    planned = [
        Planned(arm, arm.config, manifests[number]["config_hash"], layout.runs[arm.name].folder)
        for number, arm in enumerate(found.arms)
    ]
    # The plan states what made the runs, not what compares them.
    plan = plan_of(found, planned) | {
        "versions": manifests[0].get("versions") or {},
        "source": manifests[0].get("source", "not recorded"),
        "folders": {name: str(run.folder.resolve()) for name, run in layout.runs.items()},
        "left_out": list(layout.left_out),
    }
    fresh, there = check_folder(folder, plan), folder.is_dir()
    made = (*TABLES, REPORT, PLAN) if fresh else (*TABLES, REPORT)
    try:
        with alone(folder, f"out: another ecosim is filling '{folder}'. Wait for it, or name another folder."), held():
            _remove(folder, (*TABLES, REPORT))
            write_plan(folder, plan)
            try:
                filled = Filled(folder, plan, planned, planned, [None] * len(planned), 0, 0)
                result = finish_comparison(filled, found, page)
                seal(folder, plan, TABLES)
                return result
            except InputError:  # a run is damaged: leave no part of a comparison
                _remove(folder, made)
                raise
    except InputError:
        if fresh and not there and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
        raise


def _remove(folder: Path, names: Iterable[str]) -> None:
    for name in names:
        (folder / name).unlink(missing_ok=True)


def _baseline(groups: Mapping[str, Sequence[Run]], name: str | None) -> str:
    """Find the baseline: as named, else the one called so, else the first folder's."""
    labels = {key: {run.config.scenario for run in runs} for key, runs in groups.items()}
    known = sorted(set().union(*labels.values()))
    called = [key for key, own in labels.items() if (name or BASELINE) in own]
    first = [key for key, runs in groups.items() if any(run.given == 0 for run in runs)]
    if name is not None and not called:
        raise InputError(f"baseline={name}: no run is called so.{nearest(name, known)} There are: {', '.join(known)}.")
    if len(called) == 1:
        return called[0]
    if name is None and len(first) == 1 and (not called or first[0] in called):
        return first[0]
    several = f"runs of {len(called)} different settings are called '{name or BASELINE}'"
    raise InputError(
        f"there is no baseline to compare with: {several if called else f'no run is called {BASELINE}'}, and the first "
        "folder holds several scenarios. Name the folder of one run of the baseline first, or baseline=NAME; there "
        f"are: {', '.join(known)}."
    )


def _named(configs: Sequence[SimulationConfig]) -> list[tuple[str, list[str]]]:
    """Name scenarios as their runs are called, those called alike by what was changed; and say what that is."""
    told = _told(configs)
    labels = [config.scenario for config in configs]
    names: dict[str, list[str]] = {}
    for number, (label, lines) in enumerate(zip(labels, told, strict=True)):
        own = [label] if labels.count(label) == 1 or number == 0 else [*([label] if label != labels[0] else []), *lines]
        # What is a scenario's name in one place is a label in another, and has no other signs.
        stem = name = re.sub(r"[^A-Za-z0-9_.-]+", "-", "-".join(own)).strip("-")
        another = 2
        while name in names:
            name, another = f"{stem}-{another}", another + 1
        names[name] = lines
    return list(names.items())


def _told(configs: Sequence[SimulationConfig]) -> list[list[str]]:
    """Say in words of the command line in what each of the settings differs from the first."""
    rows = varying(configs)
    told = []
    for config, row in zip(configs, rows, strict=True):
        lines = {key: word for key, word in row.items() if word != rows[0][key] and word is not None}
        lines = {key: word for key, word in lines.items() if key.split(".")[0] not in (*INERT, *REPLICATION)}
        if "policy" in lines:
            lines["policy"] = f"[{','.join(config.policies)}]"
        lines |= {key: word for key, word in _chosen(config) if key.split(".")[1] not in configs[0].policies}
        told.append([f"{key}={word if isinstance(word, str) else json.dumps(word)}" for key, word in lines.items()])
    return told


def _chosen(config: SimulationConfig) -> Iterator[tuple[str, Any]]:
    """Yield the settings of policies that are not those they come with."""
    usual = {name: registry.policies[policy.kind].config(kind=policy.kind) for name, policy in config.policies.items()}
    there, known = (dict(flat(resolved(one)["policies"])) for one in (config, replace(config, policies=usual)))
    yield from ((f"policies.{key}", word) for key, word in there.items() if word != known.get(key))


def _paired(scenarios: Scenarios) -> tuple[list[Arm], dict[str, Run], list[str]]:
    """Pair the runs of each scenario with those of the first under the same seed; say which have no counterpart."""
    left_out: list[str] = []
    by_pair: dict[str, dict[tuple[str, int], Run]] = {}
    replays = {run.config.replay for runs in scenarios.values() for run in runs}
    for name, runs in scenarios.items():
        own = by_pair.setdefault(name, {})
        for run in runs:
            key = (f"replay={run.config.replay}" if len(replays) > 1 else "", run.config.seed)
            if key in own:
                left_out.append(f"'{run.folder}', which is the same run as '{own[key].folder}'")
            own.setdefault(key, run)
    baseline, *others = by_pair
    for name in others:
        if not by_pair[name].keys() & by_pair[baseline].keys():
            raise InputError(
                f"runs of {name} share no seed with those of {baseline} ({_seeds(by_pair[name])} and "
                f"{_seeds(by_pair[baseline])}), so there is no pair with the same people and luck. "
                "Run one of them under the seeds of the other."
            )
    arms: list[Arm] = []
    lying: dict[str, Run] = {}
    against = {key for name in others for key in by_pair[name]}
    for name, own in by_pair.items():
        for (point, seed), run in sorted(own.items(), key=lambda item: item[0]):
            if (point, seed) not in (against if name == baseline else by_pair[baseline]):
                whom = "any other scenario" if name == baseline else baseline
                left_out.append(f"'{run.folder}' ({name}, seed {seed}), which has no counterpart in {whom}")
                continue
            tag = point.replace("=", "-")
            config = replace(run.config, scenario=name, out=None)
            arm = Arm("-".join(part for part in (name, tag, str(seed)) if part), name, point, seed, config)
            arms.append(arm)
            lying[arm.name] = run
    return arms, lying, left_out


def _seeds(runs: Mapping[tuple[str, int], Run]) -> str:
    seeds = sorted({seed for _, seed in runs})
    return f"seed{'' if len(seeds) == 1 else 's'} {', '.join(map(str, seeds))}"
