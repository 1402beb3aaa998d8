"""The report as JSON Lines: the JSON report (`albdoctor/report/1`) of each scan on one line of its own."""

from __future__ import annotations

import msgspec

from albdoctor.report.format import Ending, Format, Setting, Sheet
from albdoctor.report.json import visible
from albdoctor.report.model import Report


class _Lines:
    """Each report is written as it comes, and nothing is kept."""

    live = True
    tells_missed = False

    def add(self, report: Report) -> bytes:
        """Write a line."""
        return line(report)

    def end(self, ending: Ending, sheet: Sheet) -> None:
        """Leave the lines as they are."""


def document(_setting: Setting) -> Format:
    """Begin a document."""
    return _Lines()


def line(report: Report) -> bytes:
    """Write one report and the newline that ends it; a line without its newline is not whole."""
    return visible(msgspec.json.encode(report)) + b"\n"
