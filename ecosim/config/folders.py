"""Where the YAML files lie: the built-in ones and the user's own, group by group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ecosim.errors import InputError

SCENARIO = "scenario"
"""Named deviations from the baseline. Not a group of Hydra's: to Hydra `scenario` is a setting, the run's label."""


EXPERIMENT = "experiment"
"""Sets of overrides for one run, and designs that compare scenarios."""


def config_root() -> Path:
    """Return the folder of the built-in YAML files: inside an installed package, else beside the package."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "configs", package.parent / "configs"):
        if (folder / "config.yaml").is_file():
            return folder
    raise InputError(
        f"the built-in configuration is missing: neither {package / 'configs'} nor {package.parent / 'configs'} "
        "holds config.yaml. Install ecosim again."
    )


def existing(config_dirs: Sequence[Path | str]) -> list[Path]:
    """Return the user's folders, resolved, or say which does not exist."""
    folders = [Path(folder).resolve() for folder in config_dirs]
    for folder in folders:
        if not folder.is_dir():
            raise InputError(f"--config-dir {folder}: there is no such folder.")
    return folders


def options(config_dirs: Sequence[Path] = ()) -> dict[str, list[str]]:
    """Return the options of every config group, the user's folders included."""
    found: dict[str, set[str]] = {}
    for root in (config_root(), *config_dirs):
        for group in sorted(folder for folder in root.iterdir() if folder.is_dir()):
            found.setdefault(group.name, set()).update(file.stem for file in group.glob("*.yaml"))
    return {group: sorted(names) for group, names in sorted(found.items()) if group != SCENARIO}


def files(group: str, config_dirs: Sequence[Path] = ()) -> dict[str, Path]:
    """Return the files of a group by name; a user's own file stands before a built-in one of the same name."""
    found: dict[str, Path] = {}
    for root in (*config_dirs, config_root()):
        for file in sorted((root / group).glob("*.yaml")):
            found.setdefault(file.stem, file)
    return dict(sorted(found.items()))


def first_comment(file: Path) -> str:
    """Return the first line of comment of an option's file, which says what it is about; empty when it has none."""
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") and "@package" not in line:
            return line.lstrip("# ").strip()
    return ""


def read_mapping(file: Path) -> dict[str, Any]:
    """Read a YAML file that holds a mapping, or nothing."""
    from omegaconf import OmegaConf

    try:
        content: Any = OmegaConf.to_container(OmegaConf.load(file))
    except Exception as error:
        kind = type(error)
        if isinstance(error, OSError | UnicodeDecodeError) or kind.__module__.startswith(("yaml", "omegaconf")):
            raise InputError(f"{file} cannot be read: {error}. Write it as YAML, one key a line.") from None
        raise
    if not isinstance(content, Mapping):
        raise InputError(f"{file}: found a {type(content).__name__}, must be a mapping of keys to values.")
    return {str(key): value for key, value in content.items()}
