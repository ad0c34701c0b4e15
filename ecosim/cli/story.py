"""`ecosim story`: follow one creature through one world or two and tell its life, on the terminal or into a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from ecosim import interrupts
from ecosim.cli.run import compose_all
from ecosim.config import SimulationConfig
from ecosim.config.compose import expand
from ecosim.errors import InputError

if TYPE_CHECKING:
    from ecosim.stories import Story


def story(kind: str, name: str, words: Sequence[str], config_dirs: Sequence[str]) -> int:
    """Tell a life, or two side by side."""
    target, rest = _target(words)
    worlds = _worlds(rest, [Path(folder) for folder in config_dirs])
    from ecosim.cli.progress import RunProgress
    from ecosim.results.folder import check_out
    from ecosim.stories import tell

    interrupts.working()
    if target is not None:
        check_out(target)  # before worlds are lived for it
    with RunProgress() as progress:
        told = tell(kind, name, worlds, progress)
    if target is None:
        print_story(told)
    else:
        _write(told, target)
    return 0


def _worlds(words: Sequence[str], config_dirs: Sequence[Path]) -> list[SimulationConfig | Path]:
    """Read one or two run folders, or the words of `ecosim run`, of which one may list two values."""
    folders = [Path(word) for word in words if "=" not in word]
    missing = [folder for folder in folders if not folder.is_dir()]
    if missing:
        raise InputError(
            f"'{missing[0]}' is neither a run folder nor a setting. Write a folder, or key=value as for `ecosim run`."
        )
    if folders and len(folders) < len(words):
        raise InputError("story: a run folder has its settings already. Give folders, or settings, but not both.")
    if folders:
        return [*folders]
    return [*compose_all(expand(words), config_dirs)]


def _target(words: Sequence[str]) -> tuple[Path | None, list[str]]:
    """Take `out=` from the words: here it names a file."""
    named = [word.removeprefix("out=") for word in words if word.startswith("out=")]
    rest = [word for word in words if not word.startswith("out=")]
    if not named:
        return None, rest
    target = Path(named[-1])
    if target.suffix != ".md":
        raise InputError(f"out: found '{target}', must be a Markdown file, as in out=life.md.")
    if target.exists():
        raise InputError(f"out: '{target}' exists. Name another file, or remove it.")
    return target, rest


def _write(told: Story, target: Path) -> None:
    """Write the page whole or not at all."""
    from ecosim.results.folder import write_text
    from ecosim.stories.pages import markdown

    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_text(markdown(told), target)
    except OSError as error:
        raise InputError(f"out: '{target}' cannot be written ({error.strerror}). Name another file.") from None
    Console(highlight=False).print(f"story: {target}", soft_wrap=True, markup=False)


def print_story(told: Story, console: Console | None = None) -> None:
    """Print a life: a line a day, two worlds in two columns, and what it came to."""
    from ecosim.stories.pages import heading, side_by_side

    console = console or Console(highlight=False)
    console.print()
    console.print(told.title, style="bold", markup=False)
    console.print(told.portrait, markup=False)
    for entries, title in (
        (told.shared, "In both worlds"),
        (told.chapters[0].entries if len(told.chapters) == 1 else (), told.chapters[0].label),
    ):
        if entries:
            _print_rows(console, title, ["", ""], [(entry.when, entry.text) for entry in entries])
    if len(told.chapters) == 2 and any(chapter.entries for chapter in told.chapters):
        rows = [(f"Day {day}", *cells) for day, cells in side_by_side(told)]
        _print_rows(console, f"From day {told.parted} on", ["", *(c.label for c in told.chapters)], rows)
    console.print()
    console.print(heading(told), style="bold", markup=False)
    for part in told.closing:
        console.print(part, markup=False)
    _print_totals(console, told)


def _print_rows(console: Console, title: str, heads: Sequence[str], rows: Sequence[tuple[str, ...]]) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=any(heads))
    table.add_column(heads[0], no_wrap=True)
    for head in heads[1:]:
        table.add_column(head, overflow="fold", ratio=1)
    for row in rows:
        table.add_row(*(cell.replace("[", "\\[") for cell in row))
    console.print()
    console.print(title, style="bold", markup=False)
    console.print(table)


def _print_totals(console: Console, told: Story) -> None:
    from ecosim.stories.pages import name, values

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("since the first day")
    for chapter in told.chapters:
        table.add_column(chapter.label, justify="right", overflow="fold")
    for total in told.totals:
        table.add_row(name(total), *values(total))
    if told.totals:
        console.print()
        console.print(table)
