"""The house stays in order: layers, sizes, first lines, and silence outside the command line."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "ecosim").rglob("*.py"))
NAMES = [module.relative_to(ROOT).as_posix() for module in MODULES]
each_module = pytest.mark.parametrize("module", MODULES, ids=NAMES)

FILE_LINES = 400
FUNCTION_LINES = 50


def test_layers_and_homes_of_libraries() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@each_module
def test_the_first_line_says_what_the_module_means(module: Path) -> None:
    words = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))
    assert words
    assert len(words.splitlines()[0]) > 15


@each_module
def test_files_are_short(module: Path) -> None:
    assert len(module.read_text(encoding="utf-8").splitlines()) <= FILE_LINES


@each_module
def test_functions_are_short(module: Path) -> None:
    """The docstring does not count: it is there to be long enough."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert code_lines(node) <= FUNCTION_LINES, f"{node.name} has {code_lines(node)} lines of code"


def code_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of the body, the docstring left out."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


@each_module
def test_only_the_command_line_prints(module: Path) -> None:
    if "cli" in module.relative_to(ROOT).parts:
        return
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        called = node.func if isinstance(node, ast.Call) else None
        assert not (isinstance(called, ast.Name) and called.id == "print"), f"line {getattr(node, 'lineno', '?')}"


@each_module
def test_no_random_state_outside_the_named_draws(module: Path) -> None:
    """Every draw has a name; numpy's and Python's own streams have none."""
    text = module.read_text(encoding="utf-8")
    assert "np.random" not in text
    assert "import random" not in text
