"""The documentation agrees with the project: generated tables, links, commands."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from ecosim import registry
from ecosim.config import SimulationConfig
from ecosim.config.compose import compose, expand
from ecosim.config.describe import FAMILY_OF, settings_of, walk
from ecosim.config.experiments import experiment
from ecosim.config.sensitivity import sensitivity
from ecosim.reports.glossary import GLOSSARY
from tests.docs.pages import PAGES, ROOT, blocks, commands, links

ECONOMY = ("brand", "commerce", "live", "sharing", "collaboration")


def script(name: str) -> ModuleType:
    """Import a script of docs/."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def relative(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("name", ["parameters.md", "levers.md", "measures.md", "state.md", "day.md"])
def test_reference_says_what_the_schemas_say(name: str) -> None:
    tables = script("make_tables")
    assert sorted(tables.PAGES) == sorted(["parameters.md", "levers.md", "measures.md", "state.md", "day.md"])
    committed = (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")
    assert committed == tables.render(name), "a schema has changed. Run: python docs/make_tables.py"


def settings() -> set[str]:
    """Return the dotted names of all settings, those of every plug-in included."""
    known = {path for path, _, _ in walk(SimulationConfig())}
    for family in FAMILY_OF.values():
        known |= {f"{family}.{name}" for entry in registry.FAMILIES[family] for name in settings_of(entry.config)}
    return known


def test_every_symbol_belongs_to_a_setting_and_stands_for_one_only() -> None:
    symbols = script("make_tables").SYMBOLS
    assert sorted(set(symbols) - settings()) == []
    assert len(set(symbols.values())) == len(symbols)


def test_every_number_that_drives_the_world_has_a_symbol() -> None:
    groups = ("population", "consumer", "creator", "platform", "market", *ECONOMY)
    numbers = {path for path, _, value in walk(SimulationConfig()) if not isinstance(value, bool)}
    lacking = {path for path in numbers if path.split(".")[0] in groups} - set(script("make_tables").SYMBOLS)
    assert sorted(lacking) == [], "write the symbol in docs/symbols.yaml, and the formula in docs/model.md"


def test_the_model_introduces_every_symbol_beside_its_setting() -> None:
    model = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
    introduced = re.findall(r"`([^`\n]+)`\s\(`([a-z_]+\.[a-z_]+)`", model)
    symbols = script("make_tables").SYMBOLS
    assert [pair for pair in introduced if symbols.get(pair[1]) != pair[0]] == []
    assert sorted(set(symbols) - {path for _, path in introduced}) == []


def test_the_model_names_settings_that_exist() -> None:
    model = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
    groups = {path.split(".")[0] for path in settings() if "." in path}
    named = {name for name in re.findall(r"`([a-z_]+\.[a-z_]+)`", model) if name.split(".")[0] in groups}
    assert sorted(named - settings()) == []


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_links_lead_somewhere(page: Path) -> None:
    broken = [target for target in links(page) if not (page.parent / target.split("#")[0]).exists()]
    assert broken == []


@pytest.mark.parametrize(
    "name",
    ["README.md", "docs/architecture.md", "docs/model.md", "docs/how-to/economy.md", "docs/how-to/sensitivity.md"],
)
def test_commands_can_be_composed(name: str) -> None:
    for words in commands(ROOT / name):
        if words[0] == "run":
            many = "-m" in words
            overrides = [word for word in words[1:] if word != "-m"]
            for one in expand(overrides) if many else [overrides]:
                compose(one)
        if words[0] == "compare":
            assert experiment(words[1:]).arms
        if words[0] == "sensitivity":
            assert sensitivity(words[1:]).ranges


def test_scripts_of_the_readme_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    scripts = [block.text for block in blocks(ROOT / "README.md") if block.language == "python"]
    assert scripts, "the README shows no Python"
    for text in scripts:
        exec(compile(text, "README.md", "exec"), {})  # each stands alone, as a reader copies it
        assert capsys.readouterr().out.strip(), "a script that prints nothing shows nothing"


def test_every_fact_that_is_cited_is_explained_and_no_other() -> None:
    facts = ROOT / "docs" / "reference" / "facts.md"
    told = set(re.findall(r"^\| (S\d{2}) \|", facts.read_text(encoding="utf-8"), re.MULTILINE))
    sources = [ROOT / "README.md", *(p for f in ("ecosim", "configs", "docs") for p in (ROOT / f).rglob("*"))]
    texts = [path for path in sources if path.suffix in (".py", ".md", ".yaml", ".j2") and path != facts]
    cited = {fact for path in texts for fact in re.findall(r"\bS\d{2}\b", path.read_text(encoding="utf-8"))}
    assert told == cited


def test_example_of_the_readme_can_be_refreshed() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(script("make_example").BLOCK.findall(text)) == 1
    assert (ROOT / "docs" / "figures" / "baseline_concentration.svg").is_file()


def test_glossary_says_what_the_report_says() -> None:
    rows = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    missing = [term for term in GLOSSARY if f"| {term.english} | {term.chinese} | {term.meaning} |" not in rows]
    assert missing == []
