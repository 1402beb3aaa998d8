"""What registers targets: Auto Scaling groups (2011-01-01) and Amazon ECS services (2014-11-13).

They are asked for where a target group behind the balancer has no target, or one that is not healthy: a sound site
costs no question more. Neither API can be asked by target group, so that both are listed, within bounds.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from albdoctor.collect.aws import elb
from albdoctor.collect.aws.account import Account
from albdoctor.collect.aws.calls import chunks
from albdoctor.collect.aws.complete import read_complete
from albdoctor.collect.aws.found import Found
from albdoctor.collect.collectors import collects_part
from albdoctor.collect.gaps import NotAnsweredError, member, observe, read
from albdoctor.derive.targets.ailing import ailing, ailing_groups
from albdoctor.facts.ecs import (
    ECS_CLUSTERS,
    ECS_TASKS,
    TASK_DEFINITIONS,
    EcsCluster,
    EcsService,
    EcsTask,
    ServiceTasks,
    TaskDefinition,
)
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from albdoctor.facts.mirror import readable
from albdoctor.facts.scaling import (
    AUTO_SCALING_GROUPS,
    SCALING_HISTORIES,
    AutoScalingGroup,
    EndedInstance,
    ScalingHistory,
)
from albdoctor.facts.values import Moment

MOST_GROUPS_ON_A_PAGE = 100
MOST_ON_A_PAGE = 100
MOST_CLUSTERS = 25
"""Clusters of one account and Region whose services are asked for: a question each, and one for every ten services."""
MOST_SERVICES = 250
"""Services of one account and Region that are described."""
MOST_SERVICES_IN_A_QUESTION = 10
LISTS, DESCRIBES = "ecs:ListServices", "ecs:DescribeServices"
MOST_WATCHED = 10
"""Services whose tasks and task definitions are looked at, for one load balancer: three questions each."""
ACTIVITIES = "autoscaling:DescribeScalingActivities"
MOST_ENDED = 5
"""Instances of an Auto Scaling group that are kept, of those that it ended."""
INSTANCE_DONE = re.compile(r"(?P<done>Launching a new|Terminating) EC2 instance: (?P<id>i-[0-9a-f]+)")
"""What activities call themselves."""
MOST_STOPPED = 100
"""Stopped tasks of a service that one question describes."""
MOST_TASKS = 5
"""Stopped tasks that are kept."""
TASKS, TASK, DEFINITION = "ecs:ListTasks", "ecs:DescribeTasks", "ecs:DescribeTaskDefinition"
TOO_MANY = Unknown(
    gap=Gap.FAILED,
    asked=DESCRIBES,
    detail=f"at most {MOST_CLUSTERS} clusters and {MOST_SERVICES} services of a Region are looked at",
)


class Activity(Struct, frozen=True, kw_only=True, rename="pascal"):
    """What is read of a scaling activity."""

    description: str = ""
    cause: str
    start_time: Moment


@collects_part(AUTO_SCALING_GROUPS)
async def auto_scaling_groups(found: Found) -> tuple[AutoScalingGroup, ...]:
    """Every Auto Scaling group of the balancer's Region."""
    if not ailing(await found.part(elb.groups_health)):
        return ()
    operation = "DescribeAutoScalingGroups"
    return await found.account.items(
        "autoscaling", operation, found.region, AutoScalingGroup, MaxRecords=MOST_GROUPS_ON_A_PAGE
    )


@collects_part(SCALING_HISTORIES)
async def scaling_histories(found: Found) -> tuple[ScalingHistory, ...]:
    """Why instances were ended by groups that should fill a target group, and leave it empty or unhealthy."""
    ill = ailing_groups(await found.part(elb.groups_health))
    every = await found.part(auto_scaling_groups) if ill else ()
    filling = readable(every, lambda one: [one] if one.replaces_unhealthy_targets and one.attached & ill else [])
    watched = sorted(filling, key=lambda one: one.auto_scaling_group_arn)
    told = await asyncio.gather(*(observe(ACTIVITIES, _ended(found, one)) for one in watched[:MOST_WATCHED]))
    detail = f"at most {MOST_WATCHED} Auto Scaling groups of a load balancer are looked at"
    beyond = [Unknown(gap=Gap.FAILED, asked=ACTIVITIES, detail=detail)] * (len(watched) - len(told))
    return tuple(
        ScalingHistory(auto_scaling_group_arn=one.auto_scaling_group_arn, ended=each)
        for one, each in zip(watched, (*told, *beyond), strict=True)
    )


async def _ended(found: Found, group: AutoScalingGroup) -> tuple[EndedInstance, ...]:
    """The instances that a group ended last, each with the begin of its launch, among the newest activities."""
    answer = await found.account.call(
        "autoscaling",
        "DescribeScalingActivities",
        found.region,
        AutoScalingGroupName=group.auto_scaling_group_name,
        MaxRecords=MOST_ON_A_PAGE,
    )
    activities = read(answer.get("Activities"), tuple[Activity, ...], ACTIVITIES)
    launched: dict[str, datetime] = {}
    ended: dict[str, Activity] = {}
    for one in activities:
        if (match := INSTANCE_DONE.fullmatch(one.description)) and match["done"] == "Launching a new":
            launched.setdefault(match["id"], one.start_time)
        elif match:
            ended.setdefault(match["id"], one)
    newest = sorted(ended.items(), key=lambda each: each[1].start_time, reverse=True)[:MOST_ENDED]
    return tuple(
        EndedInstance(instance_id=id_, launched_at=launched.get(id_), ended_at=one.start_time, cause=one.cause)
        for id_, one in newest
    )


@collects_part(ECS_CLUSTERS)
async def ecs_clusters(found: Found) -> tuple[EcsCluster, ...]:
    """Every cluster of the balancer's Region with its services; one cluster may fail without the others."""
    if not ailing(await found.part(elb.groups_health)):
        return ()
    account, region = found.account, found.region
    clusters = await account.items("ecs", "ListClusters", region, str, maxResults=MOST_ON_A_PAGE)
    looked = clusters[:MOST_CLUSTERS]
    lists = await asyncio.gather(*(observe(LISTS, _service_arns(account, region, arn)) for arn in looked))
    within = dict(_within_bounds(dict(zip(looked, lists, strict=True))))
    return tuple(await asyncio.gather(*(_cluster(account, region, arn, within.get(arn, TOO_MANY)) for arn in clusters)))


@collects_part(ECS_TASKS)
async def ecs_tasks(found: Found) -> tuple[ServiceTasks, ...]:
    """Why tasks of services were stopped that should fill a group, and leave it empty or unhealthy."""
    wanting = await _wanting(found)
    told = await asyncio.gather(*(observe(TASKS, _stopped(found, one)) for one in wanting[:MOST_WATCHED]))
    detail = f"at most {MOST_WATCHED} services of a load balancer are looked at"
    beyond = [Unknown(gap=Gap.FAILED, asked=TASKS, detail=detail)] * (len(wanting) - len(told))
    return tuple(
        ServiceTasks(service_arn=one.service_arn, stopped=each)
        for one, each in zip(wanting, (*told, *beyond), strict=True)
    )


@collects_part(TASK_DEFINITIONS)
async def task_definitions(found: Found) -> tuple[TaskDefinition, ...]:
    """What these services run: their containers' ports, and nothing else of them."""
    arns = dict.fromkeys(readable((await _wanting(found))[:MOST_WATCHED], lambda one: [one.task_definition]))
    return tuple(await asyncio.gather(*(_definition(found, arn) for arn in arns if arn)))


async def _wanting(found: Found) -> tuple[EcsService, ...]:
    """The services that want tasks, and fill a target group of the balancer that needs an eye."""
    ill = ailing_groups(await found.part(elb.groups_health))
    clusters = await found.part(ecs_clusters) if ill else ()
    seen = [one for cluster in clusters if isinstance(cluster.services, Known) for one in cluster.services.value]
    fills = readable(seen, lambda one: [one] if one.desired_count and one.registers_in & ill else [])
    return tuple(sorted(fills, key=lambda one: one.service_arn))


async def _stopped(found: Found, service: EcsService) -> tuple[EcsTask, ...]:
    """The newest tasks of a service that were stopped; of one that is forgotten meanwhile nothing is told."""
    account, region, cluster = found.account, found.region, service.cluster_arn
    listed = await account.call(
        "ecs",
        "ListTasks",
        region,
        cluster=cluster,
        serviceName=service.service_name,
        desiredStatus="STOPPED",
        maxResults=MOST_STOPPED,
    )
    arns = read_complete(member(listed, "taskArns", TASKS), tuple[str, ...], TASKS)
    if not arns:
        return ()
    answer = await account.call("ecs", "DescribeTasks", region, cluster=cluster, tasks=list(arns))
    tasks = read_complete(member(answer, "tasks", TASK), tuple[EcsTask, ...], TASK)
    return tuple(sorted(tasks, key=_stopped_last)[-1 : -MOST_TASKS - 1 : -1])


def _stopped_last(task: EcsTask) -> tuple[float, str]:
    return task.stopped_at.timestamp() if task.stopped_at else 0.0, task.task_arn


async def _definition(found: Found, arn: str) -> TaskDefinition:
    answer = await found.account.call("ecs", "DescribeTaskDefinition", found.region, taskDefinition=arn)
    return read_complete(member(answer, "taskDefinition", DEFINITION), TaskDefinition, DEFINITION)


async def _service_arns(account: Account, region: str, cluster: str) -> tuple[str, ...]:
    return await account.items("ecs", "ListServices", region, str, cluster=cluster, maxResults=MOST_ON_A_PAGE)


def _within_bounds(
    lists: Mapping[str, Observed[tuple[str, ...]]],
) -> Iterator[tuple[str, Observed[tuple[str, ...]]]]:
    """The clusters in their order, as long as their services can be described."""
    left = MOST_SERVICES
    for arn, listed in lists.items():
        if isinstance(listed, Known) and len(listed.value) > left:
            yield arn, TOO_MANY
            continue
        left -= len(listed.value) if isinstance(listed, Known) else 0
        yield arn, listed


async def _cluster(account: Account, region: str, arn: str, listed: Observed[tuple[str, ...]]) -> EcsCluster:
    if isinstance(listed, Unknown):
        return EcsCluster(cluster_arn=arn, services=listed)
    return EcsCluster(cluster_arn=arn, services=await observe(DESCRIBES, _services(account, region, arn, listed.value)))


async def _services(account: Account, region: str, cluster: str, arns: tuple[str, ...]) -> tuple[EcsService, ...]:
    lists = await asyncio.gather(
        *(_described(account, region, cluster, some) for some in chunks(arns, MOST_SERVICES_IN_A_QUESTION))
    )
    return tuple(service for each in lists for service in each)


async def _described(account: Account, region: str, cluster: str, arns: tuple[str, ...]) -> tuple[EcsService, ...]:
    answer = await account.call("ecs", "DescribeServices", region, cluster=cluster, services=list(arns))
    for failure in answer.get("failures", ()):
        _refuse(failure)
    return read_complete(member(answer, "services", DESCRIBES), tuple[EcsService, ...], DESCRIBES)


def _refuse(failure: Mapping[str, Any]) -> None:
    """A service that was deleted since it was listed is no gap; whatever else ECS could not tell is one."""
    if failure.get("reason") != "MISSING":
        detail = f"{failure.get('arn', '')}: {failure.get('reason', '')}"
        raise NotAnsweredError(Unknown(gap=Gap.FAILED, asked=DESCRIBES, detail=detail))
