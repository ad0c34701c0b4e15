"""Ray, by which shards and runs live on the machines of a cluster: an extra, loaded when it is asked for."""

from __future__ import annotations

import logging
import os
import re
import socket
import time
from collections.abc import Sequence
from typing import Any, NoReturn

from ecosim.errors import EcosimError, InputError

log = logging.getLogger(__name__)

TICK = 0.2
"""Seconds after which whoever waits for a cluster can do something else, such as stopping."""

LOOK = 5.0
"""Seconds after which whoever waits for a cluster looks whether it is still there."""

SILENCE = 30.0
"""Seconds for which the head may be silent, as when it is started anew. After 60 Ray ends the process by itself."""

REPAIR = 300.0
"""Seconds for which a cluster may be without a core, as when its machines are started anew."""


class LostShard(EcosimError):
    """An actor ended, or its machine did, and its consumers with it."""


class LostCluster(EcosimError):
    """The head of the cluster was lost, or Ray on this machine, or every machine that has a core."""


def connected(setting: str) -> Any:
    """Return the module `ray`, connected to a cluster.

    That is the one this process belongs to already, else the one that the environment variable ``RAY_ADDRESS`` names,
    else one that is started on this machine.

    Parameters
    ----------
    setting : str
        What asks for it, such as ``engine=ray``.

    Raises
    ------
    InputError
        When Ray is not installed, or cannot be started or reached.
    """
    try:
        import ray
    except ImportError:
        raise InputError(
            f"{setting}: this needs Ray, which is not installed. Install it into the same environment: "
            f"pip install 'ecosim[ray]'. Or leave {setting} out: the results are the same."
        ) from None
    if not ray.is_initialized():
        # Without an address Ray would join what was last started here, and wait for minutes where that is gone.
        address = os.environ.get("RAY_ADDRESS") or "local"
        _check_address(setting, address)
        try:
            ray.init(address, include_dashboard=False, log_to_driver=False, logging_level=logging.WARNING)
        except Exception as error:  # of many kinds, plain Exception among them
            raise InputError(
                f"{setting}: Ray did not start, or RAY_ADDRESS names a cluster that cannot be reached "
                f"({reason(error)}). Try again, or leave {setting} out: the results are the same."
            ) from error
        # A lost machine is told by us, in a line; Ray would print the last lines of its log besides.
        ray._private.worker._worker_logs_enabled = False
    return ray


def reason(error: BaseException) -> str:
    """Say what went wrong with Ray, in the words of the error that the others came from."""
    while error.__cause__ is not None:
        error = error.__cause__
    lines = str(error).split("\n")
    quoted = [line for line in lines if re.match(r"[\w.]+(Error|Exception): ", line)]  # in the end of a traceback
    return (quoted or lines)[-1 if quoted else 0].strip(". ")


def _check_address(setting: str, address: str) -> None:
    """Refuse an address at which nobody answers: Ray would wait there for longer than anyone does."""
    if not re.fullmatch(r"[^/]+:\d+", address):  # of another kind (auto, local, ray://): Ray's to judge
        return
    problem = _silent(address)
    if problem:
        raise InputError(
            f"{setting}: RAY_ADDRESS names {address}, where no cluster answers ({problem}). Start it, unset "
            f"RAY_ADDRESS to use Ray on this machine alone, or leave {setting} out: the results are the same."
        )


def _silent(address: str) -> str:
    """Say why nobody answers at a host and port; empty when somebody does."""
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=LOOK):
            return ""
    except OSError as error:
        return error.strerror or str(error)


def cores(ray: Any) -> int:
    """Return how many cores the cluster has."""
    return int(ray.cluster_resources().get("CPU", 0))


def share(ray: Any, actors: int) -> float:
    """Return how many cores each of so many actors can have at once, as their machines are.

    No actor can have cores of two machines. When there are more actors than cores they take turns, each with a part of
    one.

    Raises
    ------
    InputError
        When no machine has a core.
    """
    # In hundredths, which add up exactly.
    machines = [int(100 * node["Resources"].get("CPU", 0)) for node in ray.nodes() if node["Alive"]]
    for parts in sorted({cores // k for cores in machines for k in range(1, actors + 1)}, reverse=True):
        each = parts // 100 * 100 if parts >= 100 else parts
        if each and sum(cores // each for cores in machines) >= actors:
            return each / 100
    raise InputError(
        f"engine=ray: no machine of the cluster has room for {actors} shards. Start machines with more cores, ask for "
        "fewer shards, or leave engine=ray out: the results are the same."
    )


class Watch:
    """Waits for what was asked of a cluster, and looks now and then whether the cluster is still there.

    Parameters
    ----------
    ray : module
        As from :func:`connected`.
    advice : str
        What to do when it is not.
    """

    def __init__(self, ray: Any, advice: str) -> None:
        self._ray = ray
        self._advice = advice
        # Who speaks to a cluster through Ray's client may have no other way to it.
        self._head = None if ray.util.client.ray.is_connected() else ray.get_runtime_context().gcs_address
        self._looked = time.monotonic()
        self._since: dict[str, float] = {}

    def ended(self, asked: Sequence[Any], count: int = 1) -> list[Any]:
        """Wait until so many have ended, but no longer than a tick; return those that have.

        Raises
        ------
        LostCluster
            When the head has been silent, or no machine has had a core, for too long.
        """
        done: list[Any]
        done, _ = self._ray.wait(list(asked), num_returns=count, timeout=TICK)
        if time.monotonic() - self._looked >= LOOK:
            self._look()
            self._looked = time.monotonic()
        return done

    def _look(self) -> None:
        """Look whether the head answers and there is a core."""
        problem = "" if self._head is None else _silent(self._head)
        if self._lasts("head", bool(problem), SILENCE):
            self.lost(f"the head of the Ray cluster, {self._head}, no longer answers ({problem})")
        if problem:
            return
        bare = cores(self._ray) < 1
        if bare and "cores" not in self._since:
            log.warning("no machine of the Ray cluster has a core any more; what is to be done waits for one")
        if self._lasts("cores", bare, REPAIR):
            self.lost(f"no machine of the Ray cluster has had a core for {REPAIR:.0f} seconds")

    def _lasts(self, what: str, found: bool, limit: float) -> bool:
        """Note whether something was found; return whether it has been found at every look for so many seconds."""
        if not found:
            self._since.pop(what, None)
            return False
        return time.monotonic() - self._since.setdefault(what, time.monotonic()) >= limit

    def lost(self, what: str) -> NoReturn:
        """Let go of the cluster, which would end this process, and say that it was lost."""
        self._ray.shutdown()
        raise LostCluster(f"{what}. {self._advice}")
