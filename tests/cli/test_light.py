"""What needs no engine comes back at once and loads none of it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

HEAVY = ("numba", "mesa", "matplotlib.pyplot", "pandas", "scipy")


def loaded(code: str) -> set[str]:
    """Return which heavy modules a fresh interpreter holds after running the code."""
    ask = f"print('loaded:' + '|'.join(name for name in {HEAVY} if name in sys.modules), file=sys.stderr)"
    script = f"import sys\n{code}\n{ask}"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    return set(filter(None, done.stderr.splitlines()[-1].removeprefix("loaded:").split("|")))


@pytest.mark.parametrize(
    "code",
    [
        "import ecosim",
        "from ecosim.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass",
        "from ecosim.cli import main\nassert main(['run', 'seeed=3']) == 2",
        "from ecosim.cli import main\nassert main(['run', 'days=0']) == 2",
        "from ecosim.cli import main\nassert main(['list']) == 0",
        "from ecosim.cli import main\nassert main(['show', 'config']) == 0",
    ],
    ids=["import", "help", "unknown key", "out of range", "list", "show config"],
)
def test_nothing_heavy_is_imported(code: str) -> None:
    assert loaded(code) == set()


def test_help_comes_back_within_a_second() -> None:
    def seconds() -> float:
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-m", "ecosim", "--help"], capture_output=True, check=True)
        return time.perf_counter() - begun

    assert min(seconds() for _ in range(3)) < 1.0


def test_help_and_version(ecosim: Callable[..., Any]) -> None:
    for words in (["--help"], ["run", "--help"], ["--version"]):
        with pytest.raises(SystemExit) as ended:
            ecosim(*words)
        assert ended.value.code == 0
    assert ecosim().code == 0


def test_list_names_every_plug_in_and_scale(ecosim: Callable[..., Any]) -> None:
    from ecosim import registry

    everything = ecosim("list").out
    for family in registry.FAMILIES.values():
        assert all(name in everything for name in family.names())
    assert all(scale in everything for scale in ("toy", "small", "medium", "million"))
    policies = ecosim("list", "policy").out
    assert "exposure_floor" in policies
    assert "popularity" not in policies


def test_show_config_is_what_a_run_would_use(ecosim: Callable[..., Any]) -> None:
    import yaml

    from ecosim.config.compose import compose, validate

    words = ["scale=toy", "policy=exposure_floor", "policies.exposure_floor.strength=0.5"]
    assert validate(yaml.safe_load(ecosim("show", "config", *words).out)) == compose(words)


def test_show_plan_names_the_stages_of_a_day(ecosim: Callable[..., Any]) -> None:
    plan = ecosim("show", "plan").out
    assert all(stage in plan for stage in ("policies", "publishing", "serving", "settlement", "measurement"))


def test_overrides_may_stand_after_options(ecosim: Callable[..., Any], tmp_path: Any) -> None:
    (tmp_path / "scale").mkdir()
    (tmp_path / "scale" / "tiny.yaml").write_text("# Tiny.\nname: tiny\nconsumers: 40\ncreators: 8\n")
    shown = ecosim("show", "config", "scale=tiny", "--config-dir", ".", "seed=9").out
    assert "consumers: 40" in shown
    assert "seed: 9" in shown
    assert "Tiny." in ecosim("list", "--config-dir", ".", "scale").out
