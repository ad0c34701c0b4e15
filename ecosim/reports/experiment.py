"""The report of an experiment: one offline page to hand on, words before numbers, made from the experiment's tables."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ecosim.config import SimulationConfig
from ecosim.language import Language, retold, say, speaking
from ecosim.reports import costs, dates, effects, findings, levers, limits, phases, pictures, winners
from ecosim.reports.assumptions import assumptions
from ecosim.reports.effects import Row
from ecosim.reports.glossary import GLOSSARY
from ecosim.reports.page import Picture, environment, without_font
from ecosim.results import RunResult
from ecosim.results.comparison import BITE, DIFFERENCES, GROUPS, PAYMENTS, PHASES, TRAJECTORIES, Comparison
from ecosim.results.finished import RUNS
from ecosim.results.folder import write_text
from ecosim.results.phases import dates_of

OF_A_RUN = ("seed", "scenario")
"""Settings in which the runs differ by design, so that they are no assumption of the experiment."""


@dataclass(frozen=True)
class Scenario:
    """A scenario as the page describes it: its overrides, what its file says, its policies with dates and doubt."""

    name: str
    lines: str
    about: str
    dates: str
    levers: list[limits.Lever]


def write_experiment(result: Comparison, language: Language | None = None) -> None:
    """Write `report.html` into the folder of an experiment."""
    page = render(result, language)
    write_text(page, result.report)


def render(result: Comparison, language: Language | None = None) -> str:
    """Write the report of an experiment as one HTML page that needs no other file.

    Parameters
    ----------
    result : Comparison
        The experiment; its folder must hold at least one complete run. With `recording.figures=false` nothing is drawn.
    language : Language, optional
        In which it is written; that of the runs' settings when left out.
    """
    first = _first_runs(result, result.rows(RUNS))
    told = next(iter(first.values())).config.report.language
    with speaking(language or told):
        return environment().get_template("experiment.html.j2").render(_context(result, first))


def _context(result: Comparison, first: dict[str, RunResult]) -> dict[str, Any]:
    judged = [row for row in result.rows(DIFFERENCES) if row["verdict"] is not None]
    groups, runs = result.rows(GROUPS), result.rows(RUNS)
    config = first.get(result.plan["baseline"], next(iter(first.values()))).config
    configs = {name: run.config for name, run in first.items()}
    bites, paid = costs.bites(result.rows(BITE), config), costs.payments(result.rows(PAYMENTS), config)
    changed, rest = assumptions(config)
    changed = [item for item in changed if item.path not in OF_A_RUN]
    rest = {group: [item for item in items if item.path not in OF_A_RUN] for group, items in rest.items()}
    return {
        **_words(result, judged, groups, bites, paid, config),
        "plan": result.plan,
        "horizons": dates.horizons(judged, configs),
        "whole": findings.whole(config.days),
        "config": config,
        "runs": runs,
        "failed": [row for row in runs if row["status"] != "complete"],
        "pairs": findings.pairs_of(judged),
        "warnings": [*result.plan.get("left_out", []), *_warnings(result)],
        "cards": effects.cards(judged),
        "phases": phases.cards(result.rows(PHASES)),
        "pairings": effects.pairings(judged),
        "boards": {title: winners.boards(rows) for title, rows in winners.by_scenario(groups).items()},
        "bites": bites,
        "paid": paid,
        "with_policies": any(run.config.policies for run in first.values()),
        "figures": _figures(result, judged, groups, configs) if config.recording.figures else {},
        "scenarios": [
            Scenario(
                name,
                " ".join(lines) or say("the settings that all scenarios share"),
                say(result.plan.get("about", {}).get(name, "")),
                dates.in_words(first[name].config) if name in first else "",
                _levers(first.get(name)),
            )
            for name, lines in result.plan["scenarios"].items()
        ],
        "trusted": limits.trusted(rest, changed),
        "changed": changed,
        "rest": rest,
        "confidence": limits.confidence,
        "glossary": GLOSSARY,
        "without_font": without_font(),
        "command": shlex.join(_command(result, first)),
    }


def _words(
    result: Comparison,
    judged: Sequence[Row],
    groups: Sequence[Row],
    bites: Sequence[costs.Bite],
    paid: Sequence[costs.Payment],
    config: Any,
) -> dict[str, Any]:
    plan = result.plan
    runs = result.rows(RUNS)
    strategies = list(dict.fromkeys(str(row.get("strategy", config.strategy.kind)) for row in runs))
    return {
        "asked": findings.asked(list(plan["scenarios"]), plan["baseline"], plan["seeds"], config),
        "how_sure": findings.how_sure(judged, strategies) if judged else "",
        "findings": findings.findings(judged, groups, bites, paid),
        "agreement": findings.agreement(judged),
    }


def _figures(
    result: Comparison, judged: Sequence[Row], groups: Sequence[Row], configs: Mapping[str, SimulationConfig]
) -> dict[str, list[Picture]]:
    marked = {name: dates_of(config) for name, config in configs.items()}
    return pictures.drawn(judged, groups, result.rows(DIFFERENCES), result.rows(TRAJECTORIES), marked)


def _first_runs(result: Comparison, runs: Sequence[Row]) -> dict[str, RunResult]:
    """Read one complete run of each scenario, for what it was told."""
    found: dict[str, RunResult] = {}
    for row in runs:
        if row["status"] == "complete" and row["scenario"] not in found:
            found[row["scenario"]] = RunResult.load(result.folder_of(row["run"]))
    return found


def _levers(run: RunResult | None) -> list[limits.Lever]:
    return [] if run is None else limits.levers_of(levers.policies(run), run.config)


def _warnings(result: Comparison) -> list[str]:
    """Say once what several runs warn of, and how many they are."""
    return [
        say(
            "{scenario}, {count} of {runs} runs: {warning}.",
            scenario=scenario,
            count=count,
            runs=runs,
            warning=retold(warning).removesuffix("."),
        )
        for scenario, warning, count, runs in result.warned()
    ]


def _command(result: Comparison, first: dict[str, RunResult]) -> list[str]:
    """Return the words that make the experiment again, with the folders of options that were named."""
    given = next(([str(part) for part in run.manifest.get("command", [])] for run in first.values()), [])
    folders = [part for at, part in enumerate(given) if "--config-dir" in (part, given[at - 1] if at else "")]
    folders += [part for part in given if part.startswith("--config-dir=")]
    return ["ecosim", "compare", *folders, *result.plan["words"]]
