"""ALB410 over facts: Auto Scaling groups that register nothing, and those that are nobody's."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor.text import fill_script
from albdoctor_checks.target_group.alb410_tg_asg_not_attached import tg_asg_not_attached as check
from tests.support.build import GROUP_ARN, REGION, target
from tests.support.build_net import SUBNETS
from tests.support.build_owners import cluster, scaling, service
from tests.support.build_targets import DENIED, scene, unhealthy
from tests.support.table import result_of, told

IDS = ("i-0abc", "i-0b")
SUSPENDED = [{"ProcessName": "AddToLoadBalancer"}]
NO_GROUPS = Unknown(gap=Gap.DENIED, asked="autoscaling:DescribeAutoScalingGroups")


def seen(*groups: Any, targets: tuple[Any, ...] = (), **more: Any) -> Facts:
    """A target group with these targets beside these Auto Scaling groups; no service."""
    base: dict[str, Any] = {"auto_scaling_groups": groups, "ecs_clusters": (), "subnets": SUBNETS}
    made: Facts = scene(*targets, **(base | more))
    return made


def idle(*instances: str, **members: Any) -> Any:
    return scaling("web-asg", GROUP_ARN, instances=instances, SuspendedProcesses=SUSPENDED, **members)


def test_instances_of_a_group_that_registers_nothing_are_found_and_registered() -> None:
    facts = seen(idle(*IDS))
    assert told(check, facts) == [
        f"error confirmed target-group/{GROUP_ARN} [web-asg]: Auto Scaling group web-asg does not register its"
        " instances in target group web-http: its process AddToLoadBalancer is suspended",
        "  autoscaling DescribeAutoScalingGroups web-asg -> DesiredCapacity: 2, InService: 2, TrafficSources: 1,"
        " SuspendedProcesses: AddToLoadBalancer",
        "  fix[script, none]: Let Auto Scaling group web-asg register its instances in web-http again:"
        " AddToLoadBalancer is suspended.",
    ]


def test_only_what_is_no_target_yet_is_registered() -> None:
    (finding,) = run_one(seen(idle(*IDS), targets=(unhealthy(),)), check).findings
    assert finding.fix is check.fixes[0]
    assert fill_script(check.fixes[0].script, finding.values) == (
        f"aws autoscaling resume-processes --region {REGION} --auto-scaling-group-name web-asg"
        " --scaling-processes AddToLoadBalancer\n"
        f"aws elbv2 register-targets --region {REGION} --target-group-arn {GROUP_ARN} --targets Id=i-0b\n"
    )


def test_a_group_that_is_attached_to_nothing_is_likely() -> None:
    facts = seen(scaling(instances=IDS))
    assert told(check, facts) == [
        f"error likely target-group/{GROUP_ARN}: Auto Scaling group web-asg does not register its"
        " instances in target group web-http: it is attached to no target group",
        "  autoscaling DescribeAutoScalingGroups web-asg -> DesiredCapacity: 2, InService: 2, TrafficSources: none",
        "  fix[by hand, none]: Attach the Auto Scaling group whose servers belong into web-http; in its VPC that is"
        " probably web-asg.",
    ]
    (finding,) = run_one(facts, check).findings
    assert len(finding.alternatives) == 1
    assert finding.decide == (
        f"aws autoscaling describe-auto-scaling-groups --region {REGION} --auto-scaling-group-names web-asg"
    )


@pytest.mark.parametrize(
    "facts",
    [
        seen(scaling("web-asg", GROUP_ARN, instances=IDS)),  # deregistered by hand: it is attached
        seen(idle()),  # nothing to register
        seen(idle("i-0abc"), targets=(target(),)),  # suspended by a deployment, and everything is registered
        seen(scaling(instances=IDS), targets=(unhealthy(),)),  # workers beside a group with targets of its own
        seen(scaling(instances=IDS), ecs_clusters=(cluster(service(desiredCount=0, runningCount=0)),)),
        seen(scaling(instances=IDS, VPCZoneIdentifier="subnet-z")),  # another VPC
        seen(scaling(instances=IDS, Tags=[{"Key": "eks:nodegroup-name", "Value": "x"}])),
    ],
)
def test_what_is_attached_or_somebody_elses_passes(facts: Facts) -> None:
    assert result_of(check, facts) is Result.PASSED


def test_nothing_and_unknown() -> None:
    assert result_of(check, scene(target(), target_groups=(), groups_health=())) is Result.EMPTY
    assert result_of(check, seen(groups_health=DENIED)) is Result.SKIPPED
    assert result_of(check, seen(auto_scaling_groups=NO_GROUPS)) is Result.SKIPPED
    assert result_of(check, scene(target())) is Result.PASSED  # nobody had to be asked
