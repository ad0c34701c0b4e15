"""Two scenarios share every draw they have in common, so that their difference is the policy and not luck."""

from __future__ import annotations

import numpy as np
import pytest

from ecosim import registry
from ecosim.config import ConsumerConfig
from ecosim.kernels import draws
from ecosim.pipeline import run_day
from ecosim.stages.arrivals import potential_entrants
from ecosim.stages.genesis import create_world, creator_traits
from ecosim.testing import run_world, small_config


def test_potential_entrants_are_a_fixed_stream() -> None:
    """Whoever survives, the same people consider entering, with the same traits."""
    calm = run_world(small_config(), 5)
    harsh = small_config()
    harsh.creator.exit_hazard, harsh.creator.entry_chance = 0.5, 0.05
    other = run_world(harsh, 5)
    assert other.creators.alive.sum() < calm.creators.alive.sum()
    serials = potential_entrants(calm)
    np.testing.assert_array_equal(serials, potential_entrants(other))
    one = creator_traits(calm.seed, calm.config, calm.centres, calm.vertical_share, serials)
    two = creator_traits(other.seed, other.config, other.centres, other.vertical_share, serials[:1])
    for name, column in two.items():
        np.testing.assert_array_equal(one[name][:1], column)


def test_a_mild_policy_moves_few_slots_on_its_first_day() -> None:
    """Draws are keyed by consumer and item, so that one new slot does not reshuffle all others."""
    config = small_config(consumers=200)
    mild = small_config(
        consumers=200, policies={"p": registry.policies["newcomer_support"].config(start=4, boost=0.05)}
    )
    a, b = run_world(config, 4), run_world(mild, 4)
    run_day(a)
    run_day(b)
    assert a.today.panel is not None
    assert b.today.panel is not None
    one, two = seconds_by_view(a.today.panel), seconds_by_view(b.today.panel)
    shared = one.keys() & two.keys()
    assert one.keys() != two.keys()
    assert len(shared) > 0.9 * len(one)
    moved = sum(abs(one[key] - two[key]) for key in shared)
    assert moved < 0.03 * sum(one[key] for key in shared)  # the same moods; satiation differs a little


def seconds_by_view(panel: dict[str, np.ndarray]) -> dict[tuple[int, int, int], int]:
    """Milliseconds watched by consumer and item."""
    columns = [panel[name].tolist() for name in ("consumer", "serial", "number", "watch")]
    return {(c, s, n): ms for c, s, n, ms in zip(*columns, strict=True)}


def test_consumption_is_keyed_by_whom_and_what() -> None:
    """The mood of a view is the same on whatever slot it falls."""
    assert draws.draw(1, draws.CONSUME, 3, 7, 11, 13, 0) == draws.draw(1, draws.CONSUME, 3, 7, 11, 13, 0)
    assert draws.draw(1, draws.CONSUME, 3, 7, 11, 13, 0) != draws.draw(1, draws.CONSUME, 3, 7, 11, 14, 0)


def test_the_population_does_not_depend_on_the_rules() -> None:
    ranked = create_world(small_config(ranker=registry.rankers["random"].config()))
    hungry = create_world(small_config(consumer=ConsumerConfig(watch_taste=3.0)))
    for name in ("region", "sessions", "slots", "interest", "taste"):
        np.testing.assert_array_equal(getattr(ranked.consumers, name), getattr(hungry.consumers, name))
    np.testing.assert_array_equal(ranked.creators.style, hungry.creators.style)


@pytest.mark.parametrize("more", [41, 80])
def test_more_consumers_leave_the_first_ones_as_they_are(more: int) -> None:
    few, many = create_world(small_config()), create_world(small_config(consumers=more))
    for name in ("region", "sessions", "taste", "interest"):
        np.testing.assert_array_equal(getattr(few.consumers, name), getattr(many.consumers, name)[:40])
