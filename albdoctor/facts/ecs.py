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
from albdoctor.facts.scaling import ScalingFacts
from albdoctor.facts.values import ArnText, OwnerName, Sent, ServiceMessage, Word

MOST_EVENTS = 5
"""Messages of a service that are kept, the newest."""
LONGEST_MESSAGE = 300
"""Characters of a message that are kept."""


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
        folded = " ".join(self.message.split())
        short = folded if len(folded) <= LONGEST_MESSAGE else f"{folded[: LONGEST_MESSAGE - 1]}…"
        force_setattr(self, "message", short)


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


class EcsFacts(ScalingFacts, frozen=True, kw_only=True):
    """Adds to a snapshot what runs containers and registers them."""

    ecs_clusters: Observed[EcsClusters] = ECS_CLUSTERS.not_asked
