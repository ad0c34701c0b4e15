"""One process at a time in a folder that is being filled."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ecosim.errors import InputError


@contextmanager
def alone(folder: Path, busy: str) -> Iterator[None]:
    """Make a folder if need be and hold it while the block runs; a process that dies lets go of it.

    Parameters
    ----------
    folder : Path
        The folder.
    busy : str
        What to say when another process holds it.

    Raises
    ------
    InputError
        When the folder cannot be made, or is held by another process.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"out: cannot write '{folder}' ({error.strerror}). Name a folder that you may write."
        ) from None
    try:
        import fcntl
    except ImportError:  # not a Unix: there is no such lock, and the user has to see to it
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InputError(busy) from None
        yield
    finally:
        os.close(handle)
