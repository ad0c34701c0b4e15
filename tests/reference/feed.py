"""One session of the twin's feed: recall, scoring, reserved slots, top of the slate, re-ranking."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosim.config import REGIONS
from ecosim.kernels import decisions, draws
from ecosim.state.economy import DAYPART_SHARES
from tests.reference.chance import about, f32, likeness, step, uniform
from tests.reference.item import Item

if TYPE_CHECKING:
    from tests.reference.consumer import ReferenceConsumer
    from tests.reference.creator import ReferenceCreator
    from tests.reference.platform import ReferencePlatform

DAYPART_EDGES = np.cumsum(DAYPART_SHARES).astype(f32)


@dataclass(eq=False)
class Candidate:
    """An item that may be shown, with its score for one consumer and session."""

    item: Item
    score: np.float32
    place: int  # in the order of recall
    followed: ReferenceCreator | None = None  # whom one follows, if that is why it is here
    shared: bool = False  # whether a friend shared it

    @property
    def source(self) -> str:
        """Where it came from."""
        return "followed" if self.followed else "friends" if self.shared else "recommended"

    @property
    def rank(self) -> tuple[float, int, int]:
        """What candidates are sorted by: score, then the item's word, then the order of recall."""
        return -float(self.score), self.item.word, self.place


class Session:
    """Composes the list of one session.

    Parameters
    ----------
    platform, consumer
        Who composes, and for whom.
    drawn : tuple of four words
        The session's draws: its own word, daypart (and slots), rounding of quotas, rounding of reserved slots.
    """

    def __init__(self, platform: ReferencePlatform, consumer: ReferenceConsumer, drawn: tuple[int, ...]) -> None:
        self.platform = platform
        self.consumer = consumer
        self.word = drawn[0]
        self.daypart = int(decisions.daypart(DAYPART_EDGES, drawn[1]))
        self.quota_word = drawn[2]
        self.reserve_word = drawn[3]
        self.settings = platform.model.config.platform
        plan, behaviour = platform.plan, platform.model.behaviour
        self.exploration = plan.weight("exploration")
        self.followed_weight, self.friend_weight = plan.weight("followed"), plan.weight("friend")
        affinity = plan.weight("affinity")
        self.known_taste = (affinity * behaviour.watch_taste) * consumer.profile_taste
        verticals = len(consumer.profile_interest)
        self.known_interest = [
            f32(affinity * f32(decisions.pull(behaviour, known, verticals))) for known in consumer.profile_interest
        ]

    def compose(self, slots: int) -> Iterator[tuple[Candidate, bool]]:
        """Return what is shown, in order, and whether each fills a reserved slot."""
        candidates, fresh, reserved = self.recall()
        ranked = candidates[: len(candidates) - len(reserved)]  # the reserved pool fills reserved slots alone
        new = [c for c in ranked if not self.is_seen(c.item)]
        for_fresh = about(f32(self.lever("fresh_slots") * f32(slots)), uniform(self.reserve_word))
        spin = draws.scramble(self.reserve_word)
        for_reserved = about(f32(self.platform.reserved_slots * f32(slots)), uniform(spin))
        kept = self.pick(fresh, min(for_fresh, slots))
        kept += self.pick(reserved, min(for_reserved, slots - len(kept)))
        need = slots - len(kept)
        length = decisions.top_length(need, f32(self.settings.slate_ratio), len(ranked))
        shown = self.rerank(sorted(new, key=lambda c: c.rank)[:length], need)
        return self.interleave(shown, kept)

    def lever(self, name: str) -> np.float32:
        """Today's value of a lever that is one number."""
        return f32(self.platform.plan.levers[name].value)

    # ------------------------------------------------------------------------------------------------------ recall

    def recall(self) -> tuple[list[Candidate], list[Candidate], list[Candidate]]:
        """Collect candidates: whom one follows, what friends shared, then a window of each cohort slate.

        Returns
        -------
        all, fresh, reserved : list of Candidate
            All candidates in the order of recall; those of the fresh pool; those of the reserved pool.
        """
        found: list[Candidate] = []
        for creator, item in self.recall_followed():
            found.append(self.score(item, len(found), self.followed_weight, followed=creator))
        for item, friends in self.recall_shared():
            weight = f32(self.friend_weight * f32(decisions.weight_of_friends(friends)))
            found.append(self.score(item, len(found), weight, shared=True))
        pools: dict[str, list[Candidate]] = {}
        for name, number, wanted in self.windows():
            slate = number * len(REGIONS) + self.consumer.region
            pools[name] = [self.score(item, len(found) + k) for k, item in enumerate(self.window(slate, wanted))]
            found += pools[name]
        return found, pools["fresh"], pools["reserved"]

    def windows(self) -> list[tuple[str, int, int]]:
        """List the slates that a session looks into: name, number of the slate, candidates wanted."""
        settings, live = self.settings, self.platform.model.config.live
        verticals = len(self.consumer.profile_interest)
        by_interest = [(f"vertical {v}", v, wanted) for v, wanted in enumerate(self.quotas())]
        return [
            *by_interest,
            ("hot", verticals, settings.recall_hot),
            ("live", verticals + 3 + self.daypart, live.recall if live.active else 0),
            ("fresh", verticals + 1, settings.recall_fresh),
            ("reserved", verticals + 2, settings.recall_reserved),
        ]

    def recall_followed(self) -> list[tuple[ReferenceCreator, Item]]:
        """Newest videos and live sessions of followed creators; a keyed part of them when there are too many."""
        limit, items = self.settings.recall_followed, []
        for creator in self.consumer.follows:
            for item in (self.platform.newest_video(creator), self.platform.session_of(creator)):
                if item is not None and item.is_on(self.daypart):
                    items.append((creator, item))
        if limit == 0:
            return []
        count = len(items)
        return [(c, item) for c, item in items if not decisions.thinned(limit, count, item.word, self.word)]

    def recall_shared(self) -> list[tuple[Item, int]]:
        """What friends shared yesterday, and how many: videos, and sessions of creators who are live again."""
        found = []
        for what, friends in self.consumer.inbox.items():
            item = what if isinstance(what, Item) else self.platform.session_of(what)
            if item is not None and item.is_on(self.daypart):
                found.append((item, friends))
        return found

    def quotas(self) -> list[int]:
        """Candidates to take from each vertical: some from all, most where the consumer's interest is thought to be."""
        u, before, counts = uniform(self.quota_word), f32(0), []
        for share in self.consumer.profile_interest:
            count, after = decisions.quota(
                self.settings.recall_interest, f32(self.settings.recall_breadth), share, before,
                len(self.consumer.profile_interest), u,
            )  # fmt: skip
            counts.append(int(count))
            before = f32(after)
        return counts

    def window(self, number: int, wanted: int) -> list[Item]:
        """Take neighbouring entries of a shuffled slate from a keyed place on, round the end if need be."""
        slate = self.platform.slates[number]
        take = min(wanted, len(slate))
        if take == 0:
            return []
        begin = decisions.window_start(self.word, number, len(slate))
        return [slate[(begin + k) % len(slate)] for k in range(take)]

    def score(self, item: Item, place: int, extra: np.float32 | None = None, **why: Any) -> Candidate:
        """Score an item: what holds for all, plus estimated interest and taste, plus exploration.

        Parameters
        ----------
        item, place : Item, int
            The item, and its place in the order of recall.
        extra : float32, optional
            What it gains by being followed or shared.
        **why
            Why it is here, see :class:`Candidate`.
        """
        own = self.known_interest[item.vertical]
        if extra is not None:
            own = f32(own + extra)
        noise = f32(decisions.exploration_noise(self.exploration, item.word, self.word))
        base = self.platform.base(item, self.consumer.region)
        score = decisions.score(base, own, self.known_taste, item.style[None], 0, noise)
        return Candidate(item, f32(score), place, **why)

    # ---------------------------------------------------------------------------------------------------- choosing

    def is_seen(self, item: Item) -> bool:
        """Whether the consumer's filter knows the item."""
        return self.bit(item) in self.consumer.seen[self.half(item)]

    def mark_seen(self, item: Item) -> None:
        """Enter an item in the consumer's filter."""
        self.consumer.seen[self.half(item)].add(self.bit(item))

    def bit(self, item: Item) -> int:
        """Place in the consumer's filter; where two items share one, who saw the one is not shown the other."""
        return int(decisions.seen_bit(item.word, decisions.seen_salt(self.consumer.identity)))

    def half(self, item: Item) -> int:
        """Half of the filter that belongs to the item's period of publishing."""
        return (item.day // self.settings.item_life) % 2

    def pick(self, pool: list[Candidate], wanted: int) -> list[Candidate]:
        """Fill reserved slots with the best of a pool that have not been seen, each item once."""
        picked: list[Candidate] = []
        for candidate in sorted(pool, key=lambda c: c.rank):
            if len(picked) < wanted and not self.is_seen(candidate.item):
                self.mark_seen(candidate.item)
                picked.append(candidate)
        return picked

    def rerank(self, top: list[Candidate], need: int) -> list[Candidate]:
        """Fill slots one by one with the best score, less likeness to what the session has just shown."""
        diversity = self.lever("diversity")
        waiting = [c for c in top if not self.is_seen(c.item)]
        like_session = {c: f32(0) for c in waiting}
        shown: list[Candidate] = []
        while waiting and len(shown) < need:
            best = max(waiting, key=lambda c: f32(c.score - diversity * like_session[c]))  # the first of equals
            waiting.remove(best)
            if self.is_seen(best.item):  # the same item, recalled twice
                continue
            self.mark_seen(best.item)
            shown.append(best)
            if diversity != 0:
                for c in waiting:
                    like_session[c] = step(like_session[c], f32(0.2), likeness(best.item.style, c.item.style))
        return shown

    def interleave(self, shown: list[Candidate], kept: list[Candidate]) -> Iterator[tuple[Candidate, bool]]:
        """Spread the reserved picks evenly among the ranked ones."""
        slots = len(shown) + len(kept)
        places = {(2 * r + 1) * slots // (2 * len(kept)): pick for r, pick in enumerate(kept)}
        ranked = iter(shown)
        for place in range(slots):
            yield places[place] if place in places else next(ranked), place in places
