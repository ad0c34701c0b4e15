"""The how-to pages do what they say: their files are written, and the project runs with them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.docs.pages import ROOT, blocks, commands, files

HOW_TO = ROOT / "docs" / "how-to"
COMPARED = "compare.md"
IN_TREE = ("new-ranker.md", "new-strategy.md", "new-policy.md", "new-metric.md", "network.md")
SCRIPTS = (
    "story.md",
    "own-creator-class.md",
    "reproduce-a-run.md",
    "network.md",
    "economy.md",
    "sensitivity.md",
    "branch-and-resume.md",
)
TINY = ("scale=toy", "days=3", "burn_in=2", "recording.figures=false")


def run(words: list[str], home: Path, path: Path) -> str:
    """Run a command in a process of its own that finds packages in `path` first; return what it printed."""
    environment = {**os.environ, "PYTHONPATH": str(path), "COLUMNS": "200"}
    done = subprocess.run(
        [sys.executable, *words], cwd=home, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def write(folder: Path, pages: tuple[str, ...]) -> None:
    """Write the files of some pages; none of them may exist before."""
    for page in pages:
        for name, text in files(HOW_TO / page).items():
            path = folder / name
            assert not path.exists(), f"{page} would edit {name}; a plug-in needs files of its own only"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the project, with the files of the how-to pages added.

    The copy shares the project's kernels, which no page touches: numba would compile a copy anew.
    """
    folder = tmp_path_factory.mktemp("house")
    ignore = shutil.ignore_patterns("__pycache__", "kernels")
    shutil.copytree(ROOT / "ecosim", folder / "ecosim", ignore=ignore)
    (folder / "ecosim" / "kernels").mkdir()
    shared = f'"""The kernels of the project."""\n__path__ = [{str(ROOT / "ecosim" / "kernels")!r}]\n'
    (folder / "ecosim" / "kernels" / "__init__.py").write_text(shared, encoding="utf-8")
    shutil.copytree(ROOT / "configs", folder / "configs")
    write(folder, IN_TREE)
    return folder


def test_a_ranker_a_strategy_a_policy_and_a_metric_take_one_class_and_one_yaml_each(house: Path) -> None:
    chosen = ["ranker=curious", "strategy=weekend", "policy=county_lift", "friends=circles"]
    run(["-m", "ecosim", "run", *TINY, *chosen, "out=result"], house, house)
    manifest = json.loads((house / "result" / "manifest.json").read_text())["config"]
    assert (manifest["ranker"]["exploration"], manifest["strategy"]["weekend_posts"]) == (2.0, 0.8)
    assert manifest["friends"] == {"kind": "circles", "size": 9}
    assert manifest["policies"]["county_lift"]["aim"]["regions"] == [3]
    daily = pq.read_table(house / "result" / "daily.parquet")
    assert 0 <= daily["creators_unseen_share"].to_pylist()[-1] <= 1


def test_new_members_of_a_family_are_listed(house: Path) -> None:
    listed = run(["-m", "ecosim", "list"], house, house)
    for name in ("curious", "weekend", "county_lift", "circles", "creators_unseen_share"):
        assert name in listed, f"{name} is registered but not listed"


def test_the_yaml_of_a_page_has_the_keys_and_defaults_of_its_class(house: Path) -> None:
    check = (
        "from ecosim import registry; from ecosim.config.compose import compose\n"
        "c = compose(['ranker=curious', 'strategy=weekend', 'policy=county_lift', 'friends=circles'])\n"
        "for f, made in (('ranker', c.ranker), ('strategy', c.strategy), ('policy', c.policies['county_lift']),\n"
        "                ('friends', c.friends)):\n"
        "    print(made.kind, made == registry.FAMILIES[f][made.kind].config())\n"
    )
    told = run(["-c", check], house, house).split("\n")
    for name in ("curious", "weekend", "county_lift", "circles"):
        assert f"{name} True" in told


def test_new_members_keep_the_contract_of_their_family(house: Path) -> None:
    tests = [name for page in IN_TREE for name in files(HOW_TO / page) if name.startswith("tests/")]
    assert len(tests) == len(IN_TREE)
    run(["-m", "pytest", "-q", "-p", "no:cacheprovider", "--import-mode=importlib", *tests], house, house)


@pytest.mark.parametrize("page", IN_TREE)
def test_a_page_says_how_to_run_the_test_that_it_shows(page: str) -> None:
    (test,) = [name for name in files(HOW_TO / page) if name.startswith("tests/")]
    shown = [block.text for block in blocks(HOW_TO / page) if block.language == "console"]
    assert any("make setup" in text and f".venv/bin/python -m pytest {test}\n" in text for text in shown)


@pytest.mark.parametrize("page", IN_TREE)
def test_the_commands_of_a_page_can_be_composed(house: Path, page: str) -> None:
    overrides = [words[1:] for words in commands(HOW_TO / page) if words[0] == "run"]
    assert overrides, f"{page} shows no run"
    check = (
        "import json, sys; from ecosim.config.compose import compose, expand\n"
        "for words in json.loads(sys.argv[1]):\n"
        "    for one in expand([w for w in words if w != '-m']) if '-m' in words else [words]: compose(one)\n"
    )
    run(["-c", check, json.dumps(overrides)], house, house)


def test_a_package_of_ones_own_needs_no_file_in_ecosim(tmp_path: Path) -> None:
    page = ("plug-in-package.md",)
    write(tmp_path, page)
    project = tomllib.loads((tmp_path / "pyproject.toml").read_text())["project"]
    # What `pip install --editable .` leaves behind, as far as entry points go.
    info = tmp_path / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    points = project["entry-points"]["ecosim.plugins"]
    (info / "entry_points.txt").write_text(
        "[ecosim.plugins]\n" + "".join(f"{name} = {module}\n" for name, module in points.items())
    )
    for words in commands(HOW_TO / page[0]):
        small = TINY if words[0] == "run" else ()
        printed = run(["-m", "ecosim", *words, *small], tmp_path, tmp_path)
        assert "restless" in printed or words[0] == "run"
    (manifest,) = (tmp_path / "runs").glob("*/manifest.json")
    assert json.loads(manifest.read_text())["config"]["ranker"]["kind"] == "restless"


@pytest.mark.parametrize("page", SCRIPTS)
def test_a_script_runs_as_it_stands(tmp_path: Path, page: str) -> None:
    ((name, text),) = [(name, text) for name, text in files(HOW_TO / page).items() if "/" not in name]
    (tmp_path / name).write_text(text, encoding="utf-8")
    printed = run([name], tmp_path, ROOT)
    assert "DIFFERS" not in printed
    assert len(printed.splitlines()) > 3


def test_comparing_scenarios_of_ones_own(tmp_path: Path) -> None:
    write(tmp_path, (COMPARED,))
    page = HOW_TO / COMPARED
    mine = next(words for words in commands(page) if "--config-dir" in words)
    told = run(["-m", "ecosim", *mine, "-j", "1"], tmp_path, ROOT)
    assert "late_floor, less baseline: 30 days after the start, 2 pairs" in told
    assert "late_floor" in run(["floors.py"], tmp_path, ROOT)
    listed = run(["-m", "ecosim", "list", "scenario", "--config-dir", "mine"], tmp_path, ROOT)
    assert "The exposure floor on days 10 to 39" in listed
