"""What policies move at once: slots of the panel that show something else, and fen paid otherwise, phase by phase.

A row is of one phase (:mod:`ecosim.results.phases`), on all days of which the same policies work. Where one policy
works, bite and payments are its own; where several do, they are theirs together, and `policies` names them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from ecosim.results.differences import Replication, write_rows
from ecosim.results.phases import WHEN, Phase, phases_of_run, when
from ecosim.results.stored import read_table

Rows = Sequence[Mapping[str, Any]]

BITE = pa.schema(
    [
        ("scenario", pa.string()),
        ("point", pa.string()),
        ("seed", pa.int64()),
        *WHEN,
        ("group", pa.string()),
        ("days", pa.int64()),
        ("slots_default", pa.float64()),
        ("slots", pa.float64()),
        ("differing", pa.float64()),
        ("first_day", pa.int64()),
        ("last_day", pa.int64()),
        ("share_first", pa.float64()),
        ("share_last", pa.float64()),
    ]
)

PAYMENTS = pa.schema(
    [
        ("scenario", pa.string()),
        ("point", pa.string()),
        ("seed", pa.int64()),
        *WHEN,
        ("purpose", pa.string()),
        ("days", pa.int64()),
        ("fen_default", pa.float64()),
        ("fen", pa.float64()),
        ("first_day", pa.int64()),
        ("last_day", pa.int64()),
        ("moved_first", pa.float64()),
        ("moved_last", pa.float64()),
    ]
)


def write_bite(path: Path, runs: Sequence[Replication], baseline: str) -> None:
    """Write `bite.parquet`: slots of the panel a recording day, by the default rules and with the policies in force."""
    rows: list[dict[str, Any]] = []
    for common, recorded in _recorded("bite", runs, baseline):
        for group in dict.fromkeys(row["group"] for row in recorded):
            of_group = [row for row in recorded if row["group"] == group]
            means = {
                name: math.fsum(row[name] for row in of_group) / len(of_group)
                for name in ("slots_default", "slots", "differing")
            }
            rows.append(
                {**common, "group": group, **means}
                | {"days": len(of_group), "first_day": of_group[0]["day"], "last_day": of_group[-1]["day"]}
                | {"share_first": _share(of_group[0]), "share_last": _share(of_group[-1])}
            )
    write_rows(path, rows, BITE)


def write_payments(path: Path, runs: Sequence[Replication], baseline: str) -> None:
    """Write `payments.parquet`: fen a day while policies were in force, and by the default rules for the same."""
    rows: list[dict[str, Any]] = []
    for common, recorded in _recorded("payments", runs, baseline):
        days = len({row["day"] for row in recorded})
        for purpose in dict.fromkeys(row["purpose"] for row in recorded):
            own = [row for row in recorded if row["purpose"] == purpose]
            paid = {name: sum(row[name] for row in own) / days for name in ("fen_default", "fen")}
            within = {"first_day": min(row["day"] for row in recorded), "last_day": max(row["day"] for row in recorded)}
            moved = {
                f"moved_{end}": float(sum(row["fen"] - row["fen_default"] for row in own if row["day"] == within[key]))
                for end, key in (("first", "first_day"), ("last", "last_day"))
            }
            rows.append({**common, "purpose": purpose} | paid | {"days": days} | within | moved)
    write_rows(path, rows, PAYMENTS)


def _recorded(table: str, runs: Sequence[Replication], baseline: str) -> Iterator[tuple[dict[str, Any], Rows]]:
    """Yield what a run recorded in each phase in which a policy of its own works, with the columns that name both."""
    for run in runs:
        file = run.folder / f"{table}.parquet"
        if not run.config.policies or not file.is_file():
            continue
        recorded = read_table(file, needs="day").to_pylist()
        for phase in phases_of_run(run, runs, baseline):
            rows = [row for row in recorded if row["day"] in phase]
            if phase.policies and rows:
                yield _common(run, phase), rows


def _common(run: Replication, phase: Phase) -> dict[str, Any]:
    return {"scenario": run.scenario, "point": run.point, "seed": run.seed, **when(phase)}


def _share(row: Mapping[str, Any]) -> float | None:
    return row["differing"] / row["slots"] if row["slots"] else None
