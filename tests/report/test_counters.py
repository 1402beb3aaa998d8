"""CloudWatch's counters in the report: labels, charts of their courses, and silence where nobody asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor import judge
from albdoctor.derive.request.courses import FAULTS, SHOWN
from albdoctor.facts.known import Known
from albdoctor.facts.metrics import Course, Metric, Metrics
from albdoctor.report.charts import HEIGHT, LEAST, Chart, bars, charts, number
from albdoctor.report.counters import LABELS
from albdoctor.report.model import Report
from tests.support.build import BALANCER_ARN, GROUP_ARN, NOW, balancer
from tests.support.build_targets import NO_METRICS
from tests.support.stories import story

OTHER_ARN = BALANCER_ARN.replace("/web/", "/other/")


def counted(name: str, *sums: float, arn: str = BALANCER_ARN, group: str = "") -> Metric:
    """A counter whose last period ends with the scan."""
    since = NOW - timedelta(seconds=300 * len(sums))
    course = Course(since=since, period=300, sums=sums) if sums else None
    return Metric(name=name, load_balancer_arn=arn, target_group_arn=group, total=sum(sums), course=course)


def reported(*values: Metric, **others: Any) -> Report:
    return judge(story("healthy", metrics=Metrics(hours=1.0, values=values), **others))


def chart_of(report: Report) -> Chart:
    (only,) = charts(report)
    return only


ALL = [counted(name) for name in SHOWN]


def test_a_row_for_what_happened_and_a_line_for_what_did_not() -> None:
    tls = counted("TargetTLSNegotiationErrorCount", 2.0, group=GROUP_ARN)
    told = chart_of(reported(*ALL[1:3], counted("RequestCount", 1.0, 0.0, 1_200.0), counted(SHOWN[3], 4.0), tls))
    assert (told.balancer, told.hours, told.minutes, told.width) == ("web", "1", "5", 72)
    assert [(row.label, row.kind, row.total, row.most) for row in told.rows] == [
        ("requests", "plain", "1,201", "1,200"),
        ("5xx by the load balancer", "error", "4", "4"),
        ("TLS failures with targets", "error", "2", "2"),
    ]
    assert told.none == ("3xx by the load balancer", "4xx by the load balancer")
    ends = NOW - timedelta(minutes=5)
    assert {row.at for row in told.rows} == {ends.strftime("%H:%M")}
    assert (told.since, told.until) == ((NOW - timedelta(hours=1)).strftime("%H:%M"), NOW.strftime("%H:%M"))


def test_where_nobody_came_the_requests_are_told_as_none() -> None:
    told = chart_of(reported(*ALL))
    assert [(row.name, row.total, row.path, row.most) for row in told.rows] == [("RequestCount", "0", "", "")]
    assert len(told.none) == len(SHOWN) - 1


def test_sums_without_a_course_are_told_without_a_chart() -> None:
    report = reported(replace(counted("RequestCount"), total=7.0))
    told = chart_of(report)
    assert (told.width, [(row.total, row.path, row.at) for row in told.rows]) == (0, [("7", "", "")])
    page = report.to_html()
    assert "What CloudWatch counted" in page
    assert 'class="bars' not in page


@pytest.mark.parametrize("metrics", [NO_METRICS, Metrics(hours=3.0)])
def test_what_was_not_asked_or_seen_has_no_section(metrics: Any) -> None:
    report = judge(story("healthy", metrics=metrics))
    assert report.counters == ()
    assert "What CloudWatch counted" not in report.to_html()
    assert "counters" not in report.to_html().split("</style>")[1]


def test_a_load_balancer_off_the_way_is_not_told() -> None:
    others = (balancer(), balancer(LoadBalancerArn=OTHER_ARN, LoadBalancerName="other"))
    report = reported(counted("RequestCount", 1.0), counted("RequestCount", 9.0, arn=OTHER_ARN), load_balancers=others)
    assert [(one.balancer, one.counters[0].total) for one in report.counters] == [(BALANCER_ARN, 1.0)]


def test_the_page_tells_both_languages() -> None:
    page = reported(counted("RequestCount", 1.0, 3.0)).to_html()
    assert "web, in the 1 h before the scan. A bar is 5 min" in page
    assert "web, 스캔 직전 1시간. 막대 하나는 5분이며" in page
    assert page.count(bars((0.0,) * 10 + (1.0, 3.0))) == 2


def test_every_counter_has_a_label() -> None:
    assert {*LABELS} == {*SHOWN, *FAULTS}


@pytest.mark.parametrize(
    ("sums", "heights"),
    [
        ((), []),
        ((0.0, 0.0), []),
        ((1.0, 0.0, 2.0), [(0, HEIGHT // 2), (12, HEIGHT)]),
        ((1.0, 1_000_000.0), [(0, LEAST), (6, HEIGHT)]),
        ((1e308, 1e308), [(0, HEIGHT), (6, HEIGHT)]),
        ((-5.0, 4.0), [(6, HEIGHT)]),
    ],
)
def test_the_highest_bar_has_full_height_and_the_lowest_can_be_seen(
    sums: tuple[float, ...], heights: list[tuple[int, int]]
) -> None:
    assert bars(sums) == "".join(f"M{at} {HEIGHT}v-{high}h5v{high}z" for at, high in heights)


@pytest.mark.parametrize(("value", "told"), [(0.0, "0"), (1234.0, "1,234"), (1e300, "1e+300"), (-3.0, "-3")])
def test_numbers_stay_short(value: float, told: str) -> None:
    assert number(value) == told


def test_many_balancers_keep_the_page_small() -> None:
    sums = tuple(float(n * 7919 % 100_003) for n in range(288))
    every = Known(Metrics(hours=24.0, values=tuple(counted(name, *sums) for name in (*SHOWN, *FAULTS))))
    assert len(judge(story("healthy", metrics=every)).to_html()) < 300_000
