"""An agent-based simulation of a short-video platform: creators, consumers, and the feed that stands between them.

>>> import ecosim
>>> result = ecosim.run(ecosim.compose(["scale=toy", "policy=exposure_floor"]))  # doctest: +SKIP
>>> result.summary["impressions_gini"]  # doctest: +SKIP

Importing ecosim loads neither numba nor mesa nor a plotting library: each name below is fetched on first use.
"""

from __future__ import annotations

import importlib

TYPE_CHECKING = False  # typing itself takes longer to load than what a command needs to answer for Ctrl-C

if TYPE_CHECKING:
    from typing import Any

    from ecosim.api import compare, resume, run, sensitivity, sweep
    from ecosim.config import SimulationConfig
    from ecosim.config.compose import compose
    from ecosim.model import EcosystemModel
    from ecosim.results import RunResult

__version__ = "0.1.0"
__all__ = [
    "EcosystemModel",
    "RunResult",
    "SimulationConfig",
    "__version__",
    "compare",
    "compose",
    "resume",
    "run",
    "sensitivity",
    "sweep",
]

_HOMES = {
    "EcosystemModel": "ecosim.model",
    "RunResult": "ecosim.results",
    "SimulationConfig": "ecosim.config",
    "compare": "ecosim.api",
    "compose": "ecosim.config.compose",
    "resume": "ecosim.api",
    "run": "ecosim.api",
    "sensitivity": "ecosim.api",
    "sweep": "ecosim.api",
}


def __getattr__(name: str) -> Any:
    """Import a public name from its home on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'ecosim' has no attribute '{name}'")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, fetched or not."""
    return sorted(__all__)
