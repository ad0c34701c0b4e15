"""What is measured: worlds from a thousand to a million consumers, creators at 5% of them, brands at 0.5%."""

from __future__ import annotations

from typing import Any

import ecosim

BENCH, MILLION = "bench", "million"
"""The two measurements, each with figures and a table of its own."""

Plans = list[dict[str, Any]]


def plans(name: str, *, quick: bool) -> Plans:
    """Return the sizes of a measurement, the smallest first, as fields of :class:`benchmarks.engine.Plan`."""
    chosen = (_quick if quick else _bench if name == BENCH else _million)()
    if quick and name == MILLION:
        chosen[0].update(rounds=0)
    for plan in chosen:
        plan.setdefault("creators", plan["consumers"] // 20)
    chosen[-1]["report"] = name == BENCH and not quick
    return chosen


def _bench() -> Plans:
    """Some minutes: everyone takes turns at every size where they are able."""
    common = {"warm_up": 10, "rounds": 6}
    return [
        # The twin is bound to a thousand: at ten thousand one of its days takes minutes.
        common | {"consumers": 1_000, "days": 100, "turn": 10, "mesa_consumers": 1_000, "mesa_days": 3,
                  "twin_consumers": 1_000, "twin_every": 2, "trecs_users": 1_000},
        common | {"consumers": 10_000, "days": 60, "turn": 5, "mesa_consumers": 10_000,
                  "trecs_users": 10_000, "trecs_every": 2},
        common | {"consumers": 100_000, "days": 30, "mesa_consumers": 10_000, "trecs_users": 1_000},
    ]  # fmt: skip


def _million() -> Plans:
    """A month of `scale=million`, and of smaller worlds on the same days, for the time that a consumer takes."""
    scale = ecosim.compose(["scale=million"]).scale
    month = {"warm_up": 7, "days": 30}
    return [
        month | {"consumers": 10_000},
        month | {"consumers": 100_000},
        month | {"consumers": scale.consumers, "creators": scale.creators, "rounds": 3, "mesa_consumers": 10_000,
                 "trecs_users": 1_000},
    ]  # fmt: skip


def _quick() -> Plans:
    """Tiny worlds, which show that the measurement works."""
    common = {"warm_up": 2, "days": 3, "rounds": 1, "mesa_consumers": 50, "trecs_users": 50, "stream": 100_000}
    return [
        common | {"consumers": 200, "twin_consumers": 40, "twin_warm_up": 1},
        common | {"consumers": 400},
    ]
