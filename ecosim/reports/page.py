"""What every page of a report is made with: templates that escape all text, and figures drawn into the page."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from ecosim.reports.numbers import number, yuan

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Picture:
    """A figure as the page holds it: drawn into the page itself, so that nothing has to be fetched."""

    name: str
    title: str
    caption: str
    data: str
    wide: bool = False


def picture(name: str, title: str, caption: str, figure: Figure, wide: bool = False) -> Picture:
    """Put a figure into the page."""
    from ecosim import plots

    return Picture(name, title, caption, base64.b64encode(plots.to_svg(figure)).decode(), wide)


def environment() -> Environment:
    """Return the templates; what is not known to them is an error, and all text is escaped."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["number"] = number
    made.filters["yuan"] = yuan
    made.filters["breakable"] = breakable
    return made


def breakable(text: str) -> Markup:
    """Let a narrow screen break a dotted path after a dot or an underscore, but no number."""
    return Markup("<wbr>").join(escape(part) for part in re.split(r"(?<=_)|(?<=[.])(?=[a-z])", text))
