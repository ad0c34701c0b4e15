"""Settings at their bounds neither divide by nothing nor overflow a column."""

from __future__ import annotations

from dataclasses import replace

from ecosim.config import BrandConfig
from ecosim.testing import run_world, small_config


def test_prices_stay_within_their_column() -> None:
    world = run_world(small_config(brand=BrandConfig(price=100_000_000, price_spread=2, products=64)), 2)
    assert 0 < world.economy.products.price.min() <= world.economy.products.price.max() == 2_000_000_000


def test_a_platform_that_forgets_overnight_needs_no_views_of_products() -> None:
    platform = replace(small_config().platform, record_memory=0)
    world = run_world(small_config(platform=platform, brand=BrandConfig(active=False)), 2)
    assert world.knowledge.product_views == 0
    assert world.knowledge.click_rate > 0
