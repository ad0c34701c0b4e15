"""Hold the predictions about the Matthew effect against its two experiments, and draw them.

``python -m experiments.matthew_effect.analyse`` runs what is missing of ``experiment=matthew_effect`` and
``experiment=matthew_reversal`` under ``runs``, and writes the small results beside this file.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from experiments.grid import Asked, Cells, Told, tell
from experiments.matthew_effect import channels, reversal
from experiments.matthew_effect.figure import draw

HERE = Path(__file__).parent
EXPERIMENTS = {"matthew_effect": ("seeds=1",), "matthew_reversal": ("seeds=2",)}
"""What is read, and what a smoke run changes: the sixteen worlds are many even as toys."""


def analyse(asked: Asked) -> Told:
    """Measure the worlds and the rules, and draw them."""
    grid, rules = (Cells(asked.folders[name]) for name in EXPERIMENTS)
    worlds = channels.measured(grid)
    draw(worlds, rules, asked.out)
    return Told(
        [*channels.findings(worlds), *reversal.findings(rules)],
        {**channels.tables(worlds), "reversal": reversal.table(rules)},
        [grid.made_from(), rules.made_from()],
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and analyse from the command line."""
    return tell(HERE, EXPERIMENTS, analyse, arguments)


if __name__ == "__main__":
    raise SystemExit(main())
