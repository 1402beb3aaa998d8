"""What registers targets: Auto Scaling groups (2011-01-01) and Amazon ECS services (2014-11-13).

They are asked for where a target group behind the balancer has no target, or one that is not healthy: a sound site
costs no question more. Neither API can be asked by target group, so that both are listed, within bounds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

from albdoctor.collect.aws import elb
from albdoctor.collect.aws.account import Account
from albdoctor.collect.aws.calls import chunks
from albdoctor.collect.aws.complete import read_complete
from albdoctor.collect.aws.found import Found
from albdoctor.collect.collectors import collects_part
from albdoctor.collect.gaps import NotAnsweredError, member, observe
from albdoctor.derive.targets.ailing import ailing
from albdoctor.facts.ecs import ECS_CLUSTERS, EcsCluster, EcsService
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from albdoctor.facts.scaling import AUTO_SCALING_GROUPS, AutoScalingGroup

MOST_GROUPS_ON_A_PAGE = 100
MOST_ON_A_PAGE = 100
MOST_CLUSTERS = 25
"""Clusters of one account and Region whose services are asked for: a question each, and one for every ten services."""
MOST_SERVICES = 250
"""Services of one account and Region that are described."""
MOST_SERVICES_IN_A_QUESTION = 10
LISTS, DESCRIBES = "ecs:ListServices", "ecs:DescribeServices"
TOO_MANY = Unknown(
    gap=Gap.FAILED,
    asked=DESCRIBES,
    detail=f"at most {MOST_CLUSTERS} clusters and {MOST_SERVICES} services of a Region are looked at",
)


@collects_part(AUTO_SCALING_GROUPS)
async def auto_scaling_groups(found: Found) -> tuple[AutoScalingGroup, ...]:
    """Every Auto Scaling group of the balancer's Region."""
    if not ailing(await found.part(elb.groups_health)):
        return ()
    operation = "DescribeAutoScalingGroups"
    return await found.account.items(
        "autoscaling", operation, found.region, AutoScalingGroup, MaxRecords=MOST_GROUPS_ON_A_PAGE
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
