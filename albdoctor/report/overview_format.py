"""A format that tells a fleet in one overview: it keeps a `Line` of each report, which grows with what was found."""

from __future__ import annotations

from collections.abc import Callable

from albdoctor.report.format import Ending, Setting, Sheet
from albdoctor.report.model import Report
from albdoctor.report.overview import Line, Overview, line_of, overview
from albdoctor.report.overview_words import exit_reason


class OfLines:
    """Keeps lines, and writes what `write` makes of them."""

    live = False
    tells_missed = True

    def __init__(self, write: Callable[[Overview, Sheet], object], setting: Setting) -> None:
        """Have no line yet."""
        self._write, self._setting = write, setting
        self._lines: list[Line] = []

    def add(self, report: Report) -> bytes:
        """Keep what the overview says of the report."""
        self._lines.append(line_of(report))
        return b""

    def end(self, ending: Ending, sheet: Sheet) -> None:
        """Write the overview."""
        reason = exit_reason(
            ending.code,
            ending.codes,
            sound=ending.sound,
            missed=bool(ending.missed),
            fail_on=self._setting.fail_on,
            lang=self._setting.lang,
        )
        self._write(overview(self._lines, ending.missed, ending.code, reason), sheet)
