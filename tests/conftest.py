"""What every test shares: where compiled kernels are kept."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def _kernel_cache() -> Path:
    """Name the cache folder by the kernels' sources.

    numba keeps a compiled caller although a helper in another file was edited; a folder of its own for every state of
    the sources makes that impossible.
    """
    digest = hashlib.sha256()
    for source in sorted((ROOT / "ecosim" / "kernels").rglob("*.py")):
        digest.update(source.relative_to(ROOT).as_posix().encode() + b"\0" + source.read_bytes() + b"\0")
    return ROOT / ".numba_cache" / digest.hexdigest()[:16]


# Set before anything imports numba, which reads it once; subprocesses and test workers inherit it.
os.environ["NUMBA_CACHE_DIR"] = str(_kernel_cache())
