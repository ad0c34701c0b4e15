"""Where a command begins: signals are answered for first, and only then is the rest loaded."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from ecosim import interrupts


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        The words of the command. Left out, they are those of this process, which is a command then and nothing else, so
        that its signals are answered for too.
    """
    if arguments is None:
        interrupts.command()
    from ecosim.cli import commands

    code = commands.run(sys.argv[1:] if arguments is None else arguments)
    if arguments is None:
        interrupts.over()
    return code
