"""The whole state of a run saved on a day, so that the run, or other runs with the same past, can go on from it."""

from ecosim.saving.file import DamagedState, Header, SavedState, intact, read_header, read_state, write_state
from ecosim.saving.run import pack_run, reopen, unpack_run
from ecosim.saving.walk import Packed, Unpackable, pack, unpack

__all__ = [
    "DamagedState",
    "Header",
    "Packed",
    "SavedState",
    "Unpackable",
    "intact",
    "pack",
    "pack_run",
    "read_header",
    "read_state",
    "reopen",
    "unpack",
    "unpack_run",
    "write_state",
]
