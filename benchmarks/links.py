"""What a day in shards brings across real links, and what slow links cost: ``python -m benchmarks.links scale=medium``.

Machines are network namespaces of this one, which takes Linux, root, and `ip`, `tc`, `nsenter` and `unshare`: a head
that holds the world and has no core for a shard, and 1, 2 and 4 others that hold one each. Each has an address and a
file system for Ray of its own, and one link to a bridge, as fast as it can be or held to a rate in both directions.
Bytes are those that the head's link has counted on a day after the first eight, whatever they were for.

The machines share the cores of this one. Bytes, and by how much a slow link slows a day, hold for real ones; a day's
milliseconds as such do not.
"""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from benchmarks.shards import DAYS, WARM_UP
from ecosim import compose
from ecosim.cluster import connected
from ecosim.config import EngineConfig, Place
from ecosim.pipeline import fingerprint, run_day
from ecosim.stages.genesis import create_world

MACHINES, RATES = (1, 2, 4), ("", "1gbit", "200mbit")
HUB, HEAD = "ecosim-hub", "10.77.0.1"
PORT = 6379
OPEN = {"RAY_AUTH_MODE": "disabled"}  # nobody else is in these networks
COUNTED = Path("/sys/class/net/eth0/statistics")


def main(words: Sequence[str]) -> None:
    """Measure all numbers of machines at all rates, and say whether all worlds ended alike."""
    if words[:1] == ["--here"]:
        live(int(words[1]), words[2:])
        return
    ends = set()
    for count in MACHINES:
        for rate in RATES:
            with machines(count, rate) as head:
                enter = ["nsenter", "-t", str(head), "-m", "-n", sys.executable, "-m", "benchmarks.links", "--here"]
                environment = os.environ | OPEN | {"RAY_ADDRESS": f"{HEAD}:{PORT}"}
                told = subprocess.check_output([*enter, str(count), *words], env=environment, text=True).splitlines()
            ends.add(told[-1])
            print(f"{count} machines, {rate or 'unlimited':9s} {told[-2]}", flush=True)
    print("all end in the same bytes" if len(ends) == 1 else "NOT EQUAL")


def live(shards: int, overrides: Sequence[str]) -> None:
    """Live the days on the cluster around; print what they took, and a digest of the world in the end."""
    config = compose(list(overrides))
    wait(1 + shards)
    world = create_world(replace(config, engine=EngineConfig(shards=shards, place=Place.RAY, faces=0)))
    seconds, sent, received = [], [], []
    for day in range(WARM_UP + DAYS):
        began, before = time.perf_counter(), counted()
        run_day(world)
        if day >= WARM_UP:
            seconds.append(time.perf_counter() - began)
            out, back = counted()
            sent.append(out - before[0])
            received.append(back - before[1])
    traffic = world.crew.traffic
    out, back = shards * traffic.broadcast + traffic.news, traffic.counts + sum(traffic.columns.values())
    line = f"{1000 * min(seconds):7,.0f} ms a day; MB from the head {min(sent) / 1e6:6.1f} (arrays {out / 1e6:.1f}), "
    print(line + f"to it {min(received) / 1e6:6.1f} (arrays {back / 1e6:.1f})")
    print(hashlib.sha256(repr(sorted(fingerprint(world).items())).encode()).hexdigest())
    world.crew.close()


def wait(count: int) -> None:
    """Wait until so many machines are there."""
    head = HEAD, PORT
    for _ in range(120):
        with suppress(OSError):
            socket.create_connection(head).close()
            break
        time.sleep(1)
    ray = connected("engine=ray")
    while sum(node["Alive"] for node in ray.nodes()) < count:
        time.sleep(1)


def counted() -> tuple[int, int]:
    """Return the bytes that have left by this machine's link, and those that have come."""
    out, back = (int((COUNTED / f"{way}_bytes").read_text()) for way in ("tx", "rx"))
    return out, back


@contextmanager
def machines(count: int, rate: str) -> Iterator[int]:
    """Start a head and so many machines of one core, linked at a rate; yield the id of a process on the head."""
    names = [f"ecosim-{number}" for number in range(count + 1)]
    started = []
    try:
        tool(f"ip netns add {HUB}")
        tool(f"ip -n {HUB} link add bridge type bridge")
        tool(f"ip -n {HUB} link set bridge up")
        for number, name in enumerate(names):
            link(name, number, rate)
            started.append(start(name, number))
        yield started[0].pid
    finally:
        for name in [*names, HUB]:
            listed = subprocess.run(["ip", "netns", "pids", name], capture_output=True, text=True, check=False).stdout
            for process in listed.split():
                os.kill(int(process), 9)
        for process in started:
            process.wait()
        for name in [*names, HUB]:
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)


def link(name: str, number: int, rate: str) -> None:
    """Make a machine with a link to the bridge."""
    tool(f"ip netns add {name}")
    tool(f"ip -n {HUB} link add port{number} type veth peer name eth0 netns {name}")
    tool(f"ip -n {HUB} link set port{number} master bridge up")
    tool(f"ip -n {name} link set lo up")
    tool(f"ip -n {name} address add 10.77.0.{number + 1}/24 dev eth0")
    tool(f"ip -n {name} link set eth0 up")
    tool(f"ip -n {name} route add default dev eth0")
    if rate:
        for place, end in ((HUB, f"port{number}"), (name, "eth0")):
            tool(f"tc -n {place} qdisc add dev {end} root tbf rate {rate} burst 1mb latency 100ms")


def start(name: str, number: int) -> subprocess.Popen[bytes]:
    """Start Ray on a machine; what it keeps in files, others do not see."""
    role = (
        f"--head --port={PORT} --num-cpus=0 --include-dashboard=false"
        if number == 0
        else f"--address={HEAD}:{PORT} --num-cpus=1"
    )
    ray = f"{Path(sys.executable).with_name('ray')} start --block --disable-usage-stats"
    own = "mkdir -p /tmp/ray && mount -t tmpfs ecosim /tmp/ray"
    begin = f"until {ray} --node-ip-address=10.77.0.{number + 1} {role}; do sleep 1; done"  # once the head answers
    words = ["sh", "-c", f"{own} && {begin}"]
    environment = os.environ | OPEN | {"PYTHONPATH": str(Path.cwd())}
    return subprocess.Popen(
        ["ip", "netns", "exec", name, "unshare", "-m", *words], env=environment, stdout=subprocess.DEVNULL
    )


def tool(words: str) -> None:
    """Run a tool that must not fail."""
    subprocess.run(words.split(), check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
