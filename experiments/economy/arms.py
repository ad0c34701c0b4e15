"""The arms of the study: the full economy at small scale under some deviations from the baseline.

All arms of a seed share population, entrants and draws, so that differences are paired.
"""

from __future__ import annotations

from experiments.common import Arm

BURN_IN, DAYS = 60, 60
LONG = 120
"""Days of the two runs in which brands overpromise or do not: thirty for the period, ninety for what comes after."""
LAB_BURN_IN, LAB_DAYS = 20, 30
PERIOD = range(30)
"""Days on which brands overpromise."""
OVERPROMISE = 1.5
"""By how much more than they hold all products promise on these days, logits."""

MEASURES = (
    "income_gini", "income_top_1pct_share", "watch_seconds_per_consumer_day", "supply_similarity", "gmv",
    "return_rate", "consumer_trust", "seller_trust",
)  # fmt: skip
COMMON = (
    "scale=small", "threads=1", "recording.figures=false", "recording.panel=0",
    f"recording.metrics=[{','.join(MEASURES)}]",
)  # fmt: skip

_NO_IMITATION = ("strategy.imitation=false",)
_NO_STYLE_SATIATION = ("consumer.satiation_style=0",)
# Items that exist in every replay with the same creator, quality and style: whoever was there on the first day stays,
# and publishes one video a day, as good as the creator is and in the creator's own style.
_LAB = (
    "strategy=fixed", "strategy.posts_a_day=1", "live.effort=0", "creator.quality_noise=0", "creator.own_step=0",
    "creator.skill_investment=0", "creator.exit_hazard=0", "creator.entry_chance=0",
)  # fmt: skip
_NO_SHARING = ("sharing.active=false",)
_NO_CROWD = ("ranker.popularity=0", "platform.recall_hot=0")
INFLUENCE = {
    "nobody": (*_NO_SHARING, *_NO_CROWD),
    "friends": _NO_CROWD,
    "crowd": _NO_SHARING,
    "both": (),
}
"""Whom consumers hear of others' choices from: nobody; friends; the feed, which knows what is popular; both."""


def lab(dose: str, replay: int) -> str:
    """Name of the arm in which a dose of influence is given to a replay of the laboratory world."""
    return f"lab_{dose}_{replay}"


ARMS: dict[str, Arm] = {
    # the economy as it is, and the same with brands that overpromise for a month (see `diary.py`)
    "baseline": Arm((), LONG, BURN_IN),
    "overpromise": Arm((), LONG, BURN_IN),
    # (h) risk aversion
    "risk_neutral": Arm(("brand.risk_aversion=0",), DAYS, BURN_IN),
    "risk_averse": Arm(("brand.risk_aversion=3",), DAYS, BURN_IN),
    # (i) fees
    "no_fees": Arm(("brand.fees=false",), DAYS, BURN_IN),
    # (k) influence, in replays of a laboratory world
    **{
        lab(dose, replay): Arm((*_LAB, *overrides, f"replay={replay}"), LAB_DAYS, LAB_BURN_IN)
        for dose, overrides in INFLUENCE.items()
        for replay in (0, 1)
    },
    # (l) imitation with and without style satiation
    "no_imitation": Arm(_NO_IMITATION, DAYS, BURN_IN),
    "no_satiation": Arm(_NO_STYLE_SATIATION, DAYS, BURN_IN),
    "no_satiation_no_imitation": Arm((*_NO_STYLE_SATIATION, *_NO_IMITATION), DAYS, BURN_IN),
}
