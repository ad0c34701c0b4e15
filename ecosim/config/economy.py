"""The economy around the feed: brands and their products, buying, live sessions, friends' shares, joint items.

Every group has a switch; with it off, the run is the same to the byte as one in which the mechanism does not exist.
"""

from __future__ import annotations

from typing import Annotated

from ecosim.config.fields import at_least, between, positive, schema, share, text

_LOGIT = (-20.0, 20.0)


@schema
class BrandConfig:
    """Brands: what they sell, how they advertise with creators, and their own accounts."""

    active: Annotated[bool, text("there are brands, products and orders")] = True
    size_spread: Annotated[float, between(0, 3, "sd of log size", unit="1")] = 1.0
    products: Annotated[int, between(1, 64, "products of a brand of mean size", unit="products")] = 12
    product_life: Annotated[
        int, between(7, 365, "days until a product is replaced", unit="days", source="dynamics")
    ] = 30
    quality_mean: Annotated[float, between(-5, 5, "real quality of brands, mean", unit="logit")] = 0.6
    quality_spread: Annotated[
        float, between(0, 3, "sd of real quality between brands; half of it within one", unit="logit")
    ] = 0.5
    overpromise: Annotated[
        float, between(0, 5, "most that a brand without honesty promises over real quality", unit="logit")
    ] = 1.0
    price: Annotated[int, between(1, 100_000_000, "price level of brands, mean", unit="fen")] = 8_000
    price_spread: Annotated[float, between(0, 2, "sd of log price level; half of it within a brand", unit="1")] = 0.5
    margin: Annotated[float, share("price less production, of the price")] = 0.55
    own_accounts: Annotated[bool, text("brands run accounts of their own")] = True
    own_posts: Annotated[float, between(0, 8, "posts a day of the account of a brand of mean size", unit="items")] = 1.5
    fees: Annotated[bool, text("brands pay creators fees for a week's promotion")] = True
    influencer_share: Annotated[float, share("weekly fee budget, of a week's sales", source="dynamics")] = 0.025
    start_budget: Annotated[float, between(0, 10, "first fee budgets, of all creators' ad income", unit="share")] = 0.3
    budget_step: Annotated[float, share("weekly step of the budget to what sales allow", source="dynamics")] = 0.15
    risk_aversion: Annotated[float, between(0, 10, "rho: budget shares follow mean / sd^rho", unit="1")] = 1.5
    learning: Annotated[float, share("step of believed returns to the return of a deal")] = 0.15
    believed_return: Annotated[float, positive("sales per fee that brands expect at first", unit="ratio")] = 10.0
    fee_price: Annotated[float, positive("first fee per thousand weekly impressions", unit="fen")] = 2_000.0
    fee_elasticity: Annotated[float, between(0, 2, "weekly response of the fee price to demand", unit="1")] = 0.15
    deals: Annotated[int, between(1, 50, "deals a week and tier that a brand makes at most", unit="deals")] = 6
    least_deal: Annotated[float, share("least part of a creator's week of promotion that a deal takes")] = 0.05
    deal_posts: Annotated[float, share("chance that an item of a creator hired whole carries a deal's product")] = 0.6
    affiliate_posts: Annotated[float, share("chance that another video carries a product on commission")] = 0.2
    commission: Annotated[float, share("of the price, to the creator who sold, under a deal too")] = 0.15


@schema
class CommerceConfig:
    """How consumers click, buy, return and trust."""

    purse: Annotated[int, between(1, 10_000_000, "daily spending budget, mean", unit="fen")] = 6_000
    purse_spread: Annotated[float, between(0, 3, "sd of log budget", unit="1")] = 0.6
    thrift: Annotated[float, between(0, 10, "weight of log price over budget", unit="logit")] = 0.8
    thrift_spread: Annotated[float, between(0, 2, "sd of log price sensitivity", unit="1")] = 0.4
    impulse_spread: Annotated[float, between(0, 2, "sd of log impulsiveness, mean 1", unit="1")] = 0.5
    click_base: Annotated[float, between(*_LOGIT, "c0 of the click logit", unit="logit", source="dynamics")] = -4.6
    click_watch: Annotated[float, between(*_LOGIT, "weight of the watch share", unit="logit")] = 3.0
    order_base: Annotated[float, between(*_LOGIT, "o0 of the order logit", unit="logit", source="dynamics")] = -4.0
    order_value: Annotated[
        float, between(*_LOGIT, "weight of promised quality as far as it is trusted", unit="logit")
    ] = 1.0
    order_fit: Annotated[float, between(*_LOGIT, "weight of taste . product style", unit="logit")] = 0.8
    order_trust: Annotated[float, between(*_LOGIT, "weight of trust above its mean", unit="logit")] = 2.0
    familiarity: Annotated[float, between(*_LOGIT, "gain when the product was met on an earlier day", unit="logit")] = (
        0.7
    )
    social_proof: Annotated[float, between(*_LOGIT, "gain when a friend's share led to it", unit="logit")] = 0.8
    live_urgency: Annotated[
        float, between(*_LOGIT, "gain in live sessions, times impulsiveness", unit="logit", source="dynamics")
    ] = 2.1
    need: Annotated[float, between(0, 20, "loss right after a purchase in the same vertical", unit="logit")] = 3.0
    need_days: Annotated[float, positive("days in which a need recovers", unit="days", source="dynamics")] = 12.0
    delivery_days: Annotated[int, between(1, 60, "days until an order is settled or returned", unit="days")] = 7
    delivery_noise: Annotated[float, between(0, 5, "sd of delivered around real quality", unit="logit")] = 0.5
    returns: Annotated[bool, text("goods that disappoint may be returned")] = True
    return_base: Annotated[float, between(*_LOGIT, "return logit when the promise is kept", unit="logit")] = -3.2
    return_gap: Annotated[float, between(0, 20, "weight of promised less delivered quality", unit="logit")] = 1.2
    trust_mean: Annotated[float, share("trust to which everything reverts")] = 0.5
    trust_gain: Annotated[float, share("step of trust to a good experience")] = 0.15
    trust_loss: Annotated[float, share("step of trust to a bad experience")] = 0.4
    trust_platform: Annotated[float, share("step of trust in the platform, of the step of trust in the seller")] = 0.2
    trust_return: Annotated[float, share("daily reversion of trust to its mean")] = 0.01
    trust_gap: Annotated[
        float, between(0, 20, "weight of promised less delivered quality in experience", unit="logit")
    ] = 1.5
    badge_trust: Annotated[float, share("added to the trust in a seller who wears a badge")] = 0.1
    return_cost: Annotated[float, share("what a return costs the brand, of the price")] = 0.1
    take_rate: Annotated[float, share("of the price, to the platform")] = 0.05


@schema
class LiveConfig:
    """Live sessions: who opens one, how long it holds, what it costs."""

    active: Annotated[bool, text("creators and brands open live sessions")] = True
    chance: Annotated[float, share("daily chance at mean income and mean propensity", source="dynamics")] = 0.12
    elasticity: Annotated[float, between(0, 2, "response of the chance to income", unit="1", source="dynamics")] = 0.35
    propensity_spread: Annotated[float, between(0, 2, "sd of log propensity", unit="1")] = 0.8
    brand_chance: Annotated[float, share("daily chance of the account of a brand of mean size")] = 0.8
    skill_spread: Annotated[float, between(0, 3, "sd of live skill", unit="logit")] = 0.7
    hold: Annotated[float, between(-5, 5, "gain of the watch logit of live over video", unit="logit")] = 0.2
    length: Annotated[int, between(10, 3600, "longest stay of a consumer, who drops in once a day", unit="s")] = 180
    effort: Annotated[float, between(0, 8, "posts that a session takes the place of", unit="items")] = 0.5
    cost: Annotated[float, between(0, 10, "a session, of mean income", unit="share")] = 0.3
    affiliate: Annotated[float, share("chance that a session carries a product on commission")] = 0.8
    recall: Annotated[int, between(0, 200, "candidates from the sessions that are on", unit="items")] = 12


@schema
class SharingConfig:
    """Shares: what reaches friends for tomorrow."""

    active: Annotated[bool, text("consumers share items with their friends")] = True
    share_base: Annotated[float, between(*_LOGIT, "share logit at zero watch share", unit="logit")] = -6.0
    share_watch: Annotated[float, between(*_LOGIT, "weight of the watch share", unit="logit")] = 4.0
    word_of_mouth: Annotated[float, share("step of trust in a creator when what a friend shared is watched")] = 0.05


@schema
class CollaborationConfig:
    """Ties between creators: whom they copy and with whom they publish."""

    active: Annotated[bool, text("creators copy their ties first and publish with them")] = True
    chance: Annotated[float, share("chance that a video or session is made with a tie")] = 0.05
    tie_hit: Annotated[float, at_least(0, "heat from which a tie's item is copied, of mean heat", unit="ratio")] = 2.0
