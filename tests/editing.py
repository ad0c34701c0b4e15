"""What folders would hold had something else been written: edits after which all checksums fit again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ecosim.results.stored import from_json, seals, to_json


def rewritten(file: Path, **changes: Any) -> None:
    """Change entries of a manifest, a plan or the note of an unfinished run; None takes one out."""
    content = json.loads(file.read_text()) | {"checksum": None}
    content = {key: value for key, value in content.items() if value is not None} | changes
    file.write_text(to_json({key: value for key, value in content.items() if value is not None}))


def resealed(folder: Path) -> None:
    """Let the manifest of a run name its files as they are now."""
    manifest = from_json((folder / "manifest.json").read_text())
    rewritten(folder / "manifest.json", files=seals(folder, manifest["files"]))
