"""The report as JUnit XML: a test case a check; what is under --fail-on passes, what was not judged is skipped."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from albdoctor.checkup.engine import Result
from albdoctor.derive.request.place import Place
from albdoctor.report import plain_fix, words
from albdoctor.report.format import Format, Setting, Whole
from albdoctor.report.model import CheckReport, FindingReport, Report
from albdoctor.report.safe import plain

RANKS = {"error": 0, "warning": 1, "info": 2, "never": -1}


def document(setting: Setting) -> Format:
    """Begin a document."""
    return Whole(lambda reports, _ending: render(reports, setting.fail_on), setting)


def render(reports: tuple[Report, ...], fail_on: str) -> bytes:
    """Write one test suite for each scan."""
    suites = "".join(_suite(report, fail_on) for report in reports)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n{suites}</testsuites>\n'.encode()


def _suite(report: Report, fail_on: str) -> str:
    cases = [_case(report, check, fail_on) for check in report.checks]
    counts = {word: sum(f"<{word}" in case for case in cases) for word in ("failure", "error", "skipped")}
    attributes = (
        f'name={_attribute(f"albdoctor {report.scan.host}")} tests="{len(cases)}" failures="{counts["failure"]}"'
        f' errors="{counts["error"]}" skipped="{counts["skipped"]}" time="{report.scan.seconds:.3f}"'
    )
    return f"<testsuite {attributes}>\n{''.join(cases)}</testsuite>\n"


def _case(report: Report, check: CheckReport, fail_on: str) -> str:
    head = f"<testcase classname={_attribute(f'{report.scan.host}.{check.check}')} name={_attribute(check.slug)}"
    found = [one for one in report.findings if one.check == check.check]
    failing = [one for one in found if one.place is Place.ON_THE_WAY and RANKS[one.severity] <= RANKS[fail_on]]
    inside = _failure(report, failing) if failing else ""
    if check.outcome is Result.CRASHED:
        inside = '<error message="the check crashed"/>'
    elif not inside and (needed := [gap for gap in report.needed if check.check in gap.needed_by]):
        asked = ", ".join(f"{gap.asked}: {gap.gap}" for gap in needed)
        inside = f"<skipped message={_attribute(asked)}/>"
    inside += _passing(report, [one for one in found if one not in failing])
    return f"{head}>{inside}</testcase>\n" if inside else f"{head}/>\n"


def _failure(report: Report, found: list[FindingReport]) -> str:
    said = "\n".join(line for one in found for line in _told(report, one))
    worst = min((one.severity for one in found), key=lambda severity: severity.rank)
    return f'<failure type="{worst}" message={_attribute(found[0].message)}>{_clean(escape(said))}</failure>'


def _passing(report: Report, found: list[FindingReport]) -> str:
    """What was found and fails nothing, in a line each."""
    said = "\n".join(f"{words.severity(one, report.lang)}: {plain(one.message)}" for one in found)
    return f"<system-out>{_clean(escape(said))}</system-out>" if said else ""


def _told(report: Report, one: FindingReport) -> list[str]:
    return [
        f"{words.severity(one, report.lang)}: {plain(one.message)}",
        *([plain(f"  {one.source.file}:{one.source.line} {one.source.name}")] if one.source else ()),
        *(f"  {plain(seen.asked)}: {plain(seen.saw)}" for seen in one.evidence),
        *plain_fix.lines(one, report.lang),
    ]


def _attribute(text: str) -> str:
    return _clean(quoteattr(plain(text)))


def _clean(text: str) -> str:
    """Leave out what XML 1.0 has no way to write (section 2.2)."""
    return re.sub("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
