"""The schema: every column of every population, with dtype, unit, default and meaning.

Dimensions: V verticals, D = 16 style dimensions, S words of the seen filter, W = 28 days of a creator's month.
"""

from __future__ import annotations

from ecosim.state.columns import Array, Table, column

STYLE_DIMENSIONS = 16
WEEK, MONTH = 7, 28
"""Days after which tiers are ranked and brands plan; days that a creator's month covers."""
TOUCHES, ALLIES, INBOX = 8, 8, 3
"""Products met last, accounts known last, and shares of friends that a consumer keeps."""
SEEN_WORDS = 32
"""64-bit words of one half of the seen filter: 2,048 bits for the items that one period publishes."""

OWN, IMITATE, INNOVATE = 0, 1, 2
MODES = ("own", "imitate", "innovate")
HEAD, WAIST, TAIL = 0, 1, 2
TIERS = ("head", "waist", "tail")
HEAD_SHARE, WAIST_SHARE = 0.01, 0.10
"""Part of the creators, by followers, who are head, and who are head or waist."""


class Consumers(Table):
    """People who watch. Rows are stable; a lapsed consumer keeps the row and may return."""

    region: Array = column("int32", "index", "region tier: first, second, third, county")
    sessions: Array = column("float32", "sessions a day", "habitual number of sessions", default=1)
    slots: Array = column("float32", "slots a session", "habitual length of a session", default=10)
    interest: Array = column("float32", "share", "interest over verticals, sums to 1", width="V")
    taste: Array = column("float32", "unit vector", "what style is liked", width="D")
    satiation: Array = column("float32", "1", "tiredness of each vertical", width="V")
    recent: Array = column("float32", "1", "un-normalised running mean of the styles watched", width="D")
    satisfaction: Array = column("float32", "share", "running mean of the watch share", default=0.5)
    active: Array = column("bool", "flag", "not lapsed", default=1)
    profile_interest: Array = column("float32", "share", "the platform's estimate of interest", width="V")
    profile_taste: Array = column("float32", "1", "the platform's estimate of taste", width="D")
    seen: Array = column("uint64", "bits", "filter of items already shown, two periods", width=2 * SEEN_WORDS)
    purse: Array = column("float32", "fen a day", "spending budget", default=1)
    thrift: Array = column("float32", "logit", "price sensitivity")
    impulse: Array = column("float32", "1", "impulsiveness in live sessions, mean 1")
    trust: Array = column("float32", "share", "trust in the platform", default=0.5)
    touched: Array = column("int32", "product", "products met last, a ring; -1 for none", width=TOUCHES, default=-1)
    touched_when: Array = column("int32", "2 x day + live", "first touch of each: day and format", width=TOUCHES)
    touches: Array = column("int32", "products", "products met so far")
    ally: Array = column("int32", "creator row", "accounts known last, a ring; -1 for none", width=ALLIES, default=-1)
    ally_trust: Array = column("float32", "share", "trust in each of them", width=ALLIES, default=0.5)
    ally_orders: Array = column("int32", "orders", "deliveries from or through each of them", width=ALLIES)
    allies: Array = column("int32", "places", "turns of the ring of known accounts so far")
    bought: Array = column("int32", "day", "last purchase in each vertical", width="V", default=-100_000)
    inbox: Array = column("int32", "item row", "shared by friends yesterday; -1 none, -2 - c the session of creator c",
                          width=INBOX, default=-1)  # fmt: skip
    senders: Array = column("int32", "friends", "how many friends shared each", width=INBOX)


class Creators(Table):
    """Accounts that publish. Rows are never reused; who left keeps the row with ``alive`` false.

    An account that a brand runs has ``brand`` of 0 or more. It publishes, but is nobody's living: ``alive`` is false,
    which is the one mask that keeps it out of tiers, survival, creators' income and concentration.
    """

    serial: Array = column("uint32", "key", "stable identity: day of entry x 2^20 + number")
    entered: Array = column("int32", "day", "day of entry")
    left: Array = column("int32", "day", "day of exit; -1 while alive", default=-1)
    alive: Array = column("bool", "flag", "a creator of their own who still publishes", default=1)
    brand: Array = column("int32", "row", "the brand that runs the account; -1 for a creator of their own", default=-1)
    founder: Array = column("bool", "flag", "there since before the first day")
    rule: Array = column("int8", "index", "who decides: 0 the run's strategy, else a user's own class")
    vertical: Array = column("int32", "index", "vertical published in")
    region: Array = column("int32", "index", "region tier")
    style: Array = column("float32", "unit vector", "own style", width="D")
    talent: Array = column("float32", "logit", "skill before investment")
    skill: Array = column("float32", "logit", "mean quality of one's items")
    effort: Array = column("float32", "posts a day", "posts intended a day")
    posts: Array = column("int32", "items", "items published so far")
    mode: Array = column("int8", "index", "mode chosen last: own style, imitation, innovation")
    beliefs: Array = column("float32", "net reward", "what each mode is believed to bring", width=3)
    aspiration: Array = column("float32", "net reward", "what is good enough, under strategies that keep one")
    followers: Array = column("int64", "consumers", "consumers who follow")
    tier: Array = column("int8", "index", "head, waist or tail; ranked weekly by followers", default=TAIL)
    impressions_month: Array = column("int64", "impressions", "ring of the last 28 days, by day mod 28", width=MONTH)
    income_month: Array = column("int64", "fen", "ring of the last 28 days of gross income", width=MONTH)
    savings: Array = column("int64", "fen", "income less costs since entry")
    welfare: Array = column("float32", "mean incomes", "running mean of income and attention", default=1)
    prosperity: Array = column("float32", "mean incomes", "running mean of income", default=1)
    live_propensity: Array = column("float32", "1", "readiness to open a live session, mean 1", default=1)
    live_skill: Array = column("float32", "logit", "skill in live sessions")
    deal: Array = column("int32", "row", "first of the deals that run now, one after another; -1 for none", default=-1)
    deals: Array = column("int32", "deals", "number of deals that run now")
    earned_ads: Array = column("int64", "fen", "ad share received so far")
    earned_video: Array = column("int64", "fen", "commission received so far on what videos sold")
    earned_live: Array = column("int64", "fen", "commission received so far on what live sessions sold")
    earned_fees: Array = column("int64", "fen", "fees received so far from brands")
    earned_grants: Array = column("int64", "fen", "grants received so far from the platform")
    sales_month: Array = column("int64", "fen", "ring of the last 28 days of what the account sold", width=MONTH)
    badge: Array = column("float32", "share", "how visible the badge is that is worn; 0 for none")
    record_views: Array = column("float64", "views", "fading sum of impressions, for the platform's prior")
    record_watch: Array = column("float64", "views", "fading sum of watch shares")
    record_interactions: Array = column("float64", "interactions", "fading sum of interactions")
    record_follows: Array = column("float64", "follows", "fading sum of follows")


class Items(Table):
    """The catalog of live items. A row lasts until the item retires by age; the key stays for ever."""

    creator: Array = column("int32", "row", "creator who published it")
    serial: Array = column("uint32", "key", "the creator's serial, first half of the item's key")
    number: Array = column("uint32", "key", "day x 2^8 + number of the day, second half of the key")
    word: Array = column("uint32", "bits", "random word of the item: its place in shuffles and in the seen filter")
    day: Array = column("int32", "day", "day of publication")
    vertical: Array = column("int32", "index", "vertical")
    region: Array = column("int32", "index", "region tier of the creator")
    style: Array = column("float32", "unit vector", "style", width="D")
    quality: Array = column("float32", "logit", "quality as watched")
    duration: Array = column("int32", "ms", "length of the video")
    mode: Array = column("int8", "index", "origin: own style, imitation, innovation")
    model_serial: Array = column("uint32", "key", "serial of the imitated item's creator; 0 with model_number 0: none")
    model_number: Array = column("uint32", "key", "number of the imitated item")
    partner: Array = column("int32", "row", "whom it was made with, whose followers see it too; -1: nobody", default=-1)
    parts: Array = column("int32", "bits", "dayparts in which a live session is on; 0 for a video")
    product: Array = column("int32", "row", "product that it carries; -1 for none", default=-1)
    deal: Array = column("int32", "row", "deal under which it carries the product; -1 for none", default=-1)
    impressions: Array = column("int64", "impressions", "times shown")
    watch: Array = column("int64", "ms", "time watched")
    interactions: Array = column("int64", "interactions", "likes and comments")
    follows: Array = column("int64", "follows", "follows gained from it")
    shares: Array = column("int64", "shares", "times shared with friends")
    clicks: Array = column("int64", "clicks", "looks at its product")
    orders: Array = column("int64", "orders", "orders of its product")
    reach: Array = column("int64", "consumers", "consumers who met its product here first")
    impressions_today: Array = column("int64", "impressions", "times shown today")
    watch_today: Array = column("int64", "ms", "time watched today")
    interactions_today: Array = column("int64", "interactions", "likes and comments today")
    follows_today: Array = column("int64", "follows", "follows gained today")
    shares_today: Array = column("int64", "shares", "times shared with friends today")
    clicks_today: Array = column("int64", "clicks", "looks at its product today")
    orders_today: Array = column("int64", "orders", "orders of its product today")
    reach_today: Array = column("int64", "consumers", "consumers who met its product here first today")
    heat: Array = column("float32", "interactions", "fading sum of interactions")
    level: Array = column("int8", "index", "level of the ladder of traffic pools: 0 the fresh pool; -1 out")
