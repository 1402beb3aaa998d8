"""Progress of many scans, on stderr, on a terminal only: how far it is, and an estimate of what is left."""

from __future__ import annotations

import os
import sys
import time
from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from albdoctor.interrupt import undoing
from albdoctor.text import Lang, Text, fill

if TYPE_CHECKING:
    from rich.text import Text as Shown

LOOKING = Text(en="looking for load balancers ({n} so far)", ko="로드 밸런서를 찾는 중 (지금까지 {n}개)")
SCANNED = Text(en="{done} of {total} scanned", ko="{total}개 중 {done}개 스캔함")
LEFT = Text(en="about {time} left", ko="약 {time} 남음")
SECONDS = Text(en="{n} s", ko="{n}초")
MINUTES = Text(en="{n} min", ko="{n}분")
HOURS = Text(en="{h} h {n} min", ko="{h}시간 {n}분")

WINDOW = 32
"""The rate is that of so many scans at most, the last ones: what comes is like them rather than like the first."""
ENOUGH = 5
"""Nothing is estimated before so many scans are done."""


class Told(Protocol):
    """Whom a run of many scans tells how far it is."""

    def found(self, count: int) -> None:
        """So many load balancers are known by now."""

    def total(self, count: int) -> None:
        """So many scans there will be."""

    def done(self, domain: str) -> None:
        """The scan of this name has ended."""


class Pace:
    """How fast scans end: times are seconds of one clock, which only goes forward."""

    def __init__(self, started: float, total: int) -> None:
        """Know nothing yet."""
        self.total, self.ended = total, 0
        self._times = deque([started], maxlen=WINDOW + 1)

    def done(self, now: float) -> None:
        """One more has ended."""
        self.ended += 1
        self._times.append(now)

    def left(self, now: float) -> float | None:
        """Estimate the seconds until the last scan ends; None: not to be told yet, or nothing is left.

        Time that passed since the last end counts: when nothing ends any more, the estimate grows.
        """
        remaining = self.total - self.ended
        if self.ended < ENOUGH or remaining <= 0:
            return None
        return max(0.0, now - self._times[0]) / (len(self._times) - 1) * remaining


def rounded(seconds: float, lang: Lang = "en") -> str:
    """Say a time no finer than an estimate is: 5 s up to a minute, then minutes."""
    fives = max(1, round(seconds / 5)) * 5
    if fives < 60:
        return fill(SECONDS.of(lang), {"n": fives})
    hours, minutes = divmod(max(1, round(seconds / 60)), 60)
    return fill(HOURS.of(lang), {"h": hours, "n": minutes}) if hours else fill(MINUTES.of(lang), {"n": minutes})


class Nobody:
    """Not a terminal: nothing is shown."""

    def found(self, count: int) -> None:
        """Show nothing."""

    def total(self, count: int) -> None:
        """Show nothing."""

    def done(self, domain: str) -> None:
        """Show nothing."""


class Status:
    """One line, made anew whenever the terminal shows it, so that the estimate follows the time."""

    def __init__(self, lang: Lang = "en", clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with the search for load balancers."""
        self._lang: Lang = lang
        self._clock = clock
        self._found = 0
        self._pace: Pace | None = None
        self._last = ""

    def found(self, count: int) -> None:
        """So many load balancers are known by now."""
        self._found = count

    def total(self, count: int) -> None:
        """So many scans there will be; the time runs from the first call."""
        if self._pace is None:
            self._pace = Pace(self._clock(), count)
        self._pace.total = count

    def done(self, domain: str) -> None:
        """The scan of this name has ended."""
        if self._pace is not None:
            self._pace.done(self._clock())
        self._last = domain

    def __str__(self) -> str:
        """What is to be shown now."""
        from albdoctor.report.safe import plain

        pace = self._pace
        if pace is None:
            return f"albdoctor: {fill(LOOKING.of(self._lang), {'n': self._found})}"
        parts = [fill(SCANNED.of(self._lang), {"done": pace.ended, "total": pace.total})]
        left = pace.left(self._clock())
        if left is not None:
            parts.append(fill(LEFT.of(self._lang), {"time": rounded(left, self._lang)}))
        if self._last:
            parts.append(plain(self._last, 80))
        return f"albdoctor: {', '.join(parts)}"

    def __rich__(self) -> Shown:
        """As rich asks for it; never as markup."""
        from rich.text import Text as Shown

        return Shown(str(self), no_wrap=True, overflow="ellipsis")


@contextmanager
def many_progress(*, shown: bool, lang: Lang = "en") -> Generator[Told]:
    """Show progress on stderr while the block runs, if it is to be shown and stderr is a terminal."""
    if not shown or not sys.stderr.isatty():
        yield Nobody()
        return
    from rich.live import Live
    from rich.spinner import Spinner

    from albdoctor.report.screen import screen_on

    status = Status(lang)
    screen = screen_on(sys.stderr)
    spinner = Spinner(screen.spinner, status)
    # rich would send what is written to stdout, the report, to this console
    live = Live(spinner, console=screen, transient=True, refresh_per_second=12.5, redirect_stdout=False)
    with undoing(show_cursor), live:
        yield status


def show_cursor() -> None:
    """Undo what the spinner did to the terminal; without Python's buffers, which a signal may have stopped midway."""
    os.write(sys.stderr.fileno(), b"\x1b[?25h\n")
