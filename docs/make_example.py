"""Put a finished run into the README: its closing table, and one figure under docs/figures.

ecosim run out=runs/readme
python docs/make_example.py runs/readme
"""

from __future__ import annotations

import io
import re
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from ecosim.cli.closing import print_result
from ecosim.results import RunResult

DOCS = Path(__file__).resolve().parent
README = DOCS.parent / "README.md"
FIGURE = "concentration.svg"
BLOCK = re.compile(r"(<!-- example: begin[^\n]*-->\n```text\n).*?(```\n<!-- example: end -->)", re.DOTALL)


def closing_words(result: RunResult) -> str:
    """Return what the command prints at the end of a run, but for where its folder is."""
    text = io.StringIO()
    print_result(replace(result, path=None), Console(file=text, width=100, highlight=False))
    return "\n".join(line.rstrip() for line in text.getvalue().strip().splitlines()) + "\n"


def main(words: Sequence[str]) -> int:
    """Copy table and figure from the run folder that is named."""
    if len(words) != 1:
        sys.stderr.write("name one run folder: python docs/make_example.py runs/readme\n")
        return 2
    folder = Path(words[0])
    words_of_run = closing_words(RunResult.load(folder))
    text, places = BLOCK.subn(lambda match: match[1] + words_of_run + match[2], README.read_text(encoding="utf-8"))
    if places != 1:
        sys.stderr.write("README.md should hold one block between 'example: begin' and 'example: end'\n")
        return 2
    README.write_text(text, encoding="utf-8")
    (DOCS / "figures").mkdir(exist_ok=True)
    shutil.copyfile(folder / "figures" / FIGURE, DOCS / "figures" / f"baseline_{FIGURE}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
