"""Ctrl-C and `kill`: noted when they come, and heeded where nothing is half done.

An exception that strikes anywhere leaves half of things behind: a library that is being loaded calls it an import
error, compiled code swallows it with a message, and a second one strikes those who clear up. So a signal raises
nothing. It sets a flag, and whoever works within `deferred` asks for it between days, between runs and while waiting.

The command line answers for its whole process (`command`): before it works it leaves at once, with one message; once
it works (`working`) signals are noted to its end. Used from Python, ecosim notes Ctrl-C in the blocks of `deferred`
only, and all other signals are the caller's. This module is the first that a command loads, and loads next to nothing.
"""

from __future__ import annotations

import os
import signal
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

AT_ONCE = "stopped at once by a second Ctrl-C"
"""What the runner raises then; the command line prints it."""

SOON = 0.1
"""Seconds after which whoever waits for something else looks whether a signal has come."""

_ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Stop:
    """Whether the user has asked to stop.

    Attributes
    ----------
    number : int
        The signal that asked; 0 when none has.
    """

    def __init__(self) -> None:
        self.number = 0
        self._cuttable = False
        self._cut = False

    def __bool__(self) -> bool:
        return self.number != 0

    @property
    def killed(self) -> bool:
        """Whether it was another signal than Ctrl-C: the process is to end, whatever becomes of the run."""
        return self.number not in (0, signal.SIGINT)

    @property
    def name(self) -> str:
        """Name of the signal."""
        return signal.Signals(self.number).name

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        """Note a signal; a Ctrl-C that is not the first stops a day at once."""
        again = self.number != 0 and number == signal.SIGINT
        self.number = self.number or number
        if again and self._cuttable:
            self._cuttable, self._cut = False, True
            raise KeyboardInterrupt(AT_ONCE)

    def check(self) -> None:
        """Raise KeyboardInterrupt if the user has asked to stop."""
        if self:
            raise KeyboardInterrupt

    @contextmanager
    def cuttable(self) -> Iterator[None]:
        """Let a second Ctrl-C stop the block at once; it must leave nothing that matters half done."""
        self._cuttable = True
        try:
            yield
        except Exception:
            if self._cut:  # a library has made its own of it
                raise KeyboardInterrupt(AT_ONCE) from None
            raise
        finally:
            self._cuttable = False


class _Leaving(Stop):
    """As long as nothing is begun there is nothing to keep or to clear up: the process leaves at once."""

    begun = False

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        if self.begun:
            _let_go_of_terminal()
            return super().on_signal(number, frame)
        how = "interrupted" if number == signal.SIGINT else f"ended by {signal.Signals(number).name}"
        try:
            os.write(2, f"ecosim: {how} before anything was written.\n".encode())
        finally:
            os._exit(128 + number)


def _let_go_of_terminal() -> None:
    """Say to nobody what a terminal that is gone would refuse to take, so that it costs no results."""
    for descriptor in (1, 2):
        with suppress(OSError):  # nobody was ever there
            if stat.S_ISCHR(os.fstat(descriptor).st_mode) and not os.isatty(descriptor):
                os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)


_command: _Leaving | None = None
_noting: Stop | None = None
"""Who notes signals now; blocks within blocks share it."""


def command() -> None:
    """Answer for the signals of this process, which is a command and nothing else."""
    global _command, _noting
    _command = _noting = _Leaving()
    for number in _ENDING:
        # A shell starts background jobs with Ctrl-C ignored; whoever interrupts this process by name means it.
        # `nohup` has others ignored, and means that.
        if number == signal.SIGINT or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _command.on_signal)


def working() -> None:
    """From here on the command leaves things behind, so signals are noted and no longer end it at once."""
    if _command is not None:
        _command.begun = True


def over() -> None:
    """Have a command whose last word is said go in peace, with the exit code that it has."""
    for number in _ENDING:
        signal.signal(number, signal.SIG_IGN)


def code() -> int:
    """Return the exit code of a command that a signal has ended, as shells count it."""
    return 128 + (int(_command.number) if _command else int(signal.SIGINT))


@contextmanager
def deferred() -> Iterator[Stop]:
    """Note Ctrl-C while the block runs, in place of raising; outside the main thread signals stay as they are."""
    global _noting
    if threading.current_thread() is not threading.main_thread():
        yield Stop()
    elif _noting is not None:
        yield _noting
    elif signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        yield Stop()
    else:
        _noting = Stop()
        before = signal.signal(signal.SIGINT, _noting.on_signal)
        try:
            yield _noting
        finally:
            _noting = None
            signal.signal(signal.SIGINT, before)


@contextmanager
def held() -> Iterator[None]:
    """Finish the block whatever comes: it writes, takes seconds, and cut short would lose what is there."""
    with deferred():
        yield


def at_once(work: Callable[[], object]) -> None:
    """Do what leaves nothing half done, such as to load and to compile, so that a signal ends it at once.

    A command does it in a thread of its own, which stays behind, and so no library is struck by an exception.
    """
    if _command is None or threading.current_thread() is not threading.main_thread():
        work()
        return
    failed: list[BaseException] = []

    def do() -> None:
        try:
            work()
        except BaseException as error:
            failed.append(error)

    _command.check()
    thread = threading.Thread(target=do, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(SOON)
        if _command:
            _leave_behind(thread)
    if failed:
        raise failed[0]


def _leave_behind(thread: threading.Thread) -> None:
    """Stop waiting for a thread that nothing can end, and have the process not wait for it in the end either."""
    import atexit

    def leave() -> None:
        if thread.is_alive():
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code())

    atexit.register(leave)
    raise KeyboardInterrupt


@contextmanager
def spared() -> Iterator[None]:
    """Have processes that are begun in the block not hear the signals that end their parent, which ends them.

    Signals reach every process of a terminal, and would strike a worker that is still loading.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
