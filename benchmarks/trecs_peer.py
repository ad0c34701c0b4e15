"""T-RECS in an environment of its own: it needs Python 3.9 and old libraries, so it is made once and kept in a cache.

Where that cannot be done (no Python 3.9, no network), the comparison is left out, and why is said in plain words.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".bench-trecs"
VERSION = "0.2.1"
REQUIREMENTS = (
    ("numpy<1.24", "pandas<2", "scipy<1.11", "networkx<3.2", "lenskit==0.14.2", "tqdm"),
    ("--no-deps", f"trecs=={VERSION}"),  # its own requirements name versions that can no longer be had
)
PATIENCE = 600.0
"""Seconds after which a step of the installation is given up."""

_PROBE = "import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, 9))"


class LeftOutError(RuntimeError):
    """T-RECS cannot take part; the message says why."""


def find_python() -> str:
    """Return a Python 3.9 that can make environments: on the path, else among those of pyenv."""
    versions = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    # A pyenv shim may be on the path and yet name no interpreter, so each candidate is tried.
    for candidate in ("python3.9", *(str(path) for path in sorted(versions.glob("3.9*/bin/python")))):
        try:
            done = subprocess.run([candidate, "-c", _PROBE], capture_output=True, timeout=60, check=False)
        except (OSError, subprocess.TimeoutExpired):
            continue
        if done.returncode == 0:
            return candidate
    raise LeftOutError("no Python 3.9 was found on the path or among pyenv's versions")


def prepare(folder: Path = CACHE) -> str:
    """Make the environment unless it is there, whole and as required; return its interpreter.

    Raises
    ------
    LeftOutError
        When there is no Python 3.9, or something could not be installed.
    """
    home, wanted = folder / "venv", json.dumps(REQUIREMENTS)
    python, ready = home / "bin" / "python", folder / "ready.json"
    if python.exists() and ready.is_file() and ready.read_text(encoding="utf-8") == wanted:
        return str(python)
    base = find_python()
    ready.unlink(missing_ok=True)
    shutil.rmtree(home, ignore_errors=True)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _do([base, "-m", "venv", str(home)], "an environment for it could not be made")
        for packages in REQUIREMENTS:
            quiet = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            _do([str(python), *quiet, *packages], "its libraries could not be installed")
        _do([str(python), "-c", "import trecs.models"], "it was installed, but cannot be loaded", folder)
        ready.write_text(wanted, encoding="utf-8")
    except OSError as error:
        raise LeftOutError(f"{folder.name}/ cannot be written ({error.strerror})") from error
    return str(python)


def _do(command: list[str], trouble: str, folder: Path | None = None) -> None:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=PATIENCE, check=False, cwd=folder
        )
    except subprocess.TimeoutExpired as error:
        raise LeftOutError(f"{trouble}: no end after {PATIENCE:.0f} s") from error
    if done.returncode != 0:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        raise LeftOutError(f"{trouble}: {said[-1].strip() if said else f'exit code {done.returncode}'}")


class Peer:
    """A T-RECS model in a process of its own, which waits for its turns without taking time from others.

    Parameters
    ----------
    python : str
        Interpreter of the environment.
    users : int
        Users of the model.
    threads : int
        Threads its linear algebra may use.
    environment : dict
        Variables to set, as they were before the benchmark set its own.
    folder : Path
        Where it runs; T-RECS writes a log where it stands.
    """

    def __init__(
        self, python: str, users: int, threads: int, environment: dict[str, str], folder: Path = CACHE
    ) -> None:
        self.users = users
        count = {name: str(threads) for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")}
        try:
            self.process = subprocess.Popen(
                [python, str(Path(__file__).with_name("trecs_feed.py")), str(users)],
                cwd=folder,
                env=os.environ | environment | count,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        except OSError as error:
            raise LeftOutError(f"it could not be started ({error.strerror})") from error
        self.about = self._answer()

    def live(self, steps: int, *, train: bool) -> dict[str, Any]:
        """Live some steps; return their seconds, user-steps (`users`) and items shown (`shown`)."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps({"steps": steps, "train": train}) + "\n")
            self.process.stdin.flush()
        except OSError:
            self._gone()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            self._gone()
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _gone(self) -> None:
        self.close()
        raise LeftOutError(f"it ended at {self.users:,} users (exit code {self.process.returncode})")

    def close(self) -> None:
        """Let it end."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
