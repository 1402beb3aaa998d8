"""Builders of what owns a load balancer's things: tags that tell an owner, and what registers targets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from albdoctor.facts.ecs import EcsCluster, EcsService, EcsTask, ServiceTasks, TaskDefinition
from albdoctor.facts.known import Known
from albdoctor.facts.scaling import AutoScalingGroup, EndedInstance, ScalingHistory
from albdoctor.facts.tags import TagDescription
from tests.support.build import ACCOUNT, GROUP_ARN, NOW, REGION

DEFINITION_ARN = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/web:7"
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
        "taskDefinition": DEFINITION_ARN,
        "loadBalancers": [
            {"targetGroupArn": arn, "containerName": "app", "containerPort": 8080} for arn in groups or (GROUP_ARN,)
        ],
    }
    return msgspec.convert(base | members, EcsService)


def cluster(*services: EcsService) -> EcsCluster:
    """The cluster shop."""
    return EcsCluster(cluster_arn=CLUSTER_ARN, services=Known(services))


UNHEALTHY_TASK = f"Task failed ELB health checks in (target-group {GROUP_ARN})"


def ecs_task(reason: str = UNHEALTHY_TASK, id_: str = "0", seconds: float = 75.0, **members: Any) -> EcsTask:
    """A task of the service web that was stopped for this reason, after it had run for so long."""
    base: dict[str, Any] = {
        "taskArn": f"arn:aws:ecs:{REGION}:{ACCOUNT}:task/shop/{id_}",
        "taskDefinitionArn": DEFINITION_ARN,
        "lastStatus": "STOPPED",
        "stoppedReason": reason,
        "startedAt": NOW - timedelta(seconds=600),
        "stoppingAt": NOW - timedelta(seconds=600 - seconds),
        "stoppedAt": NOW - timedelta(seconds=590 - seconds),
    }
    return msgspec.convert(base | members, EcsTask)


def stopped(*tasks: EcsTask, name: str = "web") -> ServiceTasks:
    """The tasks of a service that were stopped lately."""
    arn = f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/shop/{name}"
    return ServiceTasks(service_arn=arn, stopped=Known(tasks))


def definition(**ports: tuple[int, ...]) -> TaskDefinition:
    """The task definition of the service web: its containers and the ports that they publish."""
    containers = [
        {"name": name, "portMappings": [{"containerPort": one} for one in its]} for name, its in ports.items()
    ]
    base = {"taskDefinitionArn": DEFINITION_ARN, "containerDefinitions": containers}
    return msgspec.convert(base, TaskDefinition)


UNHEALTHY_INSTANCE = (
    "At 2026-11-30T04:00:00Z an instance was taken out of service in response to an ELB system health check failure."
)


def ended(id_: str, seconds: float | None = 95.0, ago: float = 600.0, cause: str = UNHEALTHY_INSTANCE) -> EndedInstance:
    """An instance that was taken out of service some seconds ago, after it had been there for so long."""
    at = NOW - timedelta(seconds=ago)
    began = None if seconds is None else at - timedelta(seconds=seconds)
    return EndedInstance(instance_id=id_, launched_at=began, ended_at=at, cause=cause)


def history(of: AutoScalingGroup, *instances: EndedInstance) -> ScalingHistory:
    """What an Auto Scaling group ended lately."""
    return ScalingHistory(auto_scaling_group_arn=of.auto_scaling_group_arn, ended=Known(instances))


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
