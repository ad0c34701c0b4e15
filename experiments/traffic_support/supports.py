"""The ways of support that are compared, and the one number in each that says how much of it there is.

Four work by allocation and are made equal in the share of impressions that they displace; two work by payment and are
made equal in the yuan that they pay a day. Of each kind one is taken as it is by default, the anchor, and the others
are matched to it by `calibrate.py`. The first stack costs the common share once, the second the share and the yuan.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

DISPLACED, PAID = "displaced", "paid"

Policies = Mapping[str, Mapping[str, float | int]]


@dataclass(frozen=True)
class Support:
    """A way of support.

    Attributes
    ----------
    scenario : str
        Name of its file in `configs/scenario`.
    words : str
        First line of that file.
    currency : str
        What it is matched in: `DISPLACED` or `PAID`.
    dose, low, high : float
        Where the search begins, and its bounds.
    policies : callable
        The policies that make a dose, with their settings.
    anchor : bool
        Whether its dose stands, and the others of its currency are matched to it.
    """

    scenario: str
    words: str
    currency: str
    dose: float
    low: float
    high: float
    policies: Callable[[float], Policies]
    anchor: bool = False

    def text(self, dose: float, note: str = "") -> str:
        """Write the scenario as YAML."""
        lines = [f"# {self.words}", *([f"# {note}"] if note else []), "policies:"]
        for policy, settings in self.policies(dose).items():
            lines.append(f"  {policy}: {{{', '.join(f'{key}: {value:.4g}' for key, value in settings.items())}}}")
        return "\n".join(lines) + "\n"


ALONE = (
    Support(
        "support_floor", "Traffic support by a guarantee: the exposure floor, at its default.",
        DISPLACED, 0.2, 0.0, 1.0, lambda dose: {"exposure_floor": {"share_of_mean": dose}}, anchor=True,
    ),
    Support(
        "support_newcomers", "Traffic support by a lift of newcomers, at the displaced share of the floor.",
        DISPLACED, 0.3, 0.0, 10.0, lambda dose: {"newcomer_support": {"boost": dose}},
    ),
    Support(
        "support_cap", "Traffic support by a ceiling on large accounts, at the displaced share of the floor.",
        DISPLACED, 0.22, 0.0, 10.0, lambda dose: {"exposure_cap": {"damping": dose}},
    ),
    Support(
        "support_pools", "Traffic support by a race of new items, at the displaced share of the floor.",
        DISPLACED, 0.035, 0.0, 0.16, lambda dose: {"traffic_pools": {"slots": dose}},
    ),
    Support(
        "support_training", "Support by money for courses: the creator training, at its default.",
        PAID, 1.0, 0.0, 1.0, lambda dose: {"creator_training": {"strength": dose}}, anchor=True,
    ),
    Support(
        "support_fund", "Support by money for innovative videos, at the yuan a day of the training.",
        PAID, 0.175, 0.0, 10.0, lambda dose: {"innovation_fund": {"grant": dose}},
    ),
)  # fmt: skip


def stacks(doses: Mapping[str, float]) -> tuple[Support, ...]:
    """Return the stacks, of what the doses of the single supports have come to."""
    floor, cap = doses["support_floor"], doses["support_cap"]
    return (
        Support(
            "support_floor_and_cap", "Traffic support by floor and ceiling at once, at the displaced share of one.",
            DISPLACED, 0.5, 0.0, 2.0,
            lambda part: {"exposure_floor": {"share_of_mean": part * floor}, "exposure_cap": {"damping": part * cap}},
        ),
        Support(
            "support_floor_and_training", "Floor and training at once, each as it is alone: be seen, and be worth it.",
            PAID, doses["support_training"], 0.0, 1.0,
            lambda dose: {"exposure_floor": {"share_of_mean": floor}, "creator_training": {"strength": dose}},
            anchor=True,
        ),
    )  # fmt: skip
