"""Alias records that Route 53 leaves out of its answers, as the load balancer that they lead to counts as unhealthy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive.dns.zones import ServingZone, ServingZones
from albdoctor.derive.names import balancer_name
from albdoctor.derive.needs import derivation
from albdoctor.derive.request.entrances import PRIMARY, Entrances
from albdoctor.derive.targets.watched import NOT_DESCRIBED
from albdoctor.facts.elb import GroupsHealth, LoadBalancer, LoadBalancers, TargetGroups, TargetHealth
from albdoctor.facts.known import Known, Unknown
from albdoctor.facts.route53 import ResourceRecordSet


class IllGroup(Struct, frozen=True, kw_only=True):
    """A target group without a healthy target."""

    name: str
    arn: str
    targets: tuple[TargetHealth, ...]


class Withdrawn(Struct, frozen=True, kw_only=True):
    """The primary of a failover whose secondary answers, with an alias record that evaluates its health."""

    here: ServingZone
    record: ResourceRecordSet
    balancer: LoadBalancer
    ill: tuple[IllGroup, ...]
    """Its groups that make it unhealthy, each by itself; none: a health check of Route 53's own took it out.

    A load balancer is healthy for Route 53 where each target group has a healthy target; one without any registered
    target counts as unhealthy (API reference, AliasTarget, EvaluateTargetHealth).
    """


Withdrawals: TypeAlias = tuple[Withdrawn, ...]


@derivation
def withdrawals(
    zones: ServingZones,
    entrances: Entrances,
    load_balancers: LoadBalancers,
    target_groups: TargetGroups,
    groups_health: GroupsHealth,
) -> Iterator[Withdrawn | Unknown]:
    """Give each primary that DNS was seen to leave for its secondary, where its alias evaluates its health."""
    health = {one.target_group_arn: one.targets for one in groups_health}
    out = {one.dns_name: one for one in load_balancers if one.load_balancer_arn in entrances.failed_over}
    for here in zones:
        for record in here.answering():
            alias = record.alias_target
            balancer = out.get(balancer_name(alias.dns_name)) if alias else None
            if balancer is None or record.failover != PRIMARY or not (alias and alias.evaluate_target_health):
                continue
            ill: list[IllGroup] = []
            gaps: list[Unknown] = []
            for group in target_groups:
                if balancer.load_balancer_arn not in group.load_balancer_arns:
                    continue
                targets = health.get(group.target_group_arn, NOT_DESCRIBED)
                if isinstance(targets, Known) and not any(_is_healthy(one) for one in targets.value):
                    ill.append(
                        IllGroup(name=group.target_group_name, arn=group.target_group_arn, targets=targets.value)
                    )
                gaps += [targets] if isinstance(targets, Unknown) else []
            if gaps and not ill:
                yield gaps[0]
            else:
                yield Withdrawn(here=here, record=record, balancer=balancer, ill=tuple(ill))


def _is_healthy(target: TargetHealth) -> bool:
    return target.target_health.state in ("healthy", "unavailable")
