"""Recording: which tables a run leaves behind."""

from ecosim.recording.recorded import DamagedRows, Recorded
from ecosim.recording.recorder import Recorder

__all__ = ["DamagedRows", "Recorded", "Recorder"]
