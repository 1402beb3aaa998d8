"""Builders of what belongs to a Kubernetes cluster: tagged security groups, and a node that has two of them."""

from __future__ import annotations

from typing import Any

import msgspec

from albdoctor.facts.cluster_tags import CONTROLLER_CLUSTER, GroupClusterTags, TaggedGroup, TaggedInterface
from albdoctor.facts.ec2 import NetworkInterface
from albdoctor.facts.tags import Tag
from tests.support.build import GROUP_ARN
from tests.support.build_net import SG_ALB, security_group
from tests.support.build_ways import eni

CLUSTER = "prod"
CONTROLLERS = msgspec.structs.replace(
    SG_ALB,
    tags=(Tag(key=CONTROLLER_CLUSTER, value=CLUSTER), Tag(key="elbv2.k8s.aws/resource", value="backend-sg")),
)
"""The load balancer's security group, made by the controller."""
SECOND = security_group("sg-nodes")
"""A further one of the nodes, which lets nobody in."""


def cluster_tags(
    *ids: str,
    eks: str | tuple[str, ...] = (),
    cluster: str = CLUSTER,
    interfaces: tuple[str, ...] = (),
    arn: str = GROUP_ARN,
) -> tuple[GroupClusterTags, ...]:
    """The security groups with the cluster's tag, those of EKS too; interfaces: of nodes that have all of them."""
    of_eks = (eks,) if isinstance(eks, str) else eks
    tagged = tuple(sorted({*ids, *of_eks}))
    return (
        GroupClusterTags(
            target_group_arn=arn,
            cluster=cluster,
            tagged=tuple(TaggedGroup(group_id=one, of_eks=one in of_eks) for one in tagged),
            interfaces=tuple(TaggedInterface(network_interface_id=id_, security_groups=tagged) for id_ in interfaces),
        ),
    )


def node_of_two(instance_id: str = "i-0abc", **fields: Any) -> NetworkInterface:
    """The primary interface of a node with two security groups."""
    return eni(instance_id, **({"Groups": [{"GroupId": "sg-web"}, {"GroupId": "sg-nodes"}]} | fields))
