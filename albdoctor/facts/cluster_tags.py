"""Security groups that carry a Kubernetes cluster's tag: the AWS Load Balancer Controller looks for exactly one.

Where an interface has several security groups, the controller opens the one that is tagged with its cluster, and gives
up where none or more than one is ("Security group" of its documentation; `resolveEndpointSGForENI` in
`pkg/targetgroupbinding/networking_manager.go`).
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from albdoctor.facts.ec2 import Ec2Facts
from albdoctor.facts.groups import Card
from albdoctor.facts.known import Observed
from albdoctor.facts.values import ArnText, Id, TagValue

CONTROLLER_CLUSTER = "elbv2.k8s.aws/cluster"
"""The AWS Load Balancer Controller tags what it makes with its cluster; that of EKS Auto Mode has a tag of its own."""


def cluster_key(cluster: str) -> str:
    """The tag by which a security group belongs to a cluster, whatever its value."""
    return f"kubernetes.io/cluster/{cluster}"


class TaggedGroup(Struct, frozen=True, kw_only=True):
    """A security group that carries a cluster's tag."""

    group_id: Id
    of_eks: bool = False
    """Whether Amazon EKS made it for the cluster: it tags that one by itself, and tags it again with each update."""


class TaggedInterface(Struct, frozen=True, kw_only=True):
    """The primary interface of a node that has more than one of these security groups."""

    network_interface_id: Id
    security_groups: tuple[Id, ...]
    """All that it has."""


class GroupClusterTags(Struct, frozen=True, kw_only=True):
    """What the controller finds that fills one target group."""

    target_group_arn: ArnText
    cluster: TagValue
    """By the target group's own tag: what the controller was started with (`--cluster-name`)."""
    tagged: tuple[TaggedGroup, ...]
    """Every security group of the VPC with the cluster's tag."""
    interfaces: tuple[TaggedInterface, ...] = ()
    """Looked for only where the target group has no target: of registered ones the interfaces are known."""


ClusterTags: TypeAlias = tuple[GroupClusterTags, ...]
"""Of every target group of the AWS Load Balancer Controller that has no target, or one that is not healthy."""

CLUSTER_TAGS = Card(
    name="cluster_tags",
    holds=ClusterTags,
    actions=("ec2:DescribeSecurityGroups", "ec2:DescribeNetworkInterfaces"),
    builds_on=("owner_tags", "groups_health"),
    only_helps=True,
    key=("target_group_arn",),
)


class ClusterFacts(Ec2Facts, frozen=True, kw_only=True):
    """Adds to a snapshot which security groups carry the tag of a cluster."""

    cluster_tags: Observed[ClusterTags] = CLUSTER_TAGS.not_asked
