"""ALB610 over facts: instances that an Auto Scaling group replaces again and again."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.checkup.engine import Result
from albdoctor.facts.elb import TargetHealth
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.scaling import EndedInstance, ScalingHistory
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.target.alb610_target_asg_replacement_loop import target_asg_replacement_loop as check
from tests.support.build import GROUP_ARN, target
from tests.support.build_owners import UNHEALTHY_INSTANCE, ended, history, scaling
from tests.support.build_targets import scene, unhealthy, wrong_code
from tests.support.table import result_of, told

FIRST, SECOND = "i-0000000000000001", "i-0000000000000002"
LOOP = (ended(SECOND, 280), ended(FIRST, 280, ago=900))
DENIED = Unknown(gap=Gap.DENIED, asked="autoscaling:DescribeScalingActivities")


def seen(*instances: EndedInstance, targets: tuple[TargetHealth, ...] = (), **groups: Any) -> Facts:
    """An Auto Scaling group that fills the target group, and the instances that it ended."""
    of = scaling("web-asg", GROUP_ARN, HealthCheckType="EC2,ELB")
    base: dict[str, Any] = {"auto_scaling_groups": (of,), "scaling_histories": (history(of, *instances),)}
    made: Facts = scene(*targets, **(base | {"ecs_clusters": ()} | groups))
    return made


def test_a_replacement_that_is_replaced_is_told() -> None:
    activities = "  autoscaling DescribeScalingActivities web-asg -> "
    assert told(check, seen(*LOOP)) == [
        f"error confirmed target-group/{GROUP_ARN} [web-asg]: Auto Scaling group web-asg keeps replacing instances,"
        " whose health checks in target group web-http fail (2 ended within two hours)",
        "  autoscaling DescribeAutoScalingGroups web-asg -> HealthCheckType: EC2,ELB",
        f"{activities}{SECOND}: {UNHEALTHY_INSTANCE}",
        f"{activities}{FIRST}: {UNHEALTHY_INSTANCE}",
        "  fix[by hand, none]: Stop Auto Scaling group web-asg from replacing instances, see why they fail the health"
        " check of web-http, and mend that.",
    ]


@pytest.mark.parametrize("targets", [(unhealthy(),), (wrong_code(404),), (target(), unhealthy(id_="i-0abd"))])
def test_it_goes_on_while_a_target_fails(targets: tuple[TargetHealth, ...]) -> None:
    assert result_of(check, seen(*LOOP, targets=targets)) is Result.FOUND


@pytest.mark.parametrize(
    "facts",
    [
        seen(),
        seen(ended(FIRST)),
        seen(ended(FIRST, 3000), ended(SECOND, 3000, ago=660)),
        seen(ended(FIRST, None), ended(SECOND, None, ago=900)),
        seen(ended(FIRST, 280), ended(SECOND, 280, ago=9000)),
        seen(ended(FIRST, 280, cause="a user health-check."), ended(SECOND, 280, ago=900)),
        seen(*LOOP, targets=(target(), target(state="draining", id_="i-0abd"))),
    ],
    ids=[
        "nobody was ended",
        "one, once",
        "two that failed at once",
        "of none it is known when it was launched",
        "one long ago",
        "one that somebody declared unhealthy",
        "the newest one stays",
    ],
)
def test_what_is_no_loop_passes(facts: Facts) -> None:
    assert result_of(check, facts) is Result.PASSED


def test_where_every_target_is_healthy_nobody_asked() -> None:
    assert result_of(check, seen(targets=(target(),), scaling_histories=())) is Result.EMPTY


def test_what_is_not_known_is_a_gap() -> None:
    of = scaling("web-asg", GROUP_ARN)
    untold = (ScalingHistory(auto_scaling_group_arn=of.auto_scaling_group_arn, ended=DENIED),)
    for histories in (DENIED, untold):
        assert result_of(check, seen(scaling_histories=histories)) is Result.SKIPPED
    groups = Unknown(gap=Gap.DENIED, asked="autoscaling:DescribeAutoScalingGroups")
    assert result_of(check, seen(auto_scaling_groups=groups)) is Result.SKIPPED
