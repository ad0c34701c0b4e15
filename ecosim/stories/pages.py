"""A story as Markdown: one list of days, or two side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ecosim.reports.numbers import number
from ecosim.stories.entries import Entry
from ecosim.stories.telling import Story, Total


def markdown(story: Story) -> str:
    """Write a story as a Markdown page."""
    return "\n".join(_lines(story)) + "\n"


def _lines(story: Story) -> Iterator[str]:
    yield from (f"# {story.title}", "", story.portrait, "")
    if story.shared:
        yield from ("## In both worlds", "", *_list(story.shared), "")
    if len(story.chapters) == 1:
        yield from (f"## {story.chapters[0].label}", "", *_list(story.chapters[0].entries), "")
    elif any(chapter.entries for chapter in story.chapters):
        heads = [chapter.label for chapter in story.chapters]
        yield from (f"## From day {story.parted} on", "", f"| day | {' | '.join(heads)} |", "| ---: | --- | --- |")
        for day, cells in side_by_side(story):
            yield f"| {day} | {' | '.join(_cell(cell) for cell in cells)} |"
        yield ""
    yield from (f"## {heading(story)}", "", *(f"{part}\n" for part in story.closing))
    if story.totals:
        yield from _table(story)


def heading(story: Story) -> str:
    """Say what the end of the page is about."""
    return "What it came to" if len(story.chapters) == 1 else "What differed"


def _table(story: Story) -> Iterator[str]:
    labels = [chapter.label for chapter in story.chapters]
    yield f"| since the first day | {' | '.join(labels)} |"
    yield f"| --- |{' ---: |' * len(labels)}"
    for total in story.totals:
        yield f"| {name(total)} | {' | '.join(values(total))} |"


def values(total: Total) -> list[str]:
    """Write a total's numbers; a life that never was as a dash."""
    known = [value for value in total.values if value is not None]
    digits = 0 if all(float(value).is_integer() for value in known) else 2
    return ["–" if value is None else number(value, digits) for value in total.values]


def name(total: Total) -> str:
    """Write what a total counts, with its unit."""
    return f"{total.name}, {total.unit}" if total.unit else total.name


def side_by_side(story: Story) -> list[tuple[int, list[str]]]:
    """Lay two lives beside each other: a day, and what is told of it in each world."""
    lives = [{entry.first: _within(entry) for entry in chapter.entries} for chapter in story.chapters]
    return [(day, [life.get(day, "") for life in lives]) for day in sorted({day for life in lives for day in life})]


def _within(entry: Entry) -> str:
    """Tell what an entry says where its first day stands beside it already."""
    return entry.text if entry.first == entry.last else f"To day {entry.last}: {entry.text}"


def _list(entries: Sequence[Entry]) -> Iterator[str]:
    return (f"- **{entry.when}.** {entry.text}" for entry in entries)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
