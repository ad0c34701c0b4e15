"""Mesa faces over the columns: Brand, Consumer, Creator, Platform."""

from ecosim.agents.brand import Brand
from ecosim.agents.consumer import Consumer
from ecosim.agents.creator import Creator, CreatorView, Decision, Mode
from ecosim.agents.platform import Platform

__all__ = ["Brand", "Consumer", "Creator", "CreatorView", "Decision", "Mode", "Platform"]
