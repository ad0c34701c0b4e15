"""The ledger: every fen that moves, by double entry.

A transfer takes from one account and gives to another, so the accounts always sum to zero; the ledger is asked each day
to show it, and that the creators' account equals the sum of their savings.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ecosim.errors import InvariantError
from ecosim.state.columns import Array
from ecosim.state.schema import MONTH

OUTSIDE, PLATFORM, CREATORS, BRANDS, ESCROW = "outside", "platform", "creators", "brands", "escrow"
ACCOUNTS = (OUTSIDE, PLATFORM, CREATORS, BRANDS, ESCROW)
EARNINGS = ("ads", "video", "live", "fees", "grants")
"""What creators live from: advertising, commission on what videos and live sessions sold, fees, grants."""


@dataclass
class Ledger:
    """Accounts in fen and the day's flows between them.

    Attributes
    ----------
    balance : dict of str to int
        What each account holds.
    flows : dict
        Fen moved today by source, target and purpose.
    earnings : int64[28, 5]
        What creators received from each of :data:`EARNINGS`, a ring of the last 28 days by day mod 28.
    """

    balance: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ACCOUNTS, 0))
    flows: dict[tuple[str, str, str], int] = field(default_factory=dict)
    earnings: Array = field(default_factory=lambda: np.zeros((MONTH, len(EARNINGS)), np.int64))

    def open_day(self) -> None:
        """Forget yesterday's flows; balances stay."""
        self.flows = {}

    def transfer(self, source: str, target: str, purpose: str, fen: int) -> None:
        """Move money between two accounts.

        Parameters
        ----------
        source, target : str
            Members of :data:`ACCOUNTS`.
        purpose : str
            What it is paid for, in plain words.
        fen : int
            At least 0.
        """
        if fen < 0:
            raise InvariantError(f"a transfer of {fen} fen for '{purpose}': swap the parties instead")
        if fen == 0:
            return
        self.balance[source] -= fen
        self.balance[target] += fen
        key = (source, target, purpose)
        self.flows[key] = self.flows.get(key, 0) + fen

    def check(self, creators_savings: int, brands_savings: int = 0, in_flight: int = 0) -> None:
        """Raise an InvariantError unless the books balance to the fen.

        Parameters
        ----------
        creators_savings, brands_savings : int
            What the tables of creators and brands say that they hold.
        in_flight : int
            What has been paid for orders that are not settled.
        """
        total = sum(self.balance.values())
        if total != 0:
            raise InvariantError(f"the ledger is off by {total} fen: {self.balance}")
        for account, held in ((CREATORS, creators_savings), (BRANDS, brands_savings), (ESCROW, in_flight)):
            if self.balance[account] != held:
                raise InvariantError(
                    f"{account} hold {held} fen by their table but {self.balance[account]} by the ledger"
                )
