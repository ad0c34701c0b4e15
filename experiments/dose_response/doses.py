"""The doses of every policy, and the scenarios that make them.

A dose is a policy's `strength`: 0 is the baseline, to the last byte, and 1 the most that there is. Where the policy has
an amount that strength multiplies, dose 2 is full strength of twice the amount.
"""

from __future__ import annotations

from pathlib import Path

from ecosim import registry
from ecosim.config.folders import EXPERIMENT, SCENARIO
from experiments.runs import BASELINE

NAME = "dose_response"
PARTS = (0.25, 0.5, 1.0)
TWICE = 2.0

DOUBLED: dict[str, dict[str, object]] = {
    "commission_ladder": {"lifts": [0.04, 0.1, 0.16]},
    "creator_training": {"lift": 1.0, "cost": 0.04},
    "exposure_cap": {"damping": 4.0},
    "exposure_floor": {"share_of_mean": 0.4},
    "innovation_fund": {"grant": 0.3},
    "newcomer_support": {"boost": 1.2},
    "originality_protection": {"damping": 3.0},
    "regional_pool": {"slots": 0.4},
    "transparency": {"clarity": 1.0},
    "vertical_pool": {"slots": 0.3},
}
"""Settings of dose 2. The others move something all the way to where they want it, and no further."""

PLAN = f"""\
# What does every policy do at growing doses? Written by `python -m experiments.{NAME}.analyse`.
scenarios: [{{scenarios}}]
seeds: 5
days: 56
burn_in: 60
scale: small
outcomes: [impressions_gini, consumer_utility, gmv, platform_profit]
overrides: [scale.consumers=5000, recording.panel_every=7]
"""


def policies() -> list[str]:
    """Return the names of all policies there are."""
    return list(registry.policies.names())


def doses(policy: str) -> tuple[float, ...]:
    """Return the doses of a policy above 0, ascending."""
    return (*PARTS, TWICE) if policy in DOUBLED else PARTS


def scenario(policy: str, dose: float) -> str:
    """Name the scenario of a dose; dose 0 is the baseline."""
    return f"{policy}-{dose:g}" if dose else BASELINE


def text(policy: str, dose: float) -> str:
    """Write the scenario of a dose as YAML."""
    settings = DOUBLED[policy] if dose == TWICE else {"strength": dose}
    written = ", ".join(f"{key}: {value}" for key, value in settings.items())
    return f"# {policy} at dose {dose:g}.\npolicies:\n  {policy}: {{{written}}}\n"


def write(folder: Path) -> None:
    """Write the experiment and its scenarios into a folder of configuration."""
    arms = [(policy, dose) for policy in policies() for dose in doses(policy)]
    names = [BASELINE, *(scenario(*arm) for arm in arms)]
    files = {Path(SCENARIO, f"{scenario(*arm)}.yaml"): text(*arm) for arm in arms}
    files[Path(EXPERIMENT, f"{NAME}.yaml")] = PLAN.format(scenarios=", ".join(names))
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
