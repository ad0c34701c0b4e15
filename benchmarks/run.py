"""Measure speed and memory at three sizes and against a Mesa model written by hand; print a table and what it means.

`make bench` runs this. Every size is measured in a process of its own; nothing here fails because a machine is slow.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks import page
from ecosim.errors import InputError
from ecosim.results import manifest

ROOT = Path(__file__).resolve().parent.parent
LATEST = Path("benchmarks") / "results" / "latest.json"

FORMAT = 1
SPEED = 5_000_000
OVER_MESA = 10.0
SHOWN, SCORED = 40.0, 200.0
SPREAD = 0.3

FULL = (
    {"consumers": 1_000, "warm_up": 10, "days": 100, "rounds": 6, "turn": 10, "mesa_consumers": 1_000, "mesa_days": 3},
    {"consumers": 10_000, "warm_up": 10, "days": 60, "rounds": 6, "turn": 5, "mesa_consumers": 10_000, "mesa_days": 1},
    {"consumers": 100_000, "warm_up": 10, "days": 30, "rounds": 6, "turn": 1, "mesa_consumers": 10_000, "mesa_days": 1},
)
QUICK = (
    {"consumers": 200, "warm_up": 2, "days": 3, "rounds": 1, "turn": 1, "mesa_consumers": 50, "mesa_days": 1},
    {"consumers": 400, "warm_up": 2, "days": 3, "rounds": 1, "turn": 1, "mesa_consumers": 50, "mesa_days": 1},
)


QUICK_NOTE = "These worlds are too small to say anything about speed; they show that the measurement works."


class BenchmarkError(RuntimeError):
    """A measurement could not be made."""


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, write; return 0 however slow the machine, 1 when a measurement failed, 2 for bad input."""
    options = parse(arguments)
    target = options.out or (None if options.quick else ROOT / LATEST)
    try:
        threads = choose_threads(options.threads)
        writable(target)
        found = gather(QUICK if options.quick else FULL, threads, quick=options.quick)
        print("\n" + table(found["sizes"]) + "\n")
        print(QUICK_NOTE if options.quick else "\n".join(check["sentence"] for check in found["checks"]))
        write(found, target)
    except InputError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 2
    except BenchmarkError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("benchmarks: interrupted; nothing was written", file=sys.stderr)
        return 130
    return 0


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument("--quick", action="store_true", help="tiny worlds, to see that it works; writes only to --out")
    parser.add_argument("--out", type=Path, help=f"file for the figures (default: {LATEST.as_posix()})")
    parser.add_argument("--threads", type=int, help="threads of ecosim's kernels (default: 2, or 1 on one core)")
    return parser.parse_args(arguments)


def choose_threads(wanted: int | None) -> int:
    """Return the number of threads to measure with."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    threads = min(2, cores) if wanted is None else wanted
    if not 1 <= threads <= cores:
        raise InputError(f"--threads is {threads}; this machine allows 1 to {cores}")
    return threads


def writable(target: Path | None) -> None:
    """Find out before measuring whether the file can be written."""
    if target == ROOT / LATEST:
        target.parent.mkdir(parents=True, exist_ok=True)
    if target is not None and (target.is_dir() or not os.access(target.resolve().parent, os.W_OK)):
        raise InputError(f"--out names {target}, which cannot be written; name a file in a folder that exists")


def gather(plans: tuple[dict[str, Any], ...], threads: int, *, quick: bool) -> dict[str, Any]:
    """Measure every size and draw the conclusions."""
    about = {
        "format": FORMAT,
        "quick": quick,
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "git_revision": manifest.git_revision(),
        "machine": machine(),
        "versions": manifest.versions(),
        "load_before": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,  # others' work, if above 0
    }
    sizes = []
    for number, plan in enumerate(plans):
        print(f"measuring {plan['consumers']:,} consumers on {threads} threads ...", flush=True)
        creators = plan["consumers"] // 20
        report = number == len(plans) - 1 and not quick
        sizes.append(in_own_process(plan | {"creators": creators, "threads": threads, "report": report}))
    return {**about, "sizes": sizes, "checks": checks(sizes)}


def machine() -> dict[str, Any]:
    """Describe the computer without naming it."""
    known = manifest.machine()
    return {name: known[name] for name in ("cpu", "cores", "memory_mb")} | {
        "os": f"{platform.system()} {platform.machine()}"
    }


def in_own_process(plan: dict[str, Any]) -> dict[str, Any]:
    """Measure one size in a fresh process and return its figures."""
    # numba keeps a compiled caller although a helper in another file was edited: one cache per state of the sources.
    digest = hashlib.sha256()
    for source in sorted((ROOT / "ecosim" / "kernels").rglob("*.py")):
        digest.update(source.relative_to(ROOT).as_posix().encode() + b"\0" + source.read_bytes() + b"\0")
    cache = str(ROOT / ".numba_cache" / digest.hexdigest()[:16])
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.engine", json.dumps(plan)],
        cwd=ROOT,
        env={"NUMBA_CACHE_DIR": cache, **os.environ},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BenchmarkError(
            f"measuring {plan['consumers']:,} consumers failed (exit code {done.returncode}); see above"
        )
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def checks(sizes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Compare the figures with what ecosim sets out to reach, each as a number and as a sentence."""
    small, large = sizes[-2], sizes[-1]
    n, threads, turns = f"{large['consumers']:,}", large["threads"], large["turns"]
    speed, shown = large["impressions_per_second"], large["impressions_per_consumer_day"]
    by_view = turns["ecosim_over_mesa_impressions"]["median"]
    by_day = turns["ecosim_over_mesa_consumer_days"]["median"]
    steps = f"from {small['consumers']:,} to {n} consumers"
    return [
        _check("speed", speed, speed >= SPEED, f"At least {SPEED / 1e6:g} million impressions a second at {n} "
               f"consumers on {threads} threads", f"{speed / 1e6:.2f} million"),
        _check("over_mesa_impressions", by_view, by_view >= OVER_MESA,
               f"At least {OVER_MESA:g} times the Mesa model, per impression", f"{by_view:.1f} times"),
        _check("over_mesa_consumer_days", by_day, by_day >= OVER_MESA,
               f"At least {OVER_MESA:g} times the Mesa model, per consumer-day", f"{by_day:.1f} times"),
        _check("shown", shown, shown >= SHOWN, f"At least {SHOWN:g} impressions per consumer-day at {n} consumers",
               f"{shown:.1f}"),
        _check("scored", large["candidates_per_session"], large["candidates_per_session"] >= SCORED,
               f"At least {SCORED:g} candidates scored per session at {n} consumers",
               f"{large['candidates_per_session']:.0f}"),
        _steady("time", "seconds_per_consumer_day", small, large, steps),
        _steady("memory", "memory_bytes_per_consumer", small, large, steps),
    ]  # fmt: skip


def _check(name: str, value: float | None, met: bool | None, claim: str, figure: str) -> dict[str, Any]:
    answer = "unknown" if met is None else "yes" if met else "no"
    return {"name": name, "met": met, "value": value, "sentence": f"{claim}: {answer}, {figure}."}


def _steady(name: str, figure: str, small: dict[str, Any], large: dict[str, Any], steps: str) -> dict[str, Any]:
    """Whether a figure per consumer stays within the spread from the second largest size to the largest."""
    claim = f"{name.capitalize()} per consumer within {SPREAD:.0%} {steps}"
    if not small[figure] or not large[figure]:
        return _check(name, None, None, claim, "not measured on this system")
    ratio = large[figure] / small[figure]
    return _check(name, ratio, abs(ratio - 1) <= SPREAD, claim, f"ratio {ratio:.2f}")


def table(sizes: list[dict[str, Any]]) -> str:
    """Return the short table: a line per figure, a column per size."""
    rows: list[tuple[str, list[str]]] = [
        ("consumers", [f"{s['consumers']:,}" for s in sizes]),
        ("impressions a second", [f"{s['impressions_per_second']:,.0f}" for s in sizes]),
        ("microseconds per consumer-day", [f"{1e6 * s['seconds_per_consumer_day']:.2f}" for s in sizes]),
        ("impressions per consumer-day", [f"{s['impressions_per_consumer_day']:.1f}" for s in sizes]),
        ("candidates scored per session", [f"{s['candidates_per_session']:.0f}" for s in sizes]),
        ("kB per consumer", [_kilobytes(s["memory_bytes_per_consumer"]) for s in sizes]),
        ("set-up, s", [f"{s['setup_seconds']:.2f}" for s in sizes]),
        ("a day, ms", [f"{1e3 * s['days_seconds'] / s['days']:.1f}" for s in sizes]),
    ]
    stages = sorted(sizes[-1]["stages"], key=lambda name: -sizes[-1]["stages"][name])
    rows += [(f"  {name}", [f"{1e3 * s['stages'][name] / s['days']:.2f}" for s in sizes]) for name in stages[:7]]
    rows.append(("In turns: impressions a second", ["" for _ in sizes]))
    for key, name in (("ecosim", "ecosim"), ("ecosim_one_thread", "ecosim, one thread"), ("mesa", "Mesa by hand")):
        rows.append((f"  {name}", [f"{s['turns'][key]['impressions_per_second']:,.0f}" for s in sizes]))
    for key, name in (
        ("ecosim_over_mesa_impressions", "impression"),
        ("ecosim_over_mesa_consumer_days", "consumer-day"),
        ("ecosim_one_thread_over_mesa_impressions", "impression, one thread"),
    ):
        ratios = [s["turns"][key] for s in sizes]
        rows.append(
            (f"  times Mesa per {name}", [f"{r['median']:.1f} ({r['least']:.1f}-{r['most']:.1f})" for r in ratios])
        )
    wide = max(len(name) for name, _ in rows)
    lines = [f"{name:<{wide}}" + "".join(f"{cell:>20}" for cell in cells) for name, cells in rows]
    return "\n".join(line.rstrip() for line in lines)


def _kilobytes(size: float | None) -> str:
    return "unknown" if size is None else f"{size / 1000:.2f}"


def write(found: dict[str, Any], target: Path | None) -> None:
    """Write the figures as JSON, whole or not at all."""
    if target is None:
        return
    part = target.with_name(target.name + ".part")
    found = _rounded(found)
    part.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    part.replace(target)
    print(f"\nwritten to {LATEST if target == ROOT / LATEST else target}")
    if target == ROOT / LATEST and page.refresh(ROOT, found, table(found["sizes"])):
        print(f"and the table in {page.PAGE}")


def _rounded(value: Any) -> Any:
    """Keep six significant digits of every float."""
    if isinstance(value, dict):
        return {name: _rounded(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [_rounded(entry) for entry in value]
    return float(f"{value:.6g}") if isinstance(value, float) else value


if __name__ == "__main__":
    sys.exit(main())
