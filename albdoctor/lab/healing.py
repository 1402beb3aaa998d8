"""Fix and scan again until sound: what `verify` does silently and `demo` tells."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from albdoctor.checkup.finding import Severity
from albdoctor.exits import Exit
from albdoctor.lab.actors import RepairError, repair_of
from albdoctor.lab.scenario import Repair, Scenario
from albdoctor.lab.shop import Shop
from albdoctor.report.model import FindingReport, Report

MOST_ROUNDS = 4
"""A fix can reveal the next fault; more rounds than this mean that fixes do not help."""


def to_fix(report: Report) -> Iterator[FindingReport]:
    """The root causes that need a fix of their own, in the report's order."""
    for finding in report.findings:
        if finding.root_cause and finding.step and finding.severity is not Severity.INFO:
            yield finding


def is_sound(report: Report) -> bool:
    """Exit 0, and nothing worse than a remark."""
    return report.exit_code == Exit.SOUND and all(finding.severity is Severity.INFO for finding in report.findings)


def heal(
    shop: Shop,
    scenario: Scenario,
    report: Report,
    look: Callable[[], Report],
    before: Callable[[FindingReport, Repair], None] | None = None,
) -> Report:
    """Fix what a report names and `look` again, up to `MOST_ROUNDS` times; give the last report.

    `before` hears of every fix before it is done. A fix that nobody can do or that fails is a `RepairError`.
    """
    for _ in range(MOST_ROUNDS):
        if is_sound(report):
            break
        for finding in to_fix(report):
            repair = repair_of(finding, scenario.repairs)
            if repair is None:
                raise RepairError(f"nobody can fix {finding.slug}: it has no script, and no actor knows it")
            if before is not None:
                before(finding, repair)
            repair(shop, finding)
        report = look()
    return report


def unsound(report: Report) -> list[str]:
    """Say what keeps a report from being sound; empty when it is."""
    if is_sound(report):
        return []
    left = [f"{finding.slug} is still there after the fixes" for finding in report.findings if _weighs(finding)]
    gaps = [
        f"{check.slug} could not judge: {gap.gap} {gap.asked} {gap.detail}".strip()
        for check in report.checks
        for gap in report.needed
        if check.check in gap.needed_by
    ]
    return left or gaps or [f"exit code {report.exit_code}: {report.exit_reason}"]


def _weighs(finding: FindingReport) -> bool:
    return finding.severity is not Severity.INFO
