"""Who registers the targets of a target group: Amazon ECS services and Auto Scaling groups, which put no tag on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from msgspec import Struct

from albdoctor.derive.needs import derivation
from albdoctor.derive.owners import Owner, OwnerKind, owner_by_tags
from albdoctor.facts.ecs import EcsClusters, EcsService
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from albdoctor.facts.mirror import lacks_in
from albdoctor.facts.scaling import AutoScalingGroup, AutoScalingGroups

T = TypeVar("T", EcsService, AutoScalingGroup)

NEW = "NEW"
"""Stands for the ARN of a group that takes the place of another."""
DEPLOYED_BY = {"CODE_DEPLOY": OwnerKind.CODE_DEPLOY, "EXTERNAL": OwnerKind.EXTERNAL}
"""Whose task sets say in which target groups a service registers; else its own settings do."""


class Registrars(Struct, frozen=True, kw_only=True):
    """Services and Auto Scaling groups by the ARN of the target group that they fill."""

    services: Mapping[str, tuple[EcsService, ...]]
    scaling: Mapping[str, AutoScalingGroups]
    every: AutoScalingGroups
    """All Auto Scaling groups that were seen."""
    gaps: tuple[Unknown, ...] = ()
    """Why there may be more; empty also where nobody had to be asked."""

    @property
    def of_services(self) -> tuple[Unknown, ...]:
        """Why there may be more services."""
        return tuple(gap for gap in self.gaps if gap.asked.startswith("ecs:"))

    @property
    def of_scaling(self) -> tuple[Unknown, ...]:
        """Why there may be more Auto Scaling groups."""
        return tuple(gap for gap in self.gaps if gap.asked.startswith("autoscaling:"))

    def of(self, thing: str) -> Owner | None:
        """Who puts targets into a target group (its ARN), or who started an instance (its id); None: nobody known.

        A service that CodeDeploy, or somebody's own controller, deploys is theirs. Of several the first by name.
        """
        for service in self.services.get(thing, ()):
            return _of_service(service, thing)
        for group in self.scaling.get(thing, ()):
            return _of_scaling(group)
        if thing.startswith("i-"):
            for group in self.every:
                if any(one.instance_id == thing for one in group.instances):
                    return _of_scaling(group)
        return None


@derivation
def ecs_services(ecs_clusters: EcsClusters) -> Iterator[EcsService | Unknown]:
    """Give the services of all clusters, and the gap of each cluster where they are not known."""
    for cluster in ecs_clusters:
        yield from (cluster.services,) if isinstance(cluster.services, Unknown) else cluster.services.value


@derivation
def registrars(
    auto_scaling_groups: Observed[AutoScalingGroups],
    ecs_clusters: Observed[EcsClusters],
    ecs_services: Observed[tuple[EcsService, ...]],
) -> Registrars:
    """Turn around what services and Auto Scaling groups say: each names the target groups that it fills."""
    gaps = [one for one in (auto_scaling_groups, ecs_clusters) if isinstance(one, Unknown)]
    listed = ecs_clusters.value if isinstance(ecs_clusters, Known) else ()
    gaps += [one.services for one in listed if isinstance(one.services, Unknown)]
    services = tuple(_whole(ecs_services.value if isinstance(ecs_services, Known) else (), gaps))
    scaling = tuple(_whole(auto_scaling_groups.value if isinstance(auto_scaling_groups, Known) else (), gaps))
    active = [one for one in services if one.status != "INACTIVE"]
    return Registrars(
        services=_by_target_group((one, one.registers_in) for one in sorted(active, key=lambda one: one.service_arn)),
        scaling=_by_target_group((one, one.attached) for one in sorted(scaling, key=_name)),
        every=tuple(sorted(scaling, key=_name)),
        gaps=tuple(dict.fromkeys(gap for gap in gaps if gap.gap is not Gap.NOT_ASKED or gap.detail)),
    )


def _name(group: AutoScalingGroup) -> str:
    return group.auto_scaling_group_name


def _whole(things: Iterable[T], gaps: list[Unknown]) -> Iterator[T]:
    """Those that lack nothing; what another one lacks is a gap."""
    for thing in things:
        lacks = tuple(lacks_in(thing))
        gaps += [one.unknown for one in lacks]
        if not lacks:
            yield thing


def _by_target_group(named: Iterable[tuple[T, frozenset[str]]]) -> Mapping[str, tuple[T, ...]]:
    by_arn: dict[str, list[T]] = {}
    for thing, arns in named:
        for arn in arns:
            by_arn.setdefault(arn, []).append(thing)
    return {arn: tuple(things) for arn, things in by_arn.items()}


def _of_service(service: EcsService, arn: str) -> Owner:
    return Owner(
        kind=DEPLOYED_BY.get(service.controller, OwnerKind.ECS_SERVICE),
        name=service.service_name,
        cluster=service.cluster,
        balancers=_balancers(service, arn),
    )


def _balancers(service: EcsService, arn: str) -> tuple[str, ...]:
    """What `--load-balancers` of UpdateService is given when another group takes one's place: all have to be named.

    Empty where it takes more, or cannot be: ECS deploys blue/green, or another controller deploys.
    """
    its = service.load_balancers
    if service.controller != "ECS" or any(one.advanced_configuration or not one.target_group_arn for one in its):
        return ()
    groups = ((NEW if one.target_group_arn == arn else one.target_group_arn, one) for one in its)
    return tuple(
        f"targetGroupArn={group},containerName={one.container_name},containerPort={one.container_port}"
        for group, one in groups
    )


def _of_scaling(group: AutoScalingGroup) -> Owner:
    return Owner(
        kind=OwnerKind.AUTO_SCALING,
        name=group.auto_scaling_group_name,
        by=owner_by_tags({tag.key: tag.value for tag in group.tags}),
    )
