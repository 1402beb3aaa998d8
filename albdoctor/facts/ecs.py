"""Amazon ECS services: they register the tasks that they run. Field names mirror Amazon ECS (2014-11-13)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import force_setattr

from albdoctor.facts.arn import region_of
from albdoctor.facts.groups import Card
from albdoctor.facts.known import Observed
from albdoctor.facts.mirror import Mirror, camel
from albdoctor.facts.numbers import whole
from albdoctor.facts.scaling import ScalingFacts
from albdoctor.facts.values import ArnText, Id, Moment, OwnerName, Sent, ServiceMessage, Word

MOST_EVENTS = 5
"""Messages of a service that are kept, the newest."""
LONGEST_MESSAGE = 300
"""Characters of a message that are kept."""
TELLING = (
    "CannotPullContainer",
    "CannotPullImageManifest",
    "ResourceInitializationError",
    "OutOfMemory",
    "failed ELB health checks",
    "failed container health checks",
    "Essential container in task exited",
    "CannotStartContainer",
    "CannotCreateVolume",
    "unable to place a task",
)
"""Amazon ECS's own words for why a task was stopped or not started (developer guide, "Stopped task error messages")."""


def _short(message: str) -> str:
    folded = " ".join(message.split())
    return folded if len(folded) <= LONGEST_MESSAGE else f"{folded[: LONGEST_MESSAGE - 1]}…"


class AdvancedConfiguration(Mirror, frozen=True, kw_only=True, rename=camel):
    """The second target group of a service that ECS itself deploys blue/green, and what it changes for that."""

    alternate_target_group_arn: ArnText = ""
    production_listener_rule: ArnText = ""
    test_listener_rule: ArnText = ""
    role_arn: ArnText = ""


class ServiceBalancer(Mirror, frozen=True, kw_only=True, rename=camel):
    """A target group in which a service registers a port of one of its containers."""

    target_group_arn: ArnText = ""
    """Empty where it is a Classic Load Balancer."""
    container_name: OwnerName = ""
    container_port: int | None = None
    advanced_configuration: AdvancedConfiguration | None = None


class DeploymentController(Mirror, frozen=True, kw_only=True, rename=camel):
    """Who replaces a service's tasks: ECS, CODE_DEPLOY or EXTERNAL."""

    type: Sent[Word]


class ServiceDeployment(Mirror, frozen=True, kw_only=True, rename=camel):
    """One deployment of a service."""

    id: OwnerName = ""
    status: Word = ""
    """PRIMARY, ACTIVE or INACTIVE."""
    rollout_state: Word = ""
    """COMPLETED, FAILED or IN_PROGRESS."""
    rollout_state_reason: ServiceMessage = ""


class TaskSet(Mirror, frozen=True, kw_only=True, rename=camel):
    """The tasks of one deployment by CodeDeploy or somebody else's controller."""

    id: OwnerName = ""
    status: Word = ""
    load_balancers: tuple[ServiceBalancer, ...] = ()


class ServiceEvent(Mirror, frozen=True, kw_only=True, rename=camel):
    """What a service says that it did, or could not do."""

    message: ServiceMessage = ""

    def __post_init__(self) -> None:
        """Keep a short line."""
        force_setattr(self, "message", _short(self.message))


class AwsVpc(Mirror, frozen=True, kw_only=True, rename=camel):
    """The network of tasks that have an interface each (network mode awsvpc)."""

    subnets: Sent[tuple[Id, ...]] = ()
    assign_public_ip: Word = ""
    """ENABLED or DISABLED: without a public address a task in a public subnet reaches nothing in the internet."""


class NetworkConfiguration(Mirror, frozen=True, kw_only=True, rename=camel):
    """Where a service puts the interfaces of its tasks."""

    awsvpc_configuration: AwsVpc | None = None


class EcsService(Mirror, frozen=True, kw_only=True, rename=camel):
    """A service."""

    service_arn: ArnText
    service_name: Sent[OwnerName] = ""
    cluster_arn: Sent[ArnText] = ""
    status: Sent[Word] = ""
    """ACTIVE, DRAINING or INACTIVE."""
    scheduling_strategy: Word = "REPLICA"
    """REPLICA, or DAEMON: one task on each container instance, so that there is no number to set."""
    launch_type: Word = ""
    """EC2, FARGATE or EXTERNAL; empty with a capacity provider strategy."""
    desired_count: Sent[int] = 0
    running_count: Sent[int] = 0
    pending_count: Sent[int] = 0
    task_definition: ArnText = ""
    """Empty where an external controller deploys: each task set has its own."""
    health_check_grace_period_seconds: int | None = None
    """Seconds after its start in which a task that fails health checks is kept; None is 0."""
    network_configuration: NetworkConfiguration | None = None
    """None: network mode bridge, host or none."""
    load_balancers: tuple[ServiceBalancer, ...] = ()
    task_sets: tuple[TaskSet, ...] = ()
    deployment_controller: DeploymentController | None = None
    """None: ECS itself."""
    deployments: tuple[ServiceDeployment, ...] = ()
    events: tuple[ServiceEvent, ...] = ()
    """The newest ones, the newest first."""

    def __post_init__(self) -> None:
        """Keep the newest messages, whoever made it: AWS sends a hundred."""
        if not self.lacks:
            force_setattr(self, "events", self.events[:MOST_EVENTS])

    @property
    def controller(self) -> str:
        """Who replaces its tasks: ECS, CODE_DEPLOY or EXTERNAL."""
        return self.deployment_controller.type if self.deployment_controller else "ECS"

    @property
    def cluster(self) -> str:
        """The cluster's name."""
        return self.cluster_arn.rpartition("/")[2]

    @property
    def region(self) -> str:
        """Region, from the ARN."""
        return region_of(self.service_arn)

    @property
    def balancers(self) -> tuple[ServiceBalancer, ...]:
        """Everything in which it registers tasks, its own and its task sets'."""
        return (*self.load_balancers, *(each for one in self.task_sets for each in one.load_balancers))

    @property
    def registers_in(self) -> frozenset[str]:
        """ARNs of the target groups that it fills, those between which it changes included."""
        return frozenset(filter(None, self._groups()))

    def _groups(self) -> Iterator[str]:
        for one in self.balancers:
            yield one.target_group_arn
            if one.advanced_configuration is not None:
                yield one.advanced_configuration.alternate_target_group_arn


class StoppedContainer(Mirror, frozen=True, kw_only=True, rename=camel):
    """A container of a task that was stopped: how it ended."""

    name: OwnerName = ""
    exit_code: int | None = None
    """None: it never ran, or did not end by itself."""
    reason: ServiceMessage = ""

    def __post_init__(self) -> None:
        """Keep a short line."""
        force_setattr(self, "reason", _short(self.reason))


class EcsTask(Mirror, frozen=True, kw_only=True, rename=camel):
    """A task: when it ran, and why it was stopped. What its containers are given is not kept: see `TaskDefinition`."""

    task_arn: ArnText
    task_definition_arn: Sent[ArnText] = ""
    last_status: Sent[Word] = ""
    stop_code: Word = ""
    """TaskFailedToStart, EssentialContainerExited, ServiceSchedulerInitiated, ..."""
    stopped_reason: ServiceMessage = ""
    started_at: Moment | None = None
    """None: it never ran."""
    stopping_at: Moment | None = None
    stopped_at: Moment | None = None
    containers: tuple[StoppedContainer, ...] = ()

    def __post_init__(self) -> None:
        """Keep a short line."""
        force_setattr(self, "stopped_reason", _short(self.stopped_reason))

    @property
    def seconds(self) -> float | None:
        """How long it ran until somebody began to stop it; None: it never ran, or nobody says."""
        ended = self.stopping_at or self.stopped_at
        return (ended - self.started_at).total_seconds() if ended and self.started_at else None


class ServiceTasks(Struct, frozen=True, kw_only=True):
    """The tasks of one service that were stopped lately: Amazon ECS tells of them for an hour."""

    service_arn: ArnText
    stopped: Observed[tuple[EcsTask, ...]]
    """The newest ones, the newest first."""


EcsTasks: TypeAlias = tuple[ServiceTasks, ...]
"""Of every service that wants tasks and fills a target group that has no target, or one that is not healthy."""


class PortMapping(Mirror, frozen=True, kw_only=True, rename=camel):
    """A port of a container that is published."""

    container_port: int | None = None
    """None: a range of ports is."""
    container_port_range: Word = ""
    """ "5000-5010"."""

    @property
    def ports(self) -> range:
        """The ports of the container."""
        first, _, last = self.container_port_range.partition("-")
        span = (whole(first), whole(last))
        if self.container_port is None and span[0] is not None and span[1] is not None:
            return range(span[0], span[1] + 1)
        return range(self.container_port or 0, (self.container_port or -1) + 1)


class ContainerDefinition(Mirror, frozen=True, kw_only=True, rename=camel):
    """A container: its name and ports, and nothing of its image, command, environment or secrets."""

    name: OwnerName
    port_mappings: tuple[PortMapping, ...] = ()


class TaskDefinition(Mirror, frozen=True, kw_only=True, rename=camel):
    """What a service runs, as far as a target group depends on it: the ports of its containers."""

    task_definition_arn: ArnText
    container_definitions: Sent[tuple[ContainerDefinition, ...]] = ()


TaskDefinitions: TypeAlias = tuple[TaskDefinition, ...]
"""Of the same services."""


class EcsCluster(Struct, frozen=True, kw_only=True):
    """A cluster and its services."""

    cluster_arn: ArnText
    services: Observed[tuple[EcsService, ...]]


EcsClusters: TypeAlias = tuple[EcsCluster, ...]
"""Every cluster of the accounts and Regions in which a target group of a balancer needs an eye."""

ECS_CLUSTERS = Card(
    name="ecs_clusters",
    holds=EcsClusters,
    actions=("ecs:ListClusters", "ecs:ListServices", "ecs:DescribeServices"),
    builds_on=("groups_health",),
    only_helps=True,
    key=("cluster_arn",),
    partial="services",
)


ECS_TASKS = Card(
    name="ecs_tasks",
    holds=EcsTasks,
    actions=("ecs:ListTasks", "ecs:DescribeTasks"),
    builds_on=("ecs_clusters",),
    only_helps=True,
    key=("service_arn",),
    partial="stopped",
)
TASK_DEFINITIONS = Card(
    name="task_definitions",
    holds=TaskDefinitions,
    actions=("ecs:DescribeTaskDefinition",),
    builds_on=("ecs_clusters",),
    only_helps=True,
    key=("task_definition_arn",),
)


class EcsFacts(ScalingFacts, frozen=True, kw_only=True):
    """Adds to a snapshot what runs containers and registers them."""

    ecs_clusters: Observed[EcsClusters] = ECS_CLUSTERS.not_asked
    ecs_tasks: Observed[EcsTasks] = ECS_TASKS.not_asked
    task_definitions: Observed[TaskDefinitions] = TASK_DEFINITIONS.not_asked
