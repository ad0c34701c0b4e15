"""Recording: which tables a run leaves behind."""

from ecosim.recording.recorder import Recorder

__all__ = ["Recorder"]
