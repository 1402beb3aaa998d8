"""Whether task definitions publish the ports that services register in target groups.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LoadBalancer.html (containerPort)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive.needs import derivation
from albdoctor.derive.registrars import Registrars
from albdoctor.derive.targets.registrations import AllRegistrations, Registrations
from albdoctor.facts.ecs import EcsService, TaskDefinition, TaskDefinitions
from albdoctor.facts.elb import TargetGroup
from albdoctor.facts.known import Unknown


class Publication(Struct, frozen=True, kw_only=True):
    """A port of a container that a service registers in a target group, beside what its task definition says."""

    at: Registrations
    service: EcsService
    container: str
    port: int
    definition: TaskDefinition

    @property
    def group(self) -> TargetGroup:
        """The target group."""
        return self.at.group

    @property
    def published(self) -> bool:
        """Whether the container is there and has this port."""
        its = (one for one in self.definition.container_definitions if one.name == self.container)
        return any(self.port in mapping.ports for one in its for mapping in one.port_mappings)

    @property
    def serves(self) -> bool:
        """Whether a target of the group is healthy all the same."""
        return any(one.target_health.state == "healthy" for one in self.at.targets)

    @property
    def seen(self) -> str:
        """What the task definition publishes, as people write it: app:8080, proxy:80."""
        every = self.definition.container_definitions
        ports = ((one.name, mapping.ports) for one in every for mapping in one.port_mappings)
        return ", ".join(f"{name}:{its[0]}{f'-{its[-1]}' if len(its) > 1 else ''}" for name, its in ports if its)


Publications: TypeAlias = tuple[Publication, ...]
"""One for each port that a service registers whose task definition is known; those of task sets are left out."""


@derivation
def publications(
    registrations: AllRegistrations, registrars: Registrars, task_definitions: TaskDefinitions
) -> Iterator[Publication | Unknown]:
    """Put together what services register and what their task definitions publish."""
    known = {one.task_definition_arn: one for one in task_definitions}
    for at in registrations:
        yield from registrars.of_services if at.ails else ()
        arn = at.group.target_group_arn
        for service in registrars.services.get(arn, ()):
            definition = known.get(service.task_definition) if service.controller == "ECS" else None
            for one in service.load_balancers if definition else ():
                if definition and one.target_group_arn == arn and one.container_port is not None:
                    yield Publication(
                        at=at,
                        service=service,
                        container=one.container_name,
                        port=one.container_port,
                        definition=definition,
                    )
