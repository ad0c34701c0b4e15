"""Merchants: who the brands are, what they sell, and the accounts they run themselves."""

from __future__ import annotations

import numpy as np

from ecosim.config import SimulationConfig
from ecosim.kernels import draws
from ecosim.stages.common import lognormal, pick, unit
from ecosim.state.columns import Array
from ecosim.state.economy import TIERS_OF_DEALS, Brands, Deals, Economy, Orders, Products
from ecosim.state.ledger import BRANDS, OUTSIDE
from ecosim.state.schema import STYLE_DIMENSIONS, WEEK
from ecosim.state.world import World

ACCOUNT_SERIAL = 0xFFF0_0000
"""Serials of brands' own accounts start here, where no day of entry reaches."""
MOST_PRODUCTS = 64
_WITHIN = 0.5
"""Spread of a brand's products, as a part of the spread between brands."""
_RESERVE_WEEKS = 26
_PRICE_BOUNDS = (100, 2_000_000_000)
"""Lowest and highest price, fen; beyond, the column overflows."""


def make_economy(config: SimulationConfig, shares: Array) -> Economy:
    """Draw the brands of the run (none when the switch is off); products are launched on the first morning."""
    count = config.scale.brand_count if config.brand.active else 0
    dimensions = {"V": config.population.verticals, "D": STYLE_DIMENSIONS}
    economy = Economy(
        Brands(count, dimensions), Products(0, dimensions), Deals(0, dimensions), Orders(0, dimensions),
        np.full(TIERS_OF_DEALS, config.brand.fee_price),
    )  # fmt: skip
    draw_brands(config, economy.brands, shares)
    economy.on_sale = np.full((count, int(economy.brands.slots.max(initial=0))), -1, np.int32)
    return economy


def draw_brands(config: SimulationConfig, table: Brands, shares: Array) -> None:
    """Give every brand its vertical, size, honesty, quality and price, as a function of its number alone."""
    rules, ids = config.brand, np.arange(table.size)
    u = draws.uniforms(config.seed, draws.BRANDS, 0, ids)
    z = draws.gaussians(config.seed, draws.BRANDS, 1, ids, 3)
    table.vertical[:] = pick(shares, u[:, 0])
    table.honesty[:] = u[:, 1]
    table.weight[:] = lognormal(1.0, rules.size_spread, z[:, 0])
    table.quality[:] = rules.quality_mean + rules.quality_spread * z[:, 1]
    table.price[:] = lognormal(rules.price, rules.price_spread, z[:, 2])
    table.slots[:] = np.clip(np.rint(rules.products * np.sqrt(table.weight)), 2, MOST_PRODUCTS).astype(np.int32)
    table.believed[:] = rules.believed_return
    table.spread[:] = rules.believed_return**2


def open_accounts(config: SimulationConfig, economy: Economy) -> dict[str, Array]:
    """Describe the brands' own accounts as rows for the creator table: serial, vertical and brand of each."""
    count = economy.brands.size if config.brand.own_accounts else 0
    brand = np.arange(count)
    return {"serial": ACCOUNT_SERIAL + brand, "vertical": economy.brands.vertical[:count], "brand": brand}


def fund(world: World) -> None:
    """Give brands their first fee budgets, and the capital to live until sales have settled."""
    brands, config = world.economy.brands, world.config
    incomes = world.reference.income * config.scale.creators * WEEK
    size = brands.weight.astype(np.float64)
    brands.budget[:] = np.rint(config.brand.start_budget * incomes * size / max(size.sum(), 1e-9)).astype(np.int64)
    brands.savings[:] = _RESERVE_WEEKS * brands.budget
    world.ledger.transfer(OUTSIDE, BRANDS, "capital", int(brands.savings.sum()))


def launch_products(world: World) -> None:
    """Replace products whose life is over; on the first morning, fill all assortments with products of all ages."""
    economy, life = world.economy, world.config.brand.product_life
    brand, slot = np.nonzero(np.arange(economy.on_sale.shape[1]) < economy.brands.slots[:, None])
    present = economy.on_sale[brand, slot]
    opening = economy.products.size == 0
    if not opening:
        ended = world.day - economy.products.launched[present] >= life
        brand, slot = brand[ended], slot[ended]
    if brand.size == 0:
        return
    rows = economy.products.append(brand.size)
    draw_products(world, rows, brand, slot, 0 if opening else 1 + world.day // life)
    economy.on_sale[brand, slot] = np.arange(rows.start, rows.stop)
    if opening:
        age = draws.uniforms(world.config.seed, draws.PRODUCTS, 0, brand, slot)[:, 1] * life
        economy.products.launched[rows] -= age.astype(np.int32)


def draw_products(world: World, rows: slice, brand: Array, slot: Array, generation: int) -> None:
    """Draw products from brand, place in the assortment and generation alone, so that scenarios share them."""
    config, brands, table = world.config, world.economy.brands, world.economy.products
    u = draws.uniforms(config.seed, draws.PRODUCTS, generation, brand, slot)
    z = draws.gaussians(config.seed, draws.PRODUCTS, generation, brand * MOST_PRODUCTS + slot, 2 + STYLE_DIMENSIONS)
    table.brand[rows], table.slot[rows], table.launched[rows] = brand, slot, world.day
    price = brands.price[brand] * np.exp(_WITHIN * config.brand.price_spread * z[:, 0])
    table.price[rows] = np.clip(np.rint(price), *_PRICE_BOUNDS).astype(np.int32)
    quality = brands.quality[brand] + _WITHIN * config.brand.quality_spread * z[:, 1]
    table.quality[rows] = quality
    table.promise[rows] = quality + (1.0 - brands.honesty[brand]) * config.brand.overpromise * u[:, 0]
    centres = world.centres[brands.vertical[brand]]
    noise = z[:, 2:] / np.sqrt(STYLE_DIMENSIONS)
    table.style[rows] = unit(config.population.style_cohesion * centres + noise)
