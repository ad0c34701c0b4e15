"""Measure speed and memory from a thousand to a million consumers, against others and against the hardware.

`make bench` and `make bench-million` run this. Every size is measured in a process of its own; nothing here fails
because a machine is slow. `--check` compares ratios, not seconds, with the figures that are kept.
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

from benchmarks import page, regress, trecs_peer
from benchmarks.checks import checks, notes
from benchmarks.plans import BENCH, MILLION, Plans, plans
from benchmarks.table import table
from ecosim.errors import InputError
from ecosim.results import manifest

ROOT = Path(__file__).resolve().parent.parent
RESULTS = Path("benchmarks") / "results"
LATEST = {BENCH: RESULTS / "latest.json", MILLION: RESULTS / "million.json"}

FORMAT = 2
FELL = 3
"""What the command returns when a ratio fell."""
QUICK_NOTE = "These worlds are too small to say anything about speed; they show that the measurement works."
UNSET = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
"""Where a machine sets these for old libraries' sake, numpy's matrix product would not be as fast as it can be."""
ALONE = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""The matrix product is put on threads by us, as serving is."""


class BenchmarkError(RuntimeError):
    """A measurement could not be made."""


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says.

    Returns
    -------
    int
        0 however slow the machine, 1 when a measurement failed, 2 for bad input, 3 when `--check` found that a ratio
        fell.
    """
    options = parse(arguments)
    name = MILLION if options.million else BENCH
    try:
        if options.check:
            return check(options, name)
        target = options.out or (None if options.quick else ROOT / LATEST[name])
        writable(target)
        found = gather(name, options)
        print("\n" + table(found["sizes"]) + "\n")
        print(
            QUICK_NOTE if options.quick else "\n".join([c["sentence"] for c in found["checks"]] + notes(found["sizes"]))
        )
        if not options.quick and (ROOT / LATEST[name]).is_file():
            told(found, read(ROOT / LATEST[name]), regress.TOLERANCE)
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
    add = parser.add_argument
    add("--million", action="store_true", help="measure scale=million over 30 days in place of the three usual sizes")
    add("--quick", action="store_true", help="tiny worlds, to see that it works; writes only to --out")
    add("--out", type=Path, help="file for the figures (default: latest.json or million.json in benchmarks/results)")
    add("--threads", type=int, help="threads of ecosim's kernels (default: 2, or 1 on one core)")
    add("--trecs", action=argparse.BooleanOptionalAction, default=None,
        help="whether T-RECS takes part, by default not with --quick; needs Python 3.9, once a network")  # fmt: skip
    add("--check", action="store_true", help="say which ratios are smaller than in the figures kept; exit 3 if any is")
    add("--of", type=Path, help="with --check: a file of figures (of --out), in place of measuring anew")
    add("--against", type=Path, help="with --check: the figures to compare with (default: those in benchmarks/results)")
    add("--tolerance", type=float, default=regress.TOLERANCE,
        help="with --check: the part by which a ratio may be smaller (default: %(default)s)")  # fmt: skip
    return parser.parse_args(arguments)


def check(options: argparse.Namespace, name: str) -> int:
    """Measure, or read what was measured, and say what fell."""
    if not 0 < options.tolerance < 1:
        raise InputError(f"--tolerance is {options.tolerance}; it is a part of one, such as 0.15")
    before = read(options.against or ROOT / LATEST[name])
    writable(options.out)
    found = read(options.of) if options.of else gather(name, options)
    if options.out:
        write(found, options.out)
    return FELL if told(found, before, options.tolerance) else 0


def told(found: dict[str, Any], before: dict[str, Any], tolerance: float) -> bool:
    """Say what fell; return whether anything did."""
    fell, about = regress.compare(found, before, tolerance)
    print("\n" + "\n".join([*about, *(f"  {line}" for line in fell)]))
    return bool(fell)


def read(path: Path) -> dict[str, Any]:
    """Read figures that a run has written."""
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path.name} cannot be read as figures of a benchmark; make them with --out FILE") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise InputError(
            f"{path.name} does not hold figures of this version of the benchmark; make them with --out FILE"
        )
    return found


def choose_threads(wanted: int | None) -> int:
    """Return the number of threads to measure with."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    threads = min(2, cores) if wanted is None else wanted
    if not 1 <= threads <= cores:
        raise InputError(f"--threads is {threads}; this machine allows 1 to {cores}")
    return threads


def writable(target: Path | None) -> None:
    """Find out before measuring whether the file can be written."""
    if target is None:
        return
    if target in {ROOT / latest for latest in LATEST.values()}:
        target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_dir() or not os.access(target.resolve().parent, os.W_OK):
        raise InputError(f"--out names {target}, which cannot be written; name a file in a folder that exists")


def gather(name: str, options: argparse.Namespace) -> dict[str, Any]:
    """Measure every size and draw the conclusions."""
    threads = choose_threads(options.threads)
    about = {
        "format": FORMAT,
        "measurement": name,
        "quick": options.quick,
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "git_revision": manifest.git_revision(),
        "machine": machine(),
        "versions": manifest.versions(),
        "load_before": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,  # others' work, if above 0
    }
    trecs = prepare_trecs(not options.quick if options.trecs is None else options.trecs)
    chosen: Plans = plans(name, quick=options.quick)
    sizes = []
    for plan in chosen:
        print(f"measuring {plan['consumers']:,} consumers on {threads} thread{'s' * (threads > 1)} ...", flush=True)
        sizes.append(in_own_process(plan | trecs | {"threads": threads}))
    return {**about, "sizes": sizes, "checks": checks(name, sizes)}


def prepare_trecs(wanted: bool) -> dict[str, Any]:
    """Have T-RECS's environment ready; return the fields of a plan that tell of it."""
    if not wanted:
        return {}
    if not (trecs_peer.CACHE / "ready.json").is_file():
        print(f"making an environment for T-RECS in {trecs_peer.CACHE.name}/ (a minute, once) ...", flush=True)
    try:
        python = trecs_peer.prepare()
    except trecs_peer.LeftOutError as error:
        print(f"T-RECS is left out: {error}")
        return {"trecs_left_out": str(error)}
    return {"trecs_python": python, "trecs_environment": {n: os.environ[n] for n in UNSET if n in os.environ}}


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
    kept = {name: value for name, value in os.environ.items() if name not in UNSET}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.engine", json.dumps(plan)],
        cwd=ROOT,
        env={"NUMBA_CACHE_DIR": cache, **kept, **dict.fromkeys(ALONE, "1")},
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


def write(found: dict[str, Any], target: Path | None) -> None:
    """Write the figures as JSON, whole or not at all; where they are the latest, also table and figure in the docs."""
    if target is None:
        return
    found, name = _rounded(found), found["measurement"]
    page.replace(target, (json.dumps(found, indent=2) + "\n").encode())
    official = target == ROOT / LATEST[name]
    print(f"\nwritten to {LATEST[name] if official else target}")
    if official:
        latest = {n: read(ROOT / path) for n, path in LATEST.items() if (ROOT / path).is_file()}
        for path in page.refresh(ROOT, name, latest):
            print(f"and {path}")


def _rounded(value: Any) -> Any:
    """Keep six significant digits of every float."""
    if isinstance(value, dict):
        return {name: _rounded(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [_rounded(entry) for entry in value]
    return float(f"{value:.6g}") if isinstance(value, float) else value


if __name__ == "__main__":
    sys.exit(main())
