"""Metrics: what is measured each day, and once at the end of a run."""
