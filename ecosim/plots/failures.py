"""A figure that cannot be drawn costs itself alone: the others, and the page they stand on, are made all the same."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from ecosim.errors import InputError

log = logging.getLogger(__name__)


@contextmanager
def sparing_the_rest(name: str) -> Iterator[None]:
    """Log whatever goes wrong within the block, by the name of the figure, and go on after it.

    Raises
    ------
    InputError
        When a table is damaged: nothing should be told of such a run.
    """
    try:
        yield
    except InputError:
        raise
    except Exception as error:
        log.error(
            "the figure '%s' could not be drawn (%s: %s); the tables and all other figures are complete",
            name,
            type(error).__name__,
            error,
            exc_info=log.isEnabledFor(logging.DEBUG),
        )
