"""ALB428 over facts: how often targets were unhealthy that are healthy now."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.metrics import Course, Metric, Metrics
from albdoctor.facts.snapshot import Facts
from albdoctor.text import fill
from albdoctor_checks.target_group.alb428_hc_flapping import hc_flapping as check
from tests.support.build import BALANCER_ARN, GROUP_ARN, NOW, REGION, target
from tests.support.build_targets import DENIED, NO_METRICS, metrics, scene, unhealthy
from tests.support.table import result_of, told

WELL = (target(),)


def seen(*values: float, targets: Any = WELL) -> Facts:
    """What the gauge told in each five minutes, the last of which end with the scan."""
    course = Course(since=NOW - timedelta(minutes=5 * len(values)), period=300, sums=values) if values else None
    gauge = Metric(
        name="UnHealthyHostCount",
        load_balancer_arn=BALANCER_ARN,
        target_group_arn=GROUP_ARN,
        total=sum(values),
        datapoints=len(values),
        course=course,
    )
    made: Facts = scene(*targets, metrics=Metrics(hours=3.0, values=(gauge,)))
    return made


def test_targets_that_were_unhealthy_again_and_again_are_found() -> None:
    facts = seen(0, 1, 1, 0, 2, 0, 0, 1, 0)
    assert told(check, facts) == [
        f"warning confirmed target-group/{GROUP_ARN}: Targets of target group web-http are healthy now, but became"
        " unhealthy 3 times in the last 3 hours",
        "  cloudwatch GetMetricData UnHealthyHostCount web-http -> > 0 3 x, 20 min, maximum 2",
        "  fix[by hand, none]: Find out what happens to the targets of web-http at these times, and mend that.",
    ]
    (finding,) = run_one(facts, check).findings
    hand = check.fixes[0].by_hand
    assert hand is not None
    assert (
        f"--region {REGION} --namespace AWS/ApplicationELB --metric-name UnHealthyHostCount --dimensions"
        " Name=TargetGroup,Value=targetgroup/web-http/73e2d6bc24d8a067"
        " Name=LoadBalancer,Value=app/web/50dc6c495c0c9188 --statistics Maximum --period 300"
        " --start-time 2026-11-22T06:55:00+0000 --end-time 2026-11-22T07:40:00+0000"
    ) in fill(hand.en, finding.values)


@pytest.mark.parametrize(
    "facts",
    [
        seen(0, 0, 0),
        seen(),  # a group that was made a moment ago
        seen(1, 1, 1, 1, 0),  # one outage, and it is over
        seen(0, 1, 0, 1, 0),  # a deployment, and another
        seen(0, 2, 2, 0),
    ],
)
def test_single_outages_and_deployments_pass(facts: Facts) -> None:
    assert result_of(check, facts) is Result.PASSED


def test_draining_targets_do_not_matter_and_failing_ones_are_other_checks() -> None:
    often = (1.0, 0, 1, 0, 1)
    assert result_of(check, seen(*often, targets=(target(), target("i-0b", state="draining")))) is Result.FOUND
    for one in (unhealthy(), target("i-0b", state="initial")):
        assert result_of(check, seen(*often, targets=(target(), one))) is Result.EMPTY


def test_nothing_and_unknown() -> None:
    assert result_of(check, seen(1, 0, 1, 0, 1, targets=())) is Result.EMPTY
    assert result_of(check, scene(target(), metrics=NO_METRICS)) is Result.SKIPPED
    assert result_of(check, scene(target(), metrics=metrics(RequestCount=5))) is Result.SKIPPED  # an older snapshot
    assert result_of(check, scene(groups_health=DENIED, metrics=metrics())) is Result.SKIPPED
