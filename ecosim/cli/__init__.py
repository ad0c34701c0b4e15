"""The command line: `ecosim run`, `ecosim compare`, `ecosim sensitivity`, `ecosim list` and `ecosim show`."""

from ecosim.cli.main import main

__all__ = ["main"]
