"""A Ray cluster whose machines are processes of this one, so that one of them can be lost.

Ray is connected to one cluster a process, and the tests have theirs: this one is started and used by others.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 120
"""Seconds for which the tests wait for something that is certain to come."""

_QUICK = {"health_check_initial_delay_ms": 0, "health_check_period_ms": 500, "health_check_failure_threshold": 4}
"""A machine is missed after seconds, not after a quarter of a minute."""


class Machines:
    """Machines with so many cores each, the head first; they end with the block.

    Attributes
    ----------
    parts : list of dict of str to int
        What runs on each machine, by the kind of process: `raylet`, and `gcs_server` on the head.
    """

    def __init__(self, *cores: int) -> None:
        self._cores = cores

    def __enter__(self) -> Machines:
        words = [sys.executable, "-m", "tests.clusters", *map(str, self._cores)]
        self._process = subprocess.Popen(
            words,
            cwd=ROOT,
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        # Ray prints what it likes before.
        line = next(line for line in self._process.stdout if line.startswith("{"))
        told = json.loads(line)
        self.address: str = told["address"]
        self.parts: list[dict[str, int]] = told["machines"]
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.communicate(timeout=PATIENCE)

    def drive(self, code: str, *words: str) -> subprocess.Popen[str]:
        """Run some Python whose Ray is this cluster."""
        return subprocess.Popen(
            [sys.executable, "-c", code, *words],
            cwd=ROOT,
            env=_environment() | {"RAY_ADDRESS": self.address},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def lose_with(self, worker: int) -> None:
        """Lose the machine on which a worker is."""
        raylet = _parent(worker)
        lose(next(parts for parts in self.parts if parts["raylet"] == raylet).values())


def lose(processes: Any) -> None:
    """Kill processes and those that they have started, without a word."""
    for process in [child for parent in processes for child in _children(parent)] + list(processes):
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            continue


def appears(path: Path, driver: subprocess.Popen[str]) -> str:
    """Wait for a file and return what it says."""
    for _ in range(10 * PATIENCE):
        if path.is_file() and path.read_text():
            return path.read_text()
        if driver.poll() is not None:
            break
        time.sleep(0.1)
    driver.kill()
    raise AssertionError(f"{path} never came: {driver.communicate()[0]}")


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "RAY_ADDRESS"} | {"PYTHONPATH": str(ROOT)}


def _parent(process: int) -> int:
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


def _children(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task/{process}/children")
    return [int(child) for child in listed.read_text().split()] if listed.exists() else []


def _serve(cores: Sequence[int]) -> None:
    """Start the machines, say what they are, and keep them until nobody listens."""
    from ray.cluster_utils import Cluster

    common = {"object_store_memory": 100 << 20, "include_dashboard": False}
    cluster = Cluster(True, head_node_args=common | {"num_cpus": cores[0], "_system_config": _QUICK})
    for count in cores[1:]:
        cluster.add_node(num_cpus=count, **common)
    machines = [
        {kind: found[0].process.pid for kind, found in node.all_processes.items() if kind in ("raylet", "gcs_server")}
        for node in cluster.list_all_nodes()
    ]
    sys.stdout.write(json.dumps({"address": cluster.address, "machines": machines}) + "\n")
    sys.stdout.flush()
    sys.stdin.read()
    cluster.shutdown()


if __name__ == "__main__":
    _serve([int(word) for word in sys.argv[1:]])
