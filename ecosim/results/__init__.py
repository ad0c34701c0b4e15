"""Results: the run folder and what can be asked of it."""

from ecosim.results.folder import RunFolder
from ecosim.results.result import RunResult, StoredTables
from ecosim.results.summary import summarise

__all__ = ["RunFolder", "RunResult", "StoredTables", "summarise"]
