"""`ecosim report`: write the report of a finished folder anew, in another language if asked to."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from ecosim import interrupts
from ecosim.config.compose import compose
from ecosim.errors import InputError

GROUP = "report."


def report(folder: str, overrides: Sequence[str]) -> int:
    """Write the page and print where it is."""
    for word in overrides:
        if not word.startswith(GROUP):
            raise InputError(
                f"{word}: a finished folder keeps its settings; only how it is told can be chosen, as in "
                f"{GROUP}language=zh."
            )
    language = compose(overrides).report.language if overrides else None
    import ecosim.plots  # noqa: F401  # long to load, and until then nothing is begun
    from ecosim import api

    interrupts.working()
    sys.stdout.write(f"report: {api.report(folder, language)}\n")
    return 0
