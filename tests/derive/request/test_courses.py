"""Counters side by side over one window: each sum in the period it was counted in, and none where it is not known."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from albdoctor.derive.request.courses import BalancerCourse, courses
from albdoctor.facts.metrics import Course, Metric, Metrics
from tests.support.build import BALANCER_ARN, GROUP_ARN, NOW, balancer, facts
from tests.support.build_dns import denied

REQUESTS, ERRORS, TLS = "RequestCount", "HTTPCode_ELB_5XX_Count", "TargetTLSNegotiationErrorCount"


def went(minutes_ago: int, *sums: float, period: int = 300, **fields: Any) -> Metric:
    """A counter whose first period began so long before the scan."""
    course = Course(since=NOW - timedelta(minutes=minutes_ago), period=period, sums=sums)
    return counted(sum(sums), course=course, **fields)


def counted(total: float, name: str = REQUESTS, **fields: Any) -> Metric:
    return Metric(name=name, load_balancer_arn=BALANCER_ARN, total=total, **fields)


def told(*values: Metric, hours: float = 1.0) -> BalancerCourse:
    seen = facts(load_balancers=(balancer(),), metrics=Metrics(hours=hours, values=values))
    (only,) = courses(seen)
    return only


def sums(course: BalancerCourse) -> dict[str, list[float]]:
    """The sums of each counter that are not zero, by how many minutes before the scan their period began."""
    return {
        one.name: [5.0 * (len(one.sums) - at) for at, value in enumerate(one.sums) if value] for one in course.counters
    }


def test_every_counter_has_the_same_window() -> None:
    course = told(went(60, 1.0, 0.0, 2.0), went(5, 7.0, name=ERRORS), went(15, 4.0, 4.0, name=TLS))
    assert (course.hours, course.period, course.balancer.load_balancer_arn) == (1.0, 300, BALANCER_ARN)
    assert {len(one.sums) for one in course.counters} == {12}
    assert sums(course) == {REQUESTS: [60.0, 50.0], ERRORS: [5.0], TLS: [15.0, 10.0]}
    assert [one.total for one in course.counters] == [3.0, 7.0, 8.0]


@pytest.mark.parametrize(("seconds", "place"), [(0, 11), (1, 11), (300, 11), (301, 10), (3600, 0), (3650, 0)])
def test_periods_that_do_not_end_with_the_scan_lie_in_the_nearest(seconds: int, place: int) -> None:
    since = NOW - timedelta(seconds=seconds)
    course = told(counted(2.0, course=Course(since=since, period=300, sums=(2.0,))))
    (one,) = course.counters
    # An older one makes the window longer; its place is counted from the front.
    assert one.sums.index(2.0) == place
    assert sum(one.sums) == 2.0


def test_where_cloudwatch_was_asked_later_the_window_ends_later() -> None:
    course = told(went(60, 1.0), went(-20, 3.0, name=ERRORS))
    assert course.until == NOW + timedelta(minutes=25)
    assert sums(course) == {REQUESTS: [85.0], ERRORS: [5.0]}


def test_counters_of_groups_are_added_up_where_the_balancer_has_none() -> None:
    two = (went(10, 1.0, 2.0, name=TLS, target_group_arn=f"{GROUP_ARN}{one}") for one in "ab")
    doubled = went(5, 9.0, name="HTTPCode_Target_5XX_Count", target_group_arn=GROUP_ARN)
    (only,) = told(*two, doubled).counters
    assert (only.name, only.total, only.sums[-2:]) == (TLS, 6.0, (2.0, 4.0))


def test_a_fault_that_did_not_happen_is_not_told_but_an_answer_that_nobody_got_is() -> None:
    course = told(went(5, 1.0), counted(0.0, ERRORS), counted(0.0, TLS, target_group_arn=GROUP_ARN))
    assert [(one.name, one.total, sum(one.sums)) for one in course.counters] == [
        (REQUESTS, 1.0, 1.0),
        (ERRORS, 0.0, 0.0),
    ]


def test_a_snapshot_that_holds_sums_only_has_no_courses() -> None:
    course = told(counted(5.0), counted(0.0, ERRORS))
    assert [(one.name, one.total, one.sums) for one in course.counters] == [(REQUESTS, 5.0, ()), (ERRORS, 0.0, ())]
    half = told(counted(5.0), went(5, 1.0, name=ERRORS))
    assert [len(one.sums) for one in half.counters] == [0, 12]


def test_where_nothing_was_counted_there_is_a_flat_course() -> None:
    assert [one.sums for one in told(counted(0.0)).counters] == [(0.0,) * 12]


@pytest.mark.parametrize(
    "strange",
    [
        went(60 * 48, 1.0),
        went(-60 * 48, 1.0),
        went(5, 1.0, period=60),
        counted(1.0, course=Course(since=datetime.fromisoformat("0001-01-01T00:00:00Z"), period=86_400, sums=(1.0,))),
        counted(1.0, course=Course(since=datetime.fromisoformat("9999-12-31T23:59:59Z"), period=86_400, sums=(1.0,))),
    ],
)
def test_courses_that_fit_no_window_are_not_told(strange: Metric) -> None:
    course = told(went(5, 4.0, name=ERRORS), strange)
    assert [(one.total, one.sums) for one in course.counters] == [(1.0, ()), (4.0, ())]


def test_sums_are_finite() -> None:
    (one,) = told(*(went(5, 1e308, name=TLS, target_group_arn=f"{GROUP_ARN}{n}") for n in range(3))).counters
    assert (one.total, max(one.sums)) == (1e300, 1e300)


@pytest.mark.parametrize("hours", [1e308, -1.0, 0.0])
def test_a_window_of_absurd_length_has_no_course(hours: float) -> None:
    assert [one.sums for one in told(counted(0.0), hours=hours).counters] == [()]


@pytest.mark.parametrize(
    "metrics",
    [denied("cloudwatch:GetMetricData"), Metrics(hours=3.0, values=(Metric(name="x", load_balancer_arn="y"),))],
)
def test_what_was_not_asked_has_no_course(metrics: Any) -> None:
    assert list(courses(facts(load_balancers=(balancer(),), metrics=metrics))) == []
