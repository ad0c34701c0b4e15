"""Hold the predictions about homogenization against its two experiments and the wave after one hit, and draw them.

``python -m experiments.homogenization.analyse`` runs what is missing of ``experiment=homogenization``,
``experiment=homogenization_models`` and of the wave (under ``runs/hit_wave``), and writes the small results beside
this file.
"""

from __future__ import annotations

from pathlib import Path

from experiments.command import Asked, Study, Told
from experiments.homogenization import copying, wave
from experiments.homogenization.figure import draw

HERE = Path(__file__).parent
EXPERIMENTS = {"homogenization": ("seeds=1",), "homogenization_models": ("seeds=1",)}
"""What is read, and what a smoke run changes."""

FIRST_SEED = 1


def analyse(asked: Asked) -> Told:
    """Measure what copying does and live through the wave, and draw both."""
    grid, models = (asked.runs[name] for name in EXPERIMENTS)
    found = copying.worlds(grid, models)
    count = 2 if asked.smoke else asked.seeds or wave.SEEDS
    seeds = range(FIRST_SEED, FIRST_SEED + count)
    waves = wave.Waves(asked.kept / "hit_wave", seeds, size=wave.TOY if asked.smoke else wave.SMALL)
    draw(found, waves, asked.out)
    told = f"`hit_wave`: {len(waves.diaries)} runs, {count} seeds, {' '.join(waves.size)}."
    return Told.of(
        [*copying.findings(found), *wave.findings(waves)],
        {"copying": copying.table(found), "wave": wave.table(waves), "wave_daily": wave.daily(waves)},
        [grid.made_from(), models.made_from(), told],
    )


main = Study(HERE, EXPERIMENTS, analyse).main

if __name__ == "__main__":
    raise SystemExit(main())
