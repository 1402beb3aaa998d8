"""In which Availability Zones of its load balancer a target group has no target.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive.needs import derivation
from albdoctor.derive.targets.watched import WatchedGroups
from albdoctor.facts.ec2 import Instance, Instances, Subnet, Subnets, UnevenGroups
from albdoctor.facts.elb import LoadBalancer, LoadBalancers, TargetGroup, TargetHealth
from albdoctor.facts.mirror import readable

EVERY = "all"
"""The zone of an address outside the VPC: every node sends requests to it."""
AWAY = frozenset({"unused", "draining"})


class ZoneGap(Struct, frozen=True, kw_only=True):
    """A target group whose nodes keep to their zones, and the zones in which it has no target."""

    group: TargetGroup
    balancer: LoadBalancer
    zones: tuple[str, ...]
    """Empty: there are none, or nodes send requests to targets of other zones."""


ZoneGaps: TypeAlias = tuple[ZoneGap, ...]
"""One for each group that has targets and each of its load balancers."""


@derivation
def zone_gaps(
    watched: WatchedGroups,
    uneven_groups: UnevenGroups,
    load_balancers: LoadBalancers,
    instances: Instances,
    subnets: Subnets,
) -> Iterator[ZoneGap]:
    """Look where the targets of every group are that keeps to zones."""
    kept = {one.target_group_arn for one in uneven_groups if not one.crosses_zones}
    zones = zones_of(instances, subnets)
    for item in watched:
        for balancer in load_balancers:
            if balancer.load_balancer_arn in item.group.load_balancer_arns:
                keeps = item.group.target_group_arn in kept
                empty = empty_zones(balancer, [one.health for one in item.targets], zones) if keeps else ()
                yield ZoneGap(group=item.group, balancer=balancer, zones=empty)


def zones_of(instances: Iterable[Instance], subnets: Iterable[Subnet]) -> Mapping[str, str]:
    """The Availability Zone of each instance, by its id."""
    by_subnet = dict(readable(subnets, lambda one: [(one.subnet_id, one.availability_zone)]))
    every = readable(instances, lambda one: [(one.instance_id, by_subnet.get(one.subnet_id, ""))])
    return {id_: zone for id_, zone in every if zone}


def empty_zones(balancer: LoadBalancer, targets: Iterable[TargetHealth], zones: Mapping[str, str]) -> tuple[str, ...]:
    """The zones of a balancer without a target; none where there is no target at all, or one is nobody knows where."""
    used = [one.target for one in targets if one.target_health.state not in AWAY]
    filled = {one.availability_zone or zones.get(one.id, "") for one in used}
    if not used or filled & {"", EVERY}:
        return ()
    return tuple(one.zone_name for one in balancer.availability_zones if one.zone_name not in filled)
