"""The report as JSON: the public contract."""

from __future__ import annotations

import msgspec

from albdoctor.report.model import Report, Reports


def render(reports: tuple[Report, ...]) -> bytes:
    """One object for one scan; several are wrapped in `albdoctor/reports/1`."""
    document = reports[0] if len(reports) == 1 else Reports(reports=reports)
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
