"""Stops code of somebody else's that does not end: a loop that yields nothing would keep a scan for ever.

In the main thread of a POSIX system an alarm does it, which a long regular expression and a sleep hear too. Elsewhere
(Windows, another thread, a host application that has an alarm of its own) Python's interpreter is told to raise between
two of its instructions: a call that stays in C is waited for. Code that swallows even that is told again each second;
what catches it every time cannot be stopped from within a process.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Generator
from types import FrameType

from albdoctor.errors import BadCheckError

TURNS = 10_000
"""Of a loop, each of which hears of it."""
AGAIN = 1.0
"""Seconds after which code that swallowed the exception gets it once more."""


class _Late(BaseException):
    """Raised into code that takes too long."""


@contextlib.contextmanager
def within(seconds: float) -> Generator[None]:
    """Raise a `BadCheckError` into what takes longer, by the clock on the wall."""
    try:
        with _alarm(seconds) if _may_alarm() else _watch(seconds):
            yield
    except _Late:
        raise BadCheckError(f"it does not end: stopped after {seconds:g} s") from None


def _may_alarm() -> bool:
    """Whether an alarm is there and nobody else's."""
    return (
        hasattr(signal, "setitimer")
        and threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGALRM) is signal.SIG_DFL
    )


class _Guard:
    """Says whether the code still runs: what comes later must raise nothing."""

    def __init__(self) -> None:
        self.over = False
        self.asked = False
        """Whether the interpreter was told to raise."""
        self.lock = threading.Lock()

    def rang(self, _number: int, _frame: FrameType | None) -> None:
        """Hear the alarm."""
        if not self.over:
            raise _Late


@contextlib.contextmanager
def _alarm(seconds: float) -> Generator[None]:
    guard = _Guard()
    signal.signal(signal.SIGALRM, guard.rang)
    try:
        try:
            signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
            yield
        finally:
            guard.over = True
    finally:  # also where the alarm rang in the line above
        guard.over = True
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)


@contextlib.contextmanager
def _watch(seconds: float) -> Generator[None]:
    """Have another thread count; it strikes only while the code runs, never while ours holds a lock of Python's."""
    import ctypes

    guard = _Guard()
    guard.over = True
    done = threading.Lock()  # each of its calls is a single step, unlike those of an Event
    done.acquire()
    thread = ctypes.c_ulong(threading.get_ident())

    def watch() -> None:
        wait = seconds
        while not done.acquire(timeout=wait):
            with guard.lock:
                if not guard.over:
                    guard.asked = True
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(_Late))
            wait = AGAIN

    threading.Thread(target=watch, name="deadline", daemon=True).start()
    try:
        try:
            guard.over = False
            yield
        finally:
            guard.over = True
    finally:
        guard.over = True
        done.release()
        with guard.lock:  # whoever was about to strike has done so
            asked = guard.asked
        if asked:
            _take()


def _take() -> None:
    """Take what was asked for and did not come yet: it would come to whoever is next.

    Not by `PyThreadState_SetAsyncExc(thread, None)`: CPython 3.11 then believes for ever that something is pending, and
    hangs as soon as a debugger or a coverage tool traces it.
    """
    try:
        _turn()
    except _Late:
        return


def _turn() -> None:
    """In a frame of its own: from CPython 3.12 on the jump of a loop stands in nobody's `try`."""
    for _ in range(TURNS):
        pass
