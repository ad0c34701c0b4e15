"""The tables and the figure of docs/performance.md, written from the figures of the latest runs so that they agree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks import figure
from benchmarks.checks import notes
from benchmarks.plans import BENCH
from benchmarks.table import table

PAGE = Path("docs") / "performance.md"
FIGURE = Path("docs") / "figures" / "performance.svg"
COMMANDS = {BENCH: "make bench", "million": "make bench-million"}


def marks(name: str) -> tuple[str, str]:
    """Return the lines between which a measurement is written."""
    return tuple(f"<!-- {word}: written by `{COMMANDS[name]}` -->" for word in ("begin", "end"))  # type: ignore[return-value]


def block(found: dict[str, Any]) -> str:
    """Return what stands between the marks: machine, table, and conclusions."""
    machine, versions = found["machine"], found["versions"]
    revision = (found["git_revision"] or "unknown")[:12]
    load = found["load_before"]
    lines = [
        f"Measured on {found['date'][:10]} at revision `{revision}`: {machine['cpu']}, {machine['cores']} cores, "
        f"{(machine['memory_mb'] or 0) / 1024:.0f} GB, {machine['os']}; Python {versions['python']}, "
        f"numpy {versions['numpy']}, numba {versions['numba']}, Mesa {versions['mesa']}; "
        f"{found['sizes'][-1]['threads']} threads. Load before it began: {'unknown' if load is None else load}.",
        "",
        "```text",
        table(found["sizes"]),
        "```",
        "",
        *(f"- {check['sentence']}" for check in found["checks"]),
        *(f"- {note}" for note in notes(found["sizes"])),
    ]
    large = found["sizes"][-1]
    if "report_seconds" in large:
        whole = large["default_run_impressions_per_second"]
        lines += [
            "",
            f"Figures and the report take {large['report_seconds']:.1f} s more, once a run, whatever its length; with "
            f"them a run of 300 days at {large['consumers']:,} consumers serves {whole / 1e6:.2f} million impressions "
            "a second.",
        ]
    return "\n".join(lines)


def refresh(root: Path, name: str, latest: dict[str, dict[str, Any]]) -> list[Path]:
    """Write a measurement into the page and draw the figure anew; return the files written.

    Parameters
    ----------
    root : Path
        Folder of the project.
    name : str
        The measurement that is new.
    latest : dict
        The latest figures of each measurement that has been made, by name.
    """
    written, (begin, end) = [], marks(name)
    page = root / PAGE
    text = page.read_text(encoding="utf-8") if page.is_file() else ""
    if begin in text and end in text:
        before, rest = text.split(begin, 1)
        after = rest.split(end, 1)[1]
        replace(page, f"{before}{begin}\n{block(latest[name])}\n{end}{after}".encode())
        written.append(PAGE)
    if (root / FIGURE).parent.is_dir():
        replace(root / FIGURE, figure.draw(latest))
        written.append(FIGURE)
    return written


def replace(path: Path, content: bytes) -> None:
    """Write a file, whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    part.replace(path)
