"""ALB408 over facts: services whose tasks have addresses of their own, and groups of instances; and the reverse."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.ecs import EcsCluster
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor.text import fill
from albdoctor_checks.target_group.alb408_tg_target_type_mismatch import tg_target_type_mismatch as check
from tests.support.build import GROUP_ARN, group, target
from tests.support.build_owners import CLUSTER_ARN, cluster, service
from tests.support.build_targets import DENIED, scene, unhealthy
from tests.support.table import result_of, told

AWSVPC: dict[str, Any] = {
    "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-a"], "assignPublicIp": "ENABLED"}}
}
NO_CLUSTERS = Unknown(gap=Gap.DENIED, asked="ecs:ListClusters")
UNTOLD = (EcsCluster(cluster_arn=CLUSTER_ARN, services=Unknown(gap=Gap.DENIED, asked="ecs:ListServices")),)


def seen(of: Any, *targets: Any, kind: str = "instance", **groups: Any) -> Facts:
    """A service that fills a target group of this target type."""
    base: dict[str, Any] = {
        "auto_scaling_groups": (),
        "ecs_clusters": (cluster(of),),
        "target_groups": (group(TargetType=kind),),
    }
    made: Facts = scene(*targets, **(base | groups))
    return made


def test_tasks_with_addresses_of_their_own_in_a_group_of_instances_are_found() -> None:
    facts = seen(service(**AWSVPC))
    assert told(check, facts) == [
        f"error confirmed target-group/{GROUP_ARN} [web]: Target group web-http has target type instance, and Amazon"
        " ECS service web (cluster shop) cannot register its tasks in it: tasks have addresses of their own (network"
        " mode awsvpc)",
        "  elasticloadbalancing DescribeTargetGroups web-http -> TargetType: instance",
        "  ecs DescribeServices shop/web -> networkConfiguration: awsvpcConfiguration",
        "  fix[by hand, traffic]: Make a target group of target type ip (web-ip), and let service web and the load"
        " balancer use it instead of web-http.",
    ]
    (finding,) = run_one(facts, check).findings
    hand = check.fixes[0].by_hand
    assert hand is not None
    typed = fill(hand.en, finding.values)
    assert (
        "--name web-ip --protocol HTTP --port 80 --vpc-id vpc-1 --target-type ip --health-check-protocol HTTP" in typed
    )
    assert typed.endswith("--load-balancers targetGroupArn=NEW_ARN,containerName=app,containerPort=8080")


def test_tasks_on_their_instances_in_a_group_of_addresses_are_found() -> None:
    assert told(check, seen(service(), kind="ip"))[:3] == [
        f"error confirmed target-group/{GROUP_ARN} [web]: Target group web-http has target type ip, and Amazon ECS"
        " service web (cluster shop) cannot register its tasks in it: tasks share the address of their instance"
        " (network mode bridge or host)",
        "  elasticloadbalancing DescribeTargetGroups web-http -> TargetType: ip",
        "  ecs DescribeServices shop/web -> networkConfiguration: no awsvpcConfiguration",
    ]


@pytest.mark.parametrize(
    "facts",
    [
        seen(service(**AWSVPC), kind="ip"),
        seen(service()),
        seen(service(**AWSVPC), unhealthy(id_="10.0.9.9"), kind="ip"),
        seen(service(**AWSVPC), target()),  # whoever registered it, it serves
    ],
)
def test_tasks_that_fit_pass(facts: Facts) -> None:
    assert result_of(check, facts) is Result.PASSED


def test_nothing_and_unknown() -> None:
    of = service(**AWSVPC)
    assert result_of(check, seen(of, ecs_clusters=())) is Result.EMPTY
    assert result_of(check, seen(service(deploymentController={"type": "EXTERNAL"}), kind="ip")) is Result.EMPTY
    assert result_of(check, seen(of, kind="lambda")) is Result.EMPTY
    assert result_of(check, seen(of, ecs_clusters=NO_CLUSTERS)) is Result.SKIPPED
    assert result_of(check, seen(of, ecs_clusters=UNTOLD)) is Result.SKIPPED
    assert result_of(check, seen(of, groups_health=DENIED)) is Result.SKIPPED
