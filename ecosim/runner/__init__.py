"""The runner: one run with progress, or many."""

from ecosim.runner.progress import Progress, Report
from ecosim.runner.single import run
from ecosim.runner.sweep import SweepResult, sweep

__all__ = ["Progress", "Report", "SweepResult", "run", "sweep"]
