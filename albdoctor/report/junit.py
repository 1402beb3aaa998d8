"""The report as JUnit XML: a test case a check; what is under --fail-on passes, what was not judged is skipped."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from albdoctor.checkup.engine import Result
from albdoctor.derive.request.place import Place
from albdoctor.report.format import Format, Setting, Whole
from albdoctor.report.model import CheckReport, Report
from albdoctor.report.safe import plain, typed

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
    inside = _failure(report, check, fail_on)
    if check.outcome is Result.CRASHED:
        inside = '<error message="the check crashed"/>'
    elif not inside and (needed := [gap for gap in report.needed if check.check in gap.needed_by]):
        asked = ", ".join(f"{gap.asked}: {gap.gap}" for gap in needed)
        inside = f"<skipped message={_attribute(asked)}/>"
    return f"{head}>{inside}</testcase>\n" if inside else f"{head}/>\n"


def _failure(report: Report, check: CheckReport, fail_on: str) -> str:
    on_the_way = (one for one in report.findings if one.check == check.check and one.place is Place.ON_THE_WAY)
    found = [one for one in on_the_way if RANKS[one.severity] <= RANKS[fail_on]]
    if not found:
        return ""
    said = "\n".join(
        line
        for one in found
        for line in (
            plain(one.message),
            *(f"  {plain(s.asked)}: {plain(s.saw)}" for s in one.evidence),
            *(typed(one.fix.script) if one.fix.script else ()),
        )
    )
    return f"<failure message={_attribute(found[0].message)}>{_clean(escape(said))}</failure>"


def _attribute(text: str) -> str:
    return _clean(quoteattr(plain(text)))


def _clean(text: str) -> str:
    """Leave out what XML 1.0 has no way to write (section 2.2)."""
    return re.sub("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
