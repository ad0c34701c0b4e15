"""Ray's cluster as it is found: nobody waits for one that is not there, or for room that no machine has."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ecosim import cluster
from ecosim.errors import InputError


def machines(*cores: float, gone: float = 0) -> Any:
    """What Ray says of machines with so many cores each, and of one that is gone."""
    found = [{"Alive": True, "Resources": {"CPU": count} if count else {}} for count in cores]
    return SimpleNamespace(nodes=lambda: [*found, {"Alive": False, "Resources": {"CPU": gone}}])


@pytest.mark.parametrize(
    ("cores", "actors", "each"),
    [([8], 2, 4), ([8], 3, 2), ([2, 1, 1], 2, 1), ([8, 4, 0], 3, 4), ([4, 1], 2, 2), ([1, 1], 3, 0.5), ([1], 3, 0.33)],
)
def test_actors_get_what_their_machines_have_together(cores: list[float], actors: int, each: float) -> None:
    """An actor that asked for more than one machine has would wait forever."""
    assert cluster.share(machines(*cores, gone=64), actors) == each


def test_a_cluster_without_cores_is_named() -> None:
    with pytest.raises(InputError, match="no machine of the cluster has room for 2 shards"):
        cluster.share(machines(0, gone=8), 2)


def test_an_address_where_nobody_answers_is_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ray itself would try for longer than ten minutes."""
    ray = pytest.importorskip("ray", reason="the extra 'ray' is not installed")
    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:1")
    with pytest.raises(InputError, match=r"RAY_ADDRESS names 127\.0\.0\.1:1, where no cluster answers"):
        cluster.connected("runner=ray")
