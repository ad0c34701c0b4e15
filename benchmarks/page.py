"""The table of docs/performance.md, written from the figures of the latest full run so that the two cannot part."""

from __future__ import annotations

from pathlib import Path
from typing import Any

PAGE = Path("docs") / "performance.md"
BEGIN = "<!-- begin: written by `make bench` -->"
END = "<!-- end: written by `make bench` -->"


def block(found: dict[str, Any], table: str) -> str:
    """Return what stands between the marks: machine, table, and conclusions."""
    machine, versions = found["machine"], found["versions"]
    revision = (found["git_revision"] or "unknown")[:12]
    lines = [
        f"Measured on {found['date'][:10]} at revision `{revision}`: {machine['cpu']}, {machine['cores']} cores, "
        f"{(machine['memory_mb'] or 0) / 1024:.0f} GB, {machine['os']}; Python {versions['python']}, "
        f"numpy {versions['numpy']}, numba {versions['numba']}, Mesa {versions['mesa']}; "
        f"{found['sizes'][-1]['threads']} threads. Load before it began: {found['load_before']}.",
        "",
        "```text",
        table,
        "```",
        "",
        *(f"- {check['sentence']}" for check in found["checks"]),
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


def refresh(root: Path, found: dict[str, Any], table: str) -> bool:
    """Put the block into the page; return whether there is such a page with its marks."""
    page = root / PAGE
    text = page.read_text(encoding="utf-8") if page.is_file() else ""
    if BEGIN not in text or END not in text:
        return False
    before, rest = text.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    part = page.with_name(page.name + ".part")
    part.write_text(f"{before}{BEGIN}\n{block(found, table)}\n{END}{after}", encoding="utf-8")
    part.replace(page)
    return True
