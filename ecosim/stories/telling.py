"""Telling a story: follow one creature through one world or two, and say what happened and what differed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ecosim.config import SimulationConfig
from ecosim.config.identity import config_hash
from ecosim.config.validation import resolved
from ecosim.errors import InputError
from ecosim.model import EcosystemModel
from ecosim.reports.numbers import number
from ecosim.results import RunResult
from ecosim.runner.progress import Report, silent
from ecosim.runner.varying import varying
from ecosim.stages.genesis import SERIAL_BITS
from ecosim.stories import brands, careers, choosing, consumers
from ecosim.stories.brands import BrandDiary
from ecosim.stories.consumers import ConsumerDiary
from ecosim.stories.creators import CreatorDiary
from ecosim.stories.entries import Entry, dated, on
from ecosim.stories.watching import watch
from ecosim.versions import apart, source_digest, versions

AnyDiary = CreatorDiary | ConsumerDiary | BrandDiary

_SAME = ("seed", "burn_in", "scale", "population")
"""Settings without which the creature of one world is not that of the other."""


@dataclass(frozen=True)
class Total:
    """What a life came to, in each world: one number a chapter, None where the creature never was."""

    name: str
    unit: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Chapter:
    """The life in one world, from the day on which it parts from the other."""

    label: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Story:
    """One creature's life in one world or two.

    Attributes
    ----------
    title, portrait : str
        Who it is.
    shared : tuple of Entry
        What both worlds have in common; empty with one world.
    chapters : tuple of Chapter
        One or two.
    parted : int or None
        Day on which the two lives part; None with one world, or where nothing differs.
    totals : tuple of Total
        What it came to.
    closing : tuple of str
        What differed, and how far one may trust it.
    """

    title: str
    portrait: str
    shared: tuple[Entry, ...]
    chapters: tuple[Chapter, ...]
    parted: int | None
    totals: tuple[Total, ...]
    closing: tuple[str, ...]


def tell(
    kind: str, name: str | int, worlds: Sequence[SimulationConfig | Path | str], progress: Report = silent
) -> Story:
    """Live one world or two again and tell one creature's life in them.

    Parameters
    ----------
    kind : {'creator', 'consumer', 'brand'}
        What it is.
    name : str or int
        The creator's serial (column ``serial`` of a run folder), the row of a consumer or brand; or a rule that picks
        one in the first world, such as ``top``.
    worlds : sequence of SimulationConfig or path
        One or two settings, or run folders that were made with them. Nothing is written.
    progress : callable
        Told of each step forward.

    Raises
    ------
    InputError
        When there is no such creature, two worlds do not share it, or a folder's run cannot be lived again.
    """
    folders = [None if isinstance(world, SimulationConfig) else RunResult.load(world) for world in worlds]
    configs = [
        replace(given, out=None) for given in
        (world if isinstance(world, SimulationConfig) else folder.config  # type: ignore[union-attr]
         for world, folder in zip(worlds, folders, strict=True))
    ]  # fmt: skip
    _comparable(configs)
    for config in configs:
        wanted = choosing.checked(kind, str(name), config)
    if isinstance(wanted, str):
        wanted = choosing.picked(kind, wanted, configs[0], progress)
    diaries = [
        _followed(kind, wanted, config, folder, progress) for config, folder in zip(configs, folders, strict=True)
    ]
    return _story(kind, wanted, diaries, configs)


def _comparable(configs: Sequence[SimulationConfig]) -> None:
    if not 1 <= len(configs) <= 2:
        raise InputError(
            f"story: found {len(configs)} worlds, but a life is told in one, or side by side in two, as in "
            "scenario=baseline,exposure_floor."
        )
    first, last = resolved(configs[0]), resolved(configs[-1])
    for key in _SAME:
        if first[key] != last[key]:
            raise InputError(
                f"story: {key} differs between the two worlds, so that the creature of one is not that of the other. "
                "Give both the same."
            )
    if len(configs) == 2 and config_hash(configs[0]) == config_hash(configs[1]):
        raise InputError(
            "story: the two worlds have the same settings. Change something in one of them; a scenario without a file "
            "is a label and changes nothing, `ecosim list scenario` shows those with one."
        )


def _followed(
    kind: str, wanted: int, config: SimulationConfig, folder: RunResult | None, progress: Report
) -> AnyDiary:  # fmt: skip
    diary = _diary(kind, wanted)

    def begin(model: EcosystemModel) -> None:
        if kind == "creator":
            choosing.exists(wanted, model)

    daily = watch(config, [diary], progress, lambda model: model.recorder.tables()["daily"].to_pandas(), begin)
    if folder is not None and not folder.daily.equals(daily[: len(folder.daily)]):
        made = apart(folder.manifest, {"versions": versions(), "source": source_digest()}) or "another machine"
        raise InputError(
            f"'{folder.path}' cannot be told: lived again, its world takes another course. It was written by {made}. "
            "Run it again, or name its settings."
        )
    return diary


def _diary(kind: str, wanted: int) -> AnyDiary:
    if kind == "creator":
        return CreatorDiary(wanted)
    return ConsumerDiary(wanted) if kind == "consumer" else BrandDiary(wanted)


def _story(kind: str, wanted: int, diaries: Sequence[AnyDiary], configs: Sequence[SimulationConfig]) -> Story:
    parted = _parting(diaries) if len(diaries) == 2 else None
    cuts = [0] if parted is None else [0, parted]
    lives = [_life(diary, config, cuts) for diary, config in zip(diaries, configs, strict=True)]
    labels = labelled(configs)
    shared: tuple[Entry, ...] = ()
    totals = _totals(diaries)
    if len(lives) == 2:
        alike = lives[0] == lives[1]
        shared = tuple(entry for entry in lives[0] if alike or parted is None or entry.last < parted)
        lives = [[entry for entry in life if entry not in shared] for life in lives]
    return Story(
        title=f"{kind.capitalize()} {wanted}",
        portrait=next((_portrait(diary) for diary in diaries if diary.days), "Never entered."),
        shared=shared,
        chapters=tuple(Chapter(label, tuple(life)) for label, life in zip(labels, lives, strict=True)),
        parted=parted,
        totals=totals,
        closing=tuple(_closing(diaries, labels, parted, _difference(parted, lives, totals))),
    )


def labelled(configs: Sequence[SimulationConfig]) -> list[str]:
    """Name each world by its scenario, or by the settings that differ where the scenarios are called alike."""
    names = [config.scenario for config in configs]
    if len(set(names)) < len(names):
        rows = varying(configs)
        names = [", ".join(f"{key}={row[key]}" for key in row if key not in ("scenario", "seed")) for row in rows]
    return [f"{name}, seed {config.seed}" for name, config in zip(names, configs, strict=True)]


def _parting(diaries: Sequence[AnyDiary]) -> int | None:
    """First day on which two diaries differ."""
    one, other = ({day.day: tuple(day) for day in diary.days} for diary in diaries)
    return next((day for day in sorted(one | other) if one.get(day) != other.get(day)), None)


def _life(diary: AnyDiary, config: SimulationConfig, cuts: Sequence[int]) -> list[Entry]:
    if isinstance(diary, CreatorDiary):
        if diary.traits is None:
            day = dated(config, (diary.serial >> SERIAL_BITS) - 1)
            return [on(day, "Looks at what newcomers have lately earned, and does not enter.")]
        return careers.career(diary.traits, diary.days, config, cuts)
    if isinstance(diary, ConsumerDiary):
        return consumers.life(diary.days, cuts)
    return brands.life(diary.days, cuts)


def _portrait(diary: AnyDiary) -> str:
    assert diary.traits is not None
    if isinstance(diary, CreatorDiary):
        assert diary.traits is not None
        return careers.portrait(diary.traits, diary.days)
    if isinstance(diary, ConsumerDiary):
        assert diary.traits is not None
        return consumers.portrait(diary.traits)
    assert diary.traits is not None
    return brands.portrait(diary.traits)


def _lasting(diary: AnyDiary) -> list[tuple[str, str, float]]:
    if not diary.days:
        return []
    if isinstance(diary, CreatorDiary):
        return careers.lasting(diary.days)
    return consumers.lasting(diary.days) if isinstance(diary, ConsumerDiary) else brands.lasting(diary.days)


def _totals(diaries: Sequence[AnyDiary]) -> tuple[Total, ...]:
    lasting = [_lasting(diary) for diary in diaries]
    names = next((told for told in lasting if told), [])
    return tuple(
        Total(name, unit, tuple(told[k][2] if told else None for told in lasting))
        for k, (name, unit, _) in enumerate(names)
    )


def _difference(parted: int | None, lives: Sequence[Sequence[Entry]], totals: Sequence[Total]) -> str:
    """Say from when on two lives differ, and no more than can be seen of it."""
    if parted is None:
        return "The two lives are the same to the last day: nothing that differs between the worlds reached it."
    if any(lives):
        return f"Until day {parted} the two lives are one; from then on they differ."
    if any(len(set(total.values)) > 1 for total in totals):
        return "All that is told of a day is the same in both lives; what they came to differs a little."
    return "All that is told of a day is the same in both lives, and so is what they came to."


def _closing(diaries: Sequence[AnyDiary], labels: Sequence[str], parted: int | None, difference: str) -> list[str]:
    said = [_ended(diary, label) for diary, label in zip(diaries, labels, strict=True)]
    if len(diaries) == 1:
        return [part for part in said if part]
    if parted is None:
        return [difference]
    said.insert(0, difference)
    said.append(
        "One life in one pair of worlds shows how a rule may work, not how often or how strongly: "
        "`ecosim compare` tells that."
    )
    return [part for part in said if part]


def _ended(diary: AnyDiary, label: str) -> str:
    if not isinstance(diary, CreatorDiary):
        return ""
    if not diary.days:
        return f"Under {label} it never enters."
    last = diary.days[-1]
    if not last.alive:
        return f"Under {label} it stops on day {last.day}."
    return f"Under {label} it still publishes on day {last.day}, with {number(last.followers, 0)} followers."
