"""`ecosim run`: compose the settings, run with progress, print the closing table and where the results are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ecosim import interrupts
from ecosim.config import SimulationConfig
from ecosim.config.compose import compose, expand
from ecosim.errors import InputError

_OK, _FAILED = 0, 1


def one(overrides: Sequence[str], config_dirs: Sequence[str], words: Sequence[str]) -> int:
    """Run one simulation."""
    config = compose(overrides, _folders(config_dirs))
    from ecosim import api
    from ecosim.cli.closing import print_result
    from ecosim.cli.progress import RunProgress

    interrupts.working()
    with RunProgress() as progress:
        result = api.run(config, progress=progress, command=["ecosim", *words])
    print_result(result)
    return interrupts.code() if result.status == "interrupted" else _OK


def resume(run: str, overrides: Sequence[str]) -> int:
    """Finish a run that was killed; by another engine if that is asked for."""
    for word in overrides:
        if not word.startswith(("engine=", "engine.")):
            raise InputError(
                f"resume: found '{word}', but a run is finished with the settings it was begun with. Only the engine "
                "can be another, as in engine=default, since no result depends on it."
            )
    engine = compose(overrides).engine if overrides else None
    from ecosim import api
    from ecosim.cli.closing import print_result
    from ecosim.cli.progress import RunProgress

    interrupts.working()
    with RunProgress() as progress:
        result = api.resume(run, engine=engine, progress=progress)
    print_result(result)
    return interrupts.code() if result.status == "interrupted" else _OK


def many(overrides: Sequence[str], config_dirs: Sequence[str], jobs: int | None, words: Sequence[str]) -> int:
    """Run every combination of the values listed."""
    out, rest = _take_out(overrides)
    configs = compose_all(expand(rest), _folders(config_dirs))
    from ecosim import api
    from ecosim.cli.closing import print_sweep
    from ecosim.cli.progress import SweepProgress

    interrupts.working()
    with SweepProgress() as progress:
        result = api.sweep(configs, out, jobs, progress=progress, command=["ecosim", *words])
    print_sweep(result)
    return _FAILED if result.failed else _OK


def _folders(config_dirs: Sequence[str]) -> list[Path]:
    return [Path(folder) for folder in config_dirs]


def _take_out(overrides: Sequence[str]) -> tuple[str | None, list[str]]:
    """Take `out=` from the overrides: in a sweep it names the folder of all runs."""
    out: str | None = None
    rest: list[str] = []
    for line in overrides:
        if line.startswith("out="):
            out = compose([line]).out
        else:
            rest.append(line)
    return out, rest


def compose_all(runs: Sequence[Sequence[str]], folders: Sequence[Path]) -> list[SimulationConfig]:
    """Compose every run before the first starts; what is wrong is said once, however many runs share it."""
    configs: list[SimulationConfig] = []
    problems: list[str] = []
    for run in runs:
        try:
            configs.append(compose(run, folders))
        except InputError as error:
            problems.append(str(error))
    if problems:
        raise InputError("\n".join(dict.fromkeys(problems)))
    return configs
