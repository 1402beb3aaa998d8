"""Progress of many scans: an honest estimate, one line on a terminal, nothing elsewhere, the cursor given back."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys

import pytest

from albdoctor.commands.progress import ENOUGH, WINDOW, Pace, Status, many_progress, rounded
from albdoctor.text import Lang
from tests.support.interrupting import heed, never_answering

pytestmark = pytest.mark.process

PROGRAM = """
import time
from albdoctor import interrupt
interrupt.install()
from albdoctor.commands.progress import many_progress
with many_progress(shown=True) as told:
    told.found(12)
    time.sleep(0.3)
    told.total(40)
    for number in range(10):
        told.done(f"{number}.example")
    time.sleep(60)
"""
WRITES = """
from albdoctor.commands.progress import many_progress
with many_progress(shown=True):
    print("the report")
"""


def test_nothing_is_estimated_before_enough_are_done() -> None:
    pace = Pace(0.0, 100)
    told: list[float | None] = []
    for second in range(1, ENOUGH + 1):
        told.append(pace.left(second))
        pace.done(second)
    assert told == [None] * ENOUGH
    assert pace.left(ENOUGH) == 100 - ENOUGH


def test_the_last_scans_make_the_rate() -> None:
    pace = Pace(0.0, 1_000)
    for number in range(100):
        pace.done(number * 60.0)  # a slow start
    now = 99 * 60.0
    for _ in range(WINDOW + 1):
        now += 1
        pace.done(now)
    assert pace.left(now) == 1_000 - 100 - WINDOW - 1


def test_an_estimate_grows_while_nothing_ends() -> None:
    pace = Pace(0.0, 20)
    for second in range(1, 11):
        pace.done(second)
    assert [pace.left(now) for now in (10, 20, 110)] == [10, 20, 110]


def test_an_estimate_is_never_negative_and_ends_with_the_last_scan() -> None:
    pace = Pace(0.0, 6)
    for _ in range(5):
        pace.done(0.0)
    assert pace.left(0.0) == 0.0
    assert pace.left(-1.0) == 0.0
    for _ in range(2):
        pace.done(1.0)
        assert pace.left(1.0) is None


@pytest.mark.parametrize(
    ("seconds", "lang", "told"),
    [
        (0, "en", "5 s"),
        (12, "en", "10 s"),
        (57.4, "en", "55 s"),
        (57.6, "en", "1 min"),
        (89, "en", "1 min"),
        (91, "en", "2 min"),
        (3_569, "en", "59 min"),
        (3_571, "en", "1 h 0 min"),
        (4_830, "ko", "1시간 20분"),
        (600, "ko", "10분"),
        (20, "ko", "20초"),
    ],
)
def test_a_time_is_told_no_finer_than_it_is_known(seconds: float, lang: Lang, told: str) -> None:
    assert rounded(seconds, lang) == told


def test_the_line_of_each_phase() -> None:
    now = 0.0
    status = Status("en", lambda: now)
    told = [str(status)]
    status.found(7)
    told.append(str(status))
    status.total(40)
    told.append(str(status))
    for number in range(ENOUGH):
        now += 2
        status.done(f"{number}.example\x1b[31m[red]")
    told.append(str(status))
    status.total(5)
    told.append(str(status))
    assert told == [
        "albdoctor: looking for load balancers (0 so far)",
        "albdoctor: looking for load balancers (7 so far)",
        "albdoctor: 0 of 40 scanned",
        "albdoctor: 5 of 40 scanned, about 1 min left, 4.example\\x1b[31m[red]",
        "albdoctor: 5 of 5 scanned, 4.example\\x1b[31m[red]",
    ]


def test_the_korean_line() -> None:
    now = 0.0
    status = Status("ko", lambda: now)
    told = [str(status)]
    status.total(8)
    for number in range(6):
        now += 60
        status.done(f"{number}.example")
    assert [*told, str(status)] == [
        "albdoctor: 로드 밸런서를 찾는 중 (지금까지 0개)",
        "albdoctor: 8개 중 6개 스캔함, 약 2분 남음, 5.example",
    ]


@pytest.mark.parametrize("shown", [True, False])
def test_nothing_is_shown_where_there_is_no_terminal(capfd: pytest.CaptureFixture[str], shown: bool) -> None:
    with many_progress(shown=shown) as told:
        told.found(1)
        told.total(1)
        told.done("a.example")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_gives_the_cursor_back(number: signal.Signals) -> None:
    heed()
    ours, theirs = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "100", "LINES": "24"}
    program = subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=theirs, env=environment)
    os.close(theirs)
    said = _until(ours, "9.example")
    program.send_signal(number)
    said += _until(ours, None)
    out, _ = program.communicate(timeout=60)
    os.close(ours)
    assert (program.returncode, out) == (130, b"")
    assert said.index("looking for load balancers (12 so far)") < said.index("10 of 40 scanned, about 5 s left, 9.exam")
    shown = re.findall(r"\x1b\[\?25[hl]", said)
    assert (shown[0], shown[-1]) == ("\x1b[?25l", "\x1b[?25h")
    assert said.endswith("\x1b[?25h\r\n")


def test_the_report_goes_to_stdout_while_progress_is_on_the_terminal() -> None:
    ours, theirs = pty.openpty()
    words = [sys.executable, "-c", WRITES]
    program = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=theirs, env=os.environ | {"TERM": "xterm"})
    os.close(theirs)
    said = _until(ours, None)
    out, _ = program.communicate(timeout=60)
    os.close(ours)
    assert (program.returncode, out) == (0, b"the report\n")
    assert "looking for load balancers" in said
    assert "the report" not in said


def test_progress_is_gone_before_the_report_comes() -> None:
    said = _scan_all()
    assert "looking for load balancers" in said
    assert said.rindex("looking for") < said.rindex("\x1b[?25h") < said.index("No load balancer was found.")


def test_no_progress_among_reports_that_come_one_by_one() -> None:
    said = _scan_all("--format", "jsonl")
    assert said.startswith("albdoctor: Not every load balancer could be listed: ")
    assert "\x1b" not in said


def _scan_all(*options: str) -> str:
    """What a terminal is told of a scan of an account that never answers."""
    with never_answering() as place:
        words = [word for word in place.words if word not in ("--domain", "shop.example")]
        ours, theirs = pty.openpty()
        scan = subprocess.Popen(
            [sys.executable, "-m", "albdoctor", "scan", "--all", *words, *options],
            stdout=theirs,
            stderr=theirs,
            env=os.environ | place.environment | {"TERM": "xterm", "LC_ALL": "C.UTF-8"},
        )
        os.close(theirs)
        said = _until(ours, None)
        os.close(ours)
        assert scan.wait(60) == 3
    return said


def _until(terminal: int, words: str | None) -> str:
    """Read what comes until the words, or until the end."""
    said = b""
    while words is None or words.encode() not in said:
        try:
            said += os.read(terminal, 65_536)
        except OSError:  # how Linux tells that nobody writes any more
            break
    return said.decode()
