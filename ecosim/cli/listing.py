"""`ecosim list`: which plug-ins and which options there are, one line each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ecosim import registry
from ecosim.config.folders import SCENARIO, config_root, files, first_comment, options
from ecosim.errors import InputError, nearest


def show(family: str | None, config_dirs: Sequence[str]) -> int:
    """Print the members of one family or of all."""
    folders = [Path(folder) for folder in config_dirs]
    for folder in folders:
        if not folder.is_dir():
            raise InputError(f"--config-dir {folder}: there is no such folder.")
    known = _groups(folders)
    if family is not None and family not in known:
        raise InputError(f"there is no family '{family}'.{nearest(family, known)} Known: {', '.join(known)}.")
    console = Console(highlight=False)
    for name in [family] if family is not None else known:
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
        table.add_column(no_wrap=True, min_width=18)
        table.add_column()
        for option, summary in _members(name, folders):
            table.add_row("  " + option, summary)
        console.print(f"[bold]{name}[/bold]")
        console.print(table)
    return 0


def _groups(folders: Sequence[Path]) -> list[str]:
    """Return families of plug-ins first, then groups that offer a choice."""
    offered = [group for group, names in options(folders).items() if names and names != ["default"]]
    named = [SCENARIO] if files(SCENARIO, folders) else []
    return list(dict.fromkeys([*registry.FAMILIES, *offered, *named]))


def _members(group: str, folders: Sequence[Path]) -> list[tuple[str, str]]:
    found = {entry.name: entry.summary for entry in registry.FAMILIES[group]} if group in registry.FAMILIES else {}
    for root in (config_root(), *folders):
        for file in sorted((root / group).glob("*.yaml")):
            found.setdefault(file.stem, first_comment(file))
    return list(found.items())
