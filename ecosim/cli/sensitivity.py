"""`ecosim sensitivity`: vary settings, run with progress, and print which of them matter."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from ecosim import interrupts
from ecosim.cli.compare import short

if TYPE_CHECKING:
    from ecosim.results.sensitivity import Sensitivity

_OK, _FAILED = 0, 1

_HEADINGS = {"mu_star": "μ*", "sigma": "σ", "mu": "μ", "S1": "S1", "ST": "ST"}


def sensitivity(overrides: Sequence[str], config_dirs: Sequence[str], jobs: int | None, words: Sequence[str]) -> int:
    """Run what is missing of an analysis and print its closing table."""
    from ecosim import api
    from ecosim.cli.progress import SweepProgress

    def announce(cost: str) -> None:
        progress.console.print(cost, markup=False, soft_wrap=True)

    interrupts.working()
    progress = SweepProgress()
    with progress:
        result = api.sensitivity(
            overrides, jobs=jobs, config_dirs=config_dirs, progress=progress, lived=progress.lived, announce=announce,
            command=["ecosim", *words],
        )  # fmt: skip
    print_sensitivity(result)
    return _FAILED if result.errors else _OK


def print_sensitivity(result: Sensitivity, console: Console | None = None) -> None:
    """Print a table an outcome, the settings that matter most first, and where the rest is."""
    from ecosim.results.finished import RUNS
    from ecosim.results.sensitivity import FIGURE, INDICES, POINTS

    console = console or Console(highlight=False)
    rows = result.rows()
    for scenario, outcome in dict.fromkeys((row["scenario"], row["outcome"]) for row in rows):
        console.print()
        console.print(_table([row for row in rows if (row["scenario"], row["outcome"]) == (scenario, outcome)]))
    statuses = [row["status"] for row in result.rows(RUNS)]
    console.print()
    console.print(_legend(rows), markup=False)
    told = f"{statuses.count('complete')} of {len(statuses)} runs complete"
    told += f", {result.reused} of them there before" if result.reused else ""
    if result.errors:
        told += "; points that need a failed run are left out, and the same command tries them again"
    console.print(told + ".", markup=False)
    for error in result.errors[:3]:
        console.print(f"  {error}", markup=False)
    for label, name in (("indices:", INDICES), ("points:", POINTS), ("runs:", RUNS), ("figure:", FIGURE)):
        if (result.path / name).is_file():
            console.print(f"{label:<10}{result.path / name}", soft_wrap=True, markup=False)


def _table(rows: Sequence[dict[str, Any]]) -> Table:
    """Lay out one outcome: settings down, indices across."""
    first = rows[0]
    against = f": {first['scenario']} less {first['baseline']}" if first["baseline"] else f" in {first['scenario']}"
    blocks = f"{first['blocks']} {'trajectories' if _morris(rows) else 'base samples'}"
    seeds = f"{first['seeds']} {'seed' if first['seeds'] == 1 else 'seeds'}"
    table = Table(
        title=f"{first['outcome']}{against}, mean {short(first['mean'])}; {blocks}, {seeds}",
        title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0),
    )  # fmt: skip
    names = list(dict.fromkeys(row["index"] for row in rows))
    table.add_column("setting", overflow="fold", min_width=24)
    for name in names:
        table.add_column(_HEADINGS[name], justify="right", no_wrap=True)
        if name in ("mu_star", "S1", "ST"):
            table.add_column("95%", justify="right", no_wrap=True)
            table.add_column("noise", justify="right", no_wrap=True)
            table.add_column("")
    by_setting: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        by_setting.setdefault(row["setting"], {})[row["index"]] = row
    main = "mu_star" if _morris(rows) else "ST"

    def size(indices: dict[str, dict[str, Any]]) -> float:
        return -(indices[main]["value"] if indices[main]["value"] is not None else -math.inf)

    for setting, indices in sorted(by_setting.items(), key=lambda item: size(item[1])):
        table.add_row(setting, *(cell for name in names for cell in _cells(indices[name])))
    return table


def _cells(row: dict[str, Any]) -> list[str]:
    if row["index"] not in ("mu_star", "S1", "ST"):
        return [short(row["value"], "+" if row["index"] == "mu" else "")]
    write = short if row["index"] == "mu_star" else _share
    half = "–" if row["high"] is None else f"±{write(row['high'] - row['value'])}"
    mark = {"above noise": "●", "within noise": "○"}.get(row["verdict"], "")
    return [write(row["value"]), half, write(row["noise"]), mark]


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:z.2f}"


def _morris(rows: Sequence[dict[str, Any]]) -> bool:
    return any(row["index"] == "mu_star" for row in rows)


def _legend(rows: Sequence[dict[str, Any]]) -> str:
    if all(row["value"] is None for row in rows):
        return "No index can be told: the outcome is not measured, does not vary, or too few trajectories differ."
    lines = [
        "μ* is the mean size of the change of the outcome over the whole range, μ its mean, σ its spread (interaction, "
        "curvature)."
        if _morris(rows)
        else "S1 is the share of the outcome's variance by the setting alone, ST with all its interactions."
    ]
    if all(row["noise"] is None for row in rows):
        lines.append(
            "One seed: how much of an index is noise of the seed is not known. Give two or more, as in seeds=3."
        )
    else:
        lines.append("● stands out from what seeds alone would make of it (`noise`); ○ does not: do not rank these.")
    return "\n".join(lines)
