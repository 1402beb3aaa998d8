"""ALB720 over facts: how many errors CloudWatch counted, and of how many requests."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from albdoctor.checkup.engine import Result
from albdoctor.facts.metrics import Metric, Metrics
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.response.alb720_http_errors_counted import http_errors_counted as check
from tests.support.build import BALANCER_ARN, GROUP_ARN, balancer, facts
from tests.support.build_dns import denied
from tests.support.table import result_of, told

ELB_502, ELB_5XX, TARGET = "HTTPCode_ELB_502_Count", "HTTPCode_ELB_5XX_Count", "HTTPCode_Target_5XX_Count"


def counted(requests: float, errors: Mapping[str, float] | None = None, group: str = "") -> Facts:
    values = [Metric(name="RequestCount", load_balancer_arn=BALANCER_ARN, total=requests, datapoints=1)]
    values += [
        Metric(name=name, load_balancer_arn=BALANCER_ARN, target_group_arn=group, total=total, datapoints=1)
        for name, total in (errors or {}).items()
    ]
    return facts(load_balancers=(balancer(),), metrics=Metrics(hours=3.0, values=tuple(values)))


def test_many_errors_beside_a_served_request_are_a_warning() -> None:
    seen = counted(20_000, {ELB_502: 4_000, ELB_5XX: 4_000, TARGET: 1_000})
    assert told(check, seen) == [
        f"warning confirmed load-balancer/{BALANCER_ARN}: In the last 3 hours 5000 of 20000 requests to load balancer"
        f" web got an error (25.0 %): {ELB_502} 4000, {ELB_5XX} 4000, {TARGET} 1000",
        f"  cloudwatch GetMetricData web -> RequestCount 20000, {ELB_502} 4000, {ELB_5XX} 4000, {TARGET} 1000",
        "  fix[by hand, none]: Find out which requests fail: the load balancer's access log names each one.",
    ]


@pytest.mark.parametrize(
    "seen",
    [
        counted(20_000),
        counted(20_000, {ELB_502: 99}),
        counted(200_000, {ELB_502: 1_999}),
        counted(20_000, {TARGET: 5_000}, group=GROUP_ARN),
    ],
    ids=["none", "few", "a small share", "of one group, not of the load balancer"],
)
def test_few_errors_pass(seen: Facts) -> None:
    assert result_of(check, seen) is Result.PASSED


def test_errors_of_more_requests_than_were_counted_are_all_of_them() -> None:
    assert "(100.0 %)" in told(check, counted(0, {ELB_502: 500}))[0]


def test_without_counters_nothing_is_said() -> None:
    nobody = facts(load_balancers=(balancer(),), metrics=denied("cloudwatch:GetMetricData"))
    assert result_of(check, nobody) is Result.SKIPPED
