"""What a report accuses anybody of, as lines: compared whole, so that a guard notices anything that is told."""

from __future__ import annotations

from albdoctor.report.model import Report


def told(report: Report, *, info: bool = False) -> list[str]:
    """Every error and warning in the report's order, what follows from others behind two spaces; with info, all."""
    return [
        f"{'' if one.root_cause else '  '}{one.severity} {one.slug}"
        for one in report.findings
        if info or one.severity != "info"
    ]
