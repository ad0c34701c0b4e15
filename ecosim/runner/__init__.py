"""The runner: one run with progress, many, or a paired experiment."""

from ecosim.runner.experiment import compare
from ecosim.runner.progress import Progress, Report
from ecosim.runner.single import resume, run
from ecosim.runner.sweep import SweepResult, sweep

__all__ = ["Progress", "Report", "SweepResult", "compare", "resume", "run", "sweep"]
