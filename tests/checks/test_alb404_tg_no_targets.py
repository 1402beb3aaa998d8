"""ALB404 over facts: what it tells, and when it stays silent."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.ecs import EcsService
from albdoctor.facts.elb import GroupHealth
from albdoctor.facts.known import Gap, Known, Unknown
from albdoctor.facts.scaling import AutoScalingGroup
from albdoctor.facts.snapshot import Facts
from albdoctor.text import fill, fill_script
from albdoctor_checks.target_group.alb404_tg_no_targets import tg_no_targets
from tests.support.build import GROUP_ARN, facts, group, target
from tests.support.build_net import subnet
from tests.support.build_owners import cluster, scaling, service, tagged
from tests.support.table import result_of, told

DENIED = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeTargetHealth")


def test_group_without_targets_is_found() -> None:
    empty = facts(target_groups=(group(),), groups_health=(GroupHealth(target_group_arn=GROUP_ARN, targets=Known(())),))
    assert told(tg_no_targets, empty) == [
        f"error confirmed target-group/{GROUP_ARN}: Target group web-http has no registered target",
        "  elasticloadbalancing DescribeTargetHealth web-http -> TargetHealthDescriptions: []",
        "  fix[by hand, none]: Register a target in web-http.",
    ]


def test_group_with_a_target_passes() -> None:
    health = (GroupHealth(target_group_arn=GROUP_ARN, targets=Known((target(),))),)
    assert result_of(tg_no_targets, facts(target_groups=(group(),), groups_health=health)) is Result.PASSED


def test_denied_health_is_not_an_empty_group() -> None:
    denied = (GroupHealth(target_group_arn=GROUP_ARN, targets=DENIED),)
    assert result_of(tg_no_targets, facts(target_groups=(group(),), groups_health=denied)) is Result.SKIPPED
    assert result_of(tg_no_targets, facts(target_groups=(group(),), groups_health=DENIED)) is Result.SKIPPED


def test_no_group_is_nothing_to_judge() -> None:
    assert result_of(tg_no_targets, facts(target_groups=(), groups_health=())) is Result.EMPTY


ASG = "  autoscaling DescribeAutoScalingGroups web-asg -> "
ECS = "  ecs DescribeServices shop/web -> "
IDS = ("i-1", "i-2")
SUSPENDED = [{"ProcessName": "AddToLoadBalancer"}, {"ProcessName": "AZRebalance"}]
GENERAL = "  fix[by hand, none]: Register a target in web-http."
START_TASK = (
    "  fix[script, none]: Let Amazon ECS service web (cluster shop) run a task: it registers itself in web-http."
)
READ_EVENTS = "  fix[by hand, none]: See why Amazon ECS service web (cluster shop) has no task in web-http."
GROW = "  fix[script, none]: Let Auto Scaling group web-asg start an instance: it is registered in web-http."
ATTACH = (
    "  fix[by hand, none]: Attach the Auto Scaling group whose servers belong into web-http; in its VPC that is"
    " probably web-asg"
)
PROBABLY = ASG + "DesiredCapacity: 2, InService: 2, TrafficSources: none"
OTHER_ARN = GROUP_ARN.replace("web-http", "other")
STACK = {"aws:cloudformation:stack-name": "site"}


def empty(*things: EcsService | AutoScalingGroup, **groups: Any) -> Facts:
    """A group without a target in an account that has these."""
    base: dict[str, Any] = {
        "target_groups": (group(),),
        "groups_health": (GroupHealth(target_group_arn=GROUP_ARN, targets=Known(())),),
        "ecs_clusters": (cluster(*(one for one in things if isinstance(one, EcsService))),),
        "auto_scaling_groups": tuple(one for one in things if isinstance(one, AutoScalingGroup)),
        "subnets": tuple(subnet(f"subnet-{zone}", "10.0.0.0/24", zone) for zone in "ac"),
    }
    return facts(**(base | groups))


@pytest.mark.parametrize(
    ("seen", "lines"),
    [
        (empty(service(desiredCount=0, runningCount=0)), [ECS + "desiredCount: 0, runningCount: 0", START_TASK]),
        # Its tasks are those of task sets, for which the AWS CLI knows no waiter.
        *(
            (
                empty(service(desiredCount=0, runningCount=0, deploymentController={"type": controller})),
                [ECS + "desiredCount: 0, runningCount: 0", START_TASK.replace("[script,", "[by hand,")],
            )
            for controller in ("CODE_DEPLOY", "EXTERNAL")
        ),
        (
            empty(service(desiredCount=2, runningCount=0, events=[{"message": "(service web) no room"}, {}])),
            [ECS + "desiredCount: 2, runningCount: 0", ECS + "(service web) no room", READ_EVENTS],
        ),
        (
            empty(
                service(
                    desiredCount=2,
                    runningCount=0,
                    deployments=[{"rolloutState": "FAILED", "rolloutStateReason": "tasks failed to start."}],
                )
            ),
            [ECS + "desiredCount: 2, runningCount: 0", ECS + "tasks failed to start.", READ_EVENTS],
        ),
        # It runs one task on each container instance: there is no number to set.
        (
            empty(service(desiredCount=0, runningCount=0, schedulingStrategy="DAEMON")),
            [ECS + "desiredCount: 0, runningCount: 0", READ_EVENTS],
        ),
        (empty(service(status="DRAINING"), service("api", OTHER_ARN)), None),
        (
            empty(scaling("web-asg", GROUP_ARN)),
            [ASG + "DesiredCapacity: 0, InService: 0, TrafficSources: 1", GROW],
        ),
        (
            empty(scaling("web-asg", GROUP_ARN, instances=IDS, SuspendedProcesses=SUSPENDED)),
            [
                ASG + "DesiredCapacity: 2, InService: 2, TrafficSources: 1,"
                " SuspendedProcesses: AZRebalance, AddToLoadBalancer",
                "  fix[script, none]: Let Auto Scaling group web-asg register its instances in web-http again:"
                " AddToLoadBalancer is suspended.",
            ],
        ),
        (
            empty(scaling("web-asg", GROUP_ARN, instances=IDS)),
            [
                ASG + "DesiredCapacity: 2, InService: 2, TrafficSources: 1",
                "  fix[script, none]: Register the instances of Auto Scaling group web-asg in web-http again.",
            ],
        ),
        (
            empty(scaling("web-asg", GROUP_ARN, DesiredCapacity=2)),
            [
                ASG + "DesiredCapacity: 2, InService: 0, TrafficSources: 1",
                "  fix[by hand, none]: See why Auto Scaling group web-asg has no instance in service for web-http.",
            ],
        ),
        (empty(scaling(instances=IDS)), [PROBABLY, f"{ATTACH}."]),
        (
            empty(scaling(instances=IDS), scaling("batch", instances=("i-3",))),
            [
                PROBABLY.replace("web-asg", "batch").replace("2", "1"),
                PROBABLY,
                f"{ATTACH.replace('web-asg', 'batch, web-asg')}.",
            ],
        ),
        # Not it: it serves elsewhere, has no server, is in another VPC, or its servers run other people's containers.
        (empty(scaling("web-asg", OTHER_ARN, instances=IDS)), None),
        (empty(scaling("web-asg")), None),
        (empty(scaling(instances=IDS, VPCZoneIdentifier="subnet-a,subnet-z")), None),
        (empty(scaling(instances=IDS, Tags=[{"Key": "eks:nodegroup-name", "Value": "x"}])), None),
        (empty(scaling(instances=IDS, Tags=[{"Key": "AmazonECSManaged", "Value": ""}])), None),
        (empty(scaling(instances=IDS), target_groups=(group(TargetType="ip"),)), None),
        # Who knows what was not seen.
        (empty(scaling(instances=IDS), ecs_clusters=Unknown(Gap.DENIED, "ecs:ListClusters")), None),
        (empty(scaling(instances=IDS), subnets=Unknown(Gap.DENIED, "ec2:DescribeSubnets")), None),
        # A stack that made the group has the last word, and what was seen is told.
        (
            empty(service(desiredCount=0, runningCount=0), owner_tags=(tagged(GROUP_ARN, **STACK),)),
            [
                ECS + "desiredCount: 0, runningCount: 0",
                f"{GENERAL} CloudFormation stack site manages this: change it there.",
            ],
        ),
    ],
)
def test_who_fills_an_empty_group_is_named_with_what_makes_it_do_so(seen: Facts, lines: list[str] | None) -> None:
    said = told(tg_no_targets, seen)[2:]
    if lines is None:
        assert "Register a target in web-http." in said[-1]
        assert len(said) == 1
    else:
        assert said == lines


def script(seen: Facts) -> list[str]:
    (finding,) = run_one(seen, tg_no_targets).findings
    assert finding.fix
    text = finding.fix.script or (finding.fix.by_hand.en if finding.fix.by_hand else "")
    lines = fill(text, finding.values).splitlines() if not finding.fix.script else []
    return lines or fill_script(text, finding.values).splitlines()


OF_ASG = "--region ap-northeast-2 --auto-scaling-group-name web-asg"
REGISTERS = f"aws elbv2 register-targets --region ap-northeast-2 --target-group-arn {GROUP_ARN} --targets Id="


@pytest.mark.parametrize(
    ("thing", "lines"),
    [
        (
            service(desiredCount=0, runningCount=0),
            [
                "aws ecs update-service --region ap-northeast-2 --cluster shop --service web --desired-count 1 \\",
                "  --query service.desiredCount",
                "aws ecs wait services-stable --region ap-northeast-2 --cluster shop --services web",
            ],
        ),
        (
            scaling("web-asg", GROUP_ARN),
            [f"aws autoscaling set-desired-capacity {OF_ASG} --desired-capacity 1"],
        ),
        (
            scaling("web-asg", GROUP_ARN, MaxSize=0),
            [
                f"aws autoscaling update-auto-scaling-group {OF_ASG} --max-size 1",
                f"aws autoscaling set-desired-capacity {OF_ASG} --desired-capacity 1",
            ],
        ),
        (
            scaling("web-asg", GROUP_ARN, instances=IDS, SuspendedProcesses=SUSPENDED),
            [
                f"aws autoscaling resume-processes {OF_ASG} --scaling-processes AddToLoadBalancer",
                *(REGISTERS + one for one in IDS),
            ],
        ),
        (
            scaling("web-asg", GROUP_ARN, DesiredCapacity=1, SuspendedProcesses=[{"ProcessName": "Launch"}]),
            [f"aws autoscaling resume-processes {OF_ASG} --scaling-processes Launch"],
        ),
        (scaling("web-asg", GROUP_ARN, instances=IDS), [REGISTERS + one for one in IDS]),
    ],
)
def test_the_script_speaks_to_who_registers_the_targets(thing: EcsService | AutoScalingGroup, lines: list[str]) -> None:
    assert script(empty(thing)) == lines


def test_what_is_only_probable_is_looked_at_before_it_is_attached() -> None:
    typed = [line for line in script(empty(scaling(instances=IDS), scaling("b", instances=IDS))) if line[:2] == "  "]
    assert typed == [
        "  aws autoscaling describe-auto-scaling-groups --region ap-northeast-2 --auto-scaling-group-names b web-asg"
        " --query 'AutoScalingGroups[].[AutoScalingGroupName,Instances[].InstanceId,Tags[].[Key,Value]]'",
        *(
            "  aws autoscaling attach-load-balancer-target-groups --region ap-northeast-2"
            f" --auto-scaling-group-name {name} --target-group-arns {GROUP_ARN}"
            for name in ("b", "web-asg")
        ),
    ]
