"""The YAML files and the schemas say the same: one option, one dataclass, key for key."""

from __future__ import annotations

from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from ecosim import registry
from ecosim.config import SimulationConfig
from ecosim.config.compose import compose, config_root, options
from ecosim.config.describe import FAMILY_OF, settings_of, walk
from ecosim.config.validation import resolved, validate

ROOT = config_root()
FAMILIES = sorted(FAMILY_OF.values())
PLUGINS = [(family, entry.name) for family in FAMILIES for entry in registry.FAMILIES[family]]
GROUPS = {name: setting.type for name, setting in settings_of(SimulationConfig).items() if is_dataclass(setting.type)}
CORE = [
    (group, file.stem) for group in GROUPS if group not in FAMILIES for file in sorted((ROOT / group).glob("*.yaml"))
]


def read(group: str, option: str) -> dict[str, Any]:
    content = yaml.safe_load((ROOT / group / f"{option}.yaml").read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def assert_same_keys(content: dict[str, Any], schema: type[Any]) -> None:
    assert list(content) == list(settings_of(schema))
    for name, setting in settings_of(schema).items():
        if is_dataclass(setting.type):
            assert_same_keys(content[name], setting.type)


def test_baseline_on_the_command_line_is_the_baseline_in_python() -> None:
    assert compose() == SimulationConfig()


@pytest.mark.parametrize(("group", "option"), CORE)
def test_an_option_has_the_keys_of_its_schema(group: str, option: str) -> None:
    assert_same_keys(read(group, option), GROUPS[group])


@pytest.mark.parametrize(("family", "name"), PLUGINS)
def test_a_plug_in_has_one_yaml_with_the_keys_and_defaults_of_its_schema(family: str, name: str) -> None:
    content = read(family, name)
    schema = registry.FAMILIES[family][name].config
    assert_same_keys(content, schema)
    assert schema(**content) == schema()


@pytest.mark.parametrize("family", FAMILIES)
def test_there_is_no_yaml_without_a_plug_in(family: str) -> None:
    assert options()[family] == registry.FAMILIES[family].names()


def test_policies_land_under_their_own_name() -> None:
    for name in registry.policies.names():
        first = (ROOT / "policy" / f"{name}.yaml").read_text(encoding="utf-8").splitlines()[0]
        assert first == f"# @package policies.{name}"


def test_every_group_is_in_the_defaults_list() -> None:
    defaults = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))["defaults"]
    named = {key for entry in defaults if isinstance(entry, dict) for key in entry}
    assert named == set(options())
    assert defaults[-2:] == ["_self_", {"experiment": None}], "an experiment must be able to change any other line"


def test_every_setting_says_what_it_means() -> None:
    everything = compose([f"policy=[{','.join(registry.policies.names())}]"])
    silent = [path for path, setting, _ in walk(everything) if not setting.description]
    assert not silent


def test_scales_keep_their_proportions() -> None:
    sizes = {name: read("scale", name) for name in options()["scale"]}
    assert {name: (size["consumers"], size["creators"]) for name, size in sizes.items()} == {
        "toy": (300, 30),
        "small": (10_000, 500),
        "medium": (100_000, 5_000),
        "million": (1_000_000, 50_000),
    }
    assert all(name == size["name"] for name, size in sizes.items())


def test_resolved_settings_validate_to_themselves() -> None:
    config = compose([f"policy=[{','.join(registry.policies.names())}]", "scale=toy"])
    assert validate(resolved(config)) == config


def test_configs_stand_where_the_package_looks() -> None:
    assert (ROOT / "config.yaml").is_file()
    assert ROOT.name == "configs"
    assert isinstance(ROOT, Path)
