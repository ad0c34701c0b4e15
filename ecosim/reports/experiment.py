"""The report of an experiment: one offline page to hand on, words before numbers, made from the experiment's tables."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ecosim.config import SimulationConfig
from ecosim.config.folders import SCENARIO
from ecosim.language import Language, retold, say, speaking
from ecosim.policies.base import declared
from ecosim.reports import costs, dates, effects, findings, levers, limits, phases, pictures, purposes, winners
from ecosim.reports.assumptions import assumptions
from ecosim.reports.effects import Row, title_of
from ecosim.reports.glossary import GLOSSARY
from ecosim.reports.page import Picture, environment, without_font
from ecosim.results import RunResult
from ecosim.results.comparison import (
    BITE,
    DIFFERENCES,
    GROUPS,
    PAYMENTS,
    PHASE_GROUPS,
    PHASES,
    TRAJECTORIES,
    Comparison,
)
from ecosim.results.finished import RUNS
from ecosim.results.folder import write_text
from ecosim.results.phases import dates_of, told_phases

OF_A_RUN = ("seed", "scenario")
"""Settings in which the runs differ by design, so that they are no assumption of the experiment."""


First = dict[tuple[str, str], RunResult]
"""A complete run of each scenario at each point of the sweep."""


@dataclass(frozen=True)
class Scenario:
    """A scenario as the page describes it: its overrides, what its file says, its policies with dates and doubt.

    `shown` names the point of the sweep of which the policies are, where they differ between points.
    """

    name: str
    lines: str
    about: str
    dates: str
    levers: list[limits.Lever]
    shown: str


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


def purposes_served(result: Comparison) -> dict[str, str]:
    """Say of each scenario, by title, whether its policies did what they are for; of some there is nothing to say.

    Scenarios with several phases are left out: there it is told phase by phase.
    """
    told = _told(_first_runs(result, result.rows(RUNS)), result.plan["baseline"])
    at_once = {title: one for title, one in told.items() if not told_phases(one.own, one.reference)}
    return {title: text for title, text in _served(result, result.rows(GROUPS), at_once).items() if text}


def without_change(result: Comparison) -> list[str]:
    """Say of which scenarios every run has the settings of the baseline's, so that there is nothing to compare."""
    plan, points = result.plan, result.plan.get("points", {})
    hashes: dict[str, dict[tuple[str, Any], str]] = {}
    for row in result.rows(RUNS):
        point = points.get(row["run"], "")
        hashes.setdefault(str(row["scenario"]), {})[point, row["seed"]] = plan["runs"][row["run"]]
    reference = hashes.pop(plan["baseline"], {})
    return [
        say(
            "{scenario} changes nothing: its settings are those of {baseline}, so that every difference is zero "
            "whatever the seeds. Look for a change that is missing, or misspelt, in {file}.",
            scenario=name,
            baseline=plan["baseline"],
            file=f"{SCENARIO}/{name}.yaml",
        )
        for name, own in hashes.items()
        if all(reference.get(key) == found for key, found in own.items())
    ]


def _context(result: Comparison, first: First) -> dict[str, Any]:
    judged = [row for row in result.rows(DIFFERENCES) if row["verdict"] is not None]
    groups, runs, baseline = result.rows(GROUPS), result.rows(RUNS), result.plan["baseline"]
    config = next((run.config for (name, _), run in first.items() if name == baseline), _any(first).config)
    told = _told(first, baseline)
    tables = phases.Recorded(*(result.rows(name) for name in (PHASES, PHASE_GROUPS, BITE, PAYMENTS)))
    bites, paid = costs.bites(tables.bite, config), costs.payments(tables.payments, config)
    periods = phases.periods(tables, told) if result.told_by_phase else []
    changed, rest = assumptions(config)
    changed = [item for item in changed if item.path not in OF_A_RUN]
    rest = {group: [item for item in items if item.path not in OF_A_RUN] for group, items in rest.items()}
    return {
        **_words(result, judged, runs, config),
        "findings": findings.findings(judged, groups, bites, paid, periods, _served(result, groups, told)),
        "plan": result.plan,
        "horizons": dates.horizons(judged, {title: one.own for title, one in told.items()}),
        "whole": findings.whole(config.days),
        "config": config,
        "runs": runs,
        "failed": [row for row in runs if row["status"] != "complete"],
        "pairs": findings.pairs_of(judged),
        "warnings": [*result.plan.get("left_out", []), *without_change(result), *_warnings(result)],
        "cards": effects.cards(judged),
        "phases": phases.cards(tables.outcomes, told),
        "pairings": effects.pairings(judged),
        "boards": winners.sections(groups, periods),
        "bites": bites,
        "paid": paid,
        "headings": phases.headings([*bites, *paid], told),
        "with_policies": any(run.config.policies for run in first.values()),
        "figures": _figures(result, judged, groups, told, periods) if config.recording.figures else {},
        "scenarios": [_scenario(name, lines, result.plan, first) for name, lines in result.plan["scenarios"].items()],
        "trusted": limits.trusted(rest, changed),
        "changed": changed,
        "rest": rest,
        "confidence": limits.confidence,
        "glossary": GLOSSARY,
        "without_font": without_font(),
        "command": shlex.join(_command(result, first)),
    }


def _words(result: Comparison, judged: Sequence[Row], runs: Sequence[Row], config: SimulationConfig) -> dict[str, Any]:
    plan = result.plan
    strategies = list(dict.fromkeys(str(row.get("strategy", config.strategy.kind)) for row in runs))
    return {
        "asked": findings.asked(list(plan["scenarios"]), plan["baseline"], plan["seeds"], config),
        "how_sure": findings.how_sure(judged, strategies) if judged else "",
        "not_known": findings.not_known(judged, plan["outcomes"]) if judged else "",
        "agreement": findings.agreement(judged),
    }


def _served(result: Comparison, groups: Sequence[Row], told: Mapping[str, phases.Told]) -> dict[str, str]:
    """Say of each scenario, by title, whether its policies did what they are for."""

    def of(title: str, rows: Sequence[Row]) -> list[Row]:
        return [row for row in rows if title_of(row) == title]

    rows = result.rows(DIFFERENCES)
    return {
        title: purposes.served(
            declared(one.own, purposes.its_own(one.own, one.reference)), of(title, rows), of(title, groups)
        )
        for title, one in told.items()
    }


def _figures(
    result: Comparison,
    judged: Sequence[Row],
    groups: Sequence[Row],
    told: Mapping[str, phases.Told],
    periods: Sequence[phases.Period],
) -> dict[str, list[Picture]]:
    tables = pictures.Tables(judged, groups, result.rows(DIFFERENCES), result.rows(TRAJECTORIES))
    return pictures.drawn(tables, {title: dates_of(one.own) for title, one in told.items()}, periods)


def _first_runs(result: Comparison, runs: Sequence[Row]) -> First:
    """Read one complete run of each scenario at each point of the sweep, for what it was told."""
    found: First = {}
    for row in runs:
        key = row["scenario"], result.plan.get("points", {}).get(row["run"], "")
        if row["status"] == "complete" and key not in found:
            found[key] = RunResult.load(result.folder_of(row["run"]))
    return found


def _any(first: First) -> RunResult:
    return next(iter(first.values()))


def _told(first: First, baseline: str) -> dict[str, phases.Told]:
    """Put what a run of each scenario was told beside what one of the baseline was at the same point, by title."""
    return {
        title_of({"scenario": name, "point": point}): phases.Told(run.config, first.get((baseline, point), run).config)
        for (name, point), run in first.items()
    }


def _scenario(name: str, lines: Sequence[str], plan: Mapping[str, Any], first: First) -> Scenario:
    at_points = {point: run for (scenario, point), run in first.items() if scenario == name}
    described = next(iter(at_points.values()), None)
    differ = len({repr(run.config.policies) for run in at_points.values()}) > 1
    return Scenario(
        name,
        " ".join(lines) or say("the settings that all scenarios share"),
        say(plan.get("about", {}).get(name, "")),
        dates.at_points({point: run.config for point, run in at_points.items()}) if at_points else "",
        _levers(described),
        next(iter(at_points)) if differ else "",
    )


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


def _command(result: Comparison, first: First) -> list[str]:
    """Return the words that make the experiment again, with the folders of options that were named and its own."""
    given = next(([str(part) for part in run.manifest.get("command", [])] for run in first.values()), [])
    folders = [part for at, part in enumerate(given) if "--config-dir" in (part, given[at - 1] if at else "")]
    folders += [part for part in given if part.startswith("--config-dir=")]
    return ["ecosim", "compare", *folders, *result.plan["words"], f"out={result.path.as_posix()}"]
