"""What could not be seen, through every format: what was needed apart from what would only have helped."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import jsonschema
import pytest
from markupsafe import escape
from msgspec.structs import replace

from albdoctor.checkup import ERROR, Check, Fix, Verdict, check, fine
from albdoctor.checkup.causes import diagnose
from albdoctor.checkup.engine import Result, run
from albdoctor.commands.schema import schema_of
from albdoctor.derive.topology import topology
from albdoctor.facts.acm import Certificates
from albdoctor.facts.elb import Listeners
from albdoctor.facts.groups import not_asked
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from albdoctor.facts.metrics import Metrics
from albdoctor.facts.snapshot import Facts
from albdoctor.report import html, junit, markdown, terminal
from albdoctor.report import json as json_report
from albdoctor.report.build import build
from albdoctor.report.model import Report
from albdoctor.text import Lang, same
from tests.support.build import facts, listener
from tests.support.build_served import served
from tests.support.stories import DENIED, story

NO_CERTIFICATES = Unknown(gap=Gap.DENIED, asked="acm:ListCertificates", detail="not authorized")
NOBODY = Unknown(gap=Gap.DENIED, asked="sts:GetCallerIdentity")
WORDS = same("words")


@check(
    id="TST901",
    slug="needs-certificates",
    severity=ERROR,
    since="0.1",
    message=WORDS,
    why=WORDS,
    fixes=(Fix(summary=WORDS),),
)
def needs_certificates(certificates: Certificates) -> Iterator[Verdict]:
    """Yield nothing."""
    assert certificates
    return iter(())


@check(
    id="TST902",
    slug="likes-certificates",
    severity=ERROR,
    since="0.1",
    message=WORDS,
    why=WORDS,
    fixes=(Fix(summary=WORDS),),
)
def likes_certificates(listeners: Listeners, certificates: Observed[Certificates]) -> Iterator[Verdict]:
    """Yield nothing bad; every listener is fine."""
    assert not isinstance(certificates, Known)
    yield from (fine(one.ref) for one in listeners)


LIKES, BOTH = (likes_certificates,), (needs_certificates, likes_certificates)
SEEN = facts(listeners=(listener(),), certificates=NO_CERTIFICATES, identities=(), **served())


def _report(snapshot: Facts, checks: tuple[Check, ...] = LIKES, lang: Lang = "en") -> Report:
    outcomes = run(snapshot, checks)
    return build(snapshot, outcomes, diagnose(outcomes, topology(snapshot)), lang=lang)


def _page(report: Report) -> list[str]:
    page = io.StringIO()
    terminal.write(report, page)
    return [line.strip() for line in page.getvalue().splitlines()]


def _summed(report: Report) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    return [(gap.asked, gap.needed_by, gap.optional_for) for gap in report.gaps]


def test_what_would_only_have_helped_changes_neither_outcome_nor_exit() -> None:
    report = _report(SEEN)
    assert (report.verdict, report.exit_code, report.exit_reason) == ("sound", 0, "sound")
    (one,) = report.checks
    assert (one.outcome, [gap.asked for gap in one.gaps]) == (Result.PASSED, ["acm:ListCertificates"])
    assert _summed(report) == [("acm:ListCertificates", (), ("TST902",))]


def test_a_gap_that_one_check_needs_and_another_does_not_is_told_once() -> None:
    report = _report(SEEN, BOTH)
    assert (report.verdict, report.exit_code) == ("unknown", 3)
    assert _summed(report) == [("acm:ListCertificates", ("TST901",), ("TST902",))]
    page = _page(report)
    assert page[page.index("Not judged: 1 check") + 1] == "acm:ListCertificates: denied (not authorized)  → TST901"
    assert "Not seen (helps, not required)" not in page


def test_what_only_helps_by_its_nature_is_never_needed() -> None:
    """Counters help: a check of nothing but counters rests without them, and nobody minds."""

    def counts(metrics: Metrics) -> Iterator[Verdict]:
        """Yield nothing."""
        assert metrics
        return iter(())

    only_metrics = check(
        id="TST903", slug="counts", severity=ERROR, since="0.1", message=WORDS, why=WORDS, fixes=(Fix(summary=WORDS),)
    )(counts)
    unread = Unknown(gap=Gap.DENIED, asked="cloudwatch:GetMetricData")
    report = _report(replace(SEEN, certificates=Known(()), metrics=unread), (only_metrics,))
    assert (report.verdict, report.exit_code, report.checks[0].outcome) == ("sound", 0, Result.SKIPPED)
    assert _summed(report) == [("cloudwatch:GetMetricData", (), ("TST903",))]


def test_what_a_served_request_answers_is_not_needed() -> None:
    """Records that could not be read have nothing to add where every address was seen to serve."""
    reads_records = replace(needs_certificates, breaks=frozenset(("record",)))
    report = _report(story("healthy", certificates=NO_CERTIFICATES), (reads_records,))
    assert (report.verdict, report.exit_code) == ("sound", 0)
    assert _summed(report) == [("acm:ListCertificates", (), ("TST901",))]


def test_unknown_accounts_are_told_though_no_check_needs_them() -> None:
    report = _report(replace(SEEN, identities=NOBODY, certificates=DENIED))
    assert _summed(report) == [
        ("elasticloadbalancing:DescribeListeners", (), ("TST902",)),
        ("sts:GetCallerIdentity", (), ()),
    ]
    assert (report.verdict, report.exit_code) == ("sound", 0)


def test_what_nobody_asked_for_is_not_told() -> None:
    silent = replace(
        SEEN, certificates=not_asked("acm:ListCertificates"), identities=not_asked("sts:GetCallerIdentity")
    )
    assert _summed(_report(silent)) == []


@pytest.mark.parametrize(
    ("lang", "title", "denied", "nobody", "detail"),
    [
        ("en", "Not seen (helps, not required)", "denied", "no AWS account seen", "not authorized"),
        ("ko", "조회하지 못한 정보 (없어도 판정 가능)", "권한 없음", "확인된 AWS 계정 없음", '"not authorized"'),
    ],
)
def test_every_format_for_people_tells_it_in_words(
    lang: Lang, title: str, denied: str, nobody: str, detail: str
) -> None:
    report = _report(replace(SEEN, identities=NOBODY), lang=lang)
    page = _page(report)
    start = page.index(title)
    assert page[start + 1 : start + 3] == [
        f"acm:ListCertificates: {denied} ({detail})  → TST902",
        f"sts:GetCallerIdentity: {denied}  → {nobody}",
    ]
    web = html.render((report,))
    assert f"<summary>{title} (" in web
    assert f"{denied}: {escape(detail)}<br><small>TST902</small>" in web
    assert f"{denied}<br><small>{nobody}</small>" in web
    text = markdown.render((report,)).decode()
    assert f"### {markdown.text(title)}\n\n- acm:ListCertificates: {denied}\n- sts:" in text


def test_a_check_that_passed_without_it_passes_in_junit() -> None:
    assert b"<skipped" not in junit.render((_report(SEEN),), "error")
    assert junit.render((_report(SEEN, BOTH),), "error").count(b"<skipped message") == 1


def test_json_with_gaps_fits_its_schema() -> None:
    document = json.loads(json_report.render((_report(SEEN, BOTH),)))
    jsonschema.validate(document, schema_of("report"))
    assert document["gaps"] == [
        {
            "gap": "denied",
            "asked": "acm:ListCertificates",
            "detail": "not authorized",
            "needed_by": ["TST901"],
            "optional_for": ["TST902"],
        }
    ]
