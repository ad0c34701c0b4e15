"""What overrides, folders of one's own and sweeps make of the baseline."""

from __future__ import annotations

from pathlib import Path

import pytest
from hydra.core.global_hydra import GlobalHydra

from ecosim import registry
from ecosim.config import RankerConfig, Tier
from ecosim.config.compose import compose, expand, resolved, to_yaml, validate
from ecosim.config.fields import schema
from ecosim.errors import InputError


def test_no_policy_is_the_default() -> None:
    assert compose().policies == {}


def test_one_policy_several_policies_and_one_kind_twice() -> None:
    assert list(compose(["policy=exposure_floor"]).policies) == ["exposure_floor"]
    assert set(compose(["policy=[exposure_floor,newcomer_support]"]).policies) == {"exposure_floor", "newcomer_support"}
    twice = compose(["policy=exposure_floor", "+policies.late={kind: exposure_floor, start: 90}"]).policies
    assert [(name, policy.kind, policy.start) for name, policy in twice.items()] == [
        ("exposure_floor", "exposure_floor", 0),
        ("late", "exposure_floor", 90),
    ]


def test_a_policy_can_be_aimed() -> None:
    policy = compose(["policy=exposure_floor", "policies.exposure_floor.aim.tiers=[waist,tail]"])
    assert policy.policies["exposure_floor"].aim.tiers == [Tier.WAIST, Tier.TAIL]


def test_the_last_word_wins() -> None:
    assert compose(["seed=1", "seed=2"]).seed == 2


def test_hydra_is_left_as_it_was() -> None:
    compose(["scale=toy"])
    assert not GlobalHydra.instance().is_initialized()


def test_an_option_of_ones_own(tmp_path: Path) -> None:
    folder = tmp_path / "it's mine"
    (folder / "scale").mkdir(parents=True)
    (folder / "scale" / "tiny.yaml").write_text("name: tiny\nconsumers: 40\ncreators: 8\n")
    (folder / "experiment").mkdir()
    (folder / "experiment" / "trial.yaml").write_text(
        "# @package _global_\ndefaults:\n  - override /scale: tiny\n  - override /policy: [exposure_floor]\n"
        "scenario: trial\npolicies:\n  exposure_floor:\n    strength: 0.5\n"
    )
    assert compose(["scale=tiny"], [folder]).scale.creators == 8
    trial = compose(["experiment=trial", "seed=4"], [folder])
    assert (trial.scenario, trial.scale.name, trial.policies["exposure_floor"].strength, trial.seed) == (
        "trial",
        "tiny",
        0.5,
        4,
    )
    with pytest.raises(InputError, match="Known: trial"):
        compose(["experiment=trail"], [folder])


def test_yaml_holds_everything_and_composes_to_the_same() -> None:
    import yaml

    config = compose(["scale=toy", "policy=newcomer_support", "out=/tmp/x"])
    assert validate(yaml.safe_load(to_yaml(config))) == config
    assert resolved(config)["policies"]["newcomer_support"]["kind"] == "newcomer_support"


def test_a_new_default_keeps_the_bounds_of_the_base() -> None:
    @schema
    class Steeper(RankerConfig):
        """A ranker's settings with another default."""

        kind: str = "steeper"
        watch: float = 3.0

    registry.rankers.register("steeper", Steeper)(type("SteeperRanker", (), {}))
    try:
        assert validate({"ranker": {"kind": "steeper"}}).ranker.watch == 3.0
        with pytest.raises(InputError, match=r"ranker\.watch: must be a number from -20 to 20, found 21"):
            validate({"ranker": {"kind": "steeper", "watch": 21}})
    finally:
        registry.rankers.unregister("steeper")


@pytest.mark.parametrize(
    ("overrides", "runs"),
    [
        ([], [[]]),
        (["seed=1,2"], [["seed=1"], ["seed=2"]]),
        (["seed=range(1,4)"], [["seed=1"], ["seed=2"], ["seed=3"]]),
        (["ranker=choice(random,popularity)"], [["ranker=random"], ["ranker=popularity"]]),
        (["policy=[a,b]"], [["policy=[a,b]"]]),
        (["policy=[],[a]"], [["policy=[]"], ["policy=[a]"]]),
        (
            ["seed=1,2", "scale=toy", "days=5,6"],
            [
                ["seed=1", "scale=toy", "days=5"],
                ["seed=1", "scale=toy", "days=6"],
                ["seed=2", "scale=toy", "days=5"],
                ["seed=2", "scale=toy", "days=6"],
            ],
        ),
    ],
)
def test_a_sweep_becomes_one_list_a_run(overrides: list[str], runs: list[list[str]]) -> None:
    assert expand(overrides) == runs


@pytest.mark.parametrize("override", ["seed=interval(1,2)", "ranker=glob(*)"])
def test_what_is_no_list_of_values_is_refused(override: str) -> None:
    with pytest.raises(InputError, match=r"range\(1,11\)"):
        expand([override])
