"""The report of one run: a single offline page that a policy analyst can read from top to bottom."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosim.language import Language, retold, say, speaking
from ecosim.reports import levers, money, trade
from ecosim.reports.assumptions import assumptions, told_apart
from ecosim.reports.glossary import GLOSSARY
from ecosim.reports.page import Picture, environment, picture, without_font
from ecosim.reports.scorecard import notes, scorecard
from ecosim.reports.words import measured_days, sentences
from ecosim.results import RunResult
from ecosim.results.folder import REPORT, write_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def render(
    result: RunResult, figures: Mapping[str, Figure | None] | None = None, language: Language | None = None
) -> str:
    """Write the report of a run as one HTML page that needs no other file.

    Parameters
    ----------
    result : RunResult
        The run, from memory or from its folder.
    figures : mapping of str to Figure or None, optional
        Its figures, when they are drawn already; None for one that could not be drawn.
    language : Language, optional
        In which it is written; that of the run's settings when left out.
    """
    with speaking(language or result.config.report.language):
        if figures is None:
            figures = _drawn(result)
        templates = environment()
        templates.filters["party"] = money.party
        templates.filters["retold"] = retold
        return templates.get_template("single.html.j2").render(_context(result, figures))


def write_into(result: RunResult, folder: Path) -> None:
    """Add `figures/` and `report.html` to a run folder, unless the settings say to draw none."""
    if result.config.recording.figures:
        write_anew(result, folder)


def write_anew(result: RunResult, folder: Path, language: Language | None = None) -> None:
    """Write `figures/` and `report.html` into a run folder, in place of those that are there."""
    from ecosim import plots

    with speaking(language or result.config.report.language):
        figures = _drawn(result)
    page = render(result, figures, language)
    plots.save_all(figures, folder / "figures")
    write_text(page, folder / REPORT)


def _drawn(result: RunResult) -> dict[str, Figure | None]:
    """Draw the figures in the language of the page, or in English where there is no font for it."""
    from ecosim import plots

    with speaking(plots.drawn_language()):
        return plots.draw_all(result.tables, result.config)


def _context(result: RunResult, figures: Mapping[str, Figure | None]) -> dict[str, Any]:
    changed, rest = assumptions(result.config)
    flows = money.flows(result)
    return {
        "config": result.config,
        "manifest": result.manifest,
        "status": result.status,
        "days": measured_days(result),
        "sentences": sentences(result),
        "scorecard": scorecard(result.summary),
        "notes": notes(),
        "pictures": _pictures(figures),
        "sales": trade.sales(result),
        "flows": flows,
        "balances": money.balances(flows),
        "policies": levers.policies(result),
        "bite": levers.bite(result),
        "paid": levers.paid_otherwise(result),
        "why_missed": say(levers.WHY_MISSED),
        "without_font": without_font(),
        "changed": changed,
        "told_apart": told_apart(result.config),
        "rest": rest,
        "glossary": GLOSSARY,
        "command": shlex.join(_command(result)),
        "replications": shlex.join(["ecosim", "run", "-m", *_overrides(result), "seed=range(1,11)"]),
    }


def _command(result: RunResult) -> list[str]:
    """Return the command that started the run; empty when it was started from Python."""
    command = [str(part) for part in result.manifest.get("command", [])]
    return ["ecosim", *command[1:]] if command else []


def _overrides(result: RunResult) -> list[str]:
    return [part for part in _command(result)[2:] if "=" in part and part.split("=")[0] not in ("seed", "out")]


def _pictures(figures: Mapping[str, Figure | None]) -> list[Picture]:
    from ecosim import plots

    pictures = []
    for drawing in (one for one in plots.DRAWINGS if one.name in figures):
        named = drawing.name, say(drawing.title), say(drawing.caption)
        figure = figures[drawing.name]
        if figure is None:
            pictures.append(Picture(*named, data=""))
        else:
            pictures.append(picture(*named, partial(_same, figure), figure.get_figwidth() > 6))
    return pictures


def _same(figure: Figure) -> Figure:
    return figure
