"""Sensitivity: which settings an outcome, or the effect of a scenario, hinges on, and over which ranges.

Written as words of the command line: `method`, what to `vary`, and how many points; all other words are those of
`ecosim compare`. One scenario asks about outcomes, several about differences from the baseline.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

from ecosim.config.describe import Setting, walk
from ecosim.config.experiments import Experiment, experiment, key_of, value
from ecosim.config.simulation import SimulationConfig
from ecosim.config.validation import listed, resolved, validate
from ecosim.errors import InputError, nearest

OUTCOMES = (
    "watch_seconds_per_consumer_day",
    "impressions_gini",
    "newcomer_impression_share",
    "consumption_effective_styles",
)
"""What is asked about when nobody names outcomes."""

FACTOR = 2.0
WIDEST = 4.0
"""Declared bounds serve as the range where they are no wider than so many times the default; else a factor does."""

ASIDE = ("seed", "threads", "runner", "replay", "days", "burn_in", "engine", "recording")
"""Settings, and groups of them, that say how long and how often a world is simulated, not how it works."""

OWN = ("method", "vary", "trajectories", "samples", "levels", "factor")


class Method(str, Enum):
    """How settings are varied and what is made of it."""

    MORRIS = "morris"
    SOBOL = "sobol"


@dataclass(frozen=True)
class Range:
    """A setting that is varied, from `low` to `high`; `kind` is int, float or bool."""

    key: str
    low: float
    high: float
    kind: type[int] | type[float] | type[bool]

    def at(self, place: float, method: Method) -> float | int | bool:
        """Return the value at a place from 0 to 1.

        Whole numbers are rounded on Morris's grid, whose ends are to be met; for Sobol's even spread each of them has
        an equal share of the places.
        """
        if self.kind is float:
            return self.low + place * (self.high - self.low)
        if method is Method.MORRIS:
            whole = math.floor(self.low + place * (self.high - self.low) + 0.5)
        else:
            whole = min(math.floor(self.low + place * (self.high - self.low + 1)), int(self.high))
        return bool(whole) if self.kind is bool else int(whole)

    def place_of(self, found: float | int | bool) -> float:
        """Return where a value stands in the range, from 0 to 1."""
        return (float(found) - self.low) / (self.high - self.low)


@dataclass(frozen=True)
class Analysis:
    """What a sensitivity analysis consists of.

    Attributes
    ----------
    experiment : Experiment
        Scenarios and seeds; its arms are the runs in which nothing is varied.
    method : Method
        Morris's screening or Sobol's variances.
    ranges : tuple of Range
        What is varied, and how far.
    size : int
        Trajectories (Morris) or base samples (Sobol).
    levels : int
        Levels of Morris's grid.
    outcomes : tuple of str
        Measures that are asked about.
    """

    experiment: Experiment
    method: Method
    ranges: tuple[Range, ...]
    size: int
    levels: int
    outcomes: tuple[str, ...]


def sensitivity(words: Sequence[str], config_dirs: Sequence[Path | str] = ()) -> Analysis:
    """Read a sensitivity analysis from words of the command line.

    Raises
    ------
    InputError
        Before anything is computed, for whatever cannot be used.
    """
    own, given, rest = _parted(words)
    method = _method(own.get("method", Method.MORRIS.value))
    size = _size(own, method)
    found = experiment(rest, config_dirs, fewest=1)
    if any(arm.point for arm in found.arms):
        raise InputError(
            f"{found.arms[0].point}: a sensitivity analysis takes one value of every setting that is not varied. "
            "To vary it, write vary=[...]; to compare values, use `ecosim compare`."
        )
    keys = list(dict.fromkeys([*_keys(own.get("vary")), *given]))
    if not keys:
        raise InputError(
            "vary: no setting is named. Write vary=[ranker.popularity,consumer.satiation_style], or "
            "vary.ranker.popularity=[0,1] to set its range too."
        )
    levels = _levels(own, method, len(keys))
    ranges = _ranges(keys, given, _factor(own.get("factor", FACTOR)), found)
    found = replace(found, words=tuple(word for word in words if not word.startswith("out=")))
    return Analysis(found, method, tuple(ranges), size, levels, found.outcomes or OUTCOMES)


def changed(config: SimulationConfig, changes: Mapping[str, Any]) -> SimulationConfig:
    """Return the configuration with other values of some settings, checked as a whole."""
    settings = resolved(config)
    for key, new in changes.items():
        *groups, name = key.split(".")
        place = settings
        for group in groups:
            place = place[group]
        place[name] = new
    return validate(settings)


def bases(found: Experiment) -> dict[str, SimulationConfig]:
    """Return the settings of each scenario, under its first seed."""
    return {arm.scenario: arm.config for arm in reversed(found.arms)}


def settings_in(config: SimulationConfig) -> dict[str, tuple[Setting, Any]]:
    """Return description and value of every single setting by its dotted key."""
    return {path: (setting, found) for path, setting, found in walk(config)}


def _parted(words: Sequence[str]) -> tuple[dict[str, str], dict[str, str], list[str]]:
    """Part what the analysis is told, the ranges that are given, and what every experiment is told."""
    own: dict[str, str] = {}
    given: dict[str, str] = {}
    rest: list[str] = []
    for word in words:
        key, equals, text = word.partition("=")
        if key in OWN and equals:
            own[key] = text
        elif key.startswith("vary.") and equals:
            given[key.removeprefix("vary.")] = text
        else:
            rest.append(word)
    return own, given, rest


def _method(text: str) -> Method:
    known = [method.value for method in Method]
    if text not in known:
        raise InputError(f"method: found '{text}'.{nearest(text, known)} Allowed: {', '.join(known)}.")
    return Method(text)


def _size(own: Mapping[str, str], method: Method) -> int:
    """Return the number of trajectories or of base samples."""
    word, other, usual, fewest = (
        ("trajectories", "samples", 10, 4) if method is Method.MORRIS else ("samples", "trajectories", 64, 8)
    )
    if other in own:
        raise InputError(f"{other}: method={method.value} has none. Write {word}={usual} instead.")
    size = _whole(word, own.get(word, str(usual)))
    if size < fewest:
        raise InputError(f"{word}: found {size}, must be at least {fewest}; from fewer no interval can be told.")
    if method is Method.SOBOL and size & (size - 1):
        raise InputError(
            f"samples: found {size}, must be a power of two, or Sobol's sequence is not balanced. "
            f"Nearest: {2 ** (size.bit_length() - 1)} and {2 ** size.bit_length()}."
        )
    return size


def _levels(own: Mapping[str, str], method: Method, settings: int) -> int:
    """Return the levels of the grid: more of them for few settings, whose trajectories would else be the same."""
    if method is Method.SOBOL and "levels" in own:
        raise InputError("levels: only method=morris has a grid. Leave it out.")
    levels = _whole("levels", own.get("levels", {1: "64", 2: "16", 3: "8"}.get(settings, "4")))
    if levels < 4 or levels % 2:
        raise InputError(f"levels: found {levels}, must be an even number of at least 4.")
    return levels


def _whole(word: str, text: str) -> int:
    if not text.strip().isdecimal():
        raise InputError(f"{word}: found '{text}', must be a whole number.")
    return int(text)


def _factor(text: str | float) -> float:
    factor = _number(text)
    if factor is None or factor <= 1:
        raise InputError(
            f"factor: found '{text}', must be a number above 1: from default / factor to default * factor."
        )
    return factor


def _number(text: Any) -> float | None:
    try:
        number = float(text)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _keys(text: str | None) -> list[str]:
    found = value(text) if text is not None else []
    return [str(key) for key in (found if isinstance(found, list) else [found])]


def _ranges(keys: Sequence[str], given: Mapping[str, str], factor: float, found: Experiment) -> list[Range]:
    """Return the range of every setting, or say everything that is wrong with them."""
    configs = bases(found)
    problems: list[str] = []
    ranges: list[Range] = []
    for key in keys:
        try:
            _check_apart(key, found)
            one = _range(key, given.get(key), factor, configs)
            for config in configs.values():
                if key in settings_in(config):
                    for end in (0.0, 1.0):
                        changed(config, {key: one.at(end, Method.MORRIS)})
            ranges.append(one)
        except InputError as error:
            problems.append(str(error))
    if problems:
        raise InputError(listed(list(dict.fromkeys(problems))))
    return ranges


def _check_apart(key: str, found: Experiment) -> None:
    """Refuse to vary what tells the scenarios apart; a policy's own settings may be varied where it is selected."""
    for name, lines in found.changes.items():
        for line in lines:
            set_there = key_of(line)
            if not key.startswith("policies.") and (key == set_there or key.startswith(set_there + ".")):
                raise InputError(
                    f"vary: scenario {name} sets {set_there} itself ({line}), so {key} cannot be varied in all "
                    "scenarios alike. Leave it out, or write a scenario of your own."
                )


def _range(key: str, text: str | None, factor: float, configs: Mapping[str, SimulationConfig]) -> Range:
    known = {path: entry for config in configs.values() for path, entry in settings_in(config).items()}
    if key not in known:
        policy = " Settings of a policy exist where it is selected, by a scenario or policy=NAME."
        raise InputError(
            f"vary: there is no setting '{key}'.{nearest(key, known)}"
            f"{policy if key.startswith('policies.') else ' `ecosim show config` shows all.'}"
        )
    setting, default = known[key]
    if key.split(".")[0] in ASIDE:
        raise InputError(f"vary: {key} says how a world is simulated, not how it works, and cannot be varied.")
    if setting.type not in (int, float, bool):
        raise InputError(f"vary: {key} is not numeric (it is {setting.allowed}). Name numbers, or true-or-false ones.")
    if setting.type is bool:
        if text is not None:
            raise InputError(f"vary.{key}: true or false has no range. Write vary=[{key}].")
        return Range(key, 0, 1, bool)
    low, high = _given(key, text) if text is not None else _usual(key, setting, default, factor)
    if setting.type is int and (low % 1 or high % 1):
        raise InputError(f"vary.{key}: found [{low:g},{high:g}], but {key} is a whole number.")
    if not low < high:
        raise InputError(f"vary.{key}: the range [{low:g},{high:g}] is empty. Write the lower end first, as in [0,1].")
    return Range(key, low, high, setting.type)


def _given(key: str, text: str) -> tuple[float, float]:
    parts = [_number(part) for part in text.strip().strip("[]").split(",")]
    if len(parts) != 2 or parts[0] is None or parts[1] is None:
        raise InputError(f"vary.{key}: found '{text}', must be two numbers, as in vary.{key}=[0,1].")
    return parts[0], parts[1]


def _usual(key: str, setting: Setting, default: Any, factor: float) -> tuple[float, float]:
    """Return the declared bounds, or where they are too wide for the default, a factor around it within them."""
    if not default:
        raise InputError(
            f"vary: {key} is {default} by default, so there is no range around it. Write vary.{key}=[0,1]."
        )
    low, high = setting.low, setting.high
    if low is not None and high is not None and not setting.low_excluded and high - low <= WIDEST * abs(default):
        return low, high
    ends = sorted((default / factor, default * factor))
    if setting.type is int:
        ends = [float(math.floor(end + 0.5)) for end in ends]
    return max(ends[0], -math.inf if low is None else low), min(ends[1], math.inf if high is None else high)
