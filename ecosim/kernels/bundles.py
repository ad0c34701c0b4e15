"""Bundles of arrays and numbers that kernels take, so that a call reads as a sentence.

A named tuple of arrays costs nothing in numba. Shapes: n consumers, m creators, k items, V verticals, R region tiers,
D style dimensions, L slate entries, G slates.
"""

from typing import NamedTuple

import numpy as np

Array = np.ndarray


class Behaviour(NamedTuple):
    """How consumers watch, act and adapt; float32 unless said otherwise (see ConsumerConfig)."""

    watch_base: np.float32
    watch_interest: np.float32
    watch_taste: np.float32
    watch_quality: np.float32
    watch_locality: np.float32
    watch_noise: np.float32
    satiation_vertical: np.float32
    satiation_style: np.float32
    satiation_gain: np.float32
    satiation_decay: np.float32
    interact_base: np.float32
    interact_watch: np.float32
    follow_base: np.float32
    follow_watch: np.float32
    unfollow_below: np.float32
    unfollow_chance: np.float32
    interest_drift: np.float32
    satisfaction_memory: np.float32
    interest_rate: np.float32
    profile_rate: np.float32
    profile_gain: np.float32
    live_hold: np.float32
    share_base: np.float32
    share_watch: np.float32
    word_of_mouth: np.float32
    trust_mean: np.float32
    trust_return: np.float32
    interact_most: np.float32  # upper bounds of chances; see decisions.most
    follow_most: np.float32
    share_most: np.float32


class Wallet(NamedTuple):
    """How consumers click and buy; float32 (see CommerceConfig)."""

    click_base: np.float32
    click_watch: np.float32
    order_base: np.float32
    order_value: np.float32
    order_fit: np.float32
    order_trust: np.float32
    familiarity: np.float32
    social_proof: np.float32
    live_urgency: np.float32
    need: np.float32
    need_days: np.float32
    trust_mean: np.float32
    click_most: np.float32  # upper bound of the chance; see decisions.most


class Feed(NamedTuple):
    """How the feed recalls, scores and re-ranks today: levers and the platform's settings."""

    seed: np.int64
    day: np.int64
    verticals: np.int64
    regions: np.int64
    period: np.int64
    follows_limit: np.int64
    recall_interest: np.int64
    recall_hot: np.int64
    recall_fresh: np.int64
    recall_reserved: np.int64
    recall_followed: np.int64
    recall_live: np.int64
    sharing: np.int64  # 1 when shares are on
    trusting: np.int64  # 1 when anything moves trust
    wallet: Wallet
    recall_breadth: np.float32
    fresh_slots: np.float32
    reserved_slots: np.float32
    slate_ratio: np.float32
    diversity: np.float32
    affinity: np.float32
    followed: np.float32
    friend: np.float32
    exploration: np.float32


class Audience(NamedTuple):
    """Consumers to serve: their columns and their follows in CSR form."""

    identity: Array  # int64[n]  the consumer's id, key of all draws
    region: Array  # int32[n]
    sessions: Array  # float32[n]
    slots: Array  # float32[n]
    active: Array  # bool[n]
    interest: Array  # float32[n, V]
    taste: Array  # float32[n, D]
    satiation: Array  # float32[n, V]
    recent: Array  # float32[n, D]
    satisfaction: Array  # float32[n]
    profile_interest: Array  # float32[n, V]
    profile_taste: Array  # float32[n, D]
    seen: Array  # uint64[n, 2 S]
    follow_start: Array  # int64[n + 1]
    follow: Array  # int32[edges]  creator rows
    inbox: Array  # int32[n, I]  what friends shared yesterday: item rows; below -1 a creator's live session
    senders: Array  # int32[n, I]  how many friends shared it
    purse: Array  # float32[n]  fen a day
    thrift: Array  # float32[n]
    impulse: Array  # float32[n]
    trust: Array  # float32[n]  in the platform
    touched: Array  # int32[n, T]  products met, -1 for none
    touched_when: Array  # int32[n, T]  2 x day + (1 in a live session)
    touches: Array  # int32[n]  products met so far
    ally: Array  # int32[n, K]  accounts known, -1 for none
    ally_trust: Array  # float32[n, K]
    ally_orders: Array  # int32[n, K]  deliveries of a brand
    allies: Array  # int32[n]  accounts known so far
    bought: Array  # int32[n, V]  day of the last purchase in a vertical


CARD = np.dtype(
    [  # 64 bytes, a line of the cache
        ("serial", np.uint32),
        ("number", np.uint32),
        ("word", np.uint32),
        ("half", np.int32),  # where its half of the seen filter begins
        ("creator", np.int32),
        ("vertical", np.int32),
        ("region", np.int32),
        ("duration", np.int32),  # ms
        ("quality", np.float32),
        ("good", np.int32),  # place in the day's goods, -1 for none
        ("kind", np.int32),  # seller x 2 + format: the item's rows of the funnel
        ("parts", np.int32),  # bits of the dayparts in which a live session is on; 0 for a video
        ("credit", np.float32),  # added to the trust in its creator because of a badge
        ("spare", np.int32, 3),
    ]
)
"""What serving needs of an item, side by side in memory."""

GOOD = np.dtype(
    [
        ("product", np.int32),
        ("account", np.int32),  # row of the brand's own account, below -1 without one
        ("vertical", np.int32),
        ("price", np.int32),  # fen
        ("promise", np.float32),
    ]
)
"""What serving needs of a product that is on sale."""


class Shelf(NamedTuple):
    """The live items as the feed sees them today."""

    card: Array  # CARD[k]
    style: Array  # float32[k, D]
    base: Array  # float32[R, k]  item and cohort terms of the score
    latest: Array  # int32[m, 4]  each creator's newest video, today's live session (-1 for none), its dayparts, nothing
    goods: Array  # GOOD[g]  products that live items carry
    goods_style: Array  # float32[g, D]
    dayparts: Array  # float32[6]  cumulative shares of sessions


class Slates(NamedTuple):
    """Shortlists shared by a cohort, each in shuffled order with its first entries repeated at the end.

    What recall needs of an entry lies in arrays of its own, as it is read sixteen at a time; L is fifteen more than
    there are entries, so that the last may be read with what would follow.
    """

    start: Array  # int64[G]
    length: Array  # int64[G]
    marked: Array  # uint32[L]  row of the item; the highest bit says that it is in the upper half of the seen filter
    word: Array  # uint32[L]
    vertical: Array  # int32[L]
    base: Array  # float32[L]  item and cohort terms of the score
    style: Array  # float32[L, D]


class Given(NamedTuple):
    """Scores that a ranker in Python has given; both arrays are empty when the feed scores by weights."""

    score: Array  # float32[sessions, C]
    first: Array  # int64[n]  row of each consumer's first session


class Desk(NamedTuple):
    """Working space of one thread: the candidates of a session and the list it ends in.

    C is a multiple of sixteen (see :mod:`ecosim.kernels.lanes`).
    """

    item: Array  # int32[C]
    score: Array  # float32[C]
    word: Array  # uint32[C]
    bit: Array  # int32[C]  of the consumer's seen filter
    place: Array  # int32[C]  entry of the slates, -1 when it is none
    edge: Array  # int32[C]  position in the follow list, -1 when recommended, -1 - k when k friends shared it
    order: Array  # int32[C]  the top of the slate
    style: Array  # float32[C, 16]  styles of the top: row 16 i + d holds dimension d of its i-th sixteen
    plain: Array  # float32[C]  scores of the top, -inf once picked
    value: Array  # float32[C]  the same, less the likeness to the session
    likeness: Array  # float32[C]  running mean of likeness to the session so far
    show: Array  # int32[C]  candidates in the order shown
    kept: Array  # int32[C]  reserved picks
    seat: Array  # int32[C]  the list: items in the order shown, reserved picks among them
    looks: Array  # float32[C, 16]  their styles
    source: Array  # int32[C]  as ``edge``
    serial: Array  # uint32[C]  identity of what is shown: its creator's serial
    number: Array  # uint32[C]  and its number among the creator's items
    good: Array  # int32[C]  place of its product in the day's goods, -1 for none
    mood: Array  # float32[C]  draw of each view
    chance: Array  # float32[4, C]  draws that decide on interacting, following, unfollowing, sharing
    share: Array  # float32[C]  watch share of each view
    wish: Array  # float32[C]  draw that decides on buying the product of a view, above 1 where nobody looks at it
    time: Array  # int64[C]  ms
    flags: Array  # int8[C]  what it ended in
    near: Array  # int64[2]  entries of the list of what is near: from followed creators, and with friends' shares
    near_item: Array  # int32[C]  the list: items
    near_edge: Array  # int32[C]  as ``edge``
    near_word: Array  # uint32[C]
    near_bit: Array  # int32[C]
    near_parts: Array  # int32[C]  bits of the dayparts of a live session, 0 for a video
    near_score: Array  # float32[C]  score without exploration
    ahead: Array  # int64[3]  consumer and number of the session whose windows are open; windows yet to be brought close
    drawn: Array  # uint64[4]  words drawn for that session
    begin: Array  # int64[V + 4]  entry of the slates at which each window opens
    take: Array  # int64[V + 4]  entries in the window
    kind: Array  # int64[V + 4]  vertical of the window's slate, -1 when of several
    own: Array  # float32[V]  the consumer's own term of each vertical
    gain: Array  # float32[V]  what interest adds to the watch logit
    watched: Array  # float32[V]  watch shares of the day
    shown: Array  # float32[V]  views of the day
    taste: Array  # float32[D]  estimated taste, weighted
    liked: Array  # float32[D]  styles of the day, weighted by watch share
    met: Array  # float32[D]  styles of the day


class Tally(NamedTuple):
    """What serving counts; integers, so that any order of adding gives the same sums."""

    counts: Array  # int64[threads, k, 8]  impressions, watch (ms), interactions, follows, shares, clicks, orders, reach
    funnel: Array  # int64[threads, cells, 8]  exposures, views, interactions, clicks, orders of items with a product
    consumer_impressions: Array  # int32[n]
    consumer_slots: Array  # int32[n]  slots the consumer came for
    consumer_watch: Array  # int64[n]  ms
    added: Array  # int32[n, A]  creators newly followed today, -1 for none
    dropped: Array  # bool[edges]  follows that ended today
    shared: Array  # int32[n, S]  items shared today, -1 for none
    ordered: Array  # int32[n, O]  items bought from today, -1 for none
    order_source: Array  # int8[n, O]  recommended, followed, friends
    order_touch: Array  # int32[n, O]  first touch of the product: 2 x day + (1 in a live session)
    log_row: Array  # int32[n]  row in the log, -1 when not on the panel
    log_item: Array  # int32[p, L]
    log_watch: Array  # int32[p, L]  ms
    log_flags: Array  # int8[p, L]  1 interacted, 2 followed, 4 reserved slot, 8 shared, 16 clicked, 32 ordered
    log_count: Array  # int32[p]
