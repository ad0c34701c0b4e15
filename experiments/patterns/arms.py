"""The arms of the study: each a run of the small world under some deviations from the baseline.

All arms of a seed share population, entrants and draws, so that differences are paired.
"""

from __future__ import annotations

from experiments.common import Arm

BURN_IN = 120
FEED_ALONE = ("brand.active=false", "live.active=false", "sharing.active=false", "collaboration.active=false")
"""The patterns of this study are those of creators, consumers and the feed between them, without an economy."""
COMMON = ("scale=small", "recording.figures=false", "recording.snapshot_every=28", *FEED_ALONE)


LONG, SHORT = 180, 60
_NO_CAREERS = ("creator.exit_hazard=0", "creator.entry_chance=0")
_EQUAL = ("network=even", "creator.skill_spread=0", *_NO_CAREERS)
_NO_IMITATION = ("strategy.imitation=false",)
_NO_STYLE_SATIATION = ("consumer.satiation_style=0",)
_NO_LIKENESS = ("ranker.likeness=0",)

ARMS: dict[str, Arm] = {
    # (a) nothing but chance: everyone publishes once a day, with equal skill, into a feed that ignores everything
    "control": Arm(
        (
            "ranker=random", "strategy=fixed", "strategy.posts_a_day=1", "network=none", "creator.skill_spread=0",
            "creator.quality_noise=0", "platform.recall_followed=0", "platform.recall_hot=0", "platform.recall_fresh=0",
            "platform.fresh_slots=0", "platform.shortlist_share=1", "platform.diversity=0", "population.verticals=1",
            "population.sessions=0.5", *_NO_CAREERS,
        ),
        days=28,
        burn_in=30,
    ),
    # (b) equal skill and audience under the default feed, and the same world lived again with other luck
    "equal": Arm(_EQUAL, days=150, burn_in=0),
    "equal_again": Arm((*_EQUAL, "replay=1"), days=150, burn_in=0),
    # (c) allocation rules
    "baseline": Arm((), LONG, BURN_IN),
    "random": Arm(("ranker=random",), SHORT, BURN_IN),
    "chronological": Arm(("ranker=chronological",), SHORT, BURN_IN),
    # (d) popularity in the score
    "popularity_none": Arm(("ranker.popularity=0",), LONG, BURN_IN),
    "popularity_high": Arm(("ranker.popularity=1",), LONG, BURN_IN),
    # (e) imitation, and the two mechanisms by which it hurts
    "no_imitation": Arm(_NO_IMITATION, SHORT, BURN_IN),
    "no_satiation": Arm(_NO_STYLE_SATIATION, SHORT, BURN_IN),
    "no_satiation_no_imitation": Arm((*_NO_STYLE_SATIATION, *_NO_IMITATION), SHORT, BURN_IN),
    "no_likeness": Arm(_NO_LIKENESS, SHORT, BURN_IN),
    "no_likeness_no_imitation": Arm((*_NO_LIKENESS, *_NO_IMITATION), SHORT, BURN_IN),
    # (f) what imitation pays
    "imitation_dear": Arm(("market.imitate_cost=0.4",), SHORT, BURN_IN),
    # (g) traffic support
    "exposure_floor": Arm(("policy=exposure_floor",), LONG, BURN_IN),
    "newcomer_support": Arm(("policy=newcomer_support",), LONG, BURN_IN),
}  # fmt: skip
