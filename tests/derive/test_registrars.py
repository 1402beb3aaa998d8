"""Who registers the targets of a group, as services and Auto Scaling groups say it themselves."""

from __future__ import annotations

import pytest

from albdoctor.derive.owners import Owner, OwnerKind
from albdoctor.derive.registrars import Registrars, ecs_services, registrars
from albdoctor.facts.ecs import EcsCluster, EcsClusters, EcsService
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from albdoctor.facts.mirror import Lack, lacking
from albdoctor.facts.scaling import AutoScalingGroup, AutoScalingGroups
from tests.support.build import GROUP_ARN
from tests.support.build_owners import CLUSTER_ARN, cluster, scaling, service

OTHER = GROUP_ARN.replace("web-http", "grpc")
NOT_ASKED = Unknown(Gap.NOT_ASKED, "ecs:ListClusters")
DENIED = Unknown(Gap.DENIED, "ecs:ListClusters")
WEB = Owner(
    kind=OwnerKind.ECS_SERVICE,
    name="web",
    cluster="shop",
    balancers=("targetGroupArn=NEW,containerName=app,containerPort=8080",),
)
SCALED = Owner(kind=OwnerKind.AUTO_SCALING, name="web-asg")
BLUE_GREEN = {
    "targetGroupArn": OTHER,
    "containerName": "app",
    "containerPort": 8080,
    "advancedConfiguration": {"alternateTargetGroupArn": GROUP_ARN},
}


def made(*things: EcsService | AutoScalingGroup) -> Registrars:
    services = tuple(one for one in things if isinstance(one, EcsService))
    groups = tuple(one for one in things if isinstance(one, AutoScalingGroup))
    return turned(Known(groups), Known((cluster(*services),)))


def turned(groups: Observed[AutoScalingGroups], clusters: Observed[EcsClusters]) -> Registrars:
    listed = clusters.value if isinstance(clusters, Known) else ()
    services = tuple(one for one in ecs_services(listed) if isinstance(one, EcsService))
    return registrars(groups, clusters, Known(services) if isinstance(clusters, Known) else clusters)


@pytest.mark.parametrize(
    ("thing", "owner"),
    [
        (service("web"), WEB),
        (
            service("web", OTHER, GROUP_ARN),
            Owner(
                kind=OwnerKind.ECS_SERVICE,
                name="web",
                cluster="shop",
                balancers=(
                    f"targetGroupArn={OTHER},containerName=app,containerPort=8080",
                    "targetGroupArn=NEW,containerName=app,containerPort=8080",
                ),
            ),
        ),
        (
            service("web", deploymentController={"type": "CODE_DEPLOY"}),
            Owner(kind=OwnerKind.CODE_DEPLOY, name="web", cluster="shop"),
        ),
        (
            service("web", deploymentController={"type": "EXTERNAL"}),
            Owner(kind=OwnerKind.EXTERNAL, name="web", cluster="shop"),
        ),
        (
            service(
                "web",
                OTHER,
                deploymentController={"type": "CODE_DEPLOY"},
                taskSets=[{"id": "1", "loadBalancers": [{"targetGroupArn": GROUP_ARN}]}],
            ),
            Owner(kind=OwnerKind.CODE_DEPLOY, name="web", cluster="shop"),
        ),
        (service("web", loadBalancers=[BLUE_GREEN]), Owner(kind=OwnerKind.ECS_SERVICE, name="web", cluster="shop")),
        (scaling("web-asg", GROUP_ARN), SCALED),
        (scaling("web-asg", TrafficSources=[{"Identifier": GROUP_ARN, "Type": "elbv2"}]), SCALED),
        (
            scaling("web-asg", GROUP_ARN, Tags=[{"Key": "aws:cloudformation:stack-name", "Value": "site"}]),
            Owner(
                kind=OwnerKind.AUTO_SCALING,
                name="web-asg",
                by=Owner(kind=OwnerKind.CLOUDFORMATION, name="site"),
            ),
        ),
        # Nobody: another group, a service that was deleted, a name that only looks alike.
        (service("web", OTHER), None),
        (service("web", status="INACTIVE"), None),
        (scaling("web-asg", OTHER), None),
        (scaling("web-http"), None),
    ],
)
def test_who_names_a_target_group_fills_it(thing: EcsService | AutoScalingGroup, owner: Owner | None) -> None:
    assert made(thing).of(GROUP_ARN) == owner


def test_an_instance_belongs_to_the_group_that_started_it() -> None:
    seen = made(scaling("web-asg", instances=("i-1", "i-2")))
    assert (seen.of("i-2"), seen.of("i-3"), seen.of("")) == (SCALED, None, None)


def test_what_was_not_seen_is_a_gap_and_what_nobody_needed_is_none() -> None:
    assert turned(NOT_ASKED, NOT_ASKED).gaps == ()
    assert made().gaps == ()
    assert turned(Known((scaling("web-asg", GROUP_ARN),)), DENIED).gaps == (DENIED,)
    assert turned(Known((scaling("web-asg", GROUP_ARN),)), DENIED).of(GROUP_ARN) == SCALED
    in_part = Known[EcsClusters]((cluster(service("web")), EcsCluster(cluster_arn=CLUSTER_ARN + "2", services=DENIED)))
    assert (turned(Known(()), in_part).gaps, turned(Known(()), in_part).of(GROUP_ARN)) == ((DENIED,), WEB)
    beyond = Unknown(Gap.FAILED, "ecs:DescribeServices", "at most so many")
    many = Known[EcsClusters]((EcsCluster(cluster_arn=CLUSTER_ARN, services=beyond),))
    assert turned(NOT_ASKED, many).gaps == (beyond,)


def test_a_thing_that_lacks_something_is_a_gap_of_its_own() -> None:
    odd = lacking(scaling("odd", GROUP_ARN), (Lack(member="DesiredCapacity", asked="autoscaling:X", of="odd"),))
    seen = made(odd, service("web"))
    assert (seen.of(GROUP_ARN), seen.scaling, len(seen.gaps)) == (WEB, {}, 1)
