"""Reports: one offline page per run, words before numbers."""

from ecosim.reports.single import render, write_anew, write_into

__all__ = ["render", "write_anew", "write_into"]
