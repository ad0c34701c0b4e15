"""Where the money went: totals by payer, receiver and purpose over the measured days."""

from __future__ import annotations

from dataclasses import dataclass

from ecosim.language import say
from ecosim.results import RunResult
from ecosim.state.ledger import ESCROW

PARTIES = {ESCROW: "orders on their way"}
"""Parties whose name in the books is not that of the report."""


@dataclass(frozen=True)
class Flow:
    """All that one party paid another for one purpose, in fen."""

    source: str
    target: str
    purpose: str
    total: int
    per_day: float


@dataclass(frozen=True)
class Balance:
    """What a party received and paid, in fen."""

    party: str
    received: int
    paid: int

    @property
    def net(self) -> int:
        """What is left over."""
        return self.received - self.paid


def flows(result: RunResult) -> list[Flow]:
    """Sum the flows of the measured days, the largest first."""
    if "flows" not in result.tables:
        return []
    frame = result.flows
    frame = frame[frame["day"] >= 0]
    days = max(1, int((result.daily["day"] >= 0).sum()))
    totals = frame.groupby(["source", "target", "purpose"], sort=True, observed=True)["fen"].sum()
    rows = [
        Flow(str(source), str(target), str(purpose), int(fen), int(fen) / days)
        for (source, target, purpose), fen in totals.items()
    ]
    return sorted(rows, key=lambda flow: (-flow.total, flow.source, flow.target, flow.purpose))


def balances(rows: list[Flow]) -> list[Balance]:
    """Add up what each party received and paid."""
    parties = sorted({flow.source for flow in rows} | {flow.target for flow in rows})
    return [
        Balance(
            party,
            sum(flow.total for flow in rows if flow.target == party),
            sum(flow.total for flow in rows if flow.source == party),
        )
        for party in parties
    ]


def party(name: str) -> str:
    """Write a party of the books in words."""
    return say(PARTIES.get(name, name))
