"""A sensitivity analysis is read from words, its ranges come from the schemas, or it is refused with what to do."""

from __future__ import annotations

import pytest

from ecosim.config.compose import compose
from ecosim.config.sensitivity import OUTCOMES, Method, Range, changed, sensitivity
from ecosim.errors import InputError

VARY = "vary=[ranker.popularity,consumer.satiation_style]"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], "vary: no setting is named"),
        (["vary=[]"], "vary: no setting is named"),
        (["vary=[ranker.popularty]"], "no setting 'ranker.popularty'. Did you mean 'ranker.popularity'?"),
        (["vary=[ranker.kind]"], "ranker.kind is not numeric"),
        (["vary=[population.region_shares]"], "population.region_shares is not numeric"),
        (["vary=[policies.exposure_floor.share_of_mean]"], "exist where it is selected"),
        (["vary=[seed]"], "seed says how a world is simulated"),
        (["vary=[recording.panel]"], "recording.panel says how a world is simulated"),
        (["vary.ranker.popularity=[1,1]"], r"the range \[1,1\] is empty"),
        (["vary.ranker.popularity=[1,0]"], r"the range \[1,0\] is empty"),
        (["vary.ranker.popularity=1"], "must be two numbers"),
        (["vary.ranker.popularity=[0,high]"], "must be two numbers"),
        (["vary.ranker.popularity=[0,300]"], "ranker.popularity: must be a number from -20 to 20, found 300"),
        (["vary.platform.hits=[1.5,3]"], "platform.hits is a whole number"),
        (["vary.brand.active=[0,1]"], "true or false has no range"),
        (["vary=[creator.skill_mean]"], "is 0.0 by default"),
        ([VARY, "factor=1"], "factor: found '1'"),
        ([VARY, "method=moris"], "method: found 'moris'. Did you mean 'morris'?"),
        ([VARY, "trajectories=3"], "trajectories: found 3, must be at least 4"),
        ([VARY, "trajectories=many"], "trajectories: found 'many'"),
        ([VARY, "samples=64"], "samples: method=morris has none"),
        ([VARY, "method=sobol", "samples=4"], "samples: found 4, must be at least 8"),
        ([VARY, "method=sobol", "samples=100"], "power of two.* Nearest: 64 and 128"),
        ([VARY, "method=sobol", "levels=4"], "only method=morris has a grid"),
        ([VARY, "levels=5"], "levels: found 5"),
        ([VARY, "ranker=random,popularity"], "takes one value of every setting"),
        ([VARY, "outcomes=[gini]"], "there is no measure 'gini'"),
        ([VARY, "scenarios=[baseline,random_feed]"], r"scenario random_feed sets ranker itself \(ranker=random\)"),
        ([VARY, "scenarios=[baseline,exposure_flor]"], "Did you mean 'exposure_floor'?"),
    ],
)
def test_what_cannot_be_used_is_refused_with_what_to_do(words: list[str], expected: str) -> None:
    with pytest.raises(InputError, match=expected):
        sensitivity(words)


def test_everything_wrong_with_settings_is_said_at_once() -> None:
    with pytest.raises(InputError, match=r"2 settings cannot be used:\n.*ranker.pop.*\n.*ranker.kind"):
        sensitivity(["vary=[ranker.pop,ranker.kind]"])


def test_ranges_are_bounds_or_a_factor_around_what_is_set() -> None:
    keys = "creator.style_drift,consumer.satiation_style,platform.hits,brand.active"
    keys += ",consumer.watch_base,consumer.lapse_rate"
    found = sensitivity([f"vary=[{keys}]", "vary.ranker.popularity=[-0.5,1]", "platform.hits=10", "factor=3"])
    assert [(one.key, one.low, one.high, one.kind) for one in found.ranges] == [
        ("creator.style_drift", 0, 1, float),  # 0.3: its bounds are no wider than four times that
        ("consumer.satiation_style", pytest.approx(4 / 3), 12, float),  # 4: bounds to 20 would be
        ("platform.hits", 3, 30, int),
        ("brand.active", 0, 1, bool),
        ("consumer.watch_base", pytest.approx(-4.2), pytest.approx(-1.4 / 3), float),
        ("consumer.lapse_rate", pytest.approx(0.02 / 3), pytest.approx(0.06), float),
        ("ranker.popularity", -0.5, 1, float),
    ]
    assert (found.method, found.size, found.outcomes, found.experiment.changes) == (
        Method.MORRIS, 10, OUTCOMES, {"baseline": []},
    )  # fmt: skip


def test_a_policys_own_settings_are_varied_where_it_is_selected() -> None:
    words = ["scenarios=[baseline,exposure_floor]", "vary=[policies.exposure_floor.share_of_mean]", "method=sobol"]
    found = sensitivity([*words, "samples=16", "seeds=[3,7]"])
    assert (found.ranges[0].key, found.size, found.experiment.seeds) == (
        "policies.exposure_floor.share_of_mean", 16, (3, 7),
    )  # fmt: skip


def test_whole_numbers_meet_both_ends_and_are_spread_evenly() -> None:
    whole, truth = Range("x", 2, 5, int), Range("y", 0, 1, bool)
    assert [whole.at(place, Method.MORRIS) for place in (0, 1 / 3, 2 / 3, 1)] == [2, 3, 4, 5]
    assert [truth.at(place, Method.MORRIS) for place in (0, 1 / 3, 2 / 3, 1)] == [False, False, True, True]
    spread = [whole.at(number / 1000, Method.SOBOL) for number in range(1000)]
    assert [spread.count(value) for value in (2, 3, 4, 5)] == [250] * 4
    assert whole.at(1.0, Method.SOBOL) == 5
    assert type(whole.at(0.5, Method.SOBOL)) is int


def test_changed_settings_are_checked_as_a_whole() -> None:
    config = compose(["policy=exposure_floor"])
    other = changed(config, {"policies.exposure_floor.strength": 0.5, "ranker.popularity": 0.7})
    assert other == compose(["policy=exposure_floor", "policies.exposure_floor.strength=0.5", "ranker.popularity=0.7"])
    assert config.ranker.popularity == 0.4
    with pytest.raises(InputError, match=r"consumer\.follows_limit"):
        changed(config, {"consumer.follows_limit": 61})
