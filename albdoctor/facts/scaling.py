"""Auto Scaling groups: they register the instances that they start. Field names mirror Auto Scaling (2011-01-01)."""

from __future__ import annotations

import re
from typing import TypeAlias

from msgspec import Struct, field
from msgspec.structs import force_setattr

from albdoctor.facts.arn import region_of
from albdoctor.facts.cluster_tags import ClusterFacts
from albdoctor.facts.groups import Card
from albdoctor.facts.known import Observed
from albdoctor.facts.mirror import Mirror
from albdoctor.facts.tags import Tag, telling
from albdoctor.facts.values import ArnText, Id, Moment, OwnerName, Sent, ServiceMessage, SubnetIds, Word

HOST_KEYS = re.compile(
    r"AmazonECSManaged|eks:(eks-)?(cluster|nodegroup)-name|(kubernetes\.io/cluster|k8s\.io/cluster-autoscaler)/.*"
)
"""Tags of capacity providers, of node groups, and of what scales a cluster."""
UNHEALTHY = "in response to an ELB system health check failure"
"""Why an instance was taken out of service, where the load balancer's health checks of it failed (user guide,
"Troubleshoot unhealthy instances in Amazon EC2 Auto Scaling")."""
HOSTS = Tag(key="kubernetes.io/cluster")
"""What is kept of any of them."""


def _kept(tag: Tag) -> Tag | None:
    return HOSTS if tag == HOSTS or HOST_KEYS.fullmatch(tag.key) else telling(tag)


class TrafficSource(Mirror, frozen=True, kw_only=True):
    """What an Auto Scaling group registers its instances with; of a target group it is the ARN."""

    identifier: Sent[ArnText]
    type: Word = ""
    """elbv2 for a target group; also elb (a Classic Load Balancer's name) and vpc-lattice."""


class ScaledInstance(Mirror, frozen=True, kw_only=True):
    """An instance of an Auto Scaling group."""

    instance_id: Id
    lifecycle_state: Sent[Word]
    """InService, Pending, Standby, Terminating, Detaching, ... and those of a warm pool, Warmed:..."""
    health_status: Sent[Word]
    """Healthy or Unhealthy."""


class SuspendedProcess(Mirror, frozen=True, kw_only=True):
    """What an Auto Scaling group does not do for now: Launch, AddToLoadBalancer, ..."""

    process_name: Word = ""


class AutoScalingGroup(Mirror, frozen=True, kw_only=True):
    """An Auto Scaling group."""

    auto_scaling_group_name: OwnerName
    auto_scaling_group_arn: Sent[ArnText] = field(name="AutoScalingGroupARN", default="")
    min_size: Sent[int]
    max_size: Sent[int]
    desired_capacity: Sent[int]
    health_check_type: Sent[Word]
    """EC2, ELB, ... by comma."""
    health_check_grace_period: int | None = None
    """Seconds after an instance came into service in which it is kept although it fails; None is 0."""
    vpc_zone_identifier: SubnetIds = field(name="VPCZoneIdentifier", default="")
    """Ids of its subnets, by comma."""
    target_group_arns: tuple[ArnText, ...] = field(name="TargetGroupARNs", default=())
    traffic_sources: tuple[TrafficSource, ...] = ()
    """Holds the target groups too; an answer may have either, or both."""
    instances: tuple[ScaledInstance, ...] = ()
    suspended_processes: tuple[SuspendedProcess, ...] = ()
    tags: tuple[Tag, ...] = ()
    """Only those that tell an owner, or whose containers run on the instances."""

    def __post_init__(self) -> None:
        """Drop the tags that are not needed, whoever made it."""
        if not self.lacks:
            force_setattr(self, "tags", tuple(filter(None, map(_kept, self.tags))))

    @property
    def hosts_containers(self) -> bool:
        """Whether Kubernetes or Amazon ECS runs on its instances: those register pods and tasks, not instances."""
        return HOSTS in self.tags

    @property
    def attached(self) -> frozenset[str]:
        """ARNs of the target groups in which it registers its instances."""
        return frozenset(self.target_group_arns) | {each.identifier for each in self.traffic_sources}

    @property
    def subnets(self) -> frozenset[str]:
        """Ids of its subnets."""
        return frozenset(filter(None, map(str.strip, self.vpc_zone_identifier.split(","))))

    @property
    def in_service(self) -> tuple[str, ...]:
        """Ids of the instances that serve."""
        return tuple(one.instance_id for one in self.instances if one.lifecycle_state == "InService")

    @property
    def suspended(self) -> frozenset[str]:
        """Names of the processes that it does not run."""
        return frozenset(one.process_name for one in self.suspended_processes)

    @property
    def replaces_unhealthy_targets(self) -> bool:
        """Whether it ends an instance that its load balancer finds unhealthy."""
        return "ELB" in map(str.strip, self.health_check_type.split(","))

    @property
    def region(self) -> str:
        """Region, from the ARN."""
        return region_of(self.auto_scaling_group_arn)


class EndedInstance(Struct, frozen=True, kw_only=True):
    """An instance that an Auto Scaling group took out of service, from two of its activities."""

    instance_id: Id
    launched_at: Moment | None = None
    """When its launch began; None: that is not among the activities which were read."""
    ended_at: Moment
    """When its termination began."""
    cause: ServiceMessage
    """Why, in the words of Amazon EC2 Auto Scaling."""

    @property
    def seconds(self) -> float | None:
        """How long it was there, from the begin of its launch; None: nobody says."""
        return (self.ended_at - self.launched_at).total_seconds() if self.launched_at else None


class ScalingHistory(Struct, frozen=True, kw_only=True):
    """What became of the instances of one Auto Scaling group."""

    auto_scaling_group_arn: ArnText
    ended: Observed[tuple[EndedInstance, ...]]
    """The newest ones, the newest first."""


ScalingHistories: TypeAlias = tuple[ScalingHistory, ...]
"""Of every group that ends unhealthy targets and fills a target group that has none, or one that is not healthy."""


AutoScalingGroups: TypeAlias = tuple[AutoScalingGroup, ...]
"""Every Auto Scaling group of the accounts and Regions in which a target group of a balancer needs an eye."""

AUTO_SCALING_GROUPS = Card(
    name="auto_scaling_groups",
    holds=AutoScalingGroups,
    actions=("autoscaling:DescribeAutoScalingGroups",),
    builds_on=("groups_health",),
    only_helps=True,
    key=("auto_scaling_group_arn",),
)


SCALING_HISTORIES = Card(
    name="scaling_histories",
    holds=ScalingHistories,
    actions=("autoscaling:DescribeScalingActivities",),
    builds_on=("auto_scaling_groups",),
    only_helps=True,
    key=("auto_scaling_group_arn",),
    partial="ended",
)


class ScalingFacts(ClusterFacts, frozen=True, kw_only=True):
    """Adds to a snapshot what starts instances and registers them."""

    auto_scaling_groups: Observed[AutoScalingGroups] = AUTO_SCALING_GROUPS.not_asked
    scaling_histories: Observed[ScalingHistories] = SCALING_HISTORIES.not_asked
