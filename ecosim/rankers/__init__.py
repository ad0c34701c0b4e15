"""Rankers: how the feed orders what it has recalled."""
