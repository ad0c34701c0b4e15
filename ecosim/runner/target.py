"""Where the folder of a run will be: asked for, or of a name that nobody else takes."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ecosim.config import SimulationConfig


def check_target(target: Path) -> None:
    """Raise an InputError unless a run folder can be made there."""
    from ecosim.results.folder import check_out

    check_out(target)


@contextmanager
def to_be_written(config: SimulationConfig, started: datetime.datetime) -> Iterator[Path]:
    """Give the folder that is to be written; see :func:`ecosim.results.folder.claimed` for one that has no name yet."""
    from ecosim.results.folder import claimed, default_out

    if config.out is not None:
        check_target(Path(config.out))
        yield Path(config.out)
        return
    with claimed(default_out(config, started)) as target:
        yield target
