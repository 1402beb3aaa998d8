"""ALB427 over facts: instances that an Auto Scaling group replaces before they have started."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.elb import TargetHealth
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.scaling import EndedInstance, ScalingHistory
from albdoctor.facts.snapshot import Facts
from albdoctor.text import fill_script
from albdoctor_checks.fixes import scaling_group
from albdoctor_checks.target_group.alb427_hc_grace_period_too_short import hc_grace_period_too_short
from tests.support.build import GROUP_ARN, REGION, target
from tests.support.build_owners import UNHEALTHY_INSTANCE, ended, history, scaling
from tests.support.build_targets import scene, unhealthy, wrong_code
from tests.support.table import result_of, told

GROUP = "  autoscaling DescribeAutoScalingGroups web-asg -> "
ACTIVITIES = "  autoscaling DescribeScalingActivities web-asg -> "
TWICE = (ended("i-0000000000000002", 101), ended("i-0000000000000001", 130, ago=900))
STACK = [{"Key": "aws:cloudformation:stack-name", "Value": "site"}]
DENIED = Unknown(gap=Gap.DENIED, asked="autoscaling:DescribeScalingActivities")


def seen(
    *instances: EndedInstance, targets: tuple[TargetHealth, ...] = (), groups: Any = None, **members: Any
) -> Facts:
    """An Auto Scaling group that fills the target group, and the instances that it ended."""
    its: dict[str, Any] = {"DesiredCapacity": 1, "HealthCheckGracePeriod": 60} | members
    of = scaling("web-asg", GROUP_ARN, **its)
    base: dict[str, Any] = {
        "auto_scaling_groups": (of,),
        "scaling_histories": (history(of, *instances),),
        "ecs_clusters": (),
        "ecs_tasks": (),
    }
    made: Facts = scene(*targets, **(base | (groups or {})))
    return made


def test_instances_that_are_ended_as_soon_as_their_checks_tell_had_no_time_to_start() -> None:
    facts = seen(*TWICE, targets=(unhealthy(),))
    assert told(hc_grace_period_too_short, facts) == [
        f"error likely target-group/{GROUP_ARN} [web-asg]: Instances of Auto Scaling group web-asg have 60 seconds to"
        " become healthy in target group web-http, and are stopped before they have started",
        f"{GROUP}HealthCheckType: ELB, HealthCheckGracePeriod: 60",
        f"{ACTIVITIES}{UNHEALTHY_INSTANCE}",
        f"{ACTIVITIES}StartTime, Terminating - Launching: 101 s, 130 s",
        "  fix[script, none]: Give the instances of Auto Scaling group web-asg 300 seconds to start.",
    ]
    (finding,) = run_one(facts, hc_grace_period_too_short).findings
    assert len(finding.alternatives) == 1
    assert finding.decide == (
        f"aws ec2 get-console-output --region {REGION} --instance-id i-0000000000000002 --query Output --output text"
    )
    assert fill_script(scaling_group.GRACE.script, finding.values) == (
        f"aws autoscaling update-auto-scaling-group --region {REGION} --auto-scaling-group-name web-asg \\\n"
        "  --health-check-grace-period 300\n"
    )


def test_a_group_that_a_template_made_is_changed_there() -> None:
    facts = seen(*TWICE, Tags=STACK)
    (finding,) = run_one(facts, hc_grace_period_too_short).findings
    assert finding.fix is scaling_group.GRACE_AT_ITS_OWNER
    assert told(hc_grace_period_too_short, facts)[-1].startswith("  fix[by hand, none]: ")


@pytest.mark.parametrize(
    ("grace", "seconds", "result"),
    [
        (0, 230, Result.FOUND),
        (0, 241, Result.PASSED),  # two checks of 30 seconds, 60 to be noticed, 120 to come into service
        (300, 475, Result.FOUND),
        (300, 481, Result.PASSED),
        (600, 610, Result.PASSED),
    ],
)
def test_a_grace_period_that_is_there_counts(grace: int, seconds: float, result: Result) -> None:
    twice = (ended("i-0000000000000002", seconds), ended("i-0000000000000001", seconds))
    assert result_of(hc_grace_period_too_short, seen(*twice, HealthCheckGracePeriod=grace)) is result


@pytest.mark.parametrize(
    "facts",
    [
        seen(*TWICE, groups={"scaling_histories": ()}, HealthCheckType="EC2"),
        seen(),
        seen(TWICE[0]),
        seen(TWICE[0], ended("i-0000000000000001", 4000)),
        seen(TWICE[0], ended("i-0000000000000001", None)),
        seen(TWICE[0], ended("i-0000000000000001", ago=9000)),
        seen(TWICE[0], ended("i-0000000000000001", cause="in response to an instance refresh.")),
        seen(*TWICE, targets=(wrong_code(404),)),
        seen(*TWICE, targets=(target(), unhealthy())),
    ],
    ids=[
        "EC2 health checks end nobody",
        "nobody was ended",
        "one, once",
        "one lived for an hour",
        "of one nobody knows how long it lived",
        "one long ago",
        "a refresh",
        "the application answers, with another code",
        "another one is healthy",
    ],
)
def test_instances_that_had_their_time_pass(facts: Facts) -> None:
    assert result_of(hc_grace_period_too_short, facts) in (Result.PASSED, Result.EMPTY)


def test_what_is_not_known_is_a_gap() -> None:
    of = scaling("web-asg", GROUP_ARN)
    untold = (ScalingHistory(auto_scaling_group_arn=of.auto_scaling_group_arn, ended=DENIED),)
    for histories in (DENIED, untold):
        assert result_of(hc_grace_period_too_short, seen(groups={"scaling_histories": histories})) is Result.SKIPPED
    groups = Unknown(gap=Gap.DENIED, asked="autoscaling:DescribeAutoScalingGroups")
    assert result_of(hc_grace_period_too_short, seen(groups={"auto_scaling_groups": groups})) is Result.SKIPPED
