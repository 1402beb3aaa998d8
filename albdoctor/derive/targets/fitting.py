"""Whether the tasks of Amazon ECS services can be targets of the kind that a target group has.

Tasks with an interface each (awsvpc) are registered by address, all others by the instance that they run on.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/load-balancer-type-application.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive.needs import derivation
from albdoctor.derive.registrars import Registrars
from albdoctor.derive.targets.registrations import AllRegistrations, Registrations
from albdoctor.facts.ecs import EcsClusters, EcsService
from albdoctor.facts.elb import TargetGroup
from albdoctor.facts.known import Unknown

KINDS = ("instance", "ip")


class Fitting(Struct, frozen=True, kw_only=True):
    """A service, and a target group of instances or addresses in which it registers its tasks."""

    at: Registrations
    service: EcsService

    @property
    def group(self) -> TargetGroup:
        """The target group."""
        return self.at.group

    @property
    def by_address(self) -> bool:
        """Whether its tasks have an interface each."""
        network = self.service.network_configuration
        return network is not None and network.awsvpc_configuration is not None

    @property
    def wanted(self) -> str:
        """The target type that its tasks need."""
        return "ip" if self.by_address else "instance"

    @property
    def fits(self) -> bool:
        """Whether the group has it, or serves all the same."""
        serves = any(one.target_health.state == "healthy" for one in self.at.targets)
        return serves or self.group.target_type == self.wanted


Fittings: TypeAlias = tuple[Fitting, ...]
"""One for each pair; where a controller of somebody's own deploys, each task set has a network of its own."""


@derivation
def fittings(
    registrations: AllRegistrations, registrars: Registrars, ecs_clusters: EcsClusters
) -> Iterator[Fitting | Unknown]:
    """Put together who registers tasks where; without clusters nobody does."""
    for at in registrations if ecs_clusters else ():
        yield from registrars.of_services if at.ails else ()
        for service in registrars.services.get(at.group.target_group_arn, ()):
            if service.controller != "EXTERNAL" and at.group.target_type in KINDS:
                yield Fitting(at=at, service=service)
