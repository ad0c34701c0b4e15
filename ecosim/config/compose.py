"""From the words of the command line to a configuration: Hydra composes the YAML files, pydantic checks the values.

Hydra's own application wrapper is not used: it makes folders of its own and exits with codes of its own. Inside the
package there is no DictConfig; what leaves this module is a :class:`SimulationConfig`.
"""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosim import registry
from ecosim.config.describe import locate, settings_of
from ecosim.config.folders import EXPERIMENT, SCENARIO, config_root, existing, files, options, read_mapping
from ecosim.config.scenarios import combined, scenario
from ecosim.config.simulation import SimulationConfig
from ecosim.config.validation import dotted, examine, listed, resolved, validate
from ecosim.errors import InputError, nearest

if TYPE_CHECKING:
    from hydra.core.override_parser.types import Override

__all__ = ["compose", "config_root", "expand", "options", "resolved", "to_yaml", "validate"]

_SLIP = 0.8
"""A label at least so like the name of a scenario is taken for a misspelt one."""

MANY = "policy"
"""The one group of which several options may be selected."""

LABELLED = {"ranker": "", "strategy": "strategy-", "network": "network-"}
"""Groups whose choice names a scenario, and what is written before the choice (a strategy `fixed` says too little)."""


def compose(overrides: Sequence[str] = (), config_dirs: Sequence[Path] = ()) -> SimulationConfig:
    """Compose the configuration of one run.

    Parameters
    ----------
    overrides : sequence of str
        Overrides as Hydra writes them, as in ``["scale=toy", "policy=[exposure_floor]", "seed=3"]``.
    config_dirs : sequence of Path
        Folders with a user's own options, as in ``mine/ranker/ours.yaml``.

    Raises
    ------
    InputError
        Names every override that cannot be used, what is allowed and the nearest name that exists.
    """
    folders = existing(config_dirs)
    # `experiment=null` is the default; Hydra has no word for it.
    parsed = [override for override in _parse(overrides) if override.input_line != "experiment=null"]
    named = [override for override in parsed if _names_a_scenario(override)]
    # To Hydra `scenario` would be the folder of that name, not the setting.
    parsed = [override for override in parsed if override not in named]
    name = named[-1].value() if named else None
    if isinstance(name, str):
        _check_label(name, files(SCENARIO, folders))
    if isinstance(name, str) and name in files(SCENARIO, folders):
        lines = combined(scenario(name, folders), [_line(override) for override in parsed])
        return replace(compose(lines, folders), scenario=name)
    groups = options(folders)
    problems: list[str] = []

    def sound(found: list[str]) -> bool:
        problems.extend(found)
        return not found

    # What cannot be used is set aside, so that the rest is checked too and everything is said at once.
    parsed = [override for override in parsed if sound(_check_selection(override, groups, folders))]
    try:
        mapping = _load([_line(override) for override in parsed], folders)
    except InputError:  # find out which, against what the selected options hold
        frame = _load([_line(override) for override in parsed if override.key_or_group in groups], folders)
        parsed = [override for override in parsed if sound(_check_key(override, groups, frame))]
        mapping = _load([_line(override) for override in parsed], folders)
    if named:
        mapping["scenario"] = name
    config, more = examine(mapping)
    if config is None or problems:
        raise InputError(listed([*problems, *more]))
    # Named on the command line, or in a file of overrides.
    labelled = named or config.scenario != settings_of(SimulationConfig)["scenario"].default
    return config if labelled else replace(config, scenario=label(config))


def _names_a_scenario(override: Override) -> bool:
    return bool(override.key_or_group == SCENARIO and not override.is_sweep_override() and not override.is_delete())


def _check_label(name: str, known: Collection[str]) -> None:
    """Refuse a label that is all but the name of a scenario: it is a slip, and would run something else."""
    close = difflib.get_close_matches(name, known, n=1, cutoff=_SLIP)
    if name not in known and close and not name.startswith(tuple(known)):
        raise InputError(
            f"scenario: there is no scenario '{name}'.{nearest(name, known)} `ecosim list scenario` shows them. A "
            "label of your own must be less like one of them."
        )


def label(config: SimulationConfig) -> str:
    """Name a scenario by what was chosen in place of the baseline, as in `random.exposure_floor`.

    Single settings that differ are not named; who varies them says `scenario=...`, or reads them in `runs.parquet`.
    """
    default = SimulationConfig()
    chosen = [
        prefix + getattr(config, group).kind
        for group, prefix in LABELLED.items()
        if getattr(config, group).kind != getattr(default, group).kind
    ]
    # A policy may be given any name; a scenario's is part of the names of folders.
    chosen += [re.sub(r"[^A-Za-z0-9_.-]+", "-", name) for name in sorted(config.policies)]
    return ".".join(chosen) or default.scenario


def _line(override: Override) -> str:
    return str(override.input_line)


def expand(overrides: Sequence[str]) -> list[list[str]]:
    """Expand Hydra's sweep syntax into one list of overrides a run, the last word varying fastest.

    ``seed=1,2``, ``seed=range(1,11)`` and ``ranker=choice(random,popularity)`` are sweeps; ``policy=[a,b]`` is not.
    """
    from hydra.errors import HydraException

    axes: list[list[str]] = []
    for override in _parse(overrides):
        if not override.is_sweep_override():
            axes.append([_line(override)])
            continue
        try:
            values = list(override.sweep_string_iterator())
        except HydraException:
            raise InputError(
                f"{_line(override)}: a sweep takes single values. Write a list as in seed=1,2,3, or range(1,11)."
            ) from None
        for value in values:
            if values.count(value) > 1:
                raise InputError(
                    f"{_line(override)}: the value {value} is given twice, and the same settings make the same run. "
                    "Write each value once."
                )
        axes.append([f"{override.get_key_element()}={value}" for value in values])
    return [list(run) for run in itertools.product(*axes)]


def to_yaml(config: SimulationConfig) -> str:
    """Write the resolved configuration as YAML."""
    from omegaconf import OmegaConf

    return str(OmegaConf.to_yaml(OmegaConf.create(resolved(config))))


def _parse(overrides: Sequence[str]) -> list[Override]:
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.errors import HydraException

    parser = OverridesParser.create()
    parsed: list[Override] = []
    problems: list[str] = []
    for line in overrides:
        try:
            parsed.append(parser.parse_override(line))
        except HydraException as error:
            reason = str(error).splitlines()
            detail = f" ({reason[1]})" if len(reason) > 1 else ""
            problems.append(f"'{line}' is not an override{detail}. Write key=value, as in seed=3 or ranker=random.")
    if problems:
        raise InputError(listed(problems))
    return parsed


def _design(line: str | None, file: Path) -> list[str]:
    """Refuse a file that compares scenarios: one run cannot be many."""
    if "scenarios" in read_mapping(file):
        return [f"{line}: {file} compares scenarios, which makes many runs. Use `ecosim compare {line}`."]
    return []


def _check_selection(override: Override, groups: Mapping[str, list[str]], folders: Sequence[Path]) -> list[str]:
    """Check an override that selects an option of a group, as in ``ranker=popularity``."""
    group, line = override.key_or_group, override.input_line
    if override.is_sweep_override():
        several = f" For several at once, write {group}=[a,b]." if group == MANY else ""
        return [f"{line}: several values make several runs, which `ecosim run -m` does.{several}"]
    head, _, last = group.rpartition(".")
    if last == "kind" and (head in groups or head.startswith("policies.")):
        choice = f"{head}={override.value()}" if head in groups else f"policy={override.value()}"
        return [f"{line}: the kind comes with its settings. Choose the option instead: {choice}."]
    if group not in groups or override.is_delete():
        return []
    chosen = override.value()
    if chosen is None or isinstance(chosen, dict):
        return [f"{line}: {group} takes the name of an option. Known: {_names(groups[group])}."]
    if group == EXPERIMENT and str(chosen) in (designs := files(EXPERIMENT, folders)):
        return _design(line, designs[str(chosen)])
    names = chosen if isinstance(chosen, list) else [chosen]
    if isinstance(chosen, list) and group != MANY:
        return [f"{line}: {group} takes one option, not a list. Known: {_names(groups[group])}."]
    return [_no_option(group, name, groups[group]) for name in map(str, names) if name not in groups[group]]


def _no_option(group: str, name: str, known: Sequence[str]) -> str:
    if group in registry.FAMILIES and name in registry.FAMILIES[group].names():
        return (
            f"{group}={name}: the {group} '{name}' is registered, but its settings, configs/{group}/{name}.yaml, are "
            f"missing. Write that file, or put it as {group}/{name}.yaml into a folder given by --config-dir."
        )
    return f"{group}={name}: there is no {group} '{name}'.{nearest(name, known)} Known: {_names(known)}."


def _check_key(override: Override, groups: Mapping[str, list[str]], frame: Mapping[str, Any]) -> list[str]:
    """Check that an override of a single setting names one that exists; new policies may be added with ``+``."""
    key = override.key_or_group
    if key in groups or key.startswith("hydra.") or override.is_add() or override.is_force_add():
        return []
    parts = tuple(key.split("."))
    node: Any = frame
    for depth, part in enumerate(parts):
        if isinstance(node, Mapping) and part in node:
            node = node[part]
            continue
        return [_unknown(override, parts[: depth + 1], node, groups, frame)]
    if not parts[:-1] and isinstance(node, Mapping):
        return [f"{override.input_line}: {key} is a group of settings. Set one of them, as in {key}.<name>=..."]
    return []


def _unknown(
    override: Override, path: tuple[str, ...], node: Any, groups: Mapping[str, list[str]], frame: Mapping[str, Any]
) -> str:
    where, name = dotted(path), path[-1]
    if path[0] == "policies" and len(path) == 2:
        if name in groups.get(MANY, []):
            return f"{override.input_line}: the policy {name} is not selected. Add policy={name}."
        return (
            f"{override.input_line}: no policy of that name is selected.{nearest(name, groups.get(MANY, []))} "
            f"Known: {_names(groups.get(MANY, []))}."
        )
    owner, _ = locate(path, frame)
    known = list(node) if isinstance(node, Mapping) else []
    if len(path) == 1:
        known = sorted({*settings_of(SimulationConfig), *groups} - {"policies"})
    elif owner is not None and not known:
        return f"{where}: {dotted(path[:-1])} is a single value and has no settings of its own."
    return f"{where}: there is no such setting.{nearest(name, known)} Allowed here: {_names(known)}."


def _names(names: Sequence[str]) -> str:
    return ", ".join(names) if names else "none"


def _load(overrides: Sequence[str], folders: Sequence[Path]) -> dict[str, Any]:
    """Let Hydra compose; whatever it still refuses becomes an InputError."""
    import hydra
    from hydra.errors import HydraException
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    path = [*overrides]
    if folders:
        quoted = ",".join(
            "'file://" + str(folder).replace("\\", "\\\\").replace("'", "\\'") + "'" for folder in folders
        )
        path.append(f"hydra.searchpath=[{quoted}]")
    try:
        # The context manager puts Hydra's global state back as it was, also after an error.
        with hydra.initialize_config_dir(version_base="1.3", config_dir=str(config_root())):
            composed = hydra.compose("config", path)
            plain = OmegaConf.to_container(composed, resolve=True, throw_on_missing=True)
    except (HydraException, OmegaConfBaseException, ValueError) as error:
        reason = " ".join(line.strip() for line in str(error).splitlines() if line.strip())
        raise InputError(f"the settings cannot be composed: {reason}") from error
    except Exception as error:
        if type(error).__module__.startswith("yaml"):
            raise InputError(f"a configuration file is not valid YAML: {error}") from error
        raise
    if not isinstance(plain, dict):
        raise InputError("the configuration must be a mapping of settings.")
    return {str(key): value for key, value in plain.items()}
