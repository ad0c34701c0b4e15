"""Write docs/reference from the schemas: parameters, levers, measures, columns of state, and the plan of a day.

    python docs/make_tables.py            writes the pages
    python docs/make_tables.py --check    says which pages differ from the schemas, and ends with 1 if any does

The schemas are the only place where a setting, a lever, a measure or a column is described; these pages repeat them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import yaml

from ecosim import pipeline, registry
from ecosim.config import EngineConfig, RecordingConfig, ReportConfig, ScaleConfig, SimulationConfig
from ecosim.config.describe import FAMILY_OF, Setting, settings_of
from ecosim.config.plugins import (
    Aim,
    CollaboratorsConfig,
    FriendsConfig,
    NetworkConfig,
    PolicyConfig,
    RankerConfig,
    StrategyConfig,
)
from ecosim.policies.base import Purpose, declared
from ecosim.results.differences import OUTCOMES
from ecosim.state.economy import Brands, Deals, Orders, Products
from ecosim.state.plan import LEVERS
from ecosim.state.schema import Consumers, Creators, Items

FOLDER = Path(__file__).resolve().parent / "reference"

SYMBOLS: dict[str, str] = {
    f"{group}.{name}": symbol
    for group, symbols in yaml.safe_load((FOLDER.parent / "symbols.yaml").read_text(encoding="utf-8")).items()
    for name, symbol in symbols.items()
}
"""Symbols of the formulas in docs/model.md, by setting."""


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Write a Markdown table."""
    lines = ["| " + " | ".join(heads) + " |", "|" + "|".join(" --- " for _ in heads) + "|"]
    return lines + ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows] + [""]


def summary(thing: Any) -> str:
    """First paragraph of a docstring, on one line."""
    return " ".join((thing.__doc__ or "").strip().split("\n\n")[0].split())


def written(value: Any) -> str:
    """Write a default as YAML would."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, list):
        value = [entry.value if isinstance(entry, Enum) else entry for entry in value]
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def parameter_row(setting: Setting, path: str) -> tuple[str, ...]:
    """One setting: symbol, name, default, unit, allowed values, meaning, source."""
    return (
        f"`{SYMBOLS[path]}`" if path in SYMBOLS else "",
        f"`{setting.name}`",
        written(setting.default),
        setting.unit,
        setting.allowed,
        setting.description,
        setting.source,
    )


CHOICES = (SimulationConfig, ScaleConfig, RecordingConfig, ReportConfig, EngineConfig, PolicyConfig, Aim)
"""Schemas whose settings the user chooses; they stand for nothing in the world and have neither symbol nor source."""


def parameter_table(schema: type[Any], prefix: str, leave_out: Iterable[str] = ()) -> list[str]:
    """Tabulate the single settings of a schema."""
    known = [s for s in settings_of(schema).values() if not is_dataclass(s.type) and s.type not in FAMILY_OF]
    known = [s for s in known if s.name not in {"kind", *leave_out} and not str(s.type).startswith("dict")]
    rows = [parameter_row(s, f"{prefix}.{s.name}".lstrip(".")) for s in known]
    heads = ("symbol", "setting", "default", "unit", "allowed", "meaning", "source")
    shown = slice(1, 6) if schema in CHOICES else slice(None)
    return table(heads[shown], (row[shown] for row in rows)) if rows else []


def parameters() -> Iterator[str]:
    """Every setting of a run."""
    yield "# Parameters\n"
    yield (
        "Every setting of a run, as the schemas declare it. A setting is written `group.name=value` on the command\n"
        "line, as in `consumer.watch_quality=0.5`. *Symbol* is its name in the formulas of [the model](../model.md).\n"
        "*Source* says where a default comes from: an industry figure by its id (S61), exploratory runs before this\n"
        "version (`dynamics`), or that it is still to be calibrated. No default is an estimate with an error yet.\n"
    )
    yield "## The run\n"
    yield from parameter_table(SimulationConfig, "")
    for name, setting in settings_of(SimulationConfig).items():
        if is_dataclass(setting.type) and setting.type not in FAMILY_OF:
            yield f"## `{name}`\n"
            yield summary(setting.type) + "\n"
            yield from parameter_table(setting.type, name)
    yield from ranker_parameters()
    yield from plug_in_parameters("network", NetworkConfig)
    yield from plug_in_parameters("friends", FriendsConfig)
    yield from plug_in_parameters("collaborators", CollaboratorsConfig)
    yield from plug_in_parameters("strategy", StrategyConfig)
    yield from plug_in_parameters("policy", PolicyConfig)


def ranker_parameters() -> Iterator[str]:
    """Show the weights of all rankers side by side."""
    entries = list(registry.rankers)
    yield "## `ranker`\n"
    yield summary(RankerConfig) + "\n"
    for entry in entries:
        yield f"- `{entry.name}`: {entry.summary}"
    yield ""
    rows = []
    for name, setting in settings_of(RankerConfig).items():
        if name != "kind":
            defaults = [f"{settings_of(entry.config)[name].default:g}" for entry in entries]
            rows.append((f"`{name}`", setting.unit, *defaults, setting.description))
    yield from table(("weight", "unit", *(f"`{entry.name}`" for entry in entries), "term"), rows)
    yield f"Every weight may be {settings_of(RankerConfig)['affinity'].allowed}.\n"


def plug_in_parameters(family: str, base: type[Any]) -> Iterator[str]:
    """Show what a family's members share, then each member's own settings."""
    shared = list(settings_of(base))
    yield f"## `{family}`\n"
    yield summary(base) + "\n"
    yield from parameter_table(base, family)
    if base is PolicyConfig:
        yield f"`aim`: {summary(Aim)[0].lower()}{summary(Aim)[1:]}\n"
        yield from parameter_table(Aim, "policy.aim")
    for entry in registry.FAMILIES[family]:
        yield f"### `{family}={entry.name}`\n"
        yield entry.summary + "\n"
        changed = [
            f"`{name}: {value.default:g}`"
            for name, value in settings_of(entry.config).items()
            if isinstance(value.default, int | float)
            and name in shared
            and value.default != settings_of(base)[name].default
        ]
        own = parameter_table(entry.config, family, leave_out=shared)
        yield from own
        if changed:
            yield f"Default of its own: {', '.join(changed)}.\n"
        if base is PolicyConfig:
            aim = settings_of(entry.config)["aim"].default
            chosen = {name: getattr(aim, name) for name in settings_of(Aim)}
            narrowed = [f"`{name}: {written(value)[1:-1]}`" for name, value in chosen.items() if value is not None]
            yield f"Aimed by default at {', '.join(narrowed) or 'everyone'}.\n"
            purposes = declared(SimulationConfig(policies={entry.name: entry.config()}), [entry.name])
            if purposes:
                yield f"For, by default: {', '.join(meant(purpose) for _, purpose in purposes)}.\n"


def meant(purpose: Purpose) -> str:
    """Say what should change which way."""
    group = f"{purpose.kind} {purpose.group.removeprefix(f'{purpose.kind} ')}"
    outcome = f"{purpose.outcome} of creators ({group})" if purpose.kind else f"`{purpose.outcome}`"
    return f"{'higher' if purpose.higher else 'lower'} {outcome}"


def levers() -> Iterator[str]:
    """All that a policy can move."""
    yield "# Levers\n"
    yield (
        "A lever is a typed field of the day's plan; policies move levers and nothing else. *Combine* says how two\n"
        "policies act together on one lever, and with it which verb a policy uses: `add`, `scale` (multiply),\n"
        "`raise_to` (max), `replace`. *Bite* says where it shows on the same day that a lever has moved something.\n"
    )
    rows = (
        (f"`{x.name}`", x.description, x.unit, f"{x.low:g} to {x.high:g}", x.shape.value, x.combine.value, x.bite.value)
        for x in LEVERS.values()
    )
    yield from table(("lever", "meaning", "unit", "bounds", "aimed at", "combine", "bite"), rows)


def measures() -> Iterator[str]:
    """All metrics."""
    yield "# Measures\n"
    yield (
        "Daily measures are columns of `daily.parquet`; `summary.json` holds their mean over the last 180 measured\n"
        "days. Measures of the run are taken once, at its end. `summary.json` also states `impressions_per_second`,\n"
        "`peak_memory_mb` and `wall_seconds`, which describe the machine. A measure that is not defined (no floor,\n"
        "too few newcomers, no brands, a day on which the panel is not logged) is NaN in the tables and `null` in\n"
        "JSON.\n"
    )
    rows = (
        (f"`{e.name}`", e.summary, e.cls.unit, e.cls.direction.value, e.cls.weights, e.cls.scope.value)
        for e in registry.metrics
    )
    yield from table(("measure", "meaning", "unit", "direction", "weighted by", "taken"), rows)
    yield "## Usual outcomes\n"
    yield (
        f"The {len(OUTCOMES)} on which `ecosim compare` gives a verdict unless `outcomes=[...]` names others. One\n"
        "that no run knows is left out, and the report says which and why.\n"
    )
    usual = ((f"`{name}`", registry.metrics[name].cls.unknown_when) for name in OUTCOMES)
    yield from table(("outcome", "not known where"), usual)


def state() -> Iterator[str]:
    """Every column of every table."""
    yield "# State\n"
    yield (
        "The columns of every table, as `ecosim/state/schema.py` and `ecosim/state/economy.py` declare them. V is the\n"
        "number of verticals, D = 16 that of style dimensions. Every column of consumers, creators and brands is\n"
        "also an attribute of their Mesa agents. From Python they are `model.world.consumers`, `.creators` and\n"
        "`.items`, and `model.world.economy.brands`, `.products`, `.deals` and `.orders`.\n"
    )
    for population in (Consumers, Creators, Items, Brands, Products, Deals, Orders):
        yield f"## {population.__name__}\n"
        yield summary(population) + "\n"
        rows = (
            (f"`{c.name}`", c.dtype if c.width is None else f"{c.dtype} x {c.width}", c.unit, c.description)
            for c in population.columns()
        )
        yield from table(("column", "type", "unit", "meaning"), rows)


def day() -> Iterator[str]:
    """The plan of a day."""
    yield "# A day\n"
    yield "What `ecosim show plan` prints: the stages in their order, and what each may read and write.\n"
    yield "```text"
    yield pipeline.describe().rstrip()
    yield "```"


PAGES: dict[str, Callable[[], Iterator[str]]] = {
    "parameters.md": parameters,
    "levers.md": levers,
    "measures.md": measures,
    "state.md": state,
    "day.md": day,
}


def render(name: str) -> str:
    """Return a page as text."""
    note = "<!-- written by docs/make_tables.py from the schemas; do not edit -->\n\n"
    return note + "\n".join(PAGES[name]()).rstrip() + "\n"


def main(words: Sequence[str]) -> int:
    """Write the pages, or check them."""
    stale = []
    for name in PAGES:
        path, text = FOLDER / name, render(name)
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if "--check" not in words:
            FOLDER.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"wrote {path.relative_to(FOLDER.parent.parent)}\n")
    if stale and "--check" in words:
        sys.stdout.write(f"differ from the schemas: {', '.join(stale)}. Run: python docs/make_tables.py\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
