"""Severities that somebody regrades (`[severity]`): for the exit code and how it is told, never for the verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from msgspec.structs import replace

from albdoctor.checkup.causes import Diagnosed
from albdoctor.checkup.finding import Severity
from albdoctor.checkup.weight import least
from albdoctor.derive.request.place import Place

Grades: TypeAlias = Mapping[str, Severity]
"""By id or slug of a check."""


def regraded(findings: Iterable[Diagnosed], grades: Grades) -> tuple[Diagnosed, ...]:
    """Give each finding the grade of its check; causes, order and steps stay as they were judged.

    Off the way of the scanned URL nothing is graded up or down: it counts nowhere.
    """
    return tuple(_regraded(item, grades) for item in findings)


def _regraded(item: Diagnosed, grades: Grades) -> Diagnosed:
    grade = grades.get(item.check.id) or grades.get(item.check.slug)
    if grade is None or item.finding.place is not Place.ON_THE_WAY:
        return item
    # What circumstances made milder than the check at its worst is not made graver by a grade.
    milder = item.judged.rank > item.check.severity.rank
    made = least(item.judged, Severity(grade)) if milder else Severity(grade)
    return item if made is item.judged else replace(item, graded=made)
