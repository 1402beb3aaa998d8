"""What became of the tasks of Amazon ECS services that should fill a target group: why they were stopped.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive import asked
from albdoctor.derive.needs import derivation
from albdoctor.derive.registrars import Registrars
from albdoctor.derive.targets.registrations import AllRegistrations, Registrations
from albdoctor.facts.ecs import EcsService, EcsTask, EcsTasks
from albdoctor.facts.elb import TargetGroup
from albdoctor.facts.known import Unknown


class Why(StrEnum):
    """Why a task was stopped, or none could be started, where that is no plan of the service's own."""

    IMAGE = "image"
    """The image cannot be pulled."""
    SETUP = "setup"
    """Before that: secrets, registry credentials, log group or volume cannot be had."""
    MEMORY = "memory"
    """A container took more memory than it may."""
    CONTAINER_CHECK = "container-check"
    """The health check of the container itself fails."""
    EXIT = "exit"
    """An essential container ended by itself."""
    PLACE = "place"
    """There is no instance with room for it."""
    HEALTH = "health"
    """The load balancer's health checks of it failed."""


WORDS = {
    "CannotPull": Why.IMAGE,
    "ResourceInitializationError": Why.SETUP,
    "CannotCreateVolume": Why.SETUP,
    "OutOfMemory": Why.MEMORY,
    "failed ELB health checks": Why.HEALTH,
    "failed container health checks": Why.CONTAINER_CHECK,
    "CannotStartContainer": Why.EXIT,
    "Essential container in task exited": Why.EXIT,
}
"""The first that is met counts: a container that was out of memory exits too."""
NO_ROOM = "unable to place a task"


class Stop(Struct, frozen=True, kw_only=True):
    """One task that was stopped."""

    task: EcsTask
    why: Why | None
    """None: a deployment, a smaller size, or nobody knows."""

    @property
    def line(self) -> str:
        """What Amazon ECS says of it and of its containers, in its own words."""
        task = self.task
        ends = (f"{one.name} exitCode {one.exit_code}" for one in task.containers if one.exit_code is not None)
        reasons = (one.reason for one in task.containers)
        return ", ".join(dict.fromkeys(filter(None, (task.stop_code, task.stopped_reason, *ends, *reasons))))


class Filler(Struct, frozen=True, kw_only=True):
    """A service that wants tasks, and a target group in which it registers them, with its stopped tasks."""

    at: Registrations
    service: EcsService
    stops: tuple[Stop, ...]
    """The newest first."""

    @property
    def group(self) -> TargetGroup:
        """The target group."""
        return self.at.group

    @property
    def serves(self) -> bool:
        """Whether a target of the group is healthy."""
        return any(one.target_health.state == "healthy" for one in self.at.targets)

    @property
    def settled(self) -> bool:
        """Whether a target of the group is healthy, and none fails: whatever was stopped, it is over."""
        return self.serves and not any(one.target_health.state == "unhealthy" for one in self.at.targets)

    def stopped(self, *why: Why) -> tuple[Stop, ...]:
        """Its tasks that were stopped for one of these reasons."""
        return tuple(one for one in self.stops if one.why in why)

    @property
    def no_room(self) -> str:
        """The newest message of the service, where that says that there is no room for a task; empty: it does not."""
        newest = self.service.events[0].message if self.service.events else ""
        return newest if NO_ROOM in newest else ""

    @property
    def counts(self) -> tuple[str, str]:
        """Who was asked for the sizes of the service, and the answer."""
        sizes = f"desiredCount: {self.service.desired_count}, runningCount: {self.service.running_count}"
        return asked.service(self.service), sizes


Fillers: TypeAlias = tuple[Filler, ...]
"""Each pair of a service and a target group that it fills, as far as its tasks were looked at."""


@derivation
def fillers(registrations: AllRegistrations, registrars: Registrars, ecs_tasks: EcsTasks) -> Iterator[Filler | Unknown]:
    """Give the services of each group with what became of their tasks, or the gap where that is not known."""
    by_service = {one.service_arn: one.stopped for one in ecs_tasks}
    for at in registrations:
        yield from registrars.of_services if at.ails else ()
        for service in registrars.services.get(at.group.target_group_arn, ()):
            stopped = by_service.get(service.service_arn)
            if isinstance(stopped, Unknown):
                yield stopped
            elif stopped is not None:
                stops = tuple(Stop(task=task, why=_why(task)) for task in stopped.value)
                yield Filler(at=at, service=service, stops=stops)


def _why(task: EcsTask) -> Why | None:
    said = " ".join((task.stopped_reason, *(one.reason for one in task.containers)))
    return next((why for words, why in WORDS.items() if words in said), None)
