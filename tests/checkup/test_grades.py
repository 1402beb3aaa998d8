"""Regraded severities change what a finding counts as and the exit code; verdict, causes and order stay."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

import albdoctor
from albdoctor import Policy, Report
from albdoctor.checkup.finding import ERROR, INFO, WARNING, Severity
from albdoctor.errors import BadOptionError, UnknownCheckError
from albdoctor.exits import Exit
from albdoctor.report import index, overview_text
from albdoctor.report.overview import line_of, overview

TESTS = Path(__file__).parents[1]
BROKEN = "recorded/status-check-failed"  # ALB604 error; ALB405 and ALB425 follow from it
AT_RISK = "recorded/keep-alive-race"  # ALB710, a warning at worst
MILD = "cases/one-of-three-stopped"  # ALB603, an error at worst, of one target in three
PARKED = "cases/bg-weight0-empty"  # ALB404 off the way


def judged(name: str, severity: dict[str, Severity]) -> Report:
    return albdoctor.judge(albdoctor.load_facts(TESTS / f"{name}.json"), Policy(severity=severity))


@pytest.mark.parametrize(
    ("name", "grades", "severities", "code"),
    [
        (BROKEN, {}, "ALB604 error, ALB405 error, ALB425 error", 1),
        (BROKEN, {"ALB604": WARNING}, "ALB604 warning<error, ALB405 error, ALB425 error", 1),
        (
            BROKEN,
            {"target-status-check-failed": WARNING, "ALB405": INFO, "ALB425": INFO},
            "ALB604 warning<error, ALB405 info<error, ALB425 info<error",
            0,
        ),
        (BROKEN, {"ALB604": ERROR, "ALB710": INFO}, "ALB604 error, ALB405 error, ALB425 error", 1),
        (AT_RISK, {"ALB710": ERROR}, "ALB710 error<warning", 1),
        (AT_RISK, {"ALB710": INFO}, "ALB710 info<warning", 0),
        (MILD, {"ALB603": ERROR}, "ALB603 warning", 0),  # what fails a part is not made graver
        (MILD, {"ALB603": INFO}, "ALB603 info<warning", 0),
        (PARKED, {"ALB404": ERROR}, "ALB404 info", 0),
    ],
)
def test_what_a_grade_changes(name: str, grades: dict[str, Severity], severities: str, code: int) -> None:
    plain, report = judged(name, {}), judged(name, grades)
    told = [
        f"{one.check} {one.severity}" + (f"<{one.regraded_from}" if one.regraded_from else "")
        for one in report.findings
    ]
    assert (", ".join(told), report.exit_code) == (severities, code)
    assert (report.verdict, report.stages) == (plain.verdict, plain.stages)
    same = [(one.fingerprint, one.explained_by, one.step, one.judged) for one in report.findings]
    assert same == [(one.fingerprint, one.explained_by, one.step, one.severity) for one in plain.findings]


def test_the_original_is_told_in_every_form() -> None:
    report = judged(BROKEN, {"ALB604": WARNING})
    [finding] = [one for one in json.loads(report.to_json())["findings"] if one["check"] == "ALB604"]
    assert (finding["severity"], finding["regraded_from"]) == ("warning", "error")
    assert "warning (regraded: error)  ALB604" in report.to_text()
    assert "경고(심각도 변경, 원래 오류)" in report.to_text("ko")
    assert "warning (regraded: error)" in report.to_html()
    assert "regraded" not in judged(BROKEN, {}).to_html()
    fleet = overview([line_of(report)], (), Exit.FINDINGS, "")
    overview_text.write(fleet, page := io.StringIO(), "en", color=False)
    for told in (page.getvalue(), index.render({"en": fleet}, "en")):
        assert "warning (regraded: error)" in told


def test_what_is_no_grade_is_refused() -> None:
    with pytest.raises(BadOptionError, match="severity ALB604 'fatal' is none of error, warning, info"):
        Policy(severity={"ALB604": "fatal"})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("name", ["ALB6O4", "target-status-check-faild", "ALB6", "target"])
def test_a_grade_or_suppression_of_no_check_is_refused_with_the_nearest(name: str) -> None:
    with pytest.raises(UnknownCheckError, match="there is no check"):
        Policy(severity={name: WARNING}).refuse_unknown()
    Policy(severity={"ALB001": INFO, "suppression-expired": ERROR, "ALB604": WARNING}).refuse_unknown()
