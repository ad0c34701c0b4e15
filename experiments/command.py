"""The command that every experiment has: run what is missing, analyse it, write tables, figures and the page.

An experiment here is one or more files `configs/experiment/<name>.yaml`, which `ecosim compare` runs, and a folder
`experiments/<name>/` whose `analyse.py` says what it looks at and which predictions were written down before.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

import ecosim
from ecosim.errors import InputError
from experiments.findings import Finding, finding_lines, judged
from experiments.page import write_between
from experiments.runs import Quantity, Runs

SMOKE = ("scale=toy", "seeds=2", "days=6", "burn_in=2", "recording.panel_every=3")
"""What makes an experiment take seconds. Nothing can be learnt from it, but that everything works."""


@dataclass(frozen=True)
class Asked:
    """What the command line asks of an analysis.

    Attributes
    ----------
    runs : dict of str to Runs
        The runs of each experiment.
    kept, out : Path
        Where runs that the analysis makes itself are kept, and where figures go.
    seeds : int or None
        Replications that were asked for.
    smoke : bool
        Whether a toy will do.
    """

    runs: dict[str, Runs]
    kept: Path
    out: Path
    seeds: int | None
    smoke: bool


@dataclass
class Told:
    """What an analysis returns.

    Attributes
    ----------
    tables : dict of str to DataFrame
        Tables by file name.
    page : dict of str to lines
        What stands between the marks of that name in README.md.
    words : str
        What the command prints.
    """

    tables: dict[str, pd.DataFrame]
    page: dict[str, list[str]]
    words: str

    @classmethod
    def of(
        cls,
        findings: Sequence[Finding],
        tables: Mapping[str, pd.DataFrame],
        made_from: Sequence[str] = (),
        number: str = "mean",
    ) -> Told:
        """Tell findings, what they were made from, and tables besides; `number` is what their numbers are called."""
        frame, lines = judged(findings), finding_lines(findings, number)
        lines += ["", *(f"- {line}" for line in made_from)] if made_from else []
        return cls({"findings": frame, **tables}, {"findings": lines}, frame.round(4).to_string(index=False))


@dataclass(frozen=True)
class Study:
    """An experiment as its command runs it.

    Attributes
    ----------
    here : Path
        Its folder, where README.md lies.
    experiments : mapping of str to sequence of str
        Experiments that it reads, each with what a smoke run changes besides `SMOKE`.
    analyse : callable
        Takes what was asked, draws the figures, and returns what is to be written.
    quantities : sequence of Quantity
        What runs are asked for beside plain measures.
    configs : callable, optional
        Writes experiments and scenarios that are not in `configs/` into a folder.
    """

    here: Path
    experiments: Mapping[str, Sequence[str]]
    analyse: Callable[[Asked], Told]
    quantities: Sequence[Quantity] = field(default=())
    configs: Callable[[Path], None] | None = None

    def main(self, arguments: Sequence[str] | None = None) -> int:
        """Run what is missing and analyse it, from the command line."""
        chosen = self._parsed(arguments)
        try:
            with self._places(chosen) as (kept, out):
                runs = {name: self._runs(name, kept, chosen) for name in self.experiments}
                out.mkdir(parents=True, exist_ok=True)
                told = self.analyse(Asked(runs, kept, out, chosen.seeds, chosen.smoke))
                for name, table in told.tables.items():
                    table.to_csv(out / f"{name}.csv", index=False, float_format="%.6g")
                if out == self.here / "results":
                    for name, lines in told.page.items():
                        write_between(self.here / "README.md", name, lines)
        except InputError as error:
            print(error, file=sys.stderr)
            return 2
        print(told.words)
        return 0

    def _parsed(self, arguments: Sequence[str] | None) -> argparse.Namespace:
        parser = argparse.ArgumentParser(description=f"Run and analyse the experiment '{self.here.name}'.")
        parser.set_defaults(folder=None, where=[])
        if len(self.experiments) == 1:
            parser.add_argument("folder", type=Path, nargs="?", help="what `ecosim compare` wrote; nothing is run then")
            parser.add_argument("--where", nargs="*", metavar="COLUMN=VALUE", help="which runs of a sweep")
        parser.add_argument("--seeds", type=int, help="replications (those of the experiment's file)")
        parser.add_argument("--runs", type=Path, default=Path("runs"), help="where the experiments' folders lie (runs)")
        parser.add_argument("--out", type=Path, help="where the results go (beside analyse.py, and into README.md)")
        parser.add_argument("--jobs", type=int, help="processes at a time (all cores)")
        parser.add_argument(
            "--smoke", action="store_true", help="run everything at toy scale for a few days, keep nothing"
        )
        chosen = parser.parse_args(arguments)
        if chosen.folder is not None and (chosen.smoke or chosen.seeds is not None):
            parser.error("a folder that is named is read as it is: leave out --smoke and --seeds, or the folder.")
        return chosen

    @contextmanager
    def _places(self, chosen: argparse.Namespace) -> Iterator[tuple[Path, Path]]:
        """Say where runs and results go; a smoke run has both for as long as it takes."""
        if not chosen.smoke:
            yield chosen.runs, chosen.out or self.here / "results"
            return
        with TemporaryDirectory() as temporary:
            yield Path(temporary) / "runs", chosen.out or Path(temporary) / "results"

    def _runs(self, name: str, kept: Path, chosen: argparse.Namespace) -> Runs:
        """Return the runs of an experiment, doing what is missing; one that is finished is not questioned."""
        folder = chosen.folder or kept / name
        if chosen.folder is None and (chosen.smoke or chosen.seeds is not None or not _finished(folder)):
            words = [f"experiment={name}"] + ([f"seeds={chosen.seeds}"] if chosen.seeds is not None else [])
            if chosen.smoke:
                words += [*SMOKE, *self.experiments[name]]
            folders = []
            if self.configs is not None:
                folders = [kept / f"{name}_configs"]
                self.configs(folders[0])
            print(f"running what is missing of {name}", file=sys.stderr, flush=True)
            ecosim.compare(words, folder, 1 if chosen.smoke else chosen.jobs, config_dirs=folders)
        runs = Runs(folder, self.quantities).at(dict(pair.split("=", 1) for pair in chosen.where))
        runs.check()
        return runs


def _finished(folder: Path) -> bool:
    try:
        Runs(folder)
    except InputError:
        return False
    return True


def kept(file: Path, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """Read a table that was made before, or make and keep it, whole or not at all."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_name(f".{file.name}.tmp")
        make().to_parquet(partial, index=False)
        partial.replace(file)
    return pd.read_parquet(file)
