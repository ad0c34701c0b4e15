"""What can go wrong for a user, said in one clear message.

Every error that a user can cause is an :class:`InputError`: it names the key or file, what was found, what is
allowed, and what to do. The CLI prints it without a traceback and exits with code 2.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class EcosimError(Exception):
    """Base of all errors that ecosim raises on purpose."""


class InputError(EcosimError):
    """The user asked for something that cannot be done as written."""


class InvariantError(EcosimError):
    """The simulation broke one of its own rules; always a defect of ecosim or of a plug-in."""


def nearest(name: str, allowed: Iterable[str]) -> str:
    """Return a hint with the closest allowed name, or an empty string when none is close.

    Parameters
    ----------
    name : str
        What the user wrote.
    allowed : iterable of str
        The names that exist.
    """
    matches = difflib.get_close_matches(name, list(allowed), n=1, cutoff=0.5)
    return f" Did you mean '{matches[0]}'?" if matches else ""
