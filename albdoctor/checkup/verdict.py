"""The verdict of a scan and its exit code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

from albdoctor.checkup.causes import Diagnosed
from albdoctor.checkup.engine import Outcome, Result
from albdoctor.checkup.finding import Severity
from albdoctor.exits import Exit

Word: TypeAlias = Literal["broken", "at-risk", "sound", "unknown"]
FailOn: TypeAlias = Literal["error", "warning", "info", "never"]


def has_gaps(outcomes: Iterable[Outcome]) -> bool:
    """Whether anything could not be judged."""
    return any(outcome.gaps or outcome.result in (Result.SKIPPED, Result.CRASHED) for outcome in outcomes)


def verdict(findings: Iterable[Diagnosed], outcomes: Iterable[Outcome]) -> Word:
    """Sum a scan up in one word; "sound" needs that everything could be judged."""
    severities = {item.severity for item in findings}
    if Severity.ERROR in severities:
        return "broken"
    if Severity.WARNING in severities:
        return "at-risk"
    return "unknown" if has_gaps(outcomes) else "sound"


def exit_code(findings: Iterable[Diagnosed], outcomes: Iterable[Outcome], fail_on: FailOn, allow_gaps: bool) -> Exit:
    """Give the exit code of a scan that ran (public contract: 1 before 3 before 0)."""
    if fail_on != "never" and any(item.severity.rank <= Severity(fail_on).rank for item in findings):
        return Exit.FINDINGS
    return Exit.GAPS if has_gaps(outcomes) and not allow_gaps else Exit.SOUND
