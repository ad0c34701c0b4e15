"""A consumer of the twin: opens the app, watches, likes, follows, shares, tires, and may lapse.

What a consumer does as a buyer is in ``shopping.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ecosim.kernels import creators, decisions, draws
from ecosim.kernels.shop import FULL_VIEW
from ecosim.kernels.viewing import FOLLOWED, INTERACTED, RESERVED, SHARED
from ecosim.stages.serving import FOLLOWS_A_DAY, SHARES_A_DAY
from tests.reference.chance import Vector, about, f32, likeness, scramble, step, uniform, words
from tests.reference.feed import Candidate, Session
from tests.reference.item import Item
from tests.reference.shopping import Shopper

if TYPE_CHECKING:
    from tests.reference.creator import ReferenceCreator
    from tests.reference.model import ReferenceModel


class ReferenceConsumer(Shopper):
    """One person who watches."""

    def __init__(self, model: ReferenceModel, identity: int, traits: dict[str, Vector]) -> None:
        super().__init__(model)
        self.identity = identity
        self.region = int(traits["region"])
        self.sessions = f32(traits["sessions"])
        self.slots = f32(traits["slots"])
        self.interest: list[np.float32] = list(traits["interest"])
        self.taste = np.array(traits["taste"], f32)
        self.satiation: list[np.float32] = list(traits["satiation"])
        self.recent = np.array(traits["recent"], f32)
        self.satisfaction = f32(traits["satisfaction"])
        self.active = bool(traits["active"])
        self.profile_interest: list[np.float32] = list(traits["profile_interest"])  # the platform's estimate
        self.profile_taste = np.array(traits["profile_taste"], f32)
        self.follows: list[ReferenceCreator] = []
        self.friends: list[ReferenceConsumer] = []
        self.inbox: dict[Item | ReferenceCreator, int] = {}  # shared yesterday, by how many friends; a creator: live
        self.seen: tuple[set[int], set[int]] = (set(), set())  # bits of the items shown, by half of two periods
        self.open_purse(traits)
        self.wake()

    # ---------------------------------------------------------------------------------------------------- the day

    def wake(self) -> None:
        """Open a day: nothing watched yet, nobody newly followed or dropped."""
        self.newly_followed: list[ReferenceCreator] = []
        self.dropped: set[ReferenceCreator] = set()
        self.shared: list[Item | ReferenceCreator] = []
        self.basket = []
        self.views = 0
        self.watch_sum = f32(0)  # of watch shares
        self.watched = [f32(0)] * len(self.interest)  # watch shares by vertical
        self.views_of = [f32(0)] * len(self.interest)  # views by vertical
        self.liked = np.zeros(self.taste.size, f32)  # styles weighted by watch shares
        self.met = np.zeros(self.taste.size, f32)  # styles shown
        self.shown: list[tuple[int, int, int, int]] = []  # the diary: key (serial, number), ms, flags
        self.slots_wanted = 0
        period = self.model.config.platform.item_life
        if self.model.day % period == 0:  # a new period of publishing: items of the one before last have all retired
            self.seen[(self.model.day // period) % 2].clear()

    def live_the_day(self) -> None:
        """Come back to the app as often as habit says, then go to sleep."""
        self.wake()
        if self.active:
            model = self.model
            today = words(model.seed, draws.HABIT, model.day, self.identity)
            for number in range(about(self.sessions, uniform(today[0]))):
                self.spend_session(number)
        self.sleep()

    def spend_session(self, number: int) -> None:
        """Ask the platform for a session's list and watch it from top to bottom."""
        model = self.model
        drawn = words(model.seed, draws.SESSION, model.day, self.identity, number)
        slots = about(self.slots, uniform(drawn[1]))
        self.slots_wanted += slots
        session_sum = f32(0)
        for candidate, reserved in Session(model.platform, self, drawn).compose(slots):
            session_sum = f32(session_sum + self.watch(candidate, reserved))
            self.views += 1
        self.watch_sum = f32(self.watch_sum + session_sum)

    # ------------------------------------------------------------------------------------------------ one impression

    def watch(self, candidate: Candidate, reserved: bool) -> np.float32:
        """Watch one item, with all that follows from it; return the share watched.

        Parameters
        ----------
        candidate : Candidate
            What is shown, and how it came here.
        reserved : bool
            Whether it fills a reserved slot.
        """
        model, item, followed = self.model, candidate.item, candidate.followed
        mood, like, join, leave = words(model.seed, draws.CONSUME, model.day, self.identity, *item.key)
        share = self.watch_share(item, uniform(mood))
        milliseconds = int(decisions.milliseconds(share, item.duration))
        flags = RESERVED if reserved else 0
        item.today.impressions += 1
        item.today.watch += milliseconds
        if decisions.interacts(model.behaviour, share, uniform(like)):
            item.today.interactions += 1
            flags |= INTERACTED
        if followed and decisions.unfollows(model.behaviour, share, uniform(leave)):
            self.dropped.add(followed)
        if decisions.follows(model.behaviour, share, uniform(join)) and self.may_follow(item.creator):
            self.newly_followed.append(item.creator)
            item.today.follows += 1
            flags |= FOLLOWED
        if model.config.sharing.active:
            if self.shares(item, share, uniform(scramble(like))):
                flags |= SHARED
            if candidate.source == "friends" and share >= FULL_VIEW:
                self.hear_of(item.creator)
        if item.product:
            flags |= self.look_at_product(item, share, candidate.source, bool(flags & INTERACTED))
        self.shown.append((*item.key, milliseconds, flags))
        self.tire_of(item, share)
        return share

    def watch_share(self, item: Item, mood: np.float32) -> np.float32:
        """Share of the item that is watched."""
        return f32(
            decisions.watch_share(
                self.model.behaviour,
                f32(decisions.pull(self.model.behaviour, self.interest[item.vertical], len(self.interest))),
                likeness(self.taste, item.style),
                item.quality,
                item.region == self.region,
                self.satiation[item.vertical],
                likeness(self.recent, item.style),
                item.live,
                mood,
            )
        )

    def may_follow(self, creator: ReferenceCreator) -> bool:
        """Nobody is followed twice, and neither the day's nor the whole list grows without end."""
        if creator in self.follows or creator in self.newly_followed:
            return False
        size = len(self.follows) - len(self.dropped) + len(self.newly_followed)
        return len(self.newly_followed) < FOLLOWS_A_DAY and size < self.model.config.consumer.follows_limit

    def shares(self, item: Item, share: np.float32, mood: np.float32) -> bool:
        """Whether one shares an item with friends; a live session is shared as an invitation to its creator."""
        if not decisions.shares(self.model.behaviour, share, mood) or len(self.shared) == SHARES_A_DAY:
            return False
        self.shared.append(item.creator if item.live else item)
        item.today.shares += 1
        return True

    def tire_of(self, item: Item, share: np.float32) -> None:
        """Tire of what was watched, and remember it until the evening."""
        rate = self.model.behaviour.satiation_gain * share
        self.satiation[item.vertical] = step(self.satiation[item.vertical], rate, f32(1))
        self.recent = self.recent + rate * (item.style - self.recent)
        self.liked = self.liked + share * item.style
        self.met = self.met + item.style
        self.watched[item.vertical] = f32(self.watched[item.vertical] + share)
        self.views_of[item.vertical] = f32(self.views_of[item.vertical] + f32(1))

    # ------------------------------------------------------------------------------------------- evening and night

    def sleep(self) -> None:
        """Recover overnight; what was watched moves satisfaction, interests and the platform's profile."""
        behaviour = self.model.behaviour
        self.satiation = [f32(tired * behaviour.satiation_decay) for tired in self.satiation]
        self.recent = self.recent * behaviour.satiation_decay
        self.calm_down()
        if self.views == 0 or self.watch_sum <= 0:
            return
        mean = f32(self.watch_sum / f32(self.views))
        self.satisfaction = step(self.satisfaction, f32(1) - behaviour.satisfaction_memory, mean)
        even = f32(1) / f32(len(self.interest))
        for v, watched in enumerate(self.watched):
            part = f32(watched / self.watch_sum)
            drifted = step(self.interest[v], behaviour.interest_drift, part)
            self.interest[v] = step(drifted, behaviour.interest_drift * f32(0.5), even)
        self.teach_interests(mean)
        liking = behaviour.profile_gain * (self.liked - mean * self.met) / f32(self.views)
        self.profile_taste = self.profile_taste + behaviour.profile_rate * (liking - self.profile_taste)

    def teach_interests(self, mean: np.float32) -> None:
        """Let the platform believe more of verticals that were watched better than others, however much it showed."""
        rate, believed = self.model.behaviour.interest_rate, f32(0)
        for v, known in enumerate(self.profile_interest):
            learned = f32(decisions.learned_interest(known, rate, self.watched[v], self.views_of[v], mean))
            self.profile_interest[v] = learned
            believed = f32(believed + learned)
        self.profile_interest = [f32(known / believed) for known in self.profile_interest]

    def rewire(self) -> None:
        """Keep whom one still follows and who still publishes, in the old order; then the day's new ones."""
        lasting = [creator for creator in self.follows if creator not in self.dropped]
        self.follows = [creator for creator in (*lasting, *self.newly_followed) if creator.publishes]

    def reconsider(self) -> None:
        """Lapse when it is dull, or come back."""
        taste = self.model.config.consumer
        self.active = bool(
            creators.stays_active(
                self.model.seed, self.model.day, self.identity, self.active, self.satisfaction, taste.lapse_rate,
                taste.lapse_slope, taste.return_rate,
            )
        )  # fmt: skip
