"""Builders of what owns a load balancer's things: tags that tell an owner, and what registers targets."""

from __future__ import annotations

from typing import Any

import msgspec

from albdoctor.facts.ecs import EcsCluster, EcsService
from albdoctor.facts.known import Known
from albdoctor.facts.scaling import AutoScalingGroup
from albdoctor.facts.tags import TagDescription
from tests.support.build import ACCOUNT, GROUP_ARN, REGION

CLUSTER_ARN = f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/shop"


def tagged(arn: str, /, **tags: str) -> TagDescription:
    """A thing with these tags, as the API tells it."""
    told = [{"Key": key, "Value": value} for key, value in tags.items()]
    return msgspec.convert({"ResourceArn": arn, "Tags": told}, TagDescription)


def service(name: str = "web", *groups: str, **members: Any) -> EcsService:
    """A service of the cluster shop that runs its one task and registers its port 8080 in these target groups."""
    base: dict[str, Any] = {
        "serviceArn": f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/shop/{name}",
        "serviceName": name,
        "clusterArn": CLUSTER_ARN,
        "status": "ACTIVE",
        "desiredCount": 1,
        "runningCount": 1,
        "pendingCount": 0,
        "loadBalancers": [
            {"targetGroupArn": arn, "containerName": "app", "containerPort": 8080} for arn in groups or (GROUP_ARN,)
        ],
    }
    return msgspec.convert(base | members, EcsService)


def cluster(*services: EcsService) -> EcsCluster:
    """The cluster shop."""
    return EcsCluster(cluster_arn=CLUSTER_ARN, services=Known(services))


def scaling(name: str = "web-asg", *groups: str, instances: tuple[str, ...] = (), **members: Any) -> AutoScalingGroup:
    """An Auto Scaling group that is attached to these target groups, with these instances in service."""
    base: dict[str, Any] = {
        "AutoScalingGroupName": name,
        "AutoScalingGroupARN": f"arn:aws:autoscaling:{REGION}:{ACCOUNT}:autoScalingGroup:1:autoScalingGroupName/{name}",
        "MinSize": 0,
        "MaxSize": 4,
        "DesiredCapacity": len(instances),
        "HealthCheckType": "ELB",
        "VPCZoneIdentifier": "subnet-a,subnet-c",
        "TargetGroupARNs": list(groups),
        "Instances": [
            {"InstanceId": one, "LifecycleState": "InService", "HealthStatus": "Healthy"} for one in instances
        ],
    }
    return msgspec.convert(base | members, AutoScalingGroup)
