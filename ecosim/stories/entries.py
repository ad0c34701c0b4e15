"""Dated sentences: what happened to one creature, and what the days between amounted to.

A sentence is told from what was known on its day, so that two lives have the same sentences until the day they part.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from ecosim.config import REGIONS, SimulationConfig
from ecosim.reports.numbers import number, percent

QUIET = 14
"""Days without an event after which they are summed up."""

WHOLE = 0.995
"""Part of a week from which on it is told as a whole one."""

HOMES = dict(
    zip(REGIONS, ("a first-tier city", "a second-tier city", "a third-tier city", "a county"), strict=True)
)  # fmt: skip

Span = tuple[int, int]


@dataclass(frozen=True, order=True)
class Entry:
    """What is told of a day, or of the days from `first` to `last`; days count from the end of burn-in."""

    first: int
    last: int
    text: str

    @property
    def when(self) -> str:
        """Say when it was."""
        return f"Day {self.first}" if self.first == self.last else f"Days {self.first} to {self.last}"


def on(day: int, text: str) -> Entry:
    """Tell of one day."""
    return Entry(day, day, text)


def with_quiet_days(
    events: Iterable[Entry], life: Span, cuts: Sequence[int], tell: Callable[[int, int], str]
) -> list[Entry]:
    """Join the events of a day, and sum up the days without any.

    Parameters
    ----------
    events : iterable of Entry
        Events of single days, in any order; those of a day keep theirs.
    life : (int, int)
        First and last day of what is told.
    cuts : sequence of int
        Days before which a summary ends, as the end of burn-in and the day when two lives part.
    tell : callable
        Sums up the days from the first to the last given; an empty text is left out.
    """
    by_day: dict[int, list[str]] = {}
    for event in events:
        by_day.setdefault(event.first, []).append(event.text)
    told = [on(day, " ".join(texts)) for day, texts in by_day.items()]
    for first, last in _gaps(sorted(by_day), life, cuts):
        text = tell(first, last)
        if text:
            told.append(Entry(first, last, text))
    return sorted(told, key=lambda entry: (entry.first, entry.last))


def _gaps(days: Sequence[int], life: Span, cuts: Sequence[int]) -> Iterator[Span]:
    """Yield the spans of at least QUIET days between events, cut where they are to be cut."""
    for before, after in zip([life[0] - 1, *days], [*days, life[1] + 1], strict=True):
        if after - before - 1 < QUIET:
            continue
        edges = [before + 1, *sorted({cut for cut in cuts if before + 1 < cut < after}), after]
        yield from ((first, last - 1) for first, last in itertools.pairwise(edges))


def crossed(values: Iterable[tuple[int, int]], marks: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Yield (day, value, mark) whenever a value first reaches a mark above where it began; of several, the highest."""
    reached: int | None = None
    for day, value in values:
        if reached is None:
            reached = value
        passed = [mark for mark in marks if reached < mark <= value]
        if passed:
            yield day, value, passed[-1]
        reached = max(reached, value)


def marks(low: int = 10, high: int = 10_000_000) -> list[int]:
    """Round numbers worth a sentence: 10, 50, 100, 500, and so on."""
    found, step = [], low
    while step <= high:
        found += [step, 5 * step]
        step *= 10
    return found


def home(region: int) -> str:
    """Say where someone lives."""
    return HOMES[REGIONS[region]]


def yuan(fen: float) -> str:
    """Write an amount of money; it is kept in fen, a hundredth of a yuan."""
    return f"{number(fen / 100, 0 if abs(fen) >= 1000 else 2)} yuan"


def term(part: float) -> str:
    """Say for how much of a creator's week of promotion a deal is."""
    return "a week" if part > WHOLE else f"{percent(part)} of a week"


def counted(count: float, noun: str, plural: str = "") -> str:
    """Write a count with its noun."""
    return f"{count:,.0f} {noun if count == 1 else plural or noun + 's'}"


def dated(config: SimulationConfig, day: int) -> int:
    """Count a day of the world from the end of burn-in."""
    return day - config.burn_in
