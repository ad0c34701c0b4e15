"""The last words of a run, or of many: the main measures, and where everything else is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from ecosim.results import RunResult
    from ecosim.results.replications import Difference, Group
    from ecosim.runner.sweep import SweepResult

_MEASURES: tuple[tuple[str, str, str, str], ...] = (
    ("impressions", "impressions", "a day", ",.0f"),
    ("watch_seconds_per_consumer_day", "watch time", "s a consumer and day", ",.0f"),
    ("interaction_rate", "interactions", "of impressions", ".2%"),
    ("consumer_satisfaction", "satisfaction", "0 to 1", ".3f"),
    ("impressions_gini", "inequality of impressions", "Gini", ".3f"),
    ("impressions_top_1pct_share", "share of the top 1% of creators", "of impressions", ".1%"),
    ("income_gini", "inequality of income", "Gini", ".3f"),
    ("newcomer_survival_180d", "newcomers alive after 180 days", "share", ".1%"),
    ("newcomer_impression_share", "impressions of newcomers", "of impressions", ".1%"),
    ("consumption_effective_styles", "styles a consumer watches", "effective number", ".1f"),
    ("imitation_share", "imitations", "of new items", ".1%"),
    ("creators_alive", "creators alive", "creators", ",.0f"),
    ("gmv", "sales", "yuan a day", ",.0f"),
    ("orders", "orders", "a day", ",.0f"),
    ("live_income_share", "selling live", "of creators' income", ".1%"),
    ("consumer_trust", "trust in the platform", "0 to 1", ".3f"),
)
"""Measure, what it is called, its unit, how it is written; with the lines around it no more than a screen of 24."""

_ECONOMY = ("gmv", "orders", "live_income_share", "consumer_trust")
"""Measures that are left out, not called unmeasured, where there is no such thing to measure."""

_COMPARED: tuple[tuple[str, str, float, int], ...] = (
    ("watch_seconds_per_consumer_day", "watch\ntime, s", 1, 0),
    ("impressions_gini", "Gini of\nimpressions", 1, 3),
    ("newcomer_survival_180d", "newcomers\nalive, %", 100, 1),
    ("newcomer_impression_share", "impressions of\nnewcomers, %", 100, 1),
    ("consumption_effective_styles", "styles\nwatched", 1, 1),
)
"""What many runs are compared by: measure, heading, factor to the unit of the heading, decimals."""


def print_result(result: RunResult, console: Console | None = None) -> None:
    """Print the closing table of one run and the path of its folder."""
    console = console or Console(highlight=False)
    config = result.config
    measured = max(0, len(result.tables["daily"]) - config.burn_in)
    title = f"{config.scenario}, seed {config.seed}: mean over the last {min(measured, 180)} measured days"
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("measure", min_width=34)
    table.add_column("value", justify="right")
    table.add_column("unit")
    for name, label, unit, pattern in _MEASURES:
        value = result.summary.get(name)
        if value is not None and not (math.isnan(value) and name in _ECONOMY):
            table.add_row(label, _written(value, pattern), unit)
    console.print()
    changed = _changed(result)
    if result.status == "interrupted":
        days = len(result.tables["daily"])
        console.print(f"[bold]Interrupted after day {days} of {config.total_days}; what was measured is kept.[/bold]")
    if measured:
        console.print(table)
        if changed:
            console.print(changed, soft_wrap=True, markup=False)
    else:
        console.print("No day after burn-in was measured, so there is nothing to average.")
    for warning in result.manifest.get("warnings", ()):
        console.print(f"warning: {warning}", soft_wrap=True, markup=False, style="yellow")
    console.print()
    console.print(_speed(result), soft_wrap=True)
    if result.path is not None:
        # Paths are printed bare, so that a narrow terminal does not break what the user wants to copy.
        console.print(f"results: {result.path}", soft_wrap=True, markup=False)
        report = result.path / "report.html"
        if report.exists():
            console.print(f"report:  {report}", soft_wrap=True, markup=False)


def print_sweep(result: SweepResult, console: Console | None = None) -> None:
    """Print what came of a sweep, how its runs ended and where their table is."""
    from ecosim.results.replications import side_by_side
    from ecosim.results.runs import read_runs
    from ecosim.runner.missing import RUNS

    console = console or Console(highlight=False)
    groups = side_by_side(read_runs(result.table), [name for name, *_ in _COMPARED])
    if groups:
        pairing = "; differences are between runs of the same seed" if _compared(groups) else ""
        console.print(f"\nmean over seeds{pairing}", style="bold", soft_wrap=True)
        console.print(_comparison(groups))
        if any(difference.pairs == 1 for difference in _compared(groups)):
            console.print("One pair of runs has no interval: list several seeds, as in seed=1,2,3.", markup=False)
        console.print()
    parts = [f"{result.complete} runs complete"]
    if result.reused:
        parts.append(f"{result.reused} of them there before")
    if result.failed:
        parts.append(f"{result.failed} failed (see column `error`; the same command with that out= tries them again)")
    console.print(", ".join(parts), soft_wrap=True, markup=False)
    for error in result.errors[:3]:
        console.print(f"  {error}", markup=False)
    console.print(f"table:   {result.table}", soft_wrap=True, markup=False)
    console.print(f"runs in: {result.table.parent / RUNS}", soft_wrap=True, markup=False)


def _compared(groups: Sequence[Group]) -> list[Difference]:
    return [difference for group in groups for difference in group.differences.values()]


def _comparison(groups: Sequence[Group]) -> Table:
    """Lay out the means, each followed by the difference from its reference and the interval of that."""
    known = [measure for measure in _COMPARED if any(not math.isnan(group.means[measure[0]]) for group in groups)]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("scenario", overflow="fold")
    table.add_column("runs", justify="right")
    for _, heading, _, _ in known:
        table.add_column(heading, justify="right", no_wrap=True)
    for group in groups:
        table.add_row(group.label, str(group.runs), *(_decimal(group.means[m] * f, d) for m, _, f, d in known))
        if group.reference is None:
            continue
        found = [(group.differences[name], factor, digits) for name, _, factor, digits in known]
        pairs = str(max(difference.pairs for difference, _, _ in found))
        table.add_row(f"  less {group.reference}", pairs, *(_decimal(x.mean * f, d, "+") for x, f, d in found))
        if any(difference.pairs > 1 for difference, _, _ in found):
            table.add_row("  95% interval", "", *(_decimal(x.half * f, d, "±") for x, f, d in found))
    return table


def _decimal(value: float, digits: int, sign: str = "") -> str:
    """Write a number; the sign is `+` for a difference, `±` for half an interval."""
    if math.isnan(value):
        return "–"
    return f"{value:+z,.{digits}f}" if sign == "+" else f"{sign}{value:z,.{digits}f}"


def _written(value: float, pattern: str) -> str:
    return "not known" if math.isnan(value) else format(value, pattern)


def _changed(result: RunResult) -> str:
    from ecosim.reports.assumptions import told_apart

    told = told_apart(result.config)
    return f"changed: {told}" if told else ""


def _speed(result: RunResult) -> str:
    wall, compiled = result.manifest["wall_seconds"], result.manifest["compile_seconds"]
    speed = result.summary.get("impressions_per_second", math.nan)
    told = "" if math.isnan(speed) else f", {speed / 1e6:.2f} million impressions a second"
    # No total is claimed: writing the results comes after the clock has stopped.
    return f"{compiled:.1f} s loading and compiling kernels, {wall - compiled:.1f} s simulating{told}"
