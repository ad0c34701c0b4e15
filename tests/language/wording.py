"""Every English sentence that a page can say, found in the sources: literals of the code, templates, registries."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path

import ecosim
from ecosim import registry
from ecosim.config import SimulationConfig
from ecosim.config.describe import walk
from ecosim.config.folders import config_root, first_comment
from ecosim.reports.glossary import GLOSSARY
from ecosim.reports.limits import documented, doubt_in
from ecosim.reports.page import environment, key_of

PACKAGE = Path(ecosim.__file__).parent
FOLDERS = ("reports", "plots")
ELSEWHERE = ("sensitivity.py", "failures.py")
"""Figures of other pages than the reports, and what is said on the terminal."""

PROSE = re.compile(r"[A-Za-z]{2,}[,;:.]? (?:[a-z]|\{)|\} [a-z]{2,}")
NOT_SAID = {"offset points", "axes fraction", "upper left", "outside lower center", "{:,.2f} million"}
"""Words of matplotlib, and how English counts in millions (see ecosim/reports/numbers.py)."""


def of_the_code() -> Iterator[tuple[str, str]]:
    """Yield file and text of whatever is handed to `say`, and of every literal that reads like prose."""
    for folder in FOLDERS:
        for file in sorted((PACKAGE / folder).glob("*.py")):
            if file.name in ELSEWHERE:
                continue
            known = {term.english for term in GLOSSARY} if file.name == "glossary.py" else NOT_SAID
            tree = ast.parse(file.read_text(encoding="utf-8"))
            documented = {id(one) for one in _documentation(tree)}
            said = {id(part) for call in ast.walk(tree) if _says(call) for part in _literals(call.args[0])}
            for node in ast.walk(tree):
                if isinstance(node, ast.JoinedStr):
                    documented |= {id(part) for part in node.values}
                    text = "".join(p.value for p in node.values if isinstance(p, ast.Constant))
                    if PROSE.search(text):
                        yield f"{file.name}:{node.lineno}", f"an f-string that no catalogue can know: {text}"
                elif (
                    isinstance(node, ast.Constant)
                    and isinstance(node.value, str)
                    and id(node) not in documented
                    and node.value not in known
                    and (id(node) in said or PROSE.search(node.value))
                ):
                    yield f"{file.name}:{node.lineno}", node.value


def _says(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say" and bool(node.args)


def _literals(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.Constant):
        yield node
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from _literals(value)


def _documentation(tree: ast.Module) -> Iterator[ast.expr]:
    """Yield strings that stand by themselves: docstrings, and words about a constant."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def of_the_templates() -> Iterator[tuple[str, str]]:
    """Yield template and text of whatever stands between `trans` and `endtrans`, or is handed to `_`."""
    made = environment()
    for file in sorted((PACKAGE / "reports" / "templates").glob("*.j2")):
        for line, _, message in made.extract_translations(file.read_text(encoding="utf-8")):  # type: ignore[attr-defined]
            for text in message if isinstance(message, tuple) else (message,):
                if text is not None:
                    yield f"{file.name}:{line}", key_of(text)


def of_the_registries() -> Iterator[tuple[str, str]]:
    """Yield what shipped measures, policies, settings and scenarios are called."""
    for metric in registry.metrics:
        if metric.cls.__module__.startswith("ecosim."):
            texts = (metric.cls.label, metric.cls.unit, metric.cls.unknown_when, metric.summary)
            yield from ((metric.name, text) for text in texts if text)
    for policy in registry.policies:
        if policy.cls.__module__.startswith("ecosim."):
            yield policy.name, policy.name.replace("_", " ")
            yield policy.name, policy.summary
            yield policy.name, doubt_in(documented(policy.name))
    for path, description, unit, source in settings():
        yield from ((path, text) for text in (description, unit, source) if text)
    for file in sorted((config_root() / "scenario").glob("*.yaml")):
        yield file.name, first_comment(file)


def settings() -> Iterator[tuple[str, str, str, str]]:
    """Yield path, description, unit and source of every setting that a run can have."""
    from ecosim.reports.assumptions import NOT_ASSUMPTIONS, SOURCES

    schemas = [("", SimulationConfig())]
    for name, family in registry.FAMILIES.items():
        schemas += [(f"{name}.", entry.config()) for entry in family if is_dataclass(entry.config) and name != "metric"]
    for prefix, schema in schemas:
        for path, setting, _ in walk(schema, prefix):
            if path.split(".")[0] not in NOT_ASSUMPTIONS:
                unit = "" if setting.unit in ("1", "count", "index") else setting.unit
                source = SOURCES.get(setting.source, "")
                yield path, setting.description, unit, source
