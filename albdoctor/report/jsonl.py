"""The report as JSON Lines: the JSON report (`albdoctor/report/1`) of each scan on one line of its own."""

from __future__ import annotations

import msgspec

from albdoctor.report.json import visible
from albdoctor.report.model import Report


def render(reports: tuple[Report, ...]) -> bytes:
    """Write a line for each scan."""
    return b"".join(line(report) for report in reports)


def line(report: Report) -> bytes:
    """Write one report and the newline that ends it; a line without its newline is not whole."""
    return visible(msgspec.json.encode(report)) + b"\n"
