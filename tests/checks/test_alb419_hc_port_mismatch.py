"""ALB419 over facts: a health check port of its own that nobody serves."""

from __future__ import annotations

from albdoctor.checkup.engine import Result, run_one
from albdoctor.text import fill_script
from albdoctor_checks.target_group.alb419_hc_port_mismatch import hc_port_mismatch as check
from tests.support.build import GROUP_ARN, group, target
from tests.support.build_targets import (
    DENIED,
    NO_PROBE,
    TIMEOUT,
    https_group,
    metrics,
    plain,
    probed,
    refused,
    scene,
    unhealthy,
)
from tests.support.table import result_of, told

GROUPS = (group(HealthCheckPort="8080"),)
SICK = unhealthy(check=8080)
MESSAGE = "Health checks of target group web-http go to port 8080, where nothing answers: i-0abc"


def test_refused_health_check_port_is_confirmed() -> None:
    seen = scene(SICK, target_groups=GROUPS, target_probes=(probed(plain(80), refused(8080)),))
    assert told(check, seen) == [
        f"error confirmed target-group/{GROUP_ARN}: {MESSAGE}",
        "  elasticloadbalancing DescribeTargetGroups web-http -> HealthCheckPort: 8080; targets are registered on 80",
        "  elasticloadbalancing DescribeTargetHealth web-http"
        " -> i-0abc:80 unhealthy Target.FailedHealthChecks Health checks failed",
        "  connection to 203.0.113.20:8080 (i-0abc) -> connection refused",
        "  fix[script, none]: Send the health checks of web-http to the port that requests go to.",
    ]
    (finding,) = run_one(seen, check).findings
    assert fill_script(check.fixes[0].script, finding.values) == (
        f"aws elbv2 modify-target-group --region ap-northeast-2 --target-group-arn {GROUP_ARN}"
        " --health-check-port traffic-port\n"
    )


def test_founding_story_is_confirmed_though_the_traffic_port_is_refused_too() -> None:
    groups = (https_group(HealthCheckPort="8080"),)
    probes = (probed(refused(443), refused(8080), plain(80), port=443),)
    seen = scene(unhealthy(443, check=8080), target_groups=groups, target_probes=probes)
    assert told(check, seen)[0].startswith("error confirmed")


def test_requests_that_succeed_make_it_likely_without_a_probe() -> None:
    counted = metrics(HTTPCode_Target_2XX_Count=812)
    seen = scene(SICK, target_groups=GROUPS, target_probes=NO_PROBE, metrics=counted)
    (finding,) = run_one(seen, check).findings
    assert told(check, seen)[0] == f"error likely target-group/{GROUP_ARN}: {MESSAGE}"
    assert told(check, seen)[-2] == "  cloudwatch GetMetricData HTTPCode_Target_2XX_Count web-http -> 812 in 3 h"
    assert finding.decide == "sudo ss -ltnp 'sport = :8080'"


def test_served_healthy_and_same_port_pass() -> None:
    for one, groups, ports in (
        (SICK, GROUPS, (plain(80), plain(8080))),
        (target(), GROUPS, (refused(8080),)),
        (unhealthy(), (group(),), (refused(80),)),
        (unhealthy(reason=TIMEOUT, check=8080), GROUPS, ()),
    ):
        assert result_of(check, scene(one, target_groups=groups, target_probes=(probed(*ports),))) is Result.PASSED


def test_nothing_gaps_and_unknown() -> None:
    assert result_of(check, scene()) is Result.EMPTY
    assert result_of(check, scene(groups_health=DENIED)) is Result.SKIPPED
    assert run_one(scene(SICK, target_groups=GROUPS, target_probes=NO_PROBE), check).gaps == (NO_PROBE,)
