"""What is wrong is said in one message: which key, what was found, what is allowed, what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hydra.core.global_hydra import GlobalHydra

from ecosim.config import SimulationConfig
from ecosim.config.compose import compose, validate
from ecosim.errors import InputError

Message = Callable[..., str]


@pytest.fixture
def message() -> Message:
    def compose_and_fail(*overrides: str) -> str:
        with pytest.raises(InputError) as caught:
            compose(overrides)
        assert not GlobalHydra.instance().is_initialized()
        return str(caught.value)

    return compose_and_fail


@pytest.mark.parametrize(
    ("override", "hint"),
    [
        ("seeed=3", "'seed'"),
        ("rankr=random", "'ranker'"),
        ("polcy=exposure_floor", "'policy'"),
        ("ranker.popularty=1", "'popularity'"),
        ("consumer.watch_nois=1", "'watch_noise'"),
        ("ranker=popularty", "'popularity'"),
        ("scale=smal", "'small'"),
        ("policy=exposure_flor", "'exposure_floor'"),
        ("policy=[newcomer_support,exposure_flor]", "'exposure_floor'"),
        ("policies.exposure_flor.strength=1", "'exposure_floor'"),
        ("+policies.mine={kind: exposure_flor}", "'exposure_floor'"),
        ("+policies.mine={kind: exposure_floor, strenth: 1}", "'strength'"),
    ],
)
def test_a_misspelt_name_is_answered_with_the_nearest(message: Message, override: str, hint: str) -> None:
    text = message(override)
    assert f"Did you mean {hint}?" in text
    assert "\n" not in text


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("days=abc", 'days: must be a whole number from 1 to 1000000, found "abc"'),
        ("days=0", "days: must be a whole number from 1 to 1000000, found 0"),
        ("days=2.5", "found 2.5"),
        ("seed=-1", "found -1"),
        ("seed=true", "found true"),
        ("threads=0", "threads: must be a whole number of at least 1, or null, found 0"),
        ("ranker.watch=99", "ranker.watch: must be a number from -20 to 20, found 99"),
        ("ranker.watch=nan", "ranker.watch: must be a number from -20 to 20, found NaN"),
        ("platform.prior_views=inf", "platform.prior_views: must be a number above 0, found Infinity"),
        ("platform.prior_views=0", "platform.prior_views: must be a number above 0, found 0"),
        ("population.region_shares=[1,2,x,4]", 'population.region_shares[2]: must be a number, found "x"'),
        ("population.region_shares=[1,2]", "needs 4 numbers"),
        ("scale.creators=20000", "must not outnumber consumers"),
        ("market.ad_price=null", "market.ad_price: must be a whole number"),
        ("scenario=exposure_flor", "there is no scenario 'exposure_flor'. Did you mean 'exposure_floor'?"),
        ("scenario=a b", "scenario: must be a text of the form"),
        ("market.ad_share=5000", "must not exceed ad_price"),
        ("brand.commission=0.99", "orders would pay out more than their price"),
        ("engine.debug=5", "engine.debug: must be true or false, found 5"),
    ],
)
def test_a_value_that_cannot_be_is_shown_with_what_can(message: Message, override: str, expected: str) -> None:
    assert expected in message(override)


def test_everything_wrong_is_said_at_once(message: Message) -> None:
    text = message("seeed=1", "days=0", "burn_in=x", "ranker.watch=99", "ranker=popularty", "consumer.lapse_rate=2")
    assert text.startswith("6 settings cannot be used:\n")
    for key in ("seeed", "days", "burn_in", "ranker.watch", "popularty", "consumer.lapse_rate"):
        assert key in text
    assert len(text.splitlines()) == 7


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        (["policies.exposure_floor.strength=0"], "Add policy=exposure_floor"),
        (["seed=1,2"], "ecosim run -m"),
        (["policy=exposure_floor,newcomer_support"], "write policy=[a,b]"),
        (["ranker=[random,popularity]"], "ranker takes one option"),
        (["ranker.kind=random"], "Choose the option instead: ranker=random"),
        (["experiment=nope"], "there is no experiment 'nope'"),
        (["seed"], "Write key=value"),
        (["platform.hits.x=3"], "platform.hits is a single value"),
        (["+foo=1"], "foo: there is no such setting"),
        (["policy=exposure_floor", "policies.exposure_floor.stop=-5"], "stop (-5) must come after start (0)"),
        (["policy=exposure_floor", "policies.exposure_floor.start=180"], "beyond the last day (179)"),
        (["policy=exposure_floor", "policies.exposure_floor.aim.tiers=[tial]"], "one of head, waist, tail"),
        (["policy=exposure_floor", "policies.exposure_floor.aim.tiers=[]"], "aims at nobody. Write null for everyone"),
        (["policy=exposure_floor", "policies.exposure_floor.aim.verticals=[]"], "as in [0]"),
        (["policy=exposure_floor", "policies.exposure_floor.aim.regions=[]"], "policies.exposure_floor.aim.regions: "),
        (["seed=${oc.env:NO_SUCH_VARIABLE}"], "NO_SUCH_VARIABLE"),
    ],
)
def test_the_message_says_what_to_do(message: Message, overrides: list[str], expected: str) -> None:
    assert expected in message(*overrides)


def test_a_mapping_is_checked_like_the_command_line() -> None:
    with pytest.raises(InputError, match=r"scale\.creatrs: there is no such setting\. Did you mean 'creators'"):
        validate({"scale": {"creatrs": 3}})
    assert validate({}) == SimulationConfig()
    assert validate({"ranker": {"kind": "random"}}).ranker.kind == "random"


def test_a_missing_folder_of_options_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such folder"):
        compose([], [tmp_path / "absent"])


def test_a_broken_file_of_options_is_named(tmp_path: Path) -> None:
    (tmp_path / "scale").mkdir()
    (tmp_path / "scale" / "mine.yaml").write_text("name: [\n")
    with pytest.raises(InputError, match="not valid YAML"):
        compose(["scale=mine"], [tmp_path])
