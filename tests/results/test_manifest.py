"""The manifest: if these fail, a run cannot be made again from what it says about itself."""

from __future__ import annotations

import json

import pytest

from ecosim.config import SimulationConfig
from ecosim.config.validation import resolved, validate
from ecosim.results import manifest as manifests


def test_settings_come_back_from_json(config):
    text = json.dumps(resolved(config))
    assert validate(json.loads(text)) == config


def test_hash_follows_every_setting_that_can_change_a_result():
    base = manifests.config_hash(SimulationConfig())
    assert len(base) == 16
    assert manifests.config_hash(SimulationConfig()) == base
    assert manifests.config_hash(SimulationConfig(seed=2)) != base
    other = SimulationConfig()
    other.market.living_cost = 0.26
    assert manifests.config_hash(other) != base


def test_hash_ignores_how_a_run_is_computed_where_it_is_written_and_what_it_is_called():
    same = SimulationConfig(threads=1, out="elsewhere", scenario="mine")
    same.engine.block = 7
    assert manifests.config_hash(same) == manifests.config_hash(SimulationConfig())


def test_manifest_states_where_the_numbers_come_from(manifest):
    assert manifest["status"] == "complete"
    assert manifest["impressions_per_second"] == 500  # 1000 in the 2 seconds that were not set-up
    assert {"python", "numpy", "mesa"} <= set(manifest["versions"])
    assert manifest["source"] == manifests.source_digest()
    assert manifest["machine"]["cores"] >= 1
    assert manifest["peak_memory_mb"] > 10
    assert manifest["config"]["days"] == 4
    json.dumps(manifest, allow_nan=False)


def test_revision_is_only_given_for_the_project_itself(monkeypatch):
    monkeypatch.setattr(manifests, "_git", lambda folder, *arguments: None)
    assert manifests.git_revision() is None


@pytest.mark.parametrize(("changes", "expected"), [("", "abc"), (" M file", "abc+changes")])
def test_revision_tells_of_edits(monkeypatch, changes, expected):
    answers = {"ls-files": "manifest.py", "rev-parse": "abc", "status": changes}
    monkeypatch.setattr(manifests, "_git", lambda folder, *arguments: answers[arguments[0]])
    assert manifests.git_revision() == expected
