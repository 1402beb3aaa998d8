"""Stops code of somebody else's that does not end: a loop that yields nothing would keep a scan for ever.

In the main thread of a POSIX system an alarm does it, which a long regular expression and a sleep hear too. Elsewhere
(Windows, another thread, a host application that has an alarm of its own) Python's interpreter is told to raise between
two of its instructions: a call that stays in C is waited for. Code that swallows even that is told again each second;
what catches it every time cannot be stopped from within a process.
"""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from pathlib import Path
from types import FrameType, TracebackType

from albdoctor.errors import BadCheckError

TURNS = 10_000
"""Of a loop, each of which hears of it."""
AGAIN = 1.0
"""Seconds after which code that swallowed the exception, or was in ours just then, gets it once more."""
OURS = (str(Path(__file__).parents[1]), contextlib.__file__)
"""Where code stands that is never stopped: it is on its way to or from somebody else's."""


class _Late(BaseException):
    """Raised into code that takes too long."""


class within:  # noqa: N801 - used as a function is, in `with`
    """Raise a `BadCheckError` into what takes longer than so many seconds, by the clock on the wall."""

    def __init__(self, seconds: float) -> None:
        """Nothing is counted yet."""
        self._seconds = seconds
        self._guard: _Alarm | _Watch = _Alarm() if _may_alarm() else _Watch()

    def __enter__(self) -> None:
        """Begin to count."""
        self._guard.start(self._seconds)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Count no more; what was stopped is told in words."""
        self._guard.stop()
        if kind is not None and issubclass(kind, _Late):
            raise BadCheckError(f"it does not end: stopped after {self._seconds:g} s") from None


def _may_alarm() -> bool:
    """Whether an alarm is there and nobody else's."""
    return (
        hasattr(signal, "setitimer")
        and threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGALRM) is signal.SIG_DFL
    )


def _is_theirs(frame: FrameType | None) -> bool:
    """Whether somebody else's code runs there, which an exception may be raised into."""
    return frame is not None and not frame.f_code.co_filename.startswith(OURS)


class _Alarm:
    """An alarm of the operating system, heard in the main thread."""

    def __init__(self) -> None:
        self.over = False

    def start(self, seconds: float) -> None:
        signal.signal(signal.SIGALRM, self._rang)
        signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)

    def stop(self) -> None:
        self.over = True
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)

    def _rang(self, _number: int, frame: FrameType | None) -> None:
        if not self.over and _is_theirs(frame):
            raise _Late


class _Watch:
    """Another thread that counts, and has Python's interpreter raise in this one."""

    def __init__(self) -> None:
        self._over = self._asked = False
        self._lock = threading.Lock()
        self._done = threading.Lock()  # each of its calls is a single step, unlike those of an Event
        self._thread = threading.get_ident()

    def start(self, seconds: float) -> None:
        self._done.acquire()
        threading.Thread(target=self._watch, args=(seconds,), name="deadline", daemon=True).start()

    def _watch(self, wait: float) -> None:
        import ctypes

        while not self._done.acquire(timeout=wait):
            with self._lock:
                if not self._over and _is_theirs(sys._current_frames().get(self._thread)):  # noqa: SLF001 - no other way
                    self._asked = True
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._thread), ctypes.py_object(_Late))
            wait = AGAIN

    def stop(self) -> None:
        self._over = True
        self._done.release()
        with self._lock:  # whoever was about to strike has done so
            asked = self._asked
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
