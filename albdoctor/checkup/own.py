"""The tool's own checks (0xx): they are raised by the engine and by suppressions, never run."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup.check import Check
from albdoctor.checkup.finding import Finding, Severity, Verdict, found, saw
from albdoctor.checkup.fix import Fix
from albdoctor.facts.known import Kind, Ref
from albdoctor.text import Text

MOST_SHOWN = 500
"""Characters of what a crash says."""


def _never_run() -> Iterator[Verdict]:
    """Raised by the tool itself."""
    return iter(())


CRASHED = Check(
    id="ALB001",
    slug="check-crashed",
    severity=Severity.WARNING,
    since="0.1",
    message=Text(
        en="Check {check} crashed and judged nothing", ko="{check} 점검이 비정상 종료되어 아무것도 판정하지 못했습니다"
    ),
    why=Text(
        en="This is a defect of albdoctor, not of your site. What this check looks at was not judged.",
        ko="사이트가 아니라 albdoctor의 결함입니다. 이 점검이 확인하는 항목은 판정되지 않았습니다.",
    ),
    fixes=(
        Fix(
            summary=Text(
                en="Report it with a facts file, or leave the check out.",
                ko="facts 파일을 첨부해 제보하거나 이 점검을 제외하세요.",
            ),
            by_hand=Text(
                en="Save the facts with `--save-facts FILE` and attach them to your report. `--ignore"
                " {check}` leaves the check out.",
                ko="`--save-facts FILE` 옵션으로 facts 파일을 저장해 제보에 첨부하세요. `--ignore {check}`"
                " 옵션을 주면 이 점검을 제외합니다.",
            ),
        ),
    ),
    judge=_never_run,
)

SUPPRESSION_EXPIRED = Check(
    id="ALB002",
    slug="suppression-expired",
    severity=Severity.WARNING,
    since="0.1",
    message=Text(
        en="The suppression of {check} on {subject} ended on {until}",
        ko="{subject}에 대한 {check} 예외의 기한({until})이 지났습니다",
    ),
    why=Text(
        en="A suppression is a promise to come back, and its date has passed. What it hid is shown again.",
        ko="예외는 나중에 다시 살펴보겠다는 약속인데 그 기한이 지났습니다. 숨겨졌던 항목이 다시 표시됩니다.",
    ),
    fixes=(
        Fix(
            summary=Text(
                en="Fix what it hid, or give the suppression a new date.",
                ko="숨겨 둔 문제를 고치거나 예외 기한을 새로 정하세요.",
            ),
            by_hand=Text(
                en="Edit the [[suppress]] table in {file}.", ko="{file} 파일의 [[suppress]] 항목을 수정하세요."
            ),
        ),
    ),
    judge=_never_run,
)

OWN = (CRASHED, SUPPRESSION_EXPIRED)


def crashed(check: str, traceback: str) -> Finding:
    """Report a crash of a check, by its id, or of all checks of an entry point, by its name.

    Only the last line of the traceback is shown.
    """
    last = (traceback.strip() or "no word").splitlines()[-1][:MOST_SHOWN]
    return found(Ref(Kind.SCAN, check), saw(f"check {check}", last), key=check, check=check)
