"""What every page of a report is made with: templates that escape all text, and figures drawn into the page."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from ecosim.language import Language, language, say, speaking, translated
from ecosim.reports.numbers import number, yuan

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Picture:
    """A figure as the page holds it: drawn into the page itself, so that nothing has to be fetched.

    Without data it could not be drawn, and the page says so in its place.
    """

    name: str
    title: str
    caption: str
    data: str
    wide: bool = False


def picture(name: str, title: str, caption: str, draw: Callable[[], Figure], wide: bool = False) -> Picture:
    """Draw a figure into the page, in the language that can be drawn here; a failure is logged and costs no other."""
    from ecosim import plots

    data = b""
    with plots.sparing_the_rest(name), speaking(plots.drawn_language()):
        data = plots.to_svg(draw())
    return Picture(name, title, caption, base64.b64encode(data).decode(), wide)


def without_font() -> str:
    """Say that figures are in English where this machine has no font for the language of the page."""
    from ecosim import plots

    if plots.drawn_language() is language():
        return ""
    return say("The figures are labelled in English: no font with Chinese characters was found on this machine.")


def environment() -> Environment:
    """Return the templates; what is not known to them is an error, and all text is escaped.

    What stands between `trans` and `endtrans` is said in the language of the page, as everything in :func:`say` is.
    """
    made = Environment(
        extensions=["jinja2.ext.i18n"],
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
    made.filters["said"] = say
    made.globals["lang"] = language().value
    made.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]
    return made


def _gettext(text: str) -> str:
    """Translate the text of a template; the catalogue has it on one line, with placeholders as Python writes them."""
    if language() is Language.ENGLISH:
        return text
    said = translated(key_of(text))
    return re.sub(r"\{(\w+)\}", r"%(\1)s", said.replace("%", "%%"))


def _ngettext(one: str, many: str, count: int) -> str:
    return _gettext(one if count == 1 else many)


def key_of(text: str) -> str:
    """Return the key in the catalogue of what stands in a template between `trans` and `endtrans`."""
    return re.sub(r"%\((\w+)\)s", r"{\1}", html.unescape(" ".join(text.split()))).replace("%%", "%")


def breakable(text: str) -> Markup:
    """Let a narrow screen break a dotted path after a dot or an underscore, but no number."""
    return Markup("<wbr>").join(escape(part) for part in re.split(r"(?<=_)|(?<=[.])(?=[a-z])", text))
