"""`ecosim compare`: run scenarios over paired seeds with progress, or take runs that are there; print what differs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from ecosim import interrupts

if TYPE_CHECKING:
    from ecosim.results.comparison import Comparison

_OK, _FAILED = 0, 1

_ARROWS = {"higher": "▲", "lower": "▼", "unclear": "·", "equal": "=", "single pair": "?"}


def compare(overrides: Sequence[str], config_dirs: Sequence[str], jobs: int | None, words: Sequence[str]) -> int:
    """Run what is missing of an experiment and print its closing table."""
    from ecosim import api
    from ecosim.cli.progress import SweepProgress

    interrupts.working()
    with SweepProgress() as progress:
        result = api.compare(
            overrides, jobs=jobs, config_dirs=config_dirs, progress=progress, lived=progress.lived,
            command=["ecosim", *words],
        )  # fmt: skip
    print_comparison(result)
    return _FAILED if result.errors else _OK


def print_comparison(result: Comparison, console: Console | None = None) -> None:
    """Print the differences of the outcomes with a verdict, at the last horizon measured, and where the rest is."""
    from ecosim.reports.effects import title_of
    from ecosim.reports.experiment import purposes_served, without_change
    from ecosim.results.comparison import BITE, DIFFERENCES, GROUPS, PHASE_GROUPS, PHASES
    from ecosim.results.finished import RUNS

    console = console or Console(highlight=False)
    rows = [row for row in result.rows(DIFFERENCES) if row["verdict"] is not None]
    served = purposes_served(result)
    for scenario, point in dict.fromkeys((row["scenario"], row["point"]) for row in rows):
        members = [row for row in rows if (row["scenario"], row["point"]) == (scenario, point)]
        console.print()
        console.print(_table(members, scenario, point))
        if title_of(members[0]) in served:
            console.print(served[title_of(members[0])], markup=False)
    statuses = [row["status"] for row in result.rows(RUNS)]
    console.print()
    console.print(_legend(rows), markup=False)
    console.print(_ended(statuses.count("complete"), len(statuses), result), markup=False)
    for line in result.plan.get("left_out", []):
        console.print(f"left out: {line}", soft_wrap=True, markup=False, style="yellow")
    for line in without_change(result):
        console.print(f"warning: {line}", soft_wrap=True, markup=False, style="yellow")
    for scenario, warning, count, runs in result.warned():
        console.print(
            f"warning: {scenario}, {count} of {runs} {'run' if runs == 1 else 'runs'}: {warning}",
            soft_wrap=True, markup=False, style="yellow",
        )  # fmt: skip
    for error in result.errors[:3]:
        console.print(f"  {error}", markup=False)
    dated = [name for name in (PHASES, PHASE_GROUPS) if result.rows(name)]
    if dated:
        console.print("Policies start or stop on several days: the report says what was found between them.")
    for name in (RUNS, DIFFERENCES, GROUPS, *dated, BITE):
        label = name.removesuffix(".parquet").replace("_", " ") + ":"
        console.print(f"{label:<14}{result.path / name}", soft_wrap=True, markup=False)
    if result.report.is_file():
        console.print(f"{'report:':<14}{result.report}", soft_wrap=True, markup=False)


def _ended(complete: int, total: int, result: Comparison) -> str:
    words = f"{complete} of {total} runs complete"
    if result.reused:
        words += f", {result.reused} of them there before"
    if result.shared:
        days = sorted({past["days"] for past in result.plan["pasts"]})
        number = f"{len(result.plan['pasts'])} " if not result.reused else ""  # else some may have been lived before
        past = "past" if number == "1 " else "pasts"
        span = f"{' or '.join(map(str, days))} {'day' if days == [1] else 'days'}"
        words += f", {result.shared} of them from {number}shared {past} of {span}"
    if result.errors:
        words += "; why others failed is in column `error`, and the same command tries them again"
    return words + "."


def _table(rows: Sequence[dict[str, Any]], scenario: str, point: str) -> Table:
    """Lay out one scenario: outcomes down, the last horizon that was measured, else the whole run."""
    horizons = [row["horizon"] for row in rows if row["horizon"] is not None]
    last = max(horizons, default=None)
    where = f", {point}" if point else ""
    span = "over the whole run" if last is None else f"{last} days after the start"
    pairs = max(row["pairs"] for row in rows)
    table = Table(
        title=f"{scenario}{where}, less {rows[0]['baseline']}: {span}, {pairs} {'pair' if pairs == 1 else 'pairs'}",
        title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0),
    )  # fmt: skip
    table.add_column("outcome", overflow="fold")
    for heading in ("baseline", "difference", "95% interval", "relative"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("")
    at_last = {row["outcome"] for row in rows if row["horizon"] == last}
    for row in rows:
        # Measures of a whole run have no horizon.
        if row["horizon"] == last or (row["horizon"] is None and row["outcome"] not in at_last):
            table.add_row(*_cells(row))
    return table


def _cells(row: dict[str, Any]) -> list[str]:
    return [
        row["outcome"],
        short(row["baseline_mean"]),
        short(row["difference"], "+"),
        "–" if row["low"] is None else f"±{short((row['high'] - row['low']) / 2)}",  # symmetric by construction
        "–" if row["relative"] is None else f"{100 * row['relative']:+.1f}%",
        _ARROWS[row["verdict"]],
    ]


def _legend(rows: Sequence[dict[str, Any]]) -> str:
    if not rows:
        return "No pair of runs is complete, so there is nothing to compare."
    if all(row["pairs"] < 2 for row in rows):
        return "One pair has no interval (?): give more seeds, as in seeds=5."
    return "▲ higher, ▼ lower: stands after correction for the number of outcomes (Holm, 5%); · unclear; = equal."


def short(value: float | None, sign: str = "") -> str:
    """Write a number with three or four digits that count."""
    if value is None:
        return "–"
    size = abs(value)
    if size >= 1e6:
        return f"{value / 1e6:{sign}.2f} M"
    digits = 0 if size >= 1000 or size == 0 else max(0, min(6, 2 - math.floor(math.log10(size))))
    return f"{value:{sign},.{digits}f}"
