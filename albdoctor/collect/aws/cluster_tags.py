"""Security groups with the tag of a Kubernetes cluster (EC2, 2016-11-15).

They are asked for where a target group of the AWS Load Balancer Controller has no target, or one that is not healthy:
a sound site costs no question more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from msgspec import Struct

from albdoctor.collect.aws import elb
from albdoctor.collect.aws.found import Found
from albdoctor.collect.collectors import collects_part
from albdoctor.derive.targets.ailing import ailing_groups
from albdoctor.facts.cluster_tags import (
    CLUSTER_TAGS,
    CONTROLLER_CLUSTER,
    GroupClusterTags,
    TaggedGroup,
    TaggedInterface,
    cluster_key,
)
from albdoctor.facts.ec2 import Group
from albdoctor.facts.elb import GroupsHealth
from albdoctor.facts.known import Known
from albdoctor.facts.mirror import readable
from albdoctor.facts.tags import TagDescription

MOST_KEPT = 5
EKS_CLUSTER = "aws:eks:cluster-name"
"""A tag of the cluster's own security group, which nobody but Amazon EKS can set (EKS user guide, "Security group
requirements"); it is named eks-cluster-sg-CLUSTER-ID."""


class Label(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A tag as it is answered."""

    key: str
    value: str = ""


class Labelled(Struct, frozen=True, kw_only=True, rename="pascal"):
    """What is read of a security group with the cluster's tag."""

    group_id: str
    group_name: str = ""
    tags: tuple[Label, ...] = ()


class Attached(Struct, frozen=True, kw_only=True, rename="pascal"):
    """How an interface hangs on an instance."""

    device_index: int | None = None
    instance_id: str = ""

    @property
    def is_primary(self) -> bool:
        """Whether it is an instance's primary interface."""
        return bool(self.instance_id) and self.device_index == 0


class Interface(Struct, frozen=True, kw_only=True, rename="pascal"):
    """What is read of an interface."""

    network_interface_id: str
    groups: tuple[Group, ...] = ()
    attachment: Attached | None = None


@collects_part(CLUSTER_TAGS)
async def cluster_tags(found: Found) -> tuple[GroupClusterTags, ...]:
    """What the controller of a cluster finds that fills an empty or unhealthy group of the balancer."""
    health = await found.part(elb.groups_health)
    ill = ailing_groups(health)
    if not ill:
        return ()
    tags, groups = await asyncio.gather(found.part(elb.owner_tags), found.part(elb.target_groups))
    of = dict(readable(tags, _cluster))
    empty = _empty(health)
    wanted = readable(groups, lambda one: [(one.target_group_arn, one.vpc_id)] if one.target_group_arn in ill else [])
    asked = (
        _tags(found, arn, of[arn], vpc_id, empty=arn in empty) for arn, vpc_id in sorted(wanted) if arn in of and vpc_id
    )
    return tuple(await asyncio.gather(*asked))


def _cluster(described: TagDescription) -> Iterator[tuple[str, str]]:
    return ((described.resource_arn, tag.value) for tag in described.tags if tag.key == CONTROLLER_CLUSTER)


def _empty(health: GroupsHealth) -> frozenset[str]:
    return frozenset(one.target_group_arn for one in health if isinstance(one.targets, Known) and not one.targets.value)


async def _tags(found: Found, arn: str, cluster: str, vpc_id: str, *, empty: bool) -> GroupClusterTags:
    key = cluster_key(cluster)
    # A wildcard in a cluster's name would find more than it: what is found is looked at again.
    filters = ({"Name": "tag-key", "Values": (key,)}, {"Name": "vpc-id", "Values": (vpc_id,)})
    listed = await found.account.items("ec2", "DescribeSecurityGroups", found.region, Labelled, Filters=filters)
    tagged = tuple(
        TaggedGroup(group_id=one.group_id, of_eks=_is_of_eks(one, cluster))
        for one in sorted(listed, key=lambda one: one.group_id)
        if any(tag.key == key for tag in one.tags)
    )
    twice = await _interfaces(found, tagged) if empty and len(tagged) > 1 else ()
    return GroupClusterTags(target_group_arn=arn, cluster=cluster, tagged=tagged, interfaces=twice)


def _is_of_eks(group: Labelled, cluster: str) -> bool:
    named = group.group_name.startswith(f"eks-cluster-sg-{cluster}-")
    return named or any((tag.key, tag.value) == (EKS_CLUSTER, cluster) for tag in group.tags)


async def _interfaces(found: Found, tagged: tuple[TaggedGroup, ...]) -> tuple[TaggedInterface, ...]:
    """Primary interfaces of instances with more than one of the tagged groups; of a node the controller takes that."""
    ids = {one.group_id for one in tagged}
    filters = ({"Name": "group-id", "Values": tuple(sorted(ids))},)
    listed = await found.account.items("ec2", "DescribeNetworkInterfaces", found.region, Interface, Filters=filters)
    nodes = (one for one in listed if one.attachment and one.attachment.is_primary)
    told = {one.network_interface_id: tuple(group.group_id for group in one.groups) for one in nodes}
    twice = sorted(id_ for id_, groups in told.items() if len(ids.intersection(groups)) > 1)
    return tuple(TaggedInterface(network_interface_id=id_, security_groups=told[id_]) for id_ in twice[:MOST_KEPT])
