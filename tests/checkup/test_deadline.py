"""What does not end is stopped: by an alarm in the main thread, between two instructions elsewhere."""

from __future__ import annotations

import contextlib
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import pytest

from albdoctor.checkup.deadline import within
from albdoctor.checkup.foreign import contained
from albdoctor.errors import BadCheckError

pytestmark = pytest.mark.process

alarms = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no alarms")


def _loop() -> None:
    while True:
        pass


def _swallow() -> None:
    while True:
        try:
            time.sleep(0.001)
        except Exception:  # noqa: BLE001, S112 - what hostile code does
            continue


def _swallow_once() -> None:
    try:
        _loop()
    except BaseException:  # noqa: BLE001 - as above
        _loop()


def _match() -> None:
    re.match(r"(a+)+$", "a" * 60 + "b")


def _sleep() -> None:
    time.sleep(600)


def _stopped(code: Callable[[], None]) -> float:
    began = time.monotonic()
    with pytest.raises(BadCheckError, match=r"^it does not end: stopped after 0\.2 s$"), within(0.2):
        code()
    return time.monotonic() - began


def _in_a_thread(work: Callable[[], None]) -> None:
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - told to the test below
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(30)
    assert not thread.is_alive()
    assert failed == []


@alarms
@pytest.mark.parametrize("code", [_loop, _swallow, _swallow_once, _match, _sleep])
def test_in_the_main_thread(code: Callable[[], None]) -> None:
    assert _stopped(code) < 10
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


@pytest.mark.parametrize("code", [_loop, _swallow, _swallow_once])
def test_in_another_thread(code: Callable[[], None]) -> None:
    took: list[float] = []
    _in_a_thread(lambda: took.append(_stopped(code)))
    assert took[0] < 10


@alarms
def test_an_alarm_of_somebody_else_is_left_alone() -> None:
    def theirs(_number: int, _frame: object) -> None:
        """Hear it."""

    signal.signal(signal.SIGALRM, theirs)
    try:
        _stopped(_loop)
        assert signal.getsignal(signal.SIGALRM) is theirs
    finally:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)


def _busy(seconds: float) -> None:
    """In a frame of its own, as a check's is: from CPython 3.12 on the jump of a loop stands in nobody's `with`."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass


def _quick() -> None:
    for turn in range(300):
        with contextlib.suppress(BadCheckError), contained(), within(0.002):
            _busy(turn * 0.00001)
    _busy(0.1)  # an exception that comes late would come here


def test_what_ended_hears_nothing_later() -> None:
    _quick()
    _in_a_thread(_quick)


def test_what_it_raises_itself_stays_as_it_is() -> None:
    with pytest.raises(KeyError), within(5):
        raise KeyError("x")


TRACED = """
import signal, sys
from albdoctor.checkup.deadline import within
from albdoctor.errors import BadCheckError
signal.signal(signal.SIGALRM, lambda *_: None)  # somebody else's: the watcher does it
def loop(seconds):
    while seconds < 1:
        pass
for seconds in (5, 0.05):
    try:
        with within(seconds):
            loop(seconds)
    except BadCheckError:
        pass
def trace(frame, event, argument):
    return trace
sys.settrace(trace)
for _ in range(1000):
    pass
print("traced")
"""


def test_whoever_traces_afterwards_does_not_hang() -> None:
    done = subprocess.run([sys.executable, "-c", TRACED], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "traced\n"
