"""An unfinished run: a folder beside the results to come, with settings, rows recorded, and the last checkpoints.

It is called as the run folder with `.unfinished` behind, is there from the first day of a run with checkpoints, and is
gone when the results are written.
"""

from __future__ import annotations

import datetime
import logging
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosim.config import SimulationConfig
from ecosim.config.identity import config_hash
from ecosim.config.validation import resolved, validate
from ecosim.errors import InputError
from ecosim.results.folder import UNFINISHED
from ecosim.results.stored import from_json, to_json
from ecosim.runner.alone import alone

if TYPE_CHECKING:
    from ecosim.model import EcosystemModel

log = logging.getLogger(__name__)

RUN = "run.json"
ROWS = "recorded.rows"
KEPT = 2
"""Checkpoints that are kept: should the newest be damaged, the one before is taken."""


class Unfinished:
    """The folder of an unfinished run.

    Parameters
    ----------
    target : Path
        Where the results will be.
    """

    def __init__(self, target: Path) -> None:
        self.target = target
        self.folder = target.with_name(target.name + UNFINISHED)

    @classmethod
    def named(cls, path: Path | str) -> Unfinished:
        """Find the folder by the name of the run folder or by its own.

        Raises
        ------
        InputError
            When there is no unfinished run of that name.
        """
        given = Path(path)
        target = given.with_name(given.name.removesuffix(UNFINISHED))
        found = cls(target)
        if found.begun:
            return found
        if target.is_dir() and any(target.iterdir()):
            raise InputError(
                f"'{target}' is finished; there is nothing to resume. A run that Ctrl-C has ended counts as finished: "
                "it keeps what was measured until then, and its days to come are had by running it anew."
            )
        raise InputError(
            f"there is no unfinished run '{found.folder}'. Runs leave one when they are killed, if they were started "
            "with recording.checkpoint_every=30 or the like. Run from the beginning."
        )

    @property
    def begun(self) -> bool:
        """Whether a run was begun here."""
        return (self.folder / RUN).is_file()

    @property
    def rows(self) -> Path:
        """File of what the run has recorded; checkpoints name places in it."""
        return self.folder / ROWS

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other processes out while the block runs."""
        with alone(self.folder, f"another process is at work on '{self.target}'. Wait for it."):
            yield

    def begin(self, config: SimulationConfig, command: Sequence[str], started: datetime.datetime) -> None:
        """Note what the run is, so that it can begin again even before its first checkpoint."""
        run = {
            "config": resolved(config),
            "config_hash": config_hash(config),
            "command": list(command),
            "started": started.isoformat(),
        }
        partial = self.folder / f".{RUN}.tmp"
        try:
            partial.write_text(to_json(run), encoding="utf-8")
            partial.replace(self.folder / RUN)
        except OSError as error:
            raise InputError(
                f"out: cannot write '{self.folder}' ({error.strerror}). Free space, or name another."
            ) from None

    def read(self) -> tuple[SimulationConfig, dict[str, Any]]:
        """Return the settings of the run, and what else was noted: `command` and `started`.

        Raises
        ------
        InputError
            When the note is damaged, or its settings are not those with which the run began.
        """
        file = self.folder / RUN
        try:
            run = from_json(file.read_text(encoding="utf-8"))
            return validate(run["config"]), run
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"'{file}' is damaged ({error}). A run goes on as it began: put the file back as it was, or remove "
                f"'{self.folder}' and run from the beginning."
            ) from None
        except InputError as error:
            raise InputError(
                f"'{file}': the settings do not fit this ecosim, or a plug-in of the run is not installed.\n{error}"
            ) from None

    def keep(self, model: EcosystemModel, notes: Mapping[str, Any]) -> None:
        """Write a checkpoint and remove old ones; a run does not end because it cannot be written."""
        try:
            model.save(self.folder / f"day-{model.world.day:07d}.state", notes)
        except InputError as error:
            log.warning("%s The run goes on without this checkpoint.", error)
            return
        for old in self.states()[KEPT:]:
            old.unlink(missing_ok=True)

    def states(self) -> list[Path]:
        """Return the checkpoints, the newest first."""
        return sorted(self.folder.glob("day-*.state"), reverse=True)

    def remove(self) -> None:
        """Remove the folder: the run is over."""
        shutil.rmtree(self.folder, ignore_errors=True)


def keep_rows(model: EcosystemModel, target: Path, unfinished: Unfinished | None) -> None:
    """Keep what is recorded on the disk of the results: where checkpoints find it, else in a file without a name."""
    there = next(folder for folder in target.absolute().parents if folder.is_dir())
    try:
        model.recorder.keep_in(there if unfinished is None else unfinished.rows)
    except OSError as error:
        log.warning("rows cannot be kept on the disk of '%s' (%s); they stay in memory.", target, error.strerror)
