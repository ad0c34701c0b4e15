"""Every fen that is taken is given, and the books say when they do not balance."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosim.errors import InvariantError
from ecosim.state.ledger import ACCOUNTS, BRANDS, CREATORS, ESCROW, OUTSIDE, PLATFORM, Ledger

TRANSFERS = st.lists(
    st.tuples(
        st.sampled_from(ACCOUNTS), st.sampled_from(ACCOUNTS), st.sampled_from(["a", "b"]), st.integers(0, 10**15)
    ),
    max_size=20,
)


@settings(deadline=None, max_examples=60)
@given(TRANSFERS)
def test_no_transfer_makes_or_destroys_money(transfers: list[tuple[str, str, str, int]]) -> None:
    ledger = Ledger()
    for transfer in transfers:
        ledger.transfer(*transfer)
    assert sum(ledger.balance.values()) == 0
    assert sum(ledger.flows.values()) == sum(fen for *_, fen in transfers)
    ledger.check(*(ledger.balance[account] for account in (CREATORS, BRANDS, ESCROW)))


def test_flows_are_the_days_and_balances_last() -> None:
    ledger = Ledger()
    ledger.transfer(OUTSIDE, PLATFORM, "advertising", 5)
    ledger.transfer(OUTSIDE, PLATFORM, "advertising", 2)
    assert ledger.flows == {(OUTSIDE, PLATFORM, "advertising"): 7}
    ledger.open_day()
    assert ledger.flows == {}
    assert ledger.balance[PLATFORM] == 7


def test_nothing_is_noted_of_nothing() -> None:
    ledger = Ledger()
    ledger.transfer(OUTSIDE, PLATFORM, "advertising", 0)
    assert ledger.flows == {}


def test_money_flows_forward_only() -> None:
    with pytest.raises(InvariantError, match="swap the parties"):
        Ledger().transfer(PLATFORM, CREATORS, "ad share", -1)


def test_the_creators_account_is_the_sum_of_their_savings() -> None:
    ledger = Ledger()
    ledger.transfer(PLATFORM, CREATORS, "ad share", 10)
    with pytest.raises(InvariantError, match="9 fen by their table but 10 by the ledger"):
        ledger.check(9)


def test_books_that_do_not_balance_are_refused() -> None:
    ledger = Ledger()
    ledger.balance[PLATFORM] += 1
    with pytest.raises(InvariantError, match="off by 1 fen"):
        ledger.check(0)
