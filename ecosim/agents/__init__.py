"""Mesa faces over the columns: Consumer, Creator, Platform."""

from ecosim.agents.consumer import Consumer
from ecosim.agents.creator import Creator, CreatorView, Decision, Mode
from ecosim.agents.platform import Platform

__all__ = ["Consumer", "Creator", "CreatorView", "Decision", "Mode", "Platform"]
