"""Hold the predictions about the Matthew effect against its two experiments, and draw them.

``python -m experiments.matthew_effect.analyse`` runs what is missing of ``experiment=matthew_effect`` and
``experiment=matthew_reversal`` under ``runs``, and writes the small results beside this file.
"""

from __future__ import annotations

from pathlib import Path

from experiments.command import Asked, Study, Told
from experiments.matthew_effect import channels, reversal
from experiments.matthew_effect.figure import draw

HERE = Path(__file__).parent
EXPERIMENTS = {"matthew_effect": ("seeds=1",), "matthew_reversal": ("seeds=2",)}
"""What is read, and what a smoke run changes: the sixteen worlds are many even as toys."""


def analyse(asked: Asked) -> Told:
    """Measure the worlds and the rules, and draw them."""
    grid, rules = (asked.runs[name] for name in EXPERIMENTS)
    worlds = channels.measured(grid)
    draw(worlds, rules, asked.out)
    return Told.of(
        [*channels.findings(worlds), *reversal.findings(rules)],
        {**channels.tables(worlds), "reversal": reversal.table(rules)},
        [grid.made_from(), rules.made_from()],
    )


main = Study(HERE, EXPERIMENTS, analyse).main

if __name__ == "__main__":
    raise SystemExit(main())
