"""What Ctrl-C, SIGTERM and a closed terminal do: the command ends at once with 130, no half-made file stays behind.

An exception raised out of a signal handler can surface anywhere: inside an import, a finalizer or an asyncio task
that keeps it. So the handler ends the process itself, and with it every thread and socket. Only the lab, which
has servers to stop and folders to remove, unwinds in Python's own way.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Generator
from types import FrameType
from typing import NoReturn

from albdoctor.exits import Exit

UNWINDING_SECONDS = 20
"""For what a first signal begins to tidy up; then the process ends, as at a second one."""
_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
_SIGNALS = tuple(getattr(signal, name) for name in _NAMES if hasattr(signal, name))


class _State:
    """What the handler has to know; one for the process, because signals are."""

    undo: dict[int, Callable[[], object]] = {}  # noqa: RUF012 - one for the process
    unwinding = False
    came = False


def install() -> None:
    """Take over the signals for this process; for the entry point only, never for the library.

    One that whoever started the process had it ignore (nohup, a shell's `&`) stays ignored.
    """
    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _interrupted)


def unwind() -> None:
    """From now on a first signal raises KeyboardInterrupt; a second one, or some time, ends the process at once."""
    _State.unwinding = True


def came() -> bool:
    """Whether a signal has come, even if something swallowed its exception."""
    return _State.came


@contextlib.contextmanager
def undoing(action: Callable[[], object]) -> Generator[None]:
    """Have `action` done if the process is interrupted meanwhile. It must be right at any moment, also done twice."""
    key = id(action)
    _State.undo[key] = action
    try:
        yield
    finally:
        del _State.undo[key]


def leave(code: int) -> NoReturn:
    """End the process after its work: what comes now no longer changes what it says.

    Without the lab there is nothing for the interpreter to tidy up, and threads that still wait for a dead endpoint
    may not disturb its end.
    """
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    if _State.unwinding:
        sys.exit(code)
    os._exit(code)


def _interrupted(_number: int, _frame: FrameType | None) -> None:
    if _State.unwinding and not _State.came:
        _State.came = True
        if hasattr(signal, "SIGALRM"):
            signal.signal(signal.SIGALRM, _interrupted)
            signal.alarm(UNWINDING_SECONDS)
        raise KeyboardInterrupt
    for action in tuple(_State.undo.values()):
        with contextlib.suppress(OSError):
            action()
    os._exit(Exit.INTERRUPTED)
