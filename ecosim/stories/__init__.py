"""Stories: the life of one creator, consumer or brand in dated sentences, watched from outside."""

from ecosim.stories.telling import Chapter, Story, tell

__all__ = ["Chapter", "Story", "tell"]
