"""What a day costs in seconds and bytes when a world is served in shards: ``python -m benchmarks.shards scale=medium``.

In this process at 1 to 4 shards, then in as many Ray actors. The settings are those of ``ecosim run``. Measured are
the days that follow the first eight, when the shelf is full; the quickest is told, because other load only ever adds.
CPU seconds are those of this process: with actors, what is left of the day besides serving.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import replace

from ecosim import compose
from ecosim.config import EngineConfig, Place, SimulationConfig
from ecosim.kernels.jit import max_threads, set_threads
from ecosim.pipeline import fingerprint, run_day
from ecosim.stages.genesis import create_world

WARM_UP, DAYS, SHARDS = 8, 3, (1, 2, 3, 4)


def measure(config: SimulationConfig, place: Place, shards: int) -> dict[str, int]:
    """Live the days, print a line, and return the state they end in."""
    set_threads(config.threads or max_threads())
    world = create_world(replace(config, engine=EngineConfig(shards=shards, place=place, faces=0)))
    seconds, busy = [], []
    for day in range(WARM_UP + DAYS):
        began, before = time.perf_counter(), time.process_time()
        run_day(world)
        if day >= WARM_UP:
            seconds.append(time.perf_counter() - began)
            busy.append(time.process_time() - before)
    line = f"{place.value:8s} {shards} shards  {1000 * min(seconds):9,.0f} ms a day"
    line += f", {1000 * min(busy):9,.0f} ms of CPU here"
    if world.crew is not None:
        traffic, people = world.crew.traffic, world.consumers.size
        each = (traffic.news / people, traffic.counts / people, sum(traffic.columns.values()) / people)
        line += f"; broadcast {traffic.broadcast / 1e6:.1f} MB to each; bytes a consumer: news {each[0]:.1f}, "
        line += f"counts and acts {each[1]:.1f}, columns {each[2]:.1f} ({', '.join(traffic.columns)})"
    print(line, flush=True)
    end = fingerprint(world)
    if world.crew is not None:
        world.crew.close()
    return end


def main(overrides: Sequence[str]) -> None:
    """Measure all, and say whether all ended alike."""
    config = compose(list(overrides))
    print(f"{config.scale.consumers:,} consumers, {config.threads or max_threads()} threads")
    ends = [measure(config, place, shards) for place in (Place.PROCESS, Place.RAY) for shards in SHARDS]
    print("all end in the same bytes" if all(end == ends[0] for end in ends) else "NOT EQUAL")


if __name__ == "__main__":
    main(sys.argv[1:])
