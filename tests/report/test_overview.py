"""What is kept of many reports, and the order in which it is told."""

from __future__ import annotations

import gc
import tracemalloc

import msgspec
import pytest
from msgspec.structs import replace

from albdoctor.checkup.finding import Certainty, Severity
from albdoctor.checkup.fix import Impact
from albdoctor.facts.known import Gap, Kind
from albdoctor.report.model import GapReport, Report, Subject
from albdoctor.report.overview import Cause, Line, Missing, Remedy, Spread, line_of, overview
from tests.support.build import NOW
from tests.support.fleet import FLEET, RISK, arn_of, scanned
from tests.support.pasting import pasted
from tests.support.stories import DENIED

WEB = arn_of("web")
GROUP = WEB.replace(":loadbalancer/", ":targetgroup/")


def test_a_line_keeps_what_an_overview_tells() -> None:
    report = scanned("b.example", WEB)
    assert line_of(report) == Line(
        domain="b.example",
        named=True,
        balancers=(WEB,),
        accounts=("123456789012",),
        regions=("ap-northeast-2",),
        started_at=NOW,
        verdict="broken",
        exit_code=1,
        exit_reason="2 errors (1 cause) at or over --fail-on error",
        causes=(
            Cause(
                fingerprint=report.findings[0].fingerprint,
                check="TST401",
                slug="cause",
                severity=Severity.ERROR,
                certainty=Certainty.CONFIRMED,
                subject=Subject(kind=Kind.TARGET_GROUP, id=GROUP),
                message="Group web-http is ill",
                alternatives=(),
                decide="",
                is_decided_first=False,
                fix=Remedy(
                    summary="Mend web-http.",
                    impact=Impact.BRIEF,
                    script=pasted(f"aws one {GROUP}\naws two\naws three\naws four web-http"),
                    by_hand="",
                    console=(),
                    side_effects=("Nothing else.",),
                    verify=f"aws check {GROUP}",
                ),
                effects=1,
            ),
        ),
        gaps=(),
        suppressed=0,
    )


def test_a_line_keeps_each_kind_of_gap_once() -> None:
    line = line_of(scanned("d.example", arn_of("api"), gap=DENIED))
    asked = "elasticloadbalancing:DescribeListeners"
    assert (line.verdict, line.causes, line.gaps) == ("unknown", (), (Missing(Gap.DENIED, asked),))


@pytest.mark.parametrize(
    ("arns", "accounts", "regions"),
    [
        ((arn_of("a", "us-east-1", "1"), arn_of("b", "eu-west-1", "1")), ("1",), ("us-east-1", "eu-west-1")),
        ((), ("123456789012",), ("ap-northeast-2",)),
        (("web", "arn:aws:elasticloadbalancing"), ("123456789012",), ("ap-northeast-2",)),
    ],
)
def test_a_scan_is_where_its_load_balancers_are(
    arns: tuple[str, ...], accounts: tuple[str, ...], regions: tuple[str, ...]
) -> None:
    report = scanned("a.example", WEB)
    line = line_of(replace(report, scan=replace(report.scan, balancers=arns, accounts=("123456789012",))))
    assert (line.accounts, line.regions) == (accounts, regions)


def test_the_title_of_a_load_balancer_without_a_name_is_its_own() -> None:
    name = "legacy-1.ap-northeast-2.elb.amazonaws.com"
    line = line_of(scanned(name, arn_of("legacy"), named=False))
    assert (line.title, line.names, line.domain) == ("legacy", ("legacy",), name)
    assert replace(line, balancers=()).title == name


def test_scans_are_told_the_worst_first_and_causes_over_all_of_them() -> None:
    told = overview((line_of(report) for report in reversed(FLEET)), (), 1, "why")
    assert [line.title for line in told.lines] == [
        "a.example",
        "b.example",
        "legacy",
        "e.example",
        "d.example",
        "c.example",
    ]
    assert told.totals == {"broken": 3, "at-risk": 1, "unknown": 1, "sound": 1}
    assert list(told.totals) == ["broken", "at-risk", "unknown", "sound"]
    assert told.balancers == 5
    assert [(one.check, one.places, one.messages, [line.title for line in one.lines]) for one in told.shared] == [
        ("TST401", {Kind.TARGET_GROUP: 2}, 1, ["a.example", "b.example", "legacy"]),
        ("TST801", {Kind.TARGET_GROUP: 1}, 1, ["e.example"]),
    ]
    denied = Missing(Gap.DENIED, "elasticloadbalancing:DescribeListeners")
    assert told.gaps == (Spread(missing=denied, scans=1),)


def test_what_touches_most_scans_comes_first_among_equals() -> None:
    gap = GapReport(gap=Gap.DENIED, asked="x", detail="")
    few, many = (scanned(f"{n}.example", arn_of(str(n)), checks=RISK) for n in (1, 2))
    lines = [line_of(one) for one in (few, many)]
    other = replace(lines[1], causes=tuple(replace(cause, check="TST802") for cause in lines[1].causes))
    told = overview([lines[0], other, replace(other, domain="3.example")], [gap, gap], 0, "why")
    assert [one.check for one in told.shared] == ["TST802", "TST801"]
    assert told.missed == (gap,)


def _kept(report: Report, count: int) -> int:
    """Bytes that so many lines hold, each made from a report that nobody else knows."""
    encoded = msgspec.json.encode(report)
    line_of(report)
    gc.collect()
    tracemalloc.start()
    lines = [line_of(msgspec.json.decode(encoded, type=Report)) for _ in range(count)]
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(lines) == count
    return held


@pytest.mark.sweep
def test_ten_thousand_lines_are_small() -> None:
    sample = 1_000
    for report in FLEET:
        assert _kept(report, sample) * (10_000 // sample) < 40_000_000


@pytest.mark.sweep
def test_a_line_grows_with_what_was_found_not_with_what_was_seen() -> None:
    sound, broken = FLEET[2], FLEET[0]
    seen = replace(sound, checks=sound.checks * 50, stages=sound.stages * 50)
    sample = 200  # enough that some kilobytes of the test runner's own threads do not matter
    assert _kept(seen, sample) < _kept(sound, sample) * 1.1
    assert _kept(broken, sample) > _kept(sound, sample) * 2
