"""Contracts that every plug-in keeps, as checks that its author can run.

One function a family: it takes a registered plug-in and raises an AssertionError that says in words what would be wrong
with the world if the plug-in were used. From a test of one's own::

    from ecosim import registry
    from ecosim.testing import check_policy

    def test_my_policy():
        check_policy(registry.policies["my_policy"], share_of_mean=0.5)
"""

from ecosim.testing.metrics import check_metric
from ecosim.testing.networks import check_collaborators, check_friends, check_network
from ecosim.testing.policies import check_policy
from ecosim.testing.rankers import check_ranker
from ecosim.testing.strategies import check_strategy
from ecosim.testing.worlds import CONSUMERS, CREATORS, digest, run_world, small_config

__all__ = [
    "CONSUMERS",
    "CREATORS",
    "check_collaborators",
    "check_friends",
    "check_metric",
    "check_network",
    "check_policy",
    "check_ranker",
    "check_strategy",
    "digest",
    "run_world",
    "small_config",
]
