"""Ray, by which shards and runs live on the machines of a cluster: an extra, loaded when it is asked for."""

from __future__ import annotations

from typing import Any

from ecosim.errors import EcosimError, InputError


class LostShard(EcosimError):
    """An actor ended, or its machine did, and its consumers with it."""


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
        try:
            ray.init(include_dashboard=False, log_to_driver=False, logging_level="warning")
        except Exception as error:  # of many kinds, plain Exception among them
            raise InputError(
                f"{setting}: Ray did not start, or RAY_ADDRESS names a cluster that cannot be reached ({error}). "
                f"Try again, or leave {setting} out: the results are the same."
            ) from error
    return ray


def cores(ray: Any) -> int:
    """Return how many cores the cluster has."""
    return max(int(ray.cluster_resources().get("CPU", 1)), 1)
