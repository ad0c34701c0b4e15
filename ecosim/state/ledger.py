"""The ledger: every fen that moves, by double entry.

A transfer takes from one account and gives to another, so the accounts always sum to zero; the ledger is asked each day
to show it, and that the creators' account equals the sum of their savings.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ecosim.errors import InvariantError

OUTSIDE, PLATFORM, CREATORS = "outside", "platform", "creators"
ACCOUNTS = (OUTSIDE, PLATFORM, CREATORS)


@dataclass
class Ledger:
    """Accounts in fen and the day's flows between them."""

    balance: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ACCOUNTS, 0))
    flows: dict[tuple[str, str, str], int] = field(default_factory=dict)

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

    def check(self, creators_savings: int) -> None:
        """Raise an InvariantError unless the books balance to the fen."""
        total = sum(self.balance.values())
        if total != 0:
            raise InvariantError(f"the ledger is off by {total} fen: {self.balance}")
        if self.balance[CREATORS] != creators_savings:
            raise InvariantError(
                f"creators hold {creators_savings} fen by their savings but {self.balance[CREATORS]} by the ledger"
            )
