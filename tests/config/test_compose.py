"""What overrides, folders of one's own and sweeps make of the baseline."""

from __future__ import annotations

from pathlib import Path

import pytest
from hydra.core.global_hydra import GlobalHydra

from ecosim import registry
from ecosim.config import PolicyConfig, RankerConfig, SimulationConfig, Tier
from ecosim.config.compose import compose, expand, label, resolved, to_yaml, validate
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


@pytest.mark.parametrize(
    ("overrides", "scenario"),
    [
        ([], "baseline"),
        (["scale=toy", "seed=3", "consumer.watch_quality=0.5"], "baseline"),
        (["ranker=multi_objective", "policy=[]"], "baseline"),
        (["policy=exposure_floor"], "exposure_floor"),
        (["policy=[newcomer_support,exposure_floor]"], "exposure_floor.newcomer_support"),
        (["ranker=random"], "random"),
        (["policy=exposure_floor", "ranker=random", "strategy=fixed"], "random.strategy-fixed.exposure_floor"),
        (["policy=exposure_floor", "scenario=mine"], "mine"),
        (["policy=exposure_floor", "scenario=baseline"], "baseline"),
    ],
)
def test_a_scenario_is_named_by_what_was_chosen_unless_the_user_names_it(overrides: list[str], scenario: str) -> None:
    config = compose(overrides)
    assert config.scenario == scenario
    assert validate(resolved(config)) == config


def test_a_label_can_be_a_scenario_whatever_a_policy_is_called() -> None:
    config = SimulationConfig(policies={"my late floor!": {"kind": "exposure_floor"}})  # type: ignore[dict-item]
    assert validate({"scenario": label(config)}).scenario == "my-late-floor-"


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
    assert compose(["experiment=trial", "ranker=random"], [folder]).scenario == "trial"
    with pytest.raises(InputError, match=r"Known: .*trial"):
        compose(["experiment=trail"], [folder])


def test_a_plug_in_without_its_yaml_is_not_called_unknown(tmp_path: Path) -> None:
    @schema
    class ForgetfulConfig(PolicyConfig):
        """Settings of a policy that forgot its YAML."""

        kind: str = "forgetful"

    registry.policies.register("forgetful", ForgetfulConfig)(type("Forgetful", (), {}))
    try:
        with pytest.raises(InputError, match=r"is registered, .* configs/policy/forgetful\.yaml, are missing"):
            compose(["policy=forgetful"])
        (tmp_path / "policy").mkdir()
        (tmp_path / "policy" / "forgetful.yaml").write_text("# @package policies.forgetful\nkind: forgetful\n")
        assert compose(["policy=forgetful"], [tmp_path]).policies["forgetful"].kind == "forgetful"
    finally:
        registry.policies.unregister("forgetful")


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


@pytest.mark.parametrize("override", ["seed=1,2,1", "ranker=choice(random,random)"])
def test_a_value_given_twice_is_refused(override: str) -> None:
    with pytest.raises(InputError, match="is given twice"):
        expand([override])
