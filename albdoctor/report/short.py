"""A scan in a few lines: what visitors get, a line for each step, why this exit code."""

from __future__ import annotations

from albdoctor.report import words
from albdoctor.report.format import Ending, Format, Setting, Sheet
from albdoctor.report.lead import lead
from albdoctor.report.model import FindingReport, Report
from albdoctor.report.safe import plain
from albdoctor.text import fill

LONGEST = 200
"""Characters of a message that are shown."""


class _Short:
    """Keeps a few lines of each report; they are words for people, which an encoding may lack."""

    live = False
    tells_missed = False

    def __init__(self) -> None:
        self._said: list[list[str]] = []

    def add(self, report: Report) -> bytes:
        self._said.append(lines(report))
        return b""

    def end(self, ending: Ending, sheet: Sheet) -> None:  # noqa: ARG002 - as every format
        with sheet.page() as page:
            page.write("\n".join("".join(f"{line}\n" for line in one) for one in self._said))


def document(_setting: Setting) -> Format:
    """Begin a document."""
    return _Short()


def lines(report: Report) -> list[str]:
    """What a report says in short."""
    blind = [plain(report.access.sentence)] if report.access and report.access.sentence else []
    return [
        *blind,
        f"{plain(report.request.sentence, 600)} {lead(report)}".rstrip(),
        *(line for number, one in enumerate(report.steps, start=1) for line in _lines(report, number, one)),
        last_line(report),
    ]


def _lines(report: Report, number: int, step: FindingReport) -> list[str]:
    """A step, and the causes that go with its fix, which are no steps."""
    with_it = (one for one in report.effects_of(step) if one.root_cause and not one.step)
    goes = words.GOES_WITH.of(report.lang)
    return [f"  {number}  {_step(report, step)}", *(f"     {_step(report, one)} ({goes})" for one in with_it)]


def _step(report: Report, step: FindingReport) -> str:
    severity = words.severity(step, report.lang)
    return f"{severity}  {step.check} {step.slug}: {plain(step.message, LONGEST)}"


def last_line(report: Report) -> str:
    """The exit code and why, with the names of the causes: all that `--quiet` prints."""
    code = fill(words.EXIT.of(report.lang), {"code": report.exit_code, "reason": report.exit_reason})
    causes = [one for one in report.root_causes if one.severity.value != "info"]
    named = ", ".join(f"{one.check} {one.slug}" for one in causes)
    return f"{plain(report.scan.domain)}: {code}" + (f": {named}" if named else "")
