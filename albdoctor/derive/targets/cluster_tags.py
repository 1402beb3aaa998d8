"""Whether the AWS Load Balancer Controller can choose the security group in which it lets a load balancer in.

It opens security groups only for load balancers that have one of its own: with the user's own ones it leaves that to
the user ("Security groups" of its documentation). An interface with a single security group leaves no choice, whatever
its tags are. Where the controller cannot choose, it registers no instances, and no pods or pods that are not reached
(`pkg/targetgroupbinding/resource_manager.go`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive.needs import derivation
from albdoctor.derive.network.reach import BlockerKind
from albdoctor.derive.network.security_groups import described
from albdoctor.derive.targets.registrations import AllRegistrations
from albdoctor.derive.targets.ways import AllWays
from albdoctor.facts.cluster_tags import CONTROLLER_CLUSTER, ClusterTags, GroupClusterTags
from albdoctor.facts.ec2 import SecurityGroups
from albdoctor.facts.elb import LoadBalancers, TargetGroup
from albdoctor.facts.known import Observed, needed

SHUT: tuple[BlockerKind, ...] = ("target-sg-in", "target-sg-other-in")
"""What is in the way where the controller has opened nothing."""


class Choice(Struct, frozen=True, kw_only=True):
    """What the controller has to choose from at one interface."""

    group: TargetGroup
    cluster: str
    at: str
    """A target that the load balancer does not reach, or the interface of a node where none is registered."""
    empty: bool
    """Whether the target group has no target."""
    candidates: tuple[str, ...]
    """The security groups of the interface."""
    tagged: tuple[str, ...]
    """Those of them with the cluster's tag."""
    of_eks: tuple[str, ...]
    """Those of them that Amazon EKS made."""

    @property
    def made(self) -> bool:
        """Whether there is one that the controller takes."""
        return len(self.candidates) == 1 or len(self.tagged) == 1


Choices: TypeAlias = tuple[Choice, ...]


@derivation
def choices(
    cluster_tags: ClusterTags,
    registrations: Observed[AllRegistrations],
    load_balancers: Observed[LoadBalancers],
    security_groups: Observed[SecurityGroups],
    ways: Observed[AllWays],
) -> Iterator[Choice]:
    """Give what the controller has to choose from, for each of its groups in which something is amiss."""
    if not cluster_tags:
        return
    seen = {one.group.target_group_arn: one for one in needed(registrations)}
    for one in cluster_tags:
        at = seen.get(one.target_group_arn)
        if at is None or not _opens(one, at.group, needed(load_balancers), needed(security_groups)):
            continue
        yield from _at_targets(one, at.group, needed(ways)) if at.targets else _at_nodes(one, at.group)


def _opens(one: GroupClusterTags, group: TargetGroup, balancers: LoadBalancers, groups: SecurityGroups) -> bool:
    """Whether a load balancer of the group has a security group that the cluster's controller made."""
    its = (each for each in balancers if each.load_balancer_arn in group.load_balancer_arns)
    ids = tuple(id_ for each in its for id_ in each.security_groups)
    tags = (tag for each in described(groups, ids) for tag in each.tags)
    return any((tag.key, tag.value) == (CONTROLLER_CLUSTER, one.cluster) for tag in tags)


def _at_nodes(one: GroupClusterTags, group: TargetGroup) -> Iterator[Choice]:
    """An interface with several tagged groups; of those with none nothing tells that they are the cluster's."""
    for interface in one.interfaces[:1]:
        yield _choice(one, group, interface.network_interface_id, interface.security_groups, empty=True)


def _at_targets(one: GroupClusterTags, group: TargetGroup, ways: AllWays) -> Iterator[Choice]:
    """Each different set of security groups in front of targets that the load balancer does not reach."""
    met: set[tuple[str, ...]] = set()
    for way in (each for item in ways if item.group.ref == group.ref for each in item.blocked(*SHUT)):
        if way.endpoint.security_groups not in met:
            met.add(way.endpoint.security_groups)
            yield _choice(one, group, way.target.target.id, way.endpoint.security_groups, empty=False)


def _choice(one: GroupClusterTags, group: TargetGroup, at: str, candidates: tuple[str, ...], *, empty: bool) -> Choice:
    tagged = tuple(each for each in one.tagged if each.group_id in candidates)
    return Choice(
        group=group,
        cluster=one.cluster,
        at=at,
        empty=empty,
        candidates=candidates,
        tagged=tuple(each.group_id for each in tagged),
        of_eks=tuple(each.group_id for each in tagged if each.of_eks),
    )
