"""ALB406, ALB407, ALB429 and ALB430 over facts: unused and waiting targets, wide matchers."""

from __future__ import annotations

import pytest

from albdoctor.checkup.check import Check
from albdoctor.checkup.engine import Result
from albdoctor.facts.known import Gap, Unknown
from albdoctor_checks.target_group.alb406_tg_not_in_use import tg_not_in_use
from albdoctor_checks.target_group.alb407_tg_target_az_not_enabled import tg_target_az_not_enabled
from albdoctor_checks.target_group.alb429_hc_matcher_too_wide import hc_matcher_too_wide
from albdoctor_checks.target_group.alb430_hc_still_initial import hc_still_initial
from tests.support.build import GROUP_ARN, balancer, group, target
from tests.support.build_targets import DENIED, scene, unhealthy
from tests.support.table import result_of, told

IDLE = target(
    state="unused",
    reason="Target.NotInUse",
    description="Target group is not configured to receive traffic from the load balancer",
)
OUTSIDE = target(
    state="unused",
    reason="Target.NotInUse",
    description="Target is in an Availability Zone that is not enabled for the load balancer",
)
WAITING = target(state="initial", reason="Elb.InitialHealthChecking", description="Initial health checks in progress")
BEHIND = {"load_balancers": (balancer(),)}


def test_group_that_gets_no_requests_is_found() -> None:
    assert told(tg_not_in_use, scene(IDLE)) == [
        f"error confirmed target-group/{GROUP_ARN}: Target group web-http gets no requests, and its targets"
        " are not in use: i-0abc",
        "  elasticloadbalancing DescribeTargetHealth web-http -> i-0abc:80 unused Target.NotInUse"
        " Target group is not configured to receive traffic from the load balancer",
        "  fix[by hand, traffic]: Forward to web-http from a listener rule of the load balancer, or scan again if"
        " that was done a moment ago.",
    ]
    assert result_of(tg_not_in_use, scene(OUTSIDE)) is Result.PASSED


def test_target_in_a_zone_without_the_balancer_is_found() -> None:
    assert told(tg_target_az_not_enabled, scene(OUTSIDE, **BEHIND)) == [
        f"error confirmed target-group/{GROUP_ARN}: Targets of target group web-http are outside the load balancer's"
        " Availability Zones (ap-northeast-2a, ap-northeast-2c) and get no requests: i-0abc",
        "  elasticloadbalancing DescribeTargetHealth web-http -> i-0abc:80 unused Target.NotInUse"
        " Target is in an Availability Zone that is not enabled for the load balancer",
        "  elasticloadbalancing DescribeLoadBalancers web -> ap-northeast-2a: subnet-a, ap-northeast-2c: subnet-c",
        "  fix[by hand, none]: Add a subnet of the targets' Availability Zone to the load balancer.",
    ]
    assert result_of(tg_target_az_not_enabled, scene(IDLE, **BEHIND)) is Result.PASSED


def test_first_checks_are_told_as_information() -> None:
    assert told(hc_still_initial, scene(WAITING)) == [
        f"info confirmed target-group/{GROUP_ARN}: Targets of target group web-http are still in their first"
        " health checks: i-0abc",
        "  elasticloadbalancing DescribeTargetHealth web-http"
        " -> i-0abc:80 initial Elb.InitialHealthChecking Initial health checks in progress",
        "  fix[by hand, none]: Wait 65 seconds and scan again; if it takes longer, treat the target as unhealthy.",
    ]
    assert hc_still_initial.severity == "info"


@pytest.mark.parametrize("codes", ["200-499", "200,404", "401"])
def test_client_errors_as_success_codes_are_found(codes: str) -> None:
    assert told(hc_matcher_too_wide, scene(target_groups=(group(Matcher={"HttpCode": codes}),))) == [
        f"warning confirmed target-group/{GROUP_ARN}: The health check of target group web-http counts client"
        f" errors as healthy: success codes {codes}",
        f"  elasticloadbalancing DescribeTargetGroups web-http -> Matcher: {codes}",
        "  fix[by hand, none]: Accept 200 only, with a health check path that answers 200.",
    ]


def test_narrow_matchers_pass() -> None:
    for matcher in ({"HttpCode": "200"}, {"HttpCode": "200-399"}, {"GrpcCode": "0-99"}):
        assert result_of(hc_matcher_too_wide, scene(target_groups=(group(Matcher=matcher),))) is Result.PASSED
    assert result_of(hc_matcher_too_wide, scene(target_groups=())) is Result.EMPTY
    unknown = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeTargetGroups")
    assert result_of(hc_matcher_too_wide, scene(target_groups=unknown)) is Result.SKIPPED


@pytest.mark.parametrize("check", [tg_not_in_use, tg_target_az_not_enabled, hc_still_initial])
def test_used_targets_pass_and_nothing_and_unknown(check: Check) -> None:
    for one in (target(), unhealthy(), target(state="draining")):
        assert result_of(check, scene(one, **BEHIND)) is Result.PASSED
    assert result_of(check, scene(**BEHIND)) is Result.EMPTY
    assert result_of(check, scene(groups_health=DENIED, **BEHIND)) is Result.SKIPPED
