"""What is to be done, in one sentence after the first line."""

from __future__ import annotations

from albdoctor.report import words
from albdoctor.report.model import Report
from albdoctor.text import fill

LAST_WORD = "http-request-fails"


def lead(report: Report) -> str:
    """How many causes there are to mend, and in how many steps; empty: none.

    Where only the failing request itself is known, no cause is.
    """
    causes = [cause for cause in report.root_causes if cause.severity.value != "info"]
    if not causes:
        return ""
    steps = [step for step in report.steps if step.severity.value != "info"]
    if len(steps) == 1 < len(causes):
        return fill(words.CAUSES_ONE_STEP.of(report.lang), {"count": len(causes)})
    if len(steps) != len(causes):
        text = words.ONE_CAUSE_STEPS if len(causes) == 1 else words.CAUSES_STEPS
        return fill(text.of(report.lang), {"count": len(causes), "steps": len(steps)})
    if len(causes) > 1:
        return fill(words.CAUSES.of(report.lang), {"count": len(causes)})
    unknown = causes[0].slug == LAST_WORD and bool(causes[0].alternatives) and causes[0].certainty == "confirmed"
    return (words.NO_CAUSE if unknown else words.ONE_CAUSE).of(report.lang)
